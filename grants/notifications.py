"""What we write to people about agreements, reports and payments: one function per message."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from accounts.models import Membership, Organisation, User
from accounts.notifications import FOR_ORGANISATION
from applicants.models import Recusal
from core.notices import Category, register
from core.outbox import write_message
from funding.notifications import AS_FINANCE, AS_MANAGER
from funding.permissions import FINANCE, MANAGER
from grants.debts import RecoveryOrder, Repayment
from grants.models import Agreement, BankAccount, Milestone, Payment, Report
from grants.states import MilestoneState

register(
    Category.LEGAL,
    kinds=[
        "agreement_to_sign",
        "agreement_withdrawn",
        "agreement_in_force",
        "agreement_terminated",
        "agreement_completed",  # how long papers are kept
        "report_reviewed",
        "bank_account_changed",
        "payment_paid",
        "payment_failed",
        "recovery_ordered",
        "recovery_repaid",
        "recovery_waived",
    ],
)
register(Category.WORK, AS_MANAGER, kinds=["agreement_signed", "report_received"])
register(Category.WORK, AS_FINANCE, kinds=["bank_account_entered", "payments_proposed"])
register(Category.WORK, AS_MANAGER, AS_FINANCE, kinds=["payment_failed_staff", "recovery_proposed"])
register(Category.NEWS, FOR_ORGANISATION, kinds=["payment_survey"])
register(Category.NEWS, AS_MANAGER, AS_FINANCE, kinds=["agreement_in_force_staff"])


def _colleagues(organisation: Organisation, *, signatories: bool = False) -> list[User]:
    """The people of an organisation; its signatories where a signature is asked for."""
    members = Membership.objects.of(organisation).filter(ended_at__isnull=True, user__is_active=True)
    if signatories:
        members = members.filter(role=Membership.Role.SIGNATORY)
    return list(User.objects.filter(pk__in=members.values("user")).order_by("pk"))


def _staff(agreement: Agreement, *roles: str) -> list[User]:
    """The people who run the project in these roles, without those recused from the file."""
    members = agreement.application.call.project.members.filter(role__in=roles, ended_at__isnull=True)
    recused = Recusal.objects.filter(application=agreement.application).values("user")
    found = User.objects.filter(pk__in=members.values("user"), is_active=True).exclude(pk__in=recused)
    return list(found.order_by("pk"))


def _write(template: str, people: Iterable[User], agreement: Agreement, about: Model, **context: Any) -> None:
    facts = {
        "agreement": agreement,
        "call": agreement.application.call,
        "project": agreement.application.call.project,
        "organisation": agreement.application.organisation,
        "visibility": agreement.data["visibility"],
        **context,
    }
    group = (facts["project"].acronym, facts["call"])
    for person in people:
        write_message(
            template.rpartition("/")[2], template, to=person, context=facts, about=about, group=group
        )


def agreement_to_sign(agreement: Agreement) -> None:
    """The agreement is ready: read it, enter the bank account, sign."""
    people = _colleagues(agreement.application.organisation, signatories=True)
    _write("grants/email/agreement_to_sign", people, agreement, agreement)


def agreement_withdrawn(agreement: Agreement, *, reason: str) -> None:
    """The agreement that was sent does not hold any more."""
    people = _colleagues(agreement.application.organisation)
    _write("grants/email/agreement_withdrawn", people, agreement, agreement, reason=reason)


def agreement_signed(agreement: Agreement) -> None:
    """The beneficiary has signed: managers countersign."""
    _write("grants/email/agreement_signed", _staff(agreement, MANAGER), agreement, agreement)


def agreement_in_force(agreement: Agreement, *, first: list[Milestone], by: User) -> None:
    """Both parties have signed: what happens now, for the beneficiary and for the project's people."""
    own = _colleagues(agreement.application.organisation)
    reports = list(agreement.milestones.filter(needs_report=True))
    due_now = sum(milestone.amount_cents for milestone in first)
    _write("grants/email/agreement_in_force", own, agreement, agreement, reports=reports, due_now=due_now)
    others = [person for person in _staff(agreement, MANAGER, FINANCE) if person.pk != by.pk]
    _write("grants/email/agreement_in_force_staff", others, agreement, agreement, due_now=due_now, by=by)


def agreement_completed(agreement: Agreement) -> None:
    """Everything is paid: what is kept, and for how long."""
    people = _colleagues(agreement.application.organisation)
    _write("grants/email/agreement_completed", people, agreement, agreement)


def payment_survey(agreement: Agreement) -> None:
    """The last payment was made: how were the reports and the payments?"""
    people = _colleagues(agreement.application.organisation)
    _write("grants/email/payment_survey", people, agreement, agreement)


