"""The rows of an agreement's end: why it was terminated, what is recovered, what came back."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.queries import own_organisations
from applicants.models import Recusal
from core import clock
from core.models import Stateful, StoredFile
from core.workflow import state_field
from funding.models import ProjectMember
from grants.states import RECOVERY_TRANSITIONS, UNSETTLED, RecoveryState

RECOVERY_TONES: dict[str, str] = {
    RecoveryState.PROPOSED: "busy",
    RecoveryState.OPEN: "warn",
    RecoveryState.PART_REPAID: "warn",
    RecoveryState.REPAID: "good",
}


class Termination(models.Model):
    """An agreement that ended before its time: by whom, why, when notice was given and when it ended."""

    class Side(models.TextChoices):
        COORDINATOR = "coordinator", _("the coordinator")
        BENEFICIARY = "beneficiary", _("the beneficiary")

    agreement = models.OneToOneField("grants.Agreement", models.PROTECT, related_name="termination")
    side = models.CharField(max_length=11, choices=Side.choices)
    reason = models.TextField()
    notice_on = models.DateField()
    ended_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("notice_on")), name="termination_ends_after_notice"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="termination_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.ended_on}"


class RecoveryOrderQuerySet(models.QuerySet["RecoveryOrder"]):
    def visible_to(self, user: Any) -> "RecoveryOrderQuerySet":
        """The door of who owes: confirmed orders to own organisations, and those under own agreements. An organisation that
        owes and is not the beneficiary sees its own order and nothing else of the agreement."""
        own = own_organisations(user)
        owes_or_leads = Q(organisation__in=own) | Q(agreement__application__organisation__in=own)
        return self.filter(owes_or_leads, confirmed_at__isnull=False)

    def visible_to_staff(self, user: Any) -> "RecoveryOrderQuerySet":
        """The funder's door: orders of the person's projects, without files from which the person is recused."""
        own = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        recused = Recusal.objects.filter(user=user).values("application")
        return self.filter(agreement__application__call__project__in=own).exclude(
            agreement__application__in=recused
        )

    def unsettled(self) -> "RecoveryOrderQuerySet":
        """Orders that were confirmed and are neither repaid nor waived."""
        return self.filter(state__in=UNSETTLED)


class RecoveryOrder(Stateful):
    """Money one organisation pays back (cap-43): proposed by one person, confirmed by another, then repaid or waived.

    `data` is what the letter prints, frozen at the confirmation. PostgreSQL keeps it (grants/migrations).
    """

    TRANSITIONS = RECOVERY_TRANSITIONS

    ref = models.CharField(max_length=40, unique=True)
    agreement = models.ForeignKey("grants.Agreement", models.PROTECT, related_name="recoveries")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()
    accepted_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    reason = models.TextField()
    days_to_pay = models.PositiveSmallIntegerField()
    state = state_field(RecoveryState, RecoveryState.PROPOSED)
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    data = models.JSONField(null=True)
    letter = models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+")
    repaid_cents = models.BigIntegerField(default=0)
    waiver_reason = models.TextField(blank=True)
    waiver_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RecoveryOrderQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="recovery_amount_above_zero"),
            models.CheckConstraint(
                condition=Q(amount_cents=F("paid_cents") - F("accepted_cents")), name="recovery_sums"
            ),
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="recovery_four_eyes"),
            models.CheckConstraint(condition=~Q(waived_by=F("waiver_by")), name="recovery_waiver_four_eyes"),
            models.CheckConstraint(
                condition=Q(repaid_cents__gte=0, repaid_cents__lte=F("amount_cents")),
                name="recovery_repaid_within",
            ),
            models.CheckConstraint(
                condition=~Q(state=RecoveryState.REPAID) | Q(repaid_cents=F("amount_cents")),
                name="recovery_repaid_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=RecoveryState.WAIVED)
                | (Q(waived_by__isnull=False) & ~Q(waiver_reason="")),
                name="recovery_waived_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RecoveryState.PROPOSED, RecoveryState.DROPPED])
                | Q(confirmed_by__isnull=False, due_on__isnull=False),
                name="recovery_confirmed_whole",
            ),
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                condition=~Q(state=RecoveryState.DROPPED),
                name="recovery_one_live",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("grants:recovery_detail", args=[self.ref])

    def own_url(self) -> str:
        """The page of those who owe (its agreement is loaded)."""
        return reverse("grants:recovery_own", args=[self.agreement.ref, self.ref])

    @property
    def tone(self) -> str:
        return RECOVERY_TONES.get(self.state, "")

    @property
    def open_cents(self) -> int:
        """What is still to be repaid."""
        return self.amount_cents - self.repaid_cents if self.state in UNSETTLED else 0

    def is_overdue(self, today: date) -> bool:
        return self.state in UNSETTLED and self.due_on is not None and today > self.due_on


class Repayment(models.Model):
    """Money that came back on one day; each is a movement of the ledger."""

    order = models.ForeignKey(RecoveryOrder, models.PROTECT, related_name="repayments")
    amount_cents = models.BigIntegerField()
    received_on = models.DateField()
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="repayment_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.order.ref}, {self.received_on:%Y-%m-%d}"
