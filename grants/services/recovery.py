"""The verbs about a recovery order: proposed by one person, confirmed by another, repaid or waived (cap-43)."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.audit import record
from core.errors import DomainError, FourEyesRequired, Gap, Incomplete, InvalidTransition
from core.locks import lock_row
from core.money import format_eur
from core.tasks import enqueue
from core.workflow import transition
from funding import services as funding
from grants import contents, notifications, queries
from grants.debts import RecoveryOrder, Repayment
from grants.models import Agreement
from grants.services._common import check_possible
from grants.states import UNSETTLED, RecoveryState
from grants.tasks import render_recovery_letter

MOST_DAYS = 365
"""Days to pay that may be given at most."""


def propose_recoveries(
    agreement: Agreement, *, by: User, reason: str, days_to_pay: int
) -> list[RecoveryOrder]:
    """Propose what each organisation was paid above what is accepted. In the caller's transaction, the agreement locked."""
    orders: list[RecoveryOrder] = []
    live = set(
        agreement.recoveries.exclude(state=RecoveryState.DROPPED).values_list("organisation", flat=True)
    )
    known = agreement.recoveries.count()
    for organisation, sums in queries.reckonings(agreement).items():
        if organisation.pk in live or not sums.to_recover_cents:
            continue
        order = RecoveryOrder.objects.create(
            ref=f"{agreement.ref}-R{known + len(orders) + 1}",
            agreement=agreement,
            organisation=organisation,
            amount_cents=sums.to_recover_cents,
            accepted_cents=sums.accepted_cents,
            paid_cents=sums.paid_cents,
            reason=reason,
            days_to_pay=days_to_pay,
            proposed_by=by,
        )
        record(order, "recoveryorder.proposed", by=by, note=reason, data={"amount_cents": order.amount_cents})
        orders.append(order)
    if orders:
        notifications.recoveries_proposed(orders, by=by)
    return orders


@transaction.atomic(durable=True)
def propose_again(agreement: Agreement, *, by: User, reason: str, days_to_pay: int) -> list[RecoveryOrder]:
    """Propose anew what was dropped. Raises DomainError when nothing is to be recovered."""
    agreement = lock_row(agreement)
    if not queries.has_ended(agreement):
        raise InvalidTransition(_("%s has not ended: nothing can be recovered yet.") % agreement.ref)
    orders = propose_recoveries(
        agreement, by=by, reason=_text(reason), days_to_pay=max(1, min(days_to_pay, MOST_DAYS))
    )
    if not orders:
        raise DomainError(_("Nothing is to be recovered under %s.") % agreement.ref)
    return orders


def _locked(order: RecoveryOrder) -> RecoveryOrder:
    """The agreement first, then the order: the order in which everything about money is locked."""
    agreement = lock_row(order.agreement)
    order = lock_row(order)
    order.agreement = agreement
    return order


@transaction.atomic(durable=True)
def confirm_recovery(order: RecoveryOrder, *, by: User) -> RecoveryOrder:
    """The second person confirms: the letter is made, the days to pay begin, the beneficiary is told.

    Raises FourEyesRequired for the proposer, Incomplete while the project names no account of ours.
    """
    order = _locked(order)
    check_possible(order, RecoveryState.OPEN)
    if order.proposed_by_id == by.pk:
        raise FourEyesRequired(_("You proposed this recovery yourself; another person has to confirm it."))
    call = order.agreement.application.call
    project = call.project
    if not project.bank_iban:
        page = reverse("funding:project_bank", args=[project.slug])
        raise Incomplete(
            _("The project names no bank account for repayments yet, so the letter cannot be written."),
            [Gap(_("Bank account for repayments"), page)],
        )
    today = queries.today(call.zone)
    order.confirmed_at, order.confirmed_by = clock.now(), by
    order.due_on = today + timedelta(days=order.days_to_pay)
    order.data = contents.recovery(order, written_on=today)
    order.save(update_fields=["confirmed_at", "confirmed_by", "due_on", "data"])
    transition(order, RecoveryState.OPEN, by=by, data={"due_on": order.due_on.isoformat()})
    enqueue(render_recovery_letter, order.pk)
    notifications.recovery_ordered(order)
    return order