def report_received(report: Report) -> None:
    """A report is there to be read."""
    milestone = report.milestone
    agreement = milestone.agreement
    _write(
        "grants/email/report_received", _staff(agreement, MANAGER), agreement, milestone, milestone=milestone
    )


def report_reviewed(milestone: Milestone, *, verdict: str, note: str) -> None:
    """The report was accepted, returned or refused, with the reasons. `verdict` is the milestone's new state."""
    agreement = milestone.agreement
    people = _colleagues(agreement.application.organisation)
    owed = sum(share.owed_cents for share in milestone.shares.all())
    is_part = verdict == MilestoneState.ACCEPTED and owed < milestone.amount_cents
    context = {"milestone": milestone, "note": note, "verdict": verdict, "owed": owed, "is_part": is_part}
    _write("grants/email/report_reviewed", people, agreement, milestone, **context)


def bank_account_entered(account: BankAccount, *, replaced: bool) -> None:
    """A bank account is there to be checked, by a call to a number known from elsewhere."""
    agreement = account.agreement
    people = _staff(agreement, FINANCE)
    _write(
        "grants/email/bank_account_entered", people, agreement, agreement, account=account, replaced=replaced
    )


def bank_account_changed(account: BankAccount) -> None:
    """Tell everybody of the beneficiary that its account was changed, so that a fraud does not stay unseen."""
    agreement = account.agreement
    people = _colleagues(agreement.application.organisation)
    _write("grants/email/bank_account_changed", people, agreement, agreement, account=account)


def payments_proposed(payments: list[Payment], *, by: User) -> None:
    """Payments wait for the second person."""
    milestone = payments[0].milestone
    agreement = milestone.agreement
    people = [person for person in _staff(agreement, FINANCE) if person.pk != by.pk]
    total = sum(payment.amount_cents for payment in payments)
    _write(
        "grants/email/payments_proposed",
        people,
        agreement,
        milestone,
        milestone=milestone,
        payments=payments,
        total=total,
        by=by,
    )


def payment_paid(payment: Payment) -> None:
    """Money is on its way: to the people of the beneficiary, who may open the agreement, and of the organisation paid."""
    agreement = payment.milestone.agreement
    own = _colleagues(agreement.application.organisation)
    others = [person for person in _colleagues(payment.organisation) if person not in own]
    for people, may_open in ((own, True), (others, False)):
        _write(
            "grants/email/payment_paid",
            people,
            agreement,
            payment,
            payment=payment,
            milestone=payment.milestone,
            may_open=may_open,
        )


def payment_failed(payment: Payment, *, reason: str) -> None:
    """The bank sent the money back: the beneficiary looks at its account, the proposer proposes anew."""
    agreement = payment.milestone.agreement
    people = _colleagues(agreement.application.organisation)
    context = {"payment": payment, "milestone": payment.milestone, "reason": reason}
    _write("grants/email/payment_failed", people, agreement, payment, **context)
    _write(
        "grants/email/payment_failed_staff",
        _staff(agreement, MANAGER, FINANCE),
        agreement,
        payment,
        **context,
    )


def agreement_terminated(agreement: Agreement) -> None:
    """The agreement ended before its time: by whom, why, from which day."""
    people = _colleagues(agreement.application.organisation)
    end = agreement.termination  # type: ignore[attr-defined]  # the other side of a one-to-one
    _write("grants/email/agreement_terminated", people, agreement, agreement, end=end)


def recoveries_proposed(orders: list[RecoveryOrder], *, by: User) -> None:
    """Recovery orders wait for the second person."""
    agreement = orders[0].agreement
    people = [person for person in _staff(agreement, MANAGER, FINANCE) if person.pk != by.pk]
    for order in orders:
        _write("grants/email/recovery_proposed", people, agreement, order, order=order, by=by)


def _debtors(order: RecoveryOrder) -> list[User]:
    """Who is told of an order: the people of the beneficiary and those of the debtor. All may open its page."""
    own = _colleagues(order.agreement.application.organisation)
    return own + [person for person in _colleagues(order.organisation) if person not in own]


def recovery_ordered(order: RecoveryOrder) -> None:
    """Money is asked back: how much, why, until when, to which account."""
    _of_recovery("grants/email/recovery_ordered", order, _debtors(order), data=order.data)


def recovery_repaid(repayment: Repayment) -> None:
    """Money that came back was noted: to the people of who owed it, with what is still open."""
    order = repayment.order
    people = _colleagues(order.organisation)
    _of_recovery("grants/email/recovery_repaid", order, people, repayment=repayment)


def recovery_waived(order: RecoveryOrder) -> None:
    """What is still open need not be repaid."""
    _of_recovery("grants/email/recovery_waived", order, _debtors(order))


def _of_recovery(template: str, order: RecoveryOrder, people: Iterable[User], **context: Any) -> None:
    _write(template, people, order.agreement, order, order=order, page=order.own_url(), **context)
