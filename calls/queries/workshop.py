"""What the people who make calls see: their list, the parts of a call with their state, the check."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from calls import awards
from calls.countries import choices
from calls.intake import CutOffPlan, Intake
from calls.models import (
    Association,
    Call,
    CallDocument,
    Channel,
    Criterion,
    CutOff,
    DutyException,
    FormRevision,
    Instalment,
)
from calls.parts import LABELS, OPEN_AFTER_PUBLICATION, columns_of, digest
from calls.plans import ChannelPlan, CriterionPlan, InstalmentPlan
from calls.publication import Answer, Finding, Part, Planned, check, may_be_published
from calls.rules import KINDS, parse
from calls.selection import Limit, Scheme, limits_of
from calls.states import CallPhase, CallState
from calls.types import ProjectType
from core import clock
from funding import queries as funding
from funding.models import Account

PAGE = 50


@dataclass(frozen=True)
class StaffRow:
    """One call in the list of staff."""

    call: Call
    phase: CallPhase
    is_proposed: bool


def staff_calls(user: Any, *, before: int | None = None) -> list[StaffRow]:
    """The calls of the person's projects, newest first: a page and one more. One query."""
    found: QuerySet[Call] = Call.objects.staffed_by(user).select_related("project", "voucher_type")
    if before is not None:
        found = found.filter(pk__lt=before)
    now = clock.now()
    return [
        StaffRow(call, call.phase(now), call.state == CallState.DRAFT and bool(call.publication_proposed_at))
        for call in found.order_by("-pk")[: PAGE + 1]
    ]


def planned(call: Call) -> Planned:
    """Everything the publication check looks at, as it is stored now: nine queries."""
    revision = working_form(call)
    return Planned(
        at=clock.now(),
        zone=call.zone,
        texts={
            name: getattr(call, name)
            for name in ("title", "summary", "description", "eligibility", "process", "redress", "privacy")
        },
        contact=call.project.contact_email,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        decision_by=call.decision_by,
        agreement_by=call.agreement_by,
        short_opening_reason=call.short_opening_reason,
        award=call.award,
        types=call.project_types,
        outside_question=call.outside_question,
        project_months=call.project_months,
        free_cents=funding.balance(call.project, Account.BUDGET),
        ceiling_cents=funding.ceiling_cents(call.project),
        countries=call.countries,
        sizes=call.sizes,
        activities=activities_of(call),
        scheme=scheme_of(call),
        selection=call.selection,
        instalments=[awards.Portion(one.percent, one.amount_cents) for one in instalment_plans(call)],
        form=revision.definition,
        documents=CallDocument.objects.filter(call=call).count(),
        envelope_cents=funding.envelope_cents(call.project),
        eu_grant_cents=call.project.eu_grant_cents,
        granting_authority=call.project.granting_authority,
        grant_number=call.project.grant_agreement_number,
        channels=list(Channel.objects.filter(call=call).values_list("kind", flat=True)),
        intake=intake_of(call),
        exceptions=dict(DutyException.objects.filter(call=call).values_list("duty", "reason")),
        unpublished_phase=_unpublished_phase(call),
    )


def _unpublished_phase(call: Call) -> str:
    before = call.previous
    return "" if before is None or before.state in (CallState.PUBLISHED, CallState.ARCHIVED) else str(before)


def findings(call: Call) -> list[Finding]:
    """The publication check of the call as it is stored now."""
    return check(planned(call))


def working_form(call: Call) -> FormRevision:
    """The form being designed, or the one that was published: the newest revision."""
    return FormRevision.objects.filter(call=call).select_related("proposed_by").order_by("-number")[0]


def catalogues_of(call: Call) -> list[tuple[str, str]]:
    """The catalogues a question may take its items from: the accepted entries of other calls of the project."""
    others = Call.objects.public().filter(project=call.project).exclude(pk=call.pk).order_by("-pk")[:50]
    return [(f"call:{one.code}", _("Accepted in “%(call)s”") % {"call": one}) for one in others]


@dataclass(frozen=True)
class PartState:
    """One part of a call in its workshop: how it stands, and its page."""

    part: Part
    label: str
    url: str
    tone: str
    findings: list[Finding]
    frozen: bool


@dataclass(frozen=True)
class Workshop:
    """A call being made: its parts, and what still stands against publication."""

    parts: list[PartState]
    missing: list[Finding]
    may_be_published: bool


TONES = {Answer.KEPT: "good", Answer.ADVICE: "warn", Answer.EXCEPTED: "warn", Answer.MISSING: "bad"}


def workshop(call: Call) -> Workshop:
    """The parts of a draft with the findings of the check; of a published call without, for they were kept then."""
    found = findings(call) if call.state == CallState.DRAFT else []
    parts = [_part_state(call, part, [one for one in found if one.part is part]) for part in Part]
    return Workshop(parts, [one for one in found if one.blocks], bool(found) and may_be_published(found))


def _part_state(call: Call, part: Part, found: list[Finding]) -> PartState:
    order = [Answer.MISSING, Answer.EXCEPTED, Answer.ADVICE, Answer.KEPT]
    worst = min((one.answer for one in found), key=order.index, default=None)
    return PartState(
        part=part,
        label=str(LABELS[part]),
        url=part_url(call, part),
        tone=TONES[worst] if worst else "",
        findings=found,
        frozen=call.published_at is not None and part not in OPEN_AFTER_PUBLICATION,
    )


