"""What follows a yes: agreement, milestones, reports, bank accounts, payments."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Organisation
from applicants.models import Application, Recusal
from applicants.models.mandates import own_organisations
from core import clock
from core.models import Stateful, StoredFile
from core.refs import new_ref
from core.workflow import state_field
from evaluation.models import Decision
from funding.models import ProjectMember
from grants.debts import RecoveryOrder, Repayment, Termination  # noqa: F401 (their rows belong to this app)
from grants.states import (
    AGREEMENT_TRANSITIONS,
    MILESTONE_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    REPORTABLE,
    AgreementState,
    MilestoneState,
    PaymentState,
)
from grants.surveys import PaymentAnswer, SurveyDeclined  # noqa: F401 (the same)

TONES: dict[str, str] = {
    AgreementState.SENT: "busy",
    AgreementState.SIGNED: "busy",
    AgreementState.IN_FORCE: "good",
    AgreementState.COMPLETED: "good",
    AgreementState.WITHDRAWN: "bad",
    AgreementState.TERMINATED: "bad",
    MilestoneState.REPORTED: "busy",
    MilestoneState.RETURNED: "warn",
    MilestoneState.ACCEPTED: "good",
    MilestoneState.REFUSED: "bad",
    PaymentState.APPROVED: "busy",
    PaymentState.PAID: "good",
    PaymentState.FAILED: "bad",
}
"""How the tag of a state looks (core.templatetags.ui.tag); what is not named has not begun."""


def _own_projects(user: Any) -> models.QuerySet:
    return ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")


def _recused_from(user: Any) -> models.QuerySet:
    return Recusal.objects.filter(user=user).values("application")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: Any) -> "AgreementQuerySet":
        """The beneficiary's door: own agreements from the moment they are sent."""
        return self.filter(application__organisation__in=own_organisations(user), sent_at__isnull=False)

    def visible_to_staff(self, user: Any) -> "AgreementQuerySet":
        """The funder's door: agreements of the person's projects, without files from which the person is recused."""
        own = self.filter(application__call__project__in=_own_projects(user))
        return own.exclude(application__in=_recused_from(user))

    def live(self) -> "AgreementQuerySet":
        """Agreements that stand for their application: all but those withdrawn before they were in force."""
        return self.exclude(state=AgreementState.WITHDRAWN)


class Agreement(Stateful):
    """The grant agreement with the beneficiary. Its data are frozen when it is drafted; its document is made once.

    PostgreSQL refuses to change either (grants/migrations). A mistake is cured before it is in force: the agreement is
    withdrawn and another is drafted.
    """

    TRANSITIONS = AGREEMENT_TRANSITIONS

    ref = models.CharField(max_length=40, unique=True)
    application = models.ForeignKey(Application, models.PROTECT, related_name="agreements")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    state = state_field(AgreementState, AgreementState.DRAFTED)
    amount_cents = models.BigIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    data = models.JSONField(help_text="What the document prints, frozen from the application")
    drafted_at = models.DateTimeField(default=clock.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    document = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_name = models.CharField(max_length=120, blank=True)
    signed_sha256 = models.CharField(
        max_length=64, blank=True, help_text="The document's hash when it was signed"
    )
    countersigned_at = models.DateTimeField(null=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="agreement_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="agreement_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(countersigned_by=F("signed_by")), name="agreement_two_signatories"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state=AgreementState.WITHDRAWN),
                name="agreement_one_live",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        AgreementState.DRAFTED,
                        AgreementState.SENT,
                        AgreementState.SIGNED,
                        AgreementState.WITHDRAWN,
                    ]
                )
                | (
                    Q(document__isnull=False, signed_by__isnull=False, countersigned_by__isnull=False)
                    & ~Q(signed_sha256="")
                ),
                name="agreement_in_force_is_signed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["drafted_at"], name="agreement_without_document", condition=Q(document__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("grants:agreement_detail", args=[self.ref])

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    def staff_url(self) -> str:
        """The funder's page of this agreement (its application and call are loaded)."""
        return reverse("grants:agreement_staff", args=[self.application.call.slug, self.ref])


