"""A call from a file: every part by its own verb, so that a file can say nothing that a page could not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls import callfile, formkit, rules
from calls.calendar import WallClockError, to_instant, zone_named
from calls.callfile import CallFile, Problem
from calls.callfile.places import path_in_form
from calls.callfile.samples import sample as find_sample
from calls.models import Call, CallDocument
from calls.publication import Part
from calls.queries import channel_plans, file_of
from calls.services._common import record_part, set_columns
from calls.services.designing import (
    change_applicants,
    change_dates,
    change_instalments,
    change_letters,
    change_money,
    change_text,
    create_call,
)
from calls.services.duties import change_channels
from calls.services.intake import change_intake
from calls.services.judging import change_criteria, change_selection
from calls.services.questions import set_form
from core import audit
from core.errors import DomainError
from funding.models import Project, VoucherType


class CallFileRefused(DomainError):
    """The file makes no call; `problems` are sentences, each with its line."""

    def __init__(self, problems: list[str]) -> None:
        sentence = ngettext(
            "The file was not read: one thing in it is wrong.",
            "The file was not read: %(n)d things in it are wrong.",
            len(problems),
        )
        super().__init__(sentence % {"n": len(problems)})
        self.problems = problems


@transaction.atomic(durable=True)
def import_call(text: str, *, project: Project, by: Any, code: str = "", voucher_type: str = "") -> Call:
    """Make a draft of a call file (docs/call-file.md). What the file leaves out starts as the voucher type says.

    `code` and `voucher_type` (its slug) stand in for the file's own. Raises CallFileRefused with everything that is
    wrong; then nothing was made.
    """
    return _import(text, project, by, code, voucher_type)


@transaction.atomic(durable=True)
def clone_call(call: Call, *, title: str, code: str, by: Any) -> Call:
    """A draft like this call, for the next time: everything but its days and what happened to it; documents come along.

    Raises DomainError when the code is taken, CallFileRefused when the call's rules are not possible any more.
    """
    tree = callfile.load(file_of(call)).value
    tree["dates"] |= dict.fromkeys(("opens", "closes", "answer_by", "agreement_by"))
    for one in tree["intake"]["cut_offs"]:
        one |= dict.fromkeys(("closes", "answer_by"))
    copy = _import(_renamed(tree, title, code), call.project, by, "")
    CallDocument.objects.bulk_create(
        CallDocument(call=copy, title=one.title, file=one.file, position=one.position)
        for one in CallDocument.objects.filter(call=call).select_related("file")
    )
    audit.record(copy, "call.cloned", by=by, data={"from": call.code})
    return copy


@transaction.atomic(durable=True)
def create_from_sample(voucher_type: VoucherType, *, sample: str, title: str, code: str, by: Any) -> Call:
    """A draft like one of the calls that come with the product (`callfile.samples`), of this voucher type.

    Raises LookupError when there is no such sample, DomainError when the code is taken or when the project cannot hold
    such a call (its ceiling, say).
    """
    tree = callfile.load(find_sample(sample).text).value
    text = _renamed(tree, title, code)
    try:
        call = _import(text, voucher_type.project, by, "", voucher_type.slug)
    except CallFileRefused as refused:
        without_lines = [problem.partition(": ")[2] for problem in refused.problems]
        raise DomainError(" ".join(without_lines)) from refused
    audit.record(call, "call.created_from_sample", by=by, data={"sample": sample})
    return call


def _renamed(tree: dict[str, Any], title: str, code: str) -> str:
    """The file under another title and code. Raises DomainError when the code is taken."""
    code = code.strip().upper()
    if Call.objects.filter(code=code).exists():
        raise DomainError(
            _("The code “%s” belongs to another call. Choose another one.") % code, field="code"
        )
    return callfile.dump({**tree, "title": title, "code": code})


def check_call_file(
    text: str, *, project: Project, by: Any, code: str = "", voucher_type: str = ""
) -> list[str]:
    """What is wrong with a call file, each with its line; empty when it makes a draft. Nothing is kept."""
    with transaction.atomic(durable=True):
        try:
            _import(text, project, by, code, voucher_type)
        except CallFileRefused as refused:
            return refused.problems
        finally:
            transaction.set_rollback(True)
    return []


def _import(text: str, project: Project, by: Any, code: str, voucher_type: str = "") -> Call:
    try:
        file = callfile.read(text)
    except callfile.CallFileError as error:
        raise CallFileRefused([str(error)]) from error
    problems = list(file.problems)
    if voucher_type and "voucher_type" in file.values:
        file.values["voucher_type"] = voucher_type
    call = _begin(file, project, by, code, problems)
    if call is not None:
        for part, step in STEPS.items():
            if file.is_sound(part):
                problems += _try(file, part, step, call, by)
    if problems:
        problems.sort(key=lambda problem: file.tree.line_of(problem.path))
        raise CallFileRefused([file.told(problem) for problem in problems])
    assert call is not None
    return Call.objects.select_related("project", "voucher_type").get(pk=call.pk)


def _begin(file: CallFile, project: Project, by: Any, code: str, problems: list[Problem]) -> Call | None:
    """The draft, or None with the reason among the problems."""
    if any(
        len(problem.path) < 2 and problem.path[:1] not in [(part,) for part in STEPS] for problem in problems
    ):
        return None  # no call file, or without what a call cannot be without
    slug = file.values["voucher_type"]
    found = VoucherType.objects.filter(project=project, slug=slug).first()
    if found is None:
        known = ", ".join(
            VoucherType.objects.filter(project=project).order_by("slug").values_list("slug", flat=True)
        )
        told = {"slug": slug, "project": project.acronym, "known": known}
        sentence = _("%(project)s has no voucher type “%(slug)s”. It has: %(known)s.") % told
        problems.append(Problem(("voucher_type",), sentence))
        return None
    try:
        with transaction.atomic():
            return _verb(create_call)(
                found, title=file.values["title"], code=code or file.values["code"], by=by
            )
    except DomainError as error:
        problems.append(Problem((error.field or "code",), error.message))
        return None


def _try(file: CallFile, part: str, step: "Step", call: Call, by: Any) -> list[Problem]:
    """Take one part; what its verb refuses, with its place."""
    try:
        with transaction.atomic():
            step(call, file.values[part], by)
    except _AtPlace as error:
        return [Problem((part, *error.path), error.message)]
    except DomainError as error:
        return [Problem(file.path_of(part, error.field or ""), error.message)]
    return []


class _AtPlace(Exception):
    """A refusal with its place in the part."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.message, self.path = message, path


