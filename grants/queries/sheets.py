"""What the pages of grants show."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Organisation
from applicants.models import Application
from applicants.states import ApplicationState
from calls.models import Call
from core import clock
from core.audit import history
from core.models import AuditEvent
from evaluation.models import Decision, DecisionCondition
from evaluation.states import DecisionState, Outcome
from grants.models import Agreement, BankAccount, Milestone, MilestoneShare, Payment, Report
from grants.states import COUNTED, AgreementState, MilestoneState, PaymentState


def today(zone: str) -> date:
    """The calendar day in a call's zone."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """The last second of a day in a call's zone."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone))


def awards(call: Call | None = None) -> QuerySet[Decision]:
    """Released decisions to fund."""
    found = Decision.objects.filter(state=DecisionState.RELEASED, outcome=Outcome.FUND)
    return found.filter(round__call=call) if call is not None else found


def open_conditions(agreement: Agreement) -> list[str]:
    """What the decision asks for before the signature and nobody has recorded as fulfilled yet: one query."""
    waiting = DecisionCondition.objects.filter(decision=agreement.decision_id, met_at__isnull=True)
    return list(waiting.values_list("text", flat=True))


def conditions_url(agreement: Agreement) -> str:
    """The page on which they are recorded as fulfilled: one query."""
    decision = Decision.objects.select_related("round__call", "application").get(pk=agreement.decision_id)
    page = reverse("evaluation:file_detail", args=[decision.round.address, decision.application.ref])
    return f"{page}#conditions"


def conditions_of(application: Application) -> list[DecisionCondition]:
    """The conditions of the file's released award: one query."""
    return list(DecisionCondition.objects.filter(decision__in=awards().filter(application=application)))


def awaiting_agreement(call: Call) -> QuerySet[Application]:
    """Selected files that have no agreement yet, each with its award (`award_cents`) and the title submitted."""
    taken = Agreement.objects.live().filter(application__call=call).values("application")
    award = awards(call).filter(application=OuterRef("pk"))
    return (
        Application.objects.filter(call=call, state=ApplicationState.SELECTED)
        .exclude(pk__in=taken)
        .annotate(
            award_cents=Subquery(award.values("amount_cents")[:1]),
            submitted_title=Coalesce(F("last_final__title"), F("ref")),
        )
        .filter(award_cents__gt=0)
        .select_related("organisation")
    )


def agreement_rows(call: Call, user: Any) -> QuerySet[Agreement]:
    """The call's agreements as the list shows them: beneficiary, state, amount, what was paid (`paid_cents`)."""
    paid = (
        Payment.objects.filter(milestone__agreement=OuterRef("pk"), state=PaymentState.PAID)
        .values("milestone__agreement")
        .annotate(cents=Sum("amount_cents"))
        .values("cents")
    )
    return (
        Agreement.objects.visible_to_staff(user)
        .filter(application__call=call)
        .annotate(paid_cents=Coalesce(Subquery(paid), 0))
        .select_related("application__organisation", "application__call", "document")
        .defer("data")
        .order_by("ref")
    )