class AgreementShare(models.Model):
    """What one organisation receives under an agreement."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="agreement_share_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="agreement_share_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.amount_cents}"


class BankAccount(models.Model):
    """Where an organisation wants the money of one agreement. A finance officer verifies it; a change is a new row.

    It belongs to the agreement, so that nobody can turn the money of another project by naming the organisation.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="bank_accounts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    holder = models.CharField(max_length=70)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                condition=Q(replaced_at__isnull=True),
                name="bank_account_one_in_use",
            ),
            models.CheckConstraint(condition=~Q(verified_by=F("added_by")), name="bank_account_four_eyes"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="bank_account_verified_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} …{self.iban[-4:]}"

    @property
    def masked(self) -> str:
        """Enough of the number to recognise it, too little to use it."""
        return f"{self.iban[:4]} … {self.iban[-4:]}"

    @property
    def printed(self) -> str:
        """The number in groups of four, as on paper."""
        return " ".join(self.iban[i : i + 4] for i in range(0, len(self.iban), 4))


class Milestone(Stateful):
    """A point at which part of the money is due: at signature, or when a report is accepted."""

    TRANSITIONS = MILESTONE_TRANSITIONS

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120)
    needs_report = models.BooleanField(default=True)
    due_on = models.DateField()
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    amount_cents = models.BigIntegerField()
    state = state_field(MilestoneState, MilestoneState.PLANNED)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "position"], name="milestone_position_once"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="milestone_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.ref}, {self.label}"

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    def is_overdue(self, today: date) -> bool:
        """Is a report still to come after its day?"""
        return self.needs_report and self.state in REPORTABLE and today > self.due_on


class MilestoneShare(models.Model):
    """What one organisation receives at a milestone."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()
    accepted_cents = models.BigIntegerField(
        null=True, help_text="What was accepted of it, where that is less than the whole"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "organisation"], name="milestone_share_once"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="milestone_share_not_negative"),
            models.CheckConstraint(
                condition=Q(accepted_cents__isnull=True)
                | Q(accepted_cents__gte=0, accepted_cents__lte=F("amount_cents")),
                name="milestone_share_accepted_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.amount_cents}"

    @property
    def owed_cents(self) -> int:
        """What is paid of it once the milestone is accepted."""
        return self.amount_cents if self.accepted_cents is None else self.accepted_cents


class Report(models.Model):
    """What the beneficiary reports at a milestone; a returned one is followed by a new row."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="reports")
    text = models.TextField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(default=clock.now)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    review_note = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.milestone}: report of {self.submitted_at:%Y-%m-%d}"


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, user: Any) -> "PaymentQuerySet":
        """The beneficiary's door: payments of own agreements."""
        return self.filter(milestone__agreement__application__organisation__in=own_organisations(user))

    def visible_to_staff(self, user: Any) -> "PaymentQuerySet":
        """The funder's door: payments of the person's projects, without files from which the person is recused."""
        own = self.filter(milestone__agreement__application__call__project__in=_own_projects(user))
        return own.exclude(milestone__agreement__application__in=_recused_from(user))


class Payment(Stateful):
    """Money to one organisation for one milestone: proposed by one person, approved by another, then paid."""

    TRANSITIONS = PAYMENT_TRANSITIONS

    ref = models.CharField(max_length=40, unique=True)
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="payments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    state = state_field(PaymentState, PaymentState.PROPOSED)
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    order = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    paid_on = models.DateField(null=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_amount_above_zero"),
            models.CheckConstraint(condition=~Q(approved_by=F("proposed_by")), name="payment_four_eyes"),
            models.UniqueConstraint(
                fields=["milestone", "organisation"],
                condition=~Q(state=PaymentState.CANCELLED),
                name="payment_once_per_milestone",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PaymentState.PROPOSED, PaymentState.CANCELLED])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="payment_approved_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.PAID) | Q(paid_on__isnull=False, paid_by__isnull=False),
                name="payment_paid_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="payment_state"),
            models.Index(
                fields=["approved_at"],
                name="payment_without_order",
                condition=Q(order__isnull=True, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("grants:payment_detail", args=[self.ref])

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")