@transaction.atomic(durable=True)
def drop_recovery(order: RecoveryOrder, *, by: User, reason: str) -> RecoveryOrder:
    """Take a proposal back that was not confirmed; it can be proposed again."""
    order = _locked(order)
    transition(order, RecoveryState.DROPPED, by=by, note=_text(reason))
    return order


@transaction.atomic(durable=True)
def record_repayment(order: RecoveryOrder, *, by: User, amount_cents: int, received_on: date) -> Repayment:
    """Money came back on `received_on`: the ledger says so, the call has it again, who owed it is told.

    Raises DomainError for more than is still to come back, for a day in the future or before the order.
    """
    order = _locked(order)
    if order.state not in UNSETTLED:
        raise InvalidTransition(
            _("%(ref)s is “%(state)s”: nothing is to be repaid.")
            % {"ref": order.ref, "state": order.get_state_display().lower()}
        )
    if not 0 < amount_cents <= order.open_cents:
        raise DomainError(
            _("%(left)s EUR are still to be repaid, not %(asked)s.")
            % {"left": format_eur(order.open_cents), "asked": format_eur(amount_cents)},
            field="amount_cents",
        )
    call = order.agreement.application.call
    confirmed = order.confirmed_at.astimezone(ZoneInfo(call.zone)).date()  # type: ignore[union-attr]  # confirmed just before
    if received_on > queries.today(call.zone):
        raise DomainError(_("This day is still to come."), field="received_on")
    if received_on < confirmed:
        raise DomainError(
            _("The order is of %s; the money cannot have come before.") % date_format(confirmed, "j F Y"),
            field="received_on",
        )
    repayment = Repayment.objects.create(
        order=order, amount_cents=amount_cents, received_on=received_on, recorded_by=by
    )
    order.repaid_cents += amount_cents
    order.save(update_fields=["repaid_cents"])
    data = {"amount_cents": amount_cents, "received_on": received_on.isoformat()}
    if order.repaid_cents == order.amount_cents:
        transition(order, RecoveryState.REPAID, by=by, data=data)
    elif order.state == RecoveryState.OPEN:
        transition(order, RecoveryState.PART_REPAID, by=by, data=data)
    else:
        record(order, "recoveryorder.repayment", by=by, data=data)
    shares = [(order.organisation, amount_cents)]
    funding.record_recovered(call.budget_line, shares, by=by, source=repayment)  # type: ignore[arg-type]  # a call with agreements has its line
    notifications.recovery_repaid(repayment)
    return repayment


@transaction.atomic(durable=True)
def propose_waiver(order: RecoveryOrder, *, by: User, reason: str) -> RecoveryOrder:
    """Propose to forgo what is still open, with the reason; a second person decides."""
    order = _locked(order)
    check_possible(order, RecoveryState.WAIVED)
    if order.waiver_by_id is not None:
        raise DomainError(_("A waiver is proposed already; another person decides on it."))
    order.waiver_reason, order.waiver_by = _text(reason), by
    order.save(update_fields=["waiver_reason", "waiver_by"])
    record(order, "recoveryorder.waiver_proposed", by=by, note=order.waiver_reason)
    return order


@transaction.atomic(durable=True)
def decide_waiver(order: RecoveryOrder, *, by: User, agree: bool) -> RecoveryOrder:
    """The second person waives what is open, or refuses: then the order stays. Raises FourEyesRequired for the proposer."""
    order = _locked(order)
    check_possible(order, RecoveryState.WAIVED)
    if order.waiver_by_id is None:
        raise InvalidTransition(_("No waiver of %s is proposed.") % order.ref)
    if order.waiver_by_id == by.pk:
        raise FourEyesRequired(_("You proposed this waiver yourself; another person has to decide."))
    if not agree:
        record(order, "recoveryorder.waiver_refused", by=by, note=order.waiver_reason)
        order.waiver_reason, order.waiver_by = "", None
        order.save(update_fields=["waiver_reason", "waiver_by"])
        return order
    data = {"waived_cents": order.open_cents}
    order.waived_by = by
    order.save(update_fields=["waived_by"])
    transition(order, RecoveryState.WAIVED, by=by, note=order.waiver_reason, data=data)
    notifications.recovery_waived(order)
    return order


def _text(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Give the reason."), field="reason")
    return reason.strip()
