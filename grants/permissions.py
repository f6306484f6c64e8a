"""Who may do what with agreements and payments; the policy's lines for this app.

Four eyes is no permission: it is in the services and in PostgreSQL.
"""

from typing import Any

from accounts.models import Membership
from accounts.permissions import may_sign_for
from core.policy import SIGNED_IN, Rule, rule
from funding.models import Project
from funding.permissions import FINANCE, MANAGER, STAFF, VIEWER, role_in
from grants.debts import RecoveryOrder
from grants.models import Agreement, Milestone, Payment
from grants.states import (
    PAYABLE,
    REPORTABLE,
    UNSETTLED,
    AgreementState,
    MilestoneState,
    PaymentState,
    RecoveryState,
)

_READ = rule(*STAFF, scope="grants of own projects, without files one is recused from")
_DO = rule(MANAGER, scope="grants of managed projects")
_BIND = rule(MANAGER, scope="grants of managed projects; two parties sign", sensitive=True)
_MONEY = rule(MANAGER, FINANCE, scope="payments of own projects")
_BANK = rule(FINANCE, VIEWER, scope="bank data of own projects")
_PAY = rule(FINANCE, scope="payments of own projects; two persons", sensitive=True)
_OWN = rule(SIGNED_IN, scope="agreements of own organisations")
_SIGN = rule(SIGNED_IN, scope="agreements of own organisations; signatories", sensitive=True)

_OWES = rule(SIGNED_IN, scope="recovery orders to own organisations and under own agreements")

POLICY: dict[str, Rule] = {
    "grants:agreement_list": _READ,
    "grants:agreement_draft": _DO,
    "grants:agreement_plan": _DO,
    "grants:agreement_staff": _READ,
    "grants:agreement_staff_document": _READ,
    "grants:agreement_send": _DO,
    "grants:agreement_withdraw": _DO,
    "grants:agreement_countersign": _BIND,
    "grants:milestone_review": _READ,
    "grants:report_staff_file": _READ,
    "grants:payments_propose": _MONEY,
    "grants:bank_account_verify": rule(
        FINANCE, scope="bank data of own projects; two persons", sensitive=True
    ),
    "grants:payment_list": _READ,
    "grants:payment_detail": _READ,
    "grants:payment_approve": _PAY,
    "grants:payment_paid": _PAY,
    "grants:payment_failed": _PAY,
    "grants:payment_cancel": _MONEY,
    "grants:payment_order": _BANK,
    "grants:staff_survey": rule(
        MANAGER, scope="grants of managed projects, all answers together and without names"
    ),
    "grants:agreement_end": _DO,
    "grants:recovery_list": _READ,
    "grants:recovery_detail": _READ,
    "grants:recovery_act": rule(
        MANAGER, FINANCE, scope="recovery orders of own projects; two persons", sensitive=True
    ),
    "grants:recovery_again": _MONEY,
    "grants:recovery_letter": _READ,
    "grants:recovery_own": _OWES,
    "grants:recovery_own_letter": _OWES,
    "grants:agreement_detail": rule(
        SIGNED_IN, scope="agreements of own organisations; staff are led to their page"
    ),
    "grants:agreement_document": _OWN,
    "grants:agreement_survey": _OWN,
    "grants:agreement_survey_decline": _OWN,
    "grants:agreement_sign": _SIGN,
    "grants:bank_account_enter": _SIGN,
    "grants:milestone_report": _OWN,
    "grants:report_file": _OWN,
    "grants:agreement_panel": rule(SIGNED_IN, scope="applications of own organisations"),
}


def _project(agreement: Agreement) -> Project:
    return agreement.application.call.project


def can_manage_agreement(user: Any, agreement: Agreement) -> bool:
    """Managers of the project draft, send, countersign and review."""
    return MANAGER in role_in(user, _project(agreement))


def can_sign_agreement(user: Any, agreement: Agreement) -> bool:
    """A signatory of the beneficiary."""
    return may_sign_for(user, agreement.application.organisation)


def can_report_milestone(user: Any, milestone: Milestone) -> bool:
    """Everyone who works in the beneficiary writes reports."""
    organisation = milestone.agreement.application.organisation_id
    return Membership.objects.of(organisation).filter(user=user, ended_at__isnull=True).exists()


def can_see_bank_account(user: Any, agreement: Agreement) -> bool:
    """The whole number is for finance officers and auditors; the others recognise it by its ends."""
    return bool({FINANCE, VIEWER} & role_in(user, _project(agreement)))


def can_verify_bank_account(user: Any, agreement: Agreement) -> bool:
    return FINANCE in role_in(user, _project(agreement))


def can_propose_payment(user: Any, milestone: Milestone) -> bool:
    """Managers and finance officers propose; who proposes does not approve (that is the service's rule)."""
    return bool({MANAGER, FINANCE} & role_in(user, _project(milestone.agreement)))


