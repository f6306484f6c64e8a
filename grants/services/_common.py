"""What several verbs share; all run in the caller's transaction."""

from typing import Any

from accounts.models import Organisation, User
from core.workflow import is_allowed, transition
from funding import services as funding
from grants import notifications
from grants.models import Agreement, Milestone, MilestoneShare, Payment
from grants.states import AgreementState, MilestoneState, PaymentState


def check_possible(obj: Any, to: str) -> None:
    """Raise InvalidTransition before anything is looked at or written, when the machine's table does not allow it."""
    if not is_allowed(obj, to):
        transition(obj, to, by=None)


def shares_of(milestone: Milestone) -> list[tuple[Organisation, int]]:
    """Who receives what at a milestone, of what was accepted, in cents; nobody with nothing."""
    rows = milestone.shares.select_related("organisation")
    return [(row.organisation, row.owed_cents) for row in rows if row.owed_cents]


def accept(milestone: Milestone, *, by: User, note: str, data: dict[str, Any] | None = None) -> None:
    """The milestone is reached: its money, or the part of it that was accepted, is owed from now on."""
    transition(milestone, MilestoneState.ACCEPTED, by=by, note=note, data=data)
    shares = shares_of(milestone)
    if shares:
        line = milestone.agreement.application.call.budget_line
        funding.record_accrued(line, shares, by=by, source=milestone)  # type: ignore[arg-type]


def complete_if_done(agreement: Agreement, *, by: User) -> None:
    """Close the agreement when every milestone is decided and every accepted share is paid."""
    open_states = [MilestoneState.PLANNED, MilestoneState.REPORTED, MilestoneState.RETURNED]
    if (
        agreement.state != AgreementState.IN_FORCE
        or agreement.milestones.filter(state__in=open_states).exists()
    ):
        return
    owed = (
        MilestoneShare.objects.filter(
            milestone__agreement=agreement, milestone__state=MilestoneState.ACCEPTED
        )
        .exclude(amount_cents=0)
        .exclude(accepted_cents=0)
        .values_list("milestone", "organisation")
    )
    paid = Payment.objects.filter(milestone__agreement=agreement, state=PaymentState.PAID)
    if set(owed) <= set(paid.values_list("milestone", "organisation")):
        transition(agreement, AgreementState.COMPLETED, by=by)
        release_rest(agreement, by=by)
        notifications.agreement_completed(agreement)


def release_rest(agreement: Agreement, *, by: User) -> None:
    """At the end of an agreement what it bound and will never be owed goes back to the call: it makes room under the
    ceiling again (cap-30, cap-42). What was refused went back before."""
    rows = MilestoneShare.objects.filter(milestone__agreement=agreement).exclude(
        milestone__state=MilestoneState.REFUSED
    )
    rest: dict[Organisation, int] = {}
    for row in rows.select_related("organisation", "milestone"):
        owed = row.owed_cents if row.milestone.state == MilestoneState.ACCEPTED else 0
        rest[row.organisation] = rest.get(row.organisation, 0) + row.amount_cents - owed
    shares = [(organisation, cents) for organisation, cents in rest.items() if cents]
    if shares:
        line = agreement.application.call.budget_line
        funding.record_decommitted(line, shares, by=by, source=agreement)  # type: ignore[arg-type]