def with_facts(found: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Agreements with what a detail page shows of them, in one row."""
    return found.select_related(
        "application__organisation",
        "application__call__project",
        "application__call__budget_line",
        "document",
        "signed_by",
        "countersigned_by",
        "drafted_by",
    )


@dataclass
class Party:
    """One organisation of an agreement: its share, its part of each milestone, its account, what it got (cents)."""

    organisation: Organisation
    amount_cents: int
    columns: list[int]
    account: BankAccount | None
    paid_cents: int


@dataclass
class Step:
    """One milestone with its reports and payments."""

    milestone: Milestone
    reports: list[Report]
    payments: list[Payment]
    is_overdue: bool
    unproposed_cents: int
    due_at: datetime
    owed_cents: int

    @property
    def is_part(self) -> bool:
        """Was a part of it accepted only?"""
        return (
            self.milestone.state == MilestoneState.ACCEPTED and self.owed_cents < self.milestone.amount_cents
        )


@dataclass
class Sheet:
    """Everything an agreement's page shows; loaded once, whatever the number of organisations and milestones."""

    agreement: Agreement
    parties: list[Party]
    steps: list[Step]
    trail: list[AuditEvent] = field(default_factory=list)

    @property
    def sums(self) -> list[int]:
        """What all organisations together receive at each milestone, in cents."""
        return [step.milestone.amount_cents for step in self.steps]

    @property
    def paid_cents(self) -> int:
        return sum(party.paid_cents for party in self.parties)

    @property
    def left_cents(self) -> int:
        """What may still be paid: what was accepted or can be, less what was paid; nothing of what was refused or ended."""
        ended = self.agreement.state in (AgreementState.COMPLETED, AgreementState.TERMINATED)
        gone = {MilestoneState.REFUSED} if not ended else set(MilestoneState) - {MilestoneState.ACCEPTED}
        owed = sum(step.owed_cents for step in self.steps if step.milestone.state not in gone)
        return max(0, owed - self.paid_cents)

    @property
    def missing_accounts(self) -> list[Organisation]:
        """Organisations that have not said where their money goes."""
        return [party.organisation for party in self.parties if party.account is None]

    @property
    def unverified(self) -> list[Party]:
        return [party for party in self.parties if party.account and party.account.verified_at is None]


def sheet(agreement: Agreement, *, trail: bool = False) -> Sheet:
    """Load an agreement's organisations, milestones, reports, payments and accounts: six queries, seven with the trail."""
    milestones = list(
        agreement.milestones.prefetch_related(
            Prefetch("shares", MilestoneShare.objects.order_by("pk")),
            Prefetch("reports", Report.objects.select_related("file", "submitted_by", "reviewed_by")),
            Prefetch("payments", Payment.objects.select_related("organisation", "order", "bank_account")),
        )
    )
    accounts = {
        account.organisation_id: account
        for account in agreement.bank_accounts.filter(replaced_at__isnull=True).select_related("verified_by")
    }
    payments = [payment for milestone in milestones for payment in milestone.payments.all()]
    paid: dict[int, int] = defaultdict(int)
    for payment in payments:
        if payment.state == PaymentState.PAID:
            paid[payment.organisation_id] += payment.amount_cents
    columns: dict[int, list[int]] = defaultdict(list)
    for milestone in milestones:
        for share in milestone.shares.all():
            columns[share.organisation_id].append(share.amount_cents)
    parties = [
        Party(
            share.organisation,
            share.amount_cents,
            columns[share.organisation_id],
            accounts.get(share.organisation_id),
            paid[share.organisation_id],
        )
        for share in agreement.shares.select_related("organisation")
    ]
    call = agreement.application.call
    return Sheet(
        agreement,
        parties,
        [_step(m, call) for m in milestones],
        _trail(agreement, milestones) if trail else [],
    )


def _step(milestone: Milestone, call: Call) -> Step:
    payments = list(milestone.payments.all())
    live = {p.organisation_id for p in payments if p.state != PaymentState.CANCELLED}
    return Step(
        milestone,
        list(milestone.reports.all()),
        payments,
        milestone.is_overdue(today(call.zone)),
        sum(s.owed_cents for s in milestone.shares.all() if s.organisation_id not in live),
        end_of(milestone.due_on, call.zone),
        sum(s.owed_cents for s in milestone.shares.all()),
    )


def _trail(agreement: Agreement, milestones: list[Milestone]) -> list[AuditEvent]:
    """What was done to the agreement, its milestones and payments, newest first, at most 100; `place` says on what."""
    payments = Payment.objects.filter(milestone__agreement=agreement)
    labels = {milestone.pk: milestone.label for milestone in milestones}
    owned: dict[str, Any] = {
        "agreement": [agreement.pk],
        "milestone": list(labels),
        "payment": payments.values("pk"),
    }
    about = Q()
    for model, keys in owned.items():
        about |= Q(target_type__model=model, target_id__in=keys)
    events = AuditEvent.objects.filter(about, target_type__app_label="grants")
    found = list(events.select_related("actor", "target_type").order_by("-pk")[:100])
    for event in found:
        is_milestone = event.target_type.model == "milestone"
        place = labels[event.target_id] if is_milestone else event.data.get("organisation", event.target_ref)
        event.place = place  # type: ignore[attr-defined]
    return found


def closing_note(agreement: Agreement) -> str:
    """Why an agreement was withdrawn, in the words of the person who did it."""
    event = history(agreement).filter(to_state=AgreementState.WITHDRAWN).last()
    return event.note if event else ""


def balance_cents(agreement: Agreement, organisation: Organisation) -> int:
    """What the organisation may still be paid: its share less all payments approved or paid."""
    share = agreement.shares.filter(organisation=organisation).values_list("amount_cents", flat=True).first()
    taken = Payment.objects.filter(
        milestone__agreement=agreement, organisation=organisation, state__in=COUNTED
    ).aggregate(cents=Sum("amount_cents"))["cents"]
    return (share or 0) - (taken or 0)


def payment_rows(user: Any, *, state: str = "") -> QuerySet[Payment]:
    """Payments of the person's projects, newest first."""
    found = Payment.objects.visible_to_staff(user).select_related(
        "organisation",
        "milestone__agreement__application__call__project",
        "bank_account",
        "proposed_by",
        "approved_by",
    )
    found = found.defer("milestone__agreement__data")
    return (found.filter(state=state) if state else found).order_by("-pk")


def payment_sums(user: Any) -> dict[str, tuple[int, int]]:
    """How many payments of the person's projects stand in each state, and their sum in cents: one query."""
    rows = (
        Payment.objects.visible_to_staff(user)
        .values_list("state")
        .annotate(count=Count("pk"), cents=Sum("amount_cents"))
        .order_by()
    )
    return {state: (count, cents) for state, count, cents in rows}


def call_sums(call: Call, user: Any) -> dict[str, int]:
    """The figures above the list, in cents: agreed, in force, paid. Two queries."""
    live = Agreement.objects.visible_to_staff(user).filter(application__call=call).live()
    bound = Q(state__in=[AgreementState.IN_FORCE, AgreementState.COMPLETED])
    sums = live.aggregate(
        agreed=Sum("amount_cents", default=0), in_force=Sum("amount_cents", filter=bound, default=0)
    )
    paid = Payment.objects.filter(milestone__agreement__in=live, state=PaymentState.PAID)
    return {**sums, "paid": paid.aggregate(cents=Sum("amount_cents", default=0))["cents"]}