def part_url(call: Call, part: Part) -> str:
    """The page of a part."""
    if part is Part.FORM:
        return reverse("calls:form", args=[call.slug])
    if part is Part.DOCUMENTS:
        return reverse("calls:call_documents", args=[call.slug])
    return reverse("calls:call_part", args=[call.slug, part.value])


def criterion_plans(call: Call) -> list[CriterionPlan]:
    """The criteria as they are planned, in order."""
    return [
        CriterionPlan(
            code=one.code,
            name=one.name,
            weight=one.weight,
            description=one.description,
            max_score=one.max_score,
            step=one.step,
            threshold=one.threshold,
            min_words=one.min_words,
        )
        for one in Criterion.objects.filter(call=call)
    ]


def scheme_of(call: Call) -> Scheme:
    """The criteria and how they make a total: one query."""
    rows = Criterion.objects.filter(call=call).values_list("code", "weight", "max_score")
    return Scheme(list(rows), call.total_method, call.overall_threshold)


def activities_of(call: Call) -> list[str]:
    """The closed list of activities that are supported, in the reader's language."""
    return [line.strip() for line in str(call.activities).splitlines() if line.strip()]


def channel_plans(call: Call) -> list[ChannelPlan]:
    """Where the call is published, or will be: one query."""
    return [
        ChannelPlan(one.kind, one.name, one.published_on, one.url)
        for one in Channel.objects.filter(call=call)
    ]


def limit_plans(call: Call) -> list[Limit]:
    """The limits on awards, in order."""
    return limits_of(call.limits)


def type_plans(call: Call) -> list[ProjectType]:
    """The types of project, in order."""
    return call.project_types


def instalment_plans(call: Call) -> list[InstalmentPlan]:
    """The instalments as they are planned, in order."""
    return [
        InstalmentPlan(
            label=one.label,
            percent=one.percent,
            due=one.due,
            month=one.month,
            amount_cents=one.amount_cents,
        )
        for one in Instalment.objects.filter(call=call)
    ]


@dataclass(frozen=True)
class RuleLine:
    """One further rule in the workshop: what it is, what people read, and who tells whether it is kept."""

    id: str
    label: str
    sentence: str
    is_confirmed: bool


def rule_lines(call: Call) -> list[RuleLine]:
    """The further rules of a call, in order."""
    return [
        RuleLine(
            rule.id,
            str(KINDS[rule.kind].label),
            KINDS[rule.kind].sentence(rule.settings),
            KINDS[rule.kind].is_declared(rule.settings),
        )
        for rule in parse(call.rules)
    ]


@dataclass(frozen=True)
class PendingCountry:
    """A country that waits for its association, or whose association is recorded."""

    code: str
    name: str
    association: Association | None


def pending_countries(call: Call) -> list[PendingCountry]:
    """The countries that were pending when the call was made: one query, none without such countries."""
    if not call.countries_pending:
        return []
    known = {one.country: one for one in Association.objects.filter(call=call).select_related("by")}
    return [PendingCountry(code, name, known.get(code)) for code, name in choices(call.countries_pending)]


def not_associated(call: Call, countries: Collection[str], on: date) -> list[str]:
    """The names of those of these countries whose association is not in force on that day, by what is recorded."""
    waiting = set(countries) & set(call.countries_pending)
    if not waiting:
        return []
    there = Association.objects.filter(call=call, country__in=waiting, in_force_on__lte=on)
    return [name for _code, name in choices(waiting - set(there.values_list("country", flat=True)))]


def intake_of(call: Call) -> Intake:
    """How the call takes its applications: one query, none without cut-offs."""
    return Intake(
        model=call.call_model,
        cut_offs=cut_off_plans(call),
        carry_over=call.carry_over,
        waiting_most=call.waiting_most,
        answer_days=call.answer_days,
        final_at_once=call.final_at_once,
        feedback_days=call.feedback_days,
        feedback_answer_days=call.feedback_answer_days,
        extension_days=call.extension_days,
    )


def cut_off_plans(call: Call) -> list[CutOffPlan]:
    """The cut-offs as they are planned, in order."""
    if not call.has_cut_offs:
        return []
    return [
        CutOffPlan(
            closes_at=one.closes_at,
            name=one.name,
            decision_by=one.decision_by,
            countries=one.countries,
            answers=one.answers,
            budget_cents=one.budget_cents,
        )
        for one in CutOff.objects.filter(call=call)
    ]


def mark_of(call: Call, part: Part) -> str:
    """The mark of a part as it is stored now: its page carries it, the verb compares."""
    content: Any = columns_of(call, part)
    if part is Part.CRITERIA:
        content = [content, criterion_plans(call)]
    if part is Part.INTAKE:
        content = [content, cut_off_plans(call)]
    if part is Part.INSTALMENTS:
        content = instalment_plans(call)
    if part is Part.CHANNELS:
        content = [content, channel_plans(call)]
    return digest(content)
