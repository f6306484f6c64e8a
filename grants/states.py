"""The states of an agreement, of a milestone and of a payment."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AgreementState(models.TextChoices):
    DRAFTED = "drafted", _("Drafted")
    SENT = "sent", _("Sent for signature")
    SIGNED = "signed", _("Signed by the beneficiary")
    IN_FORCE = "in_force", _("In force")
    COMPLETED = "completed", _("Completed")
    WITHDRAWN = "withdrawn", _("Withdrawn before it was in force")
    TERMINATED = "terminated", _("Terminated")


AGREEMENT_TRANSITIONS: dict[str, set[str]] = {
    AgreementState.DRAFTED: {AgreementState.SENT, AgreementState.WITHDRAWN},
    AgreementState.SENT: {AgreementState.SIGNED, AgreementState.WITHDRAWN},
    AgreementState.SIGNED: {AgreementState.IN_FORCE, AgreementState.WITHDRAWN},
    AgreementState.IN_FORCE: {AgreementState.COMPLETED, AgreementState.TERMINATED},
    AgreementState.COMPLETED: set(),
    AgreementState.WITHDRAWN: set(),
    AgreementState.TERMINATED: set(),
}


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    REPORTED = "reported", _("Reported")
    RETURNED = "returned", _("Returned for completion")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


MILESTONE_TRANSITIONS: dict[str, set[str]] = {
    MilestoneState.PLANNED: {MilestoneState.REPORTED, MilestoneState.ACCEPTED},
    MilestoneState.REPORTED: {MilestoneState.ACCEPTED, MilestoneState.RETURNED, MilestoneState.REFUSED},
    MilestoneState.RETURNED: {MilestoneState.REPORTED},
    MilestoneState.ACCEPTED: set(),
    MilestoneState.REFUSED: set(),
}

REPORTABLE = frozenset({MilestoneState.PLANNED, MilestoneState.RETURNED})
"""A report may be handed in."""


class PaymentState(models.TextChoices):
    """A payment that the bank returned is cancelled and proposed anew, so that two persons look at it again."""

    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Returned by the bank")
    CANCELLED = "cancelled", _("Cancelled")


PAYMENT_TRANSITIONS: dict[str, set[str]] = {
    PaymentState.PROPOSED: {PaymentState.APPROVED, PaymentState.CANCELLED},
    PaymentState.APPROVED: {PaymentState.PAID, PaymentState.FAILED, PaymentState.CANCELLED},
    PaymentState.FAILED: {PaymentState.CANCELLED},
    PaymentState.PAID: set(),
    PaymentState.CANCELLED: set(),
}

COUNTED = frozenset({PaymentState.APPROVED, PaymentState.PAID})
"""Payments that use up an agreement's money."""


class RecoveryState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    OPEN = "open", _("To be repaid")
    PART_REPAID = "part_repaid", _("Repaid in part")
    REPAID = "repaid", _("Repaid")
    WAIVED = "waived", _("Waived")
    DROPPED = "dropped", _("Dropped")


RECOVERY_TRANSITIONS: dict[str, set[str]] = {
    RecoveryState.PROPOSED: {RecoveryState.OPEN, RecoveryState.DROPPED},
    RecoveryState.OPEN: {RecoveryState.PART_REPAID, RecoveryState.REPAID, RecoveryState.WAIVED},
    RecoveryState.PART_REPAID: {RecoveryState.REPAID, RecoveryState.WAIVED},
    RecoveryState.REPAID: set(),
    RecoveryState.WAIVED: set(),
    RecoveryState.DROPPED: set(),
}

UNSETTLED = frozenset({RecoveryState.OPEN, RecoveryState.PART_REPAID})
"""Orders under which money is still to come back."""

PAYABLE = frozenset({AgreementState.IN_FORCE, AgreementState.TERMINATED})
"""What was accepted is paid while the agreement is in force, and after it was terminated."""
