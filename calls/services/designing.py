"""Making a call: its parts change freely until it is published, its text afterwards too, in the open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from calls import awards, letters, rules, wording
from calls.awards import AwardUnit
from calls.countries import WORLD
from calls.models import Call, CallChange, Channel, FormRevision, Instalment
from calls.partnering import PartnerPart
from calls.plans import ChannelPlan, InstalmentPlan, start_from
from calls.publication import Part, fault_of_ceiling
from calls.queries import instalment_plans
from calls.services._common import check_seen, lock_draft, record_part, set_columns
from calls.services.duties import write_channels
from calls.services.intake import check_last_cut_off
from calls.services.judging import write_criteria
from calls.states import CallState
from calls.types import ProjectType, as_data, faults_of_types, types_of
from core import audit
from core.errors import DomainError, InvalidTransition
from core.localised import Localised, localised
from core.locks import lock_exclusive, lock_row
from funding import queries as funding
from funding.models import VoucherType


@transaction.atomic(durable=True)
def create_call(
    voucher_type: VoucherType, *, title: Localised | str, code: str, by: Any, slug: str = ""
) -> Call:
    """Open a draft from a voucher type: its defaults (see `calls.plans`) are the starting values of every part.

    Raises DomainError when the code is taken, or when the voucher type starts calls with a rule that cannot stand; an
    address that is taken gets a number.
    """
    lock_exclusive("calls.create", 0)
    code = code.strip().upper()
    if Call.objects.filter(code=code).exists():
        raise DomainError(
            _("The code “%s” belongs to another call. Choose another one.") % code, field="code"
        )
    project = voucher_type.project
    start = start_from(voucher_type.defaults)
    start.values.setdefault("privacy", localised(wording.privacy(project.acronym, project.contact_email)))
    start.values.setdefault("redress", localised(wording.redress(project.contact_email)))
    if faults := rules.faults_of_list(start.values.get("rules", [])):
        raise DomainError(_("The voucher type starts calls with a rule that cannot stand. %s") % faults[0])
    title = localised(title)
    call = Call.objects.create(
        project=voucher_type.project,
        voucher_type=voucher_type,
        title=title,
        code=code,
        slug=_free_slug(slug or slugify(title.in_language(settings.LANGUAGE_CODE)) or slugify(code)),
        zone=settings.DEFAULT_ZONE,
        created_by=by,
        **start.values,
    )
    write_criteria(call, start.criteria)
    _write_instalments(call, start.instalments)
    write_channels(call, [ChannelPlan(Channel.Kind.PORTAL), ChannelPlan(Channel.Kind.WEBSITE)])
    FormRevision.objects.create(call=call, number=1, definition=start.form)
    audit.record(call, "call.created", by=by, data={"voucher_type": voucher_type.slug})
    return call


_RESERVED = {"new", "our-calls"}


def _free_slug(wanted: str) -> str:
    stem = wanted[:70]
    slug, number = stem, 2
    while slug in _RESERVED or Call.objects.filter(slug=slug).exists():
        slug, number = f"{stem}-{number}", number + 1
    return slug


@transaction.atomic(durable=True)
def change_text(call: Call, *, by: Any, seen: str = "", reason: str = "", **texts: Localised | str) -> Call:
    """Write the texts (title, summary, description, eligibility, process, redress, privacy).

    After publication a change needs its reason, which everybody reads in the list of changes; people with drafts are
    told. Raises DomainError without it, Conflict for a stale page, InvalidTransition for a call that is over.
    """
    call = lock_row(call)
    if call.state not in (CallState.DRAFT, CallState.PUBLISHED):
        raise InvalidTransition(
            _("This call is %s: it can no longer be changed.") % call.get_state_display().lower()
        )
    check_seen(call, Part.TEXT, seen)
    values = {name: localised(text) for name, text in texts.items()}
    differs = any(getattr(call, name) != text for name, text in values.items())
    if differs and call.state == CallState.PUBLISHED and not reason.strip():
        raise DomainError(
            _("This call is published: say what you change and why. Everybody reads it."), field="reason"
        )
    changed = set_columns(call, values)
    if changed and call.state == CallState.PUBLISHED:
        CallChange.objects.create(call=call, by=by, kind=CallChange.Kind.TEXT, text=reason.strip())
    if changed:
        record_part(call, Part.TEXT, by=by, changed=changed)
    return call


@transaction.atomic(durable=True)
def change_letters(call: Call, *, by: Any, seen: str = "", **texts: Localised | str) -> Call:
    """Write the letters of the decision in the call's own words (feature C12), also after publication: applicants rely
    on the facts in them, which the product writes. Letters that were confirmed with their decisions stay as they are.

    Raises DomainError with the line for a letter that cannot be sent, Conflict for a stale page, InvalidTransition for a
    call that is over.
    """
    call = lock_row(call)
    if call.state not in (CallState.DRAFT, CallState.PUBLISHED):
        raise InvalidTransition(
            _("This call is %s: it can no longer be changed.") % call.get_state_display().lower()
        )
    check_seen(call, Part.LETTERS, seen)
    values = {name: localised(text) for name, text in texts.items()}
    for name, text in values.items():
        for words in text.values():
            for sentence in letters.faults(words):
                raise DomainError(sentence, field=name)
    changed = set_columns(call, values)
    if changed:
        record_part(call, Part.LETTERS, by=by, changed=changed)
    return call


@transaction.atomic(durable=True)
def change_dates(
    call: Call,
    *,
    opens_at: datetime,
    closes_at: datetime,
    decision_by: date | None,
    agreement_by: date | None,
    project_months: int,
    by: Any,
    questions_days: int | None = None,
    short_opening_reason: str = "",
    seen: str = "",
) -> Call:
    """Set when a draft opens and closes (instants, UTC) and what follows by when (days in the call's zone).
    Questions are taken until `questions_days` before the deadline; None leaves it."""
    call = lock_draft(call, Part.DATES)
    questions_days = call.questions_days if questions_days is None else questions_days
    check_seen(call, Part.DATES, seen)
    if closes_at <= opens_at:
        raise DomainError(
            _("The call would close before it opens. Choose a later deadline."), field="closes_day"
        )
    if closes_at - timedelta(days=questions_days) <= opens_at and questions_days:
        raise DomainError(
            _("Questions would end before the call opens. Take them until later."), field="questions_days"
        )
    if decision_by and decision_by <= closes_at.astimezone(call.zoneinfo).date():
        raise DomainError(_("The answer cannot be due before the deadline."), field="decision_by")
    if agreement_by and decision_by and agreement_by < decision_by:
        raise DomainError(_("The agreement cannot be due before the answer."), field="agreement_by")
    check_last_cut_off(call, closes_at)
    values = {
        "opens_at": opens_at,
        "closes_at": closes_at,
        "decision_by": decision_by,
        "agreement_by": agreement_by,
        "questions_days": questions_days,
        "project_months": project_months,
        "short_opening_reason": short_opening_reason.strip(),
    }
    if changed := set_columns(call, values):
        record_part(call, Part.DATES, by=by, changed=changed)
    return call


@transaction.atomic(durable=True)
def change_money(
    call: Call,
    *,
    budget_cents: int,
    project_min_cents: int,
    project_max_cents: int,
    sme_max_cents: int,
    rate: Fraction,
    state_aid: bool,
    by: Any,
    award_unit: str = AwardUnit.RATE,
    party_min_cents: int = 0,
    unit_cents: int = 0,
    unit_name: Localised | str = "",
    instalments_agreed: bool = False,
    partial_approval: bool = False,
    types: Sequence[ProjectType] = (),
    no_sme_rate: Fraction | None = None,
    outside_question: str = "",
    seen: str = "",
) -> Call:
    """Set the money rules of a draft, in cents; `rate` is exact. Whether the money is there is judged at publication.
    With `instalments_agreed` an agreement may have instalments of its own; `types` of project have rules of their own within these.
    With `partial_approval` a part of a milestone may be approved (cap-42).
    `no_sme_rate` is the share for those who are no SME, `outside_question` the key of the question of the form by which
    each organisation declares what it got elsewhere, which counts against the ceiling.

    Raises DomainError for an amount per SME above the project's ceiling (Regulation (EU, Euratom) 2024/2509,
    Article 207) and for limits that contradict one another.
    """
    call = lock_draft(call, Part.MONEY)
    check_seen(call, Part.MONEY, seen)
    values = {
        "award_unit": award_unit,
        "budget_cents": budget_cents,
        "project_min_cents": project_min_cents,
        "project_max_cents": project_max_cents,
        "party_min_cents": party_min_cents,
        "sme_max_cents": sme_max_cents,
        "unit_cents": unit_cents if award_unit == AwardUnit.UNIT else 0,
        "unit_name": localised(unit_name) if award_unit == AwardUnit.UNIT else localised(""),
        "rate_numerator": rate.numerator,
        "rate_denominator": rate.denominator,
        **_no_sme(no_sme_rate if award_unit == AwardUnit.RATE else None),
        "outside_question": outside_question,
        "state_aid": state_aid,
        "instalments_agreed": instalments_agreed,
        "partial_approval": partial_approval,
        "types": as_data(types),
    }
    if award_unit == AwardUnit.NONE:
        values |= NO_MONEY
        Instalment.objects.filter(call=call).delete()
    _check_money(call, values)
    if changed := set_columns(call, values):
        record_part(call, Part.MONEY, by=by, changed=changed)
    return call


NO_MONEY: dict[str, Any] = {
    **dict.fromkeys(
        ("budget_cents", "project_min_cents", "project_max_cents", "party_min_cents", "sme_max_cents"), 0
    ),
    "rate_numerator": 1,
    "rate_denominator": 1,
    "no_sme_numerator": 0,
    "no_sme_denominator": 0,
    "outside_question": "",
    "state_aid": False,
    "instalments_agreed": False,
    "partial_approval": False,
    "types": [],
}
"""What the money rules are where no money is given; instalments there are none."""


def _no_sme(rate: Fraction | None) -> dict[str, int]:
    return {
        "no_sme_numerator": rate.numerator if rate else 0,
        "no_sme_denominator": rate.denominator if rate else 0,
    }


def _check_money(call: Call, values: dict[str, Any]) -> None:
    planned = replace(
        call.award,
        unit=values["award_unit"],
        budget_cents=values["budget_cents"],
        project_min_cents=values["project_min_cents"],
        project_max_cents=values["project_max_cents"],
        party_min_cents=values["party_min_cents"],
        party_max_cents=values["sme_max_cents"],
        unit_cents=values["unit_cents"],
        unit_name=str(values["unit_name"]),
        no_sme_rate=Fraction(values["no_sme_numerator"], values["no_sme_denominator"] or 1) or None,
    )
    ceiling = funding.ceiling_cents(call.project)
    if planned.party_max_cents > ceiling:
        raise DomainError(fault_of_ceiling(planned.party_max_cents, ceiling), field="sme_max_cents")
    if found := [
        *awards.faults(planned),
        *faults_of_types(types_of(values["types"]), planned, call.project_months),
    ]:
        raise DomainError(found[0].message, field=found[0].setting)


@transaction.atomic(durable=True)
def change_applicants(
    call: Call,
    *,
    countries: Sequence[str],
    sizes: Sequence[str],
    partners_min: int,
    partners_max: int,
    by: Any,
    countries_pending: Sequence[str] = (),
    countries_as_of: date | None = None,
    activities: Localised | str | None = None,
    partner_part: str = PartnerPart.NAMED,
    previous: Call | None = None,
    seen: str = "",
) -> Call:
    """Set who may apply to a draft, and for what: ISO codes of countries, sizes, how many organisations together.

    `activities` is the closed list of what is supported, one a line (None: as it is). `countries_pending` are eligible only if their association is in force when the agreement is
    signed. `partner_part`: what partners do themselves (`PartnerPart`). With an
    earlier phase (`previous`) only those selected there may apply. Further rules are added one by one (`add_rule`).
    """
    call = lock_draft(call, Part.APPLICANTS)
    check_seen(call, Part.APPLICANTS, seen)
    if partners_max < partners_min:
        raise DomainError(
            _("At most %(most)d is less than at least %(least)d.")
            % {"most": partners_max, "least": partners_min},
            field="partners_max",
        )
    _check_countries(countries, countries_pending)
    _check_previous(call, previous)
    values = {
        "countries": _same_or(call.countries, sorted(set(countries))),
        "countries_pending": _same_or(call.countries_pending, sorted(set(countries_pending))),
        "countries_as_of": countries_as_of,
        "activities": call.activities if activities is None else localised(activities),
        "sizes": _same_or(call.sizes, list(sizes)),
        "partners_min": partners_min,
        "partners_max": partners_max,
        "partner_part": partner_part,
        "previous": previous,
    }
    if changed := set_columns(call, values):
        record_part(call, Part.APPLICANTS, by=by, changed=changed)
    return call


def _check_countries(countries: Sequence[str], pending: Sequence[str]) -> None:
    unknown = {*countries, *pending} - WORLD
    if unknown:
        raise DomainError(_("“%s” is no country of this list.") % min(unknown), field="countries")
    faults = rules.faults_of("countries", {"countries": sorted(countries), "pending": sorted(pending)})
    if countries and faults:
        raise DomainError(faults[0].message, field="countries_pending")


def _check_previous(call: Call, previous: Call | None) -> None:
    """An earlier phase is another call of the project, and phases do not go round in a circle."""
    seen = [call.pk]
    one = previous
    while one is not None:
        if one.pk in seen or one.project_id != call.project_id:
            sentence = _("“%s” cannot be an earlier phase: it follows this call, or is of another project.")
            raise DomainError(sentence % previous, field="previous")
        seen.append(one.pk)
        one = one.previous


def _same_or(before: list[str], new: list[str]) -> list[str]:
    """What is stored, when it is the same in another order."""
    return before if set(before) == set(new) else new


@transaction.atomic(durable=True)
def change_instalments(call: Call, *, instalments: Sequence[InstalmentPlan], by: Any, seen: str = "") -> Call:
    """Set the instalments of a draft, in their order. Together they are exactly 100 % (cap-40)."""
    call = lock_draft(call, Part.INSTALMENTS)
    check_seen(call, Part.INSTALMENTS, seen)
    if not call.gives_money:
        raise DomainError(_("This call gives no money, so nothing is paid in instalments."))
    if not instalments:
        raise DomainError(_("The call needs at least one instalment."))
    parts = [awards.Portion(one.percent, one.amount_cents) for one in instalments]
    if fault := awards.fault_of_instalments(parts, call.award):
        raise DomainError(fault)
    late = next((one for one in instalments if one.due != Instalment.Due.SIGNATURE and not one.month), None)
    if late:
        raise DomainError(_("“%s”: say after how many months its report is due.") % late.label)
    before = [str(one) for one in instalment_plans(call)]
    Instalment.objects.filter(call=call).delete()
    _write_instalments(call, instalments)
    told = {"instalments": [before, [str(one) for one in instalments]]}
    record_part(call, Part.INSTALMENTS, by=by, changed=told)
    return call


def _write_instalments(call: Call, instalments: Sequence[InstalmentPlan]) -> None:
    Instalment.objects.bulk_create(
        Instalment(
            call=call,
            position=position,
            label=one.label,
            percent=one.percent,
            amount_cents=one.amount_cents,
            due=one.due,
            month=0 if one.due == Instalment.Due.SIGNATURE else one.month,
        )
        for position, one in enumerate(instalments)
    )