def can_approve_payment(user: Any, payment: Payment) -> bool:
    """Finance officers approve, pay and note what the bank says."""
    return FINANCE in role_in(user, _project(payment.milestone.agreement))


def can_cancel_payment(user: Any, payment: Payment) -> bool:
    """A proposal by whoever may propose; what is approved already by a finance officer only."""
    roles = role_in(user, _project(payment.milestone.agreement))
    return FINANCE in roles or (payment.state == PaymentState.PROPOSED and MANAGER in roles)


def staff_actions(user: Any, agreement: Agreement) -> set[str]:
    """The verbs to show on the funder's page of an agreement now; a hint, the service decides."""
    roles = role_in(user, _project(agreement))
    actions = {"see_account"} if roles & {FINANCE, VIEWER} else set()
    if MANAGER in roles:
        by_state: dict[str, set[str]] = {
            AgreementState.DRAFTED: {"send", "withdraw"},
            AgreementState.SENT: {"withdraw"},
            AgreementState.SIGNED: {"countersign", "withdraw"},
            AgreementState.IN_FORCE: {"review"},
        }
        actions |= by_state.get(agreement.state, set())
    if agreement.signed_by_id == user.pk:
        actions.discard("countersign")
    if MANAGER in roles and agreement.state == AgreementState.IN_FORCE:
        actions.add("end")
    if roles & {MANAGER, FINANCE} and agreement.state in PAYABLE:
        actions.add("propose")
    if FINANCE in roles and agreement.state in (AgreementState.SIGNED, AgreementState.IN_FORCE):
        actions.add("verify")
    return actions


def review_actions(user: Any, milestone: Milestone) -> set[str]:
    """The verbs to show on a milestone's page for staff."""
    if milestone.agreement.state not in PAYABLE:
        return set()
    roles = role_in(user, _project(milestone.agreement))
    actions = set()
    in_force = milestone.agreement.state == AgreementState.IN_FORCE
    if MANAGER in roles and in_force and milestone.state == MilestoneState.REPORTED:
        actions.add("review")
    if roles & {MANAGER, FINANCE} and milestone.state == MilestoneState.ACCEPTED:
        actions.add("propose")
    return actions


def payment_actions(user: Any, payment: Payment) -> set[str]:
    """The verbs to show on a payment's page; not the second half of what the person began."""
    roles = role_in(user, _project(payment.milestone.agreement))
    actions = {"see_account"} if roles & {FINANCE, VIEWER} else set()
    if FINANCE in roles and payment.state == PaymentState.PROPOSED and payment.proposed_by_id != user.pk:
        actions.add("approve")
    if FINANCE in roles and payment.state == PaymentState.APPROVED:
        actions |= {"paid", "failed"}
    open_states = {PaymentState.PROPOSED, PaymentState.APPROVED, PaymentState.FAILED}
    if payment.state in open_states and (
        FINANCE in roles or (MANAGER in roles and payment.state == PaymentState.PROPOSED)
    ):
        actions.add("cancel")
    return actions


def can_handle_recovery(user: Any, agreement: Agreement) -> bool:
    """Managers and finance officers propose, confirm, note and waive; two persons are the service's rule."""
    return bool({MANAGER, FINANCE} & role_in(user, _project(agreement)))


def recovery_actions(user: Any, order: RecoveryOrder) -> set[str]:
    """The verbs to show on a recovery order's page; not the second half of what the person began."""
    if not can_handle_recovery(user, order.agreement):
        return set()
    if order.state == RecoveryState.PROPOSED:
        return {"drop"} if order.proposed_by_id == user.pk else {"confirm", "drop"}
    if order.state not in UNSETTLED:
        return {"again"} if order.state == RecoveryState.DROPPED else set()
    if order.waiver_by_id is None:
        return {"repaid", "waive"}
    return {"repaid"} if order.waiver_by_id == user.pk else {"repaid", "agree", "refuse"}


def available_actions(user: Any, agreement: Agreement) -> set[str]:
    """The verbs to show on the beneficiary's page of an agreement."""
    actions = set()
    signs = can_sign_agreement(user, agreement)
    if signs and agreement.state == AgreementState.SENT:
        actions.add("sign")
    if signs and agreement.state in (AgreementState.SENT, AgreementState.SIGNED, AgreementState.IN_FORCE):
        actions.add("account")
    if agreement.state == AgreementState.IN_FORCE:
        actions.add("report")
    return actions


def may_be_reported(milestone: Milestone) -> bool:
    """Does the milestone take a report now?"""
    in_force = milestone.agreement.state == AgreementState.IN_FORCE
    return in_force and milestone.needs_report and milestone.state in REPORTABLE