def _verb(verb: Callable[..., Call]) -> Callable[..., Call]:
    """The verb as a step of this transaction: a verb of its own begins and ends one."""
    return verb.__wrapped__  # type: ignore[attr-defined, no-any-return]


Step = Callable[[Call, Any, Any], Any]


def _texts(call: Call, given: Mapping[str, Any], by: Any) -> None:
    _verb(change_text)(call, by=by, **given)


def _letters(call: Call, given: Mapping[str, Any], by: Any) -> None:
    _verb(change_letters)(call, by=by, **given)


def _dates(call: Call, given: Mapping[str, Any], by: Any) -> None:
    if zone := given.get("zone"):
        try:
            zone_named(zone)
        except WallClockError as error:
            raise _AtPlace(str(error), "zone") from error
        record_part(call, Part.DATES, by=by, changed=set_columns(call, {"zone": zone}))
    names = (
        *("opens_at", "closes_at", "decision_by", "agreement_by"),
        *("questions_days", "project_months", "short_opening_reason"),
    )
    values = {name: given.get(name, getattr(call, name)) for name in names}
    if not given.get("opens_at") and not given.get("closes_at"):
        del values["opens_at"], values["closes_at"]
        record_part(call, Part.DATES, by=by, changed=set_columns(call, values))
        return
    for name, key in (("opens_at", "opens"), ("closes_at", "closes")):
        if values[name] is None:
            raise _AtPlace(_("“%s” is missing.") % key)
        values[name] = _instant(given[name], call.zone, key)
    _verb(change_dates)(call, by=by, **values)


def _instant(given: datetime, zone: str, *path: str | int) -> datetime:
    """The instant (UTC) of wall-clock time in the zone; in the doubled hour the offset says which."""
    local = given.replace(tzinfo=None)
    if given.tzinfo is not None:
        instant = given.astimezone(UTC)
        if instant.astimezone(zone_named(zone)).replace(tzinfo=None) == local:
            return instant
        raise _AtPlace(_("%(zone)s has another offset then.") % {"zone": zone}, *path)
    try:
        return to_instant(local, zone)
    except WallClockError as error:
        raise _AtPlace(str(error), *path) from error


def _money(call: Call, given: Mapping[str, Any], by: Any) -> None:
    names = [
        *("award_unit", "budget_cents", "project_min_cents", "project_max_cents", "party_min_cents"),
        *("sme_max_cents", "unit_cents", "unit_name", "rate", "state_aid", "instalments_agreed"),
        *("no_sme_rate", "outside_question", "partial_approval"),
    ]
    values = {name: given.get(name, getattr(call, name)) for name in names}
    _verb(change_money)(call, by=by, types=given.get("types", call.project_types), **values)


