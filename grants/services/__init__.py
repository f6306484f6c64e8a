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
from grants.services.ending import close_agreement, terminate_agreement
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
from grants.services.recovery import (
    confirm_recovery,
    decide_waiver,
    drop_recovery,
    propose_again,
    propose_waiver,
    record_repayment,
)
from grants.services.survey import answer_payment_survey, decline_payment_survey

__all__ = [
    "accept_milestone",
    "accept_part",
    "answer_payment_survey",
    "approve_payment",
    "cancel_payment",
    "close_agreement",
    "confirm_recovery",
    "countersign_agreement",
    "decide_waiver",
    "decline_payment_survey",
    "draft_agreement",
    "draft_agreements",
    "drop_recovery",
    "enter_bank_account",
    "mark_payment_failed",
    "mark_payment_paid",
    "propose_again",
    "propose_payments",
    "propose_waiver",
    "record_repayment",
    "refuse_milestone",
    "report_milestone",
    "return_milestone",
    "review_milestone",
    "send_agreement",
    "sign_agreement",
    "terminate_agreement",
    "verify_bank_account",
    "withdraw_agreement",
]
