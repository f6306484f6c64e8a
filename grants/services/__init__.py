"""Every verb that changes something in grants, by what it is about."""

from grants.services.accounts import enter_bank_account, verify_bank_account
from grants.services.agreements import (
    countersign_agreement,
    draft_agreement,
    draft_agreements,
    send_agreement,
    sign_agreement,
    withdraw_agreement,
)
from grants.services.milestones import (
    accept_milestone,
    accept_part,
    refuse_milestone,
    report_milestone,
    return_milestone,
    review_milestone,
)
from grants.services.payments import (
    approve_payment,
    cancel_payment,
    mark_payment_failed,
    mark_payment_paid,
    propose_payments,
)

__all__ = [
    "accept_milestone",
    "accept_part",
    "approve_payment",
    "cancel_payment",
    "countersign_agreement",
    "draft_agreement",
    "draft_agreements",
    "enter_bank_account",
    "mark_payment_failed",
    "mark_payment_paid",
    "propose_payments",
    "refuse_milestone",
    "report_milestone",
    "return_milestone",
    "review_milestone",
    "send_agreement",
    "sign_agreement",
    "verify_bank_account",
    "withdraw_agreement",
]
