"""What several verbs share; all run in the caller's transaction."""

from typing import Any

from accounts.models import Organisation, User
from core.workflow import is_allowed, transition
from funding import services as funding
from grants import notifications, queries
from grants.models import Agreement, Milestone, MilestoneShare
from grants.states import AgreementState, MilestoneState


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
    """Close the agreement when every milestone is decided and every accepted share is paid.

    Where a report was refused and money was given in advance it stays open: a manager says what of the advance is accepted
    (`close_agreement`, cap-43).
    """
    if agreement.state != AgreementState.IN_FORCE or not queries.is_settled(agreement):
        return
    if queries.has_uncleared_advance(agreement):
        return
    transition(agreement, AgreementState.COMPLETED, by=by)
    release_rest(agreement, by=by)
    notifications.agreement_completed(agreement)


def release_rest(agreement: Agreement, *, by: User) -> None:
    """At the end of an agreement what it bound and will never be owed goes back to the call: it makes room under the
    ceiling again (cap-30, cap-42). What was refused went back before; what was paid stays in the books as paid."""
    gone: dict[Organisation, int] = {}
    for organisation, rows in queries.owed_rows(agreement).items():
        gone[organisation] = sum(max(due.owed_cents, due.paid_cents) for _row, due in rows)
    bound = MilestoneShare.objects.filter(milestone__agreement=agreement).exclude(
        milestone__state=MilestoneState.REFUSED
    )
    rest = {organisation: -cents for organisation, cents in gone.items()}
    for row in bound.select_related("organisation"):
        rest[row.organisation] += row.amount_cents
    shares = [(organisation, cents) for organisation, cents in rest.items() if cents]
    if shares:
        line = agreement.application.call.budget_line
        funding.record_decommitted(line, shares, by=by, source=agreement)  # type: ignore[arg-type]  # a call with agreements has its line
