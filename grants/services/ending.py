"""The verbs that end an agreement: closed after its last report, or terminated before (cap-43)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row
from core.money import format_eur
from core.workflow import transition
from funding import services as funding
from grants import notifications, queries
from grants.debts import Termination
from grants.models import Agreement, MilestoneShare, Payment
from grants.recovery import Due, clear
from grants.services._common import check_possible, release_rest
from grants.services.recovery import MOST_DAYS, propose_recoveries
from grants.services.survey import ask_if_paid_off
from grants.states import AgreementState, MilestoneState, PaymentState

OPEN_PAYMENTS = (PaymentState.PROPOSED, PaymentState.APPROVED, PaymentState.FAILED)


@transaction.atomic(durable=True)
def terminate_agreement(
    agreement: Agreement,
    *,
    by: User,
    side: str,
    reason: str,
    notice_on: date,
    ended_on: date,
    accepted: Mapping[str, int],
    days_to_pay: int,
) -> Agreement:
    """End an agreement in force before its time. `side` gave notice on `notice_on`; `accepted` is the value of the accepted
    work by the organisation's reference, in cents. What was paid above it is proposed for recovery.

    Raises DomainError for days that do not fit, while a report is unread or a payment is on its way, and for an amount
    that is not between nothing and what is owed.
    """
    agreement = lock_row(agreement)
    check_possible(agreement, AgreementState.TERMINATED)
    reason = _reason(reason)
    _check_days(agreement, notice_on, ended_on)
    if side not in Termination.Side.values:
        raise DomainError(_("Say who ended the agreement."), field="side")
    if agreement.milestones.filter(state=MilestoneState.REPORTED).exists():
        raise DomainError(_("A report waits to be read: decide on it first."))
    Termination.objects.create(
        agreement=agreement, side=side, reason=reason, notice_on=notice_on, ended_on=ended_on, recorded_by=by
    )
    data = {"side": side, "notice_on": notice_on.isoformat(), "ended_on": ended_on.isoformat()}
    transition(agreement, AgreementState.TERMINATED, by=by, note=reason, data=data)
    _settle(agreement, accepted, by=by, reason=reason, days_to_pay=days_to_pay)
    notifications.agreement_terminated(agreement)
    ask_if_paid_off(agreement)
    return agreement


@transaction.atomic(durable=True)
def close_agreement(
    agreement: Agreement, *, by: User, reason: str, accepted: Mapping[str, int], days_to_pay: int
) -> Agreement:
    """Complete an agreement whose last report was refused: a manager says how much of the advance is accepted. What was paid
    above it is proposed for recovery.

    Raises InvalidTransition unless the agreement waits for it, else as `terminate_agreement`.
    """
    agreement = lock_row(agreement)
    if not queries.waits_for_closing(agreement):
        raise InvalidTransition(_("%s does not wait to be closed.") % agreement.ref)
    reason = _reason(reason)
    _settle(agreement, accepted, by=by, reason=reason, days_to_pay=days_to_pay)
    transition(agreement, AgreementState.COMPLETED, by=by, note=reason)
    notifications.agreement_completed(agreement)
    ask_if_paid_off(agreement)
    return agreement


def _check_days(agreement: Agreement, notice_on: date, ended_on: date) -> None:
    if ended_on > queries.today(agreement.application.call.zone):
        raise DomainError(_("This day is still to come. Record the end when it is there."), field="ended_on")
    if ended_on < notice_on:
        raise DomainError(_("The agreement cannot end before notice was given."), field="ended_on")


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Give the reason: the beneficiary reads it."), field="reason")
    return text.strip()


def _settle(
    agreement: Agreement, accepted: Mapping[str, int], *, by: User, reason: str, days_to_pay: int
) -> None:
    """Clear what was paid against what is accepted; what is owed no more and what was never owed goes back to the call."""
    if not 1 <= days_to_pay <= MOST_DAYS:
        raise DomainError(
            _("Give between 1 and %(most)d days to pay.") % {"most": MOST_DAYS}, field="days_to_pay"
        )
    if Payment.objects.filter(milestone__agreement=agreement, state__in=OPEN_PAYMENTS).exists():
        raise DomainError(_("A payment is on its way: pay it or cancel it first."))
    not_owed: list[tuple[Organisation, int]] = []
    for organisation, rows in queries.owed_rows(agreement).items():
        total = sum(due.owed_cents for _row, due in rows)
        cents = accepted.get(organisation.ref)
        if cents is None or not 0 <= cents <= total:
            raise DomainError(
                _("For %(name)s between 0.00 and %(total)s EUR can be accepted: so much was owed so far.")
                % {"name": organisation, "total": format_eur(total)},
                field=f"accepted_{organisation.ref}",
            )
        if lost := _keep(rows, cents):
            not_owed.append((organisation, lost))
    line = agreement.application.call.budget_line
    if not_owed:
        funding.record_not_owed(line, not_owed, by=by, source=agreement)  # type: ignore[arg-type]  # a call with agreements has its line
    release_rest(agreement, by=by)
    propose_recoveries(agreement, by=by, reason=reason, days_to_pay=days_to_pay)


def _keep(rows: list[tuple[MilestoneShare, Due]], cents: int) -> int:
    """Write what is accepted of each share. Returns what was owed, not paid, and is owed no more."""
    lost = 0
    for (share, due), kept in zip(rows, clear([due for _row, due in rows], cents), strict=True):
        if kept < due.owed_cents:
            share.accepted_cents = kept
            share.save(update_fields=["accepted_cents"])
            lost += due.owed_cents - max(kept, due.paid_cents)
    return lost
