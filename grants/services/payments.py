"""The verbs about payments: proposed by one person, approved by another, then paid."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import clock
from core.audit import record
from core.errors import BudgetExceeded, DomainError, FourEyesRequired, Gap, Incomplete, InvalidTransition
from core.locks import lock_row
from core.money import format_eur
from core.tasks import enqueue
from core.workflow import transition
from funding import services as funding
from grants import notifications, queries
from grants.models import Agreement, BankAccount, Milestone, Payment
from grants.services._common import check_possible, complete_if_done, shares_of
from grants.services.survey import ask_if_paid_off
from grants.states import PAYABLE, MilestoneState, PaymentState
from grants.tasks import render_payment_order


@transaction.atomic(durable=True)
def propose_payments(milestone: Milestone, *, by: User) -> list[Payment]:
    """Propose what an accepted milestone owes: one payment per organisation that has none yet, to its account in use.

    Raises DomainError when all is proposed already, Incomplete when an organisation has given no bank account.
    """
    agreement, milestone = lock_row(milestone.agreement), lock_row(milestone)
    milestone.agreement = agreement
    if agreement.state not in PAYABLE or milestone.state != MilestoneState.ACCEPTED:
        raise InvalidTransition(
            _("“%(label)s” is “%(state)s”; only what was accepted can be paid.")
            % {"label": milestone.label, "state": milestone.get_state_display().lower()}
        )
    live = milestone.payments.exclude(state=PaymentState.CANCELLED).values_list("organisation", flat=True)
    taken = set(live)
    owed = [
        (organisation, cents) for organisation, cents in shares_of(milestone) if organisation.pk not in taken
    ]
    if not owed:
        raise DomainError(_("All payments of “%s” are proposed already.") % milestone.label)
    accounts = _accounts(agreement, owed)
    known = Payment.objects.filter(milestone__agreement=agreement).count()
    payments = [
        Payment.objects.create(
            ref=f"{agreement.application.ref}-P{known + index}",
            milestone=milestone,
            organisation=organisation,
            amount_cents=cents,
            bank_account=accounts[organisation.pk],
            proposed_by=by,
        )
        for index, (organisation, cents) in enumerate(owed, start=1)
    ]
    for payment in payments:
        record(payment, "payment.proposed", by=by, data={"amount_cents": payment.amount_cents})
    notifications.payments_proposed(payments, by=by)
    return payments


def _accounts(agreement: Agreement, owed: list[tuple[Organisation, int]]) -> dict[int, BankAccount]:
    found = agreement.bank_accounts.filter(replaced_at__isnull=True)
    accounts = {account.organisation_id: account for account in found}
    missing = [organisation for organisation, _cents in owed if organisation.pk not in accounts]
    if missing:
        names = ", ".join(str(organisation) for organisation in missing)
        raise Incomplete(
            _("There is no bank account yet of %s. The beneficiary enters it on its page of the agreement.")
            % names,
            [Gap(_("Bank account of %s") % organisation) for organisation in missing],
        )
    return accounts


def _locked(payment: Payment) -> tuple[Agreement, Payment]:
    """The agreement first, then the payment: two approvals under one agreement wait for one another."""
    agreement = lock_row(payment.milestone.agreement)
    payment = lock_row(payment)
    payment.milestone.agreement = agreement
    return agreement, payment


@transaction.atomic(durable=True)
def approve_payment(payment: Payment, *, by: User, note: str = "") -> Payment:
    """The second person approves: the order to the bank is made.

    Raises FourEyesRequired for the proposer, DomainError when the account is not verified or was replaced,
    BudgetExceeded when the agreement has less left than the payment.
    """
    agreement, payment = _locked(payment)
    check_possible(payment, PaymentState.APPROVED)
    if payment.proposed_by_id == by.pk:
        raise FourEyesRequired(_("You proposed this payment yourself; another person has to approve it."))
    _check_in_force(agreement, payment)
    _check_account(payment)
    _check_balance(agreement, payment)
    payment.approved_at, payment.approved_by = clock.now(), by
    payment.save(update_fields=["approved_at", "approved_by"])
    transition(payment, PaymentState.APPROVED, by=by, note=note.strip())
    enqueue(render_payment_order, payment.pk)
    return payment


def _check_in_force(agreement: Agreement, payment: Payment) -> None:
    if agreement.state not in PAYABLE or payment.milestone.state != MilestoneState.ACCEPTED:
        raise InvalidTransition(
            _("The agreement is “%(agreement)s” and the milestone “%(milestone)s”: nothing can be paid.")
            % {
                "agreement": agreement.get_state_display().lower(),
                "milestone": payment.milestone.get_state_display().lower(),
            }
        )


def _check_account(payment: Payment) -> None:
    account = payment.bank_account
    if account.replaced_at is not None:
        raise DomainError(
            _("The beneficiary has changed its bank account since. Cancel this payment and propose it again.")
        )
    if account.verified_at is None:
        raise DomainError(
            _("The bank account of %s is not verified yet. Call back, then verify it.") % payment.organisation
        )


def _check_balance(agreement: Agreement, payment: Payment) -> None:
    left = queries.balance_cents(agreement, payment.organisation)
    if payment.amount_cents > left:
        raise BudgetExceeded(
            _("%(asked)s EUR are more than %(name)s may still receive under this agreement, %(left)s.")
            % {
                "asked": format_eur(payment.amount_cents),
                "name": payment.organisation,
                "left": format_eur(left),
            }
        )


@transaction.atomic(durable=True)
def mark_payment_paid(payment: Payment, *, by: User, paid_on: date) -> Payment:
    """The money has left the account on `paid_on` (the call's calendar): the ledger says so, the beneficiary is told.

    Raises DomainError for a day in the future or before the approval. The last payment completes the agreement.
    """
    agreement, payment = _locked(payment)
    call = agreement.application.call
    check_possible(payment, PaymentState.PAID)
    _check_day(payment, paid_on, call.zone)
    payment.paid_on, payment.paid_by = paid_on, by
    payment.save(update_fields=["paid_on", "paid_by"])
    transition(payment, PaymentState.PAID, by=by, data={"paid_on": paid_on.isoformat()})
    shares = [(payment.organisation, payment.amount_cents)]
    funding.record_paid(call.budget_line, shares, by=by, source=payment)  # type: ignore[arg-type]
    notifications.payment_paid(payment)
    complete_if_done(agreement, by=by)
    ask_if_paid_off(agreement)
    return payment


def _check_day(payment: Payment, paid_on: date, zone: str) -> None:
    approved = payment.approved_at.astimezone(ZoneInfo(zone)).date()  # type: ignore[union-attr]
    if paid_on > queries.today(zone):
        raise DomainError(_("This day is still to come."), field="paid_on")
    if paid_on < approved:
        raise DomainError(
            _("The payment was approved on %s; it cannot have been paid before.")
            % date_format(approved, "j F Y"),
            field="paid_on",
        )


@transaction.atomic(durable=True)
def mark_payment_failed(payment: Payment, *, by: User, reason: str) -> Payment:
    """The bank returned an approved payment. It is cancelled next, and proposed anew to the right account."""
    _agreement, payment = _locked(payment)
    transition(payment, PaymentState.FAILED, by=by, note=_reason(reason))
    notifications.payment_failed(payment, reason=reason.strip())
    return payment


@transaction.atomic(durable=True)
def cancel_payment(payment: Payment, *, by: User, reason: str) -> Payment:
    """Take a payment back that was not paid; its share of the milestone can be proposed again."""
    _agreement, payment = _locked(payment)
    transition(payment, PaymentState.CANCELLED, by=by, note=_reason(reason))
    return payment


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError(_("Give the reason."), field="reason")
    return text.strip()