def _applicants(call: Call, given: Mapping[str, Any], by: Any) -> None:
    names = (
        "countries",
        "countries_pending",
        "countries_as_of",
        "sizes",
        "partners_min",
        "partners_max",
        "partner_part",
        "activities",
    )
    values = {name: given.get(name, getattr(call, name)) for name in names}
    _verb(change_applicants)(call, by=by, previous=_earlier(call, given.get("previous")), **values)
    if "rules" in given:
        listed = [{"settings": {}, **one} for one in given["rules"]]
        if faults := rules.faults_of_list(listed):
            raise _AtPlace(faults[0], "rules")
        call.refresh_from_db()
        record_part(call, Part.APPLICANTS, by=by, changed=set_columns(call, {"rules": listed}))


def _earlier(call: Call, code: str | None) -> Call | None:
    if not code:
        return None
    found = Call.objects.filter(project=call.project_id, code=code.upper()).first()
    if found is None:
        raise _AtPlace(_("The project has no call with the code “%s”.") % code, "previous")
    return found


def _criteria(call: Call, given: Mapping[str, Any], by: Any) -> None:
    from_type = {"total_method": call.total_method, "overall_threshold": call.overall_threshold}
    values = {**from_type, **given}
    if "criteria" not in values:
        raise _AtPlace(_("“%s” is missing.") % "list")
    _verb(change_criteria)(call, by=by, **values)


def _form(call: Call, given: Any, by: Any) -> None:
    try:
        definition = formkit.written_out(given)
        formkit.parse(definition)
    except formkit.DefinitionError as error:
        raise _AtPlace(str(error), *path_in_form(given, error.place)) from error
    _verb(set_form)(call, definition=definition, by=by)


def _instalments(call: Call, given: Any, by: Any) -> None:
    call.refresh_from_db()
    _verb(change_instalments)(call, instalments=given, by=by)


def _selection(call: Call, given: Mapping[str, Any], by: Any) -> None:
    call.refresh_from_db()
    chosen = call.selection
    stored = {
        "evaluators_per_file": call.evaluators_per_file,
        "evaluator_profile": call.evaluator_profile,
        "country_rule": call.country_rule,
        "combine": call.combine,
        "normalise": call.normalise,
        "blind": call.blind,
        "profiles": chosen.profiles,
        "divergence_limit": call.divergence_limit,
        "divergence_of": call.divergence_of,
        "divergence_then": call.divergence_then,
        "tie_break": call.tie_break,
        "cut_rule": call.cut_rule,
        "max_awards": call.max_awards,
        "panel_percent": call.panel_percent,
        "ethics_check": call.ethics_check,
        "topic_question": call.topic_question,
        "limits": chosen.limits,
    }
    _verb(change_selection)(call, by=by, **{**stored, **given})


def _publication(call: Call, given: Mapping[str, Any], by: Any) -> None:
    stored = {"parent_topic": call.parent_topic, "channels": channel_plans(call)}
    _verb(change_channels)(call, by=by, **{**stored, **given})


def _intake(call: Call, given: Mapping[str, Any], by: Any) -> None:
    call.refresh_from_db()
    stored = {
        "call_model": call.call_model,
        "carry_over": call.carry_over,
        "waiting_most": call.waiting_most,
        "answer_days": call.answer_days,
        "final_at_once": call.final_at_once,
        "feedback_days": call.feedback_days,
        "feedback_answer_days": call.feedback_answer_days,
        "extension_days": call.extension_days,
    }
    cut_offs = [
        replace(one, closes_at=_instant(one.closes_at, call.zone, "cut_offs", place, "closes"))
        if one.closes_at
        else one
        for place, one in enumerate(given.get("cut_offs", []))
    ]
    last = cut_offs[-1].closes_at if cut_offs else None
    if last and call.closes_at and last != call.closes_at:
        sentence = _("The last cut-off is the deadline of the call; here the two differ.")
        raise _AtPlace(sentence, "cut_offs", len(cut_offs) - 1, "closes")
    _verb(change_intake)(call, by=by, **{**stored, **given, "cut_offs": cut_offs})


STEPS: dict[str, Step] = {
    "texts": _texts,
    "letters": _letters,
    "dates": _dates,
    "applicants": _applicants,
    "money": _money,
    "criteria": _criteria,
    "form": _form,
    "instalments": _instalments,
    "selection": _selection,
    "intake": _intake,
    "publication": _publication,
}
"""The parts in the order in which they rely on one another."""
