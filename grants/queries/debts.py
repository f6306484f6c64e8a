"""What an agreement comes to at its end, and what is to be recovered."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts.models import Organisation
from grants.debts import RecoveryOrder
from grants.models import Agreement, MilestoneShare, Payment
from grants.recovery import Due, Reckoning
from grants.states import UNSETTLED, AgreementState, MilestoneState, PaymentState

Owed = dict[Organisation, list[tuple[MilestoneShare, Due]]]


def owed_rows(agreement: Agreement) -> Owed:
    """What each organisation is owed at each accepted milestone, and what of it was paid: three queries."""
    paid = {
        (milestone, organisation): cents
        for milestone, organisation, cents in Payment.objects.filter(
            milestone__agreement=agreement, state=PaymentState.PAID
        ).values_list("milestone", "organisation", "amount_cents")
    }
    found: Owed = {share.organisation: [] for share in agreement.shares.select_related("organisation")}
    rows = MilestoneShare.objects.filter(
        milestone__agreement=agreement, milestone__state=MilestoneState.ACCEPTED
    )
    for row in rows.select_related("milestone", "organisation").order_by("milestone__position", "pk"):
        due = Due(
            row.owed_cents, paid.get((row.milestone_id, row.organisation_id), 0), row.milestone.needs_report
        )
        found[row.organisation].append((row, due))
    return found


def reckonings(agreement: Agreement) -> dict[Organisation, Reckoning]:
    """Accepted and paid of each organisation: three queries."""
    return {
        organisation: Reckoning(
            sum(due.owed_cents for _row, due in rows), sum(due.paid_cents for _row, due in rows)
        )
        for organisation, rows in owed_rows(agreement).items()
    }


def has_ended(agreement: Agreement) -> bool:
    return agreement.state in (AgreementState.COMPLETED, AgreementState.TERMINATED)


def is_settled(agreement: Agreement) -> bool:
    """Is every milestone decided and every accepted share paid?"""
    open_states = [MilestoneState.PLANNED, MilestoneState.REPORTED, MilestoneState.RETURNED]
    if agreement.milestones.filter(state__in=open_states).exists():
        return False
    return all(
        due.paid_cents or not due.owed_cents for rows in owed_rows(agreement).values() for _row, due in rows
    )


def has_uncleared_advance(agreement: Agreement) -> bool:
    """Was a report refused, and money given before any report? Then a manager says what of it is accepted (cap-43)."""
    if not agreement.milestones.filter(state=MilestoneState.REFUSED).exists():
        return False
    rows = owed_rows(agreement).values()
    return any(due.owed_cents and not due.by_report for dues in rows for _row, due in dues)


def waits_for_closing(agreement: Agreement) -> bool:
    return (
        agreement.state == AgreementState.IN_FORCE
        and is_settled(agreement)
        and has_uncleared_advance(agreement)
    )


def recovery_rows(user: Any) -> QuerySet[RecoveryOrder]:
    """Recovery orders of the person's projects, newest first."""
    return (
        RecoveryOrder.objects.visible_to_staff(user)
        .select_related(
            "organisation",
            "agreement__application__call__project",
            "agreement__application__organisation",
            "proposed_by",
            "confirmed_by",
            "waiver_by",
            "waived_by",
            "letter",
        )
        .defer("agreement__data")
        .order_by("-pk")
    )


def recovery_sums(user: Any) -> dict[str, int]:
    """The totals above the list, in cents: asked back, come back, open. One query."""
    still = Q(state__in=UNSETTLED)
    return (
        RecoveryOrder.objects.visible_to_staff(user)
        .filter(confirmed_at__isnull=False)
        .aggregate(
            asked=Sum("amount_cents", default=0),
            repaid=Sum("repaid_cents", default=0),
            count=Count("pk"),
            open=Sum(F("amount_cents") - F("repaid_cents"), filter=still, default=0),
        )
    )
