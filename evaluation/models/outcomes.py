"""What is decided on a file, how much each organisation gets, and under which conditions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from applicants.models import Application, Version
from core import clock
from core.models import Stateful
from core.refs import new_ref
from core.workflow import state_field
from evaluation.models.rounds import Round
from evaluation.states import (
    DECISION_TRANSITIONS,
    DecisionState,
    Outcome,
)


class Decision(Stateful):
    """What the funder decides about one file of a ranked round. Invisible to the applicant until released."""

    TRANSITIONS = DECISION_TRANSITIONS

    round = models.ForeignKey(Round, models.PROTECT, related_name="decisions")
    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    state = state_field(DecisionState, DecisionState.PROPOSED)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    rank = models.PositiveIntegerField(null=True)
    reserve_position = models.PositiveIntegerField(null=True)
    total = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    amount_cents = models.BigIntegerField(default=0)
    why = models.TextField(help_text="The reason in words, from the ranking")
    feedback = models.TextField(blank=True, help_text="Evaluation summary sent to the applicant")
    letter = models.TextField(blank=True, help_text="The letter as previewed and as released, word for word")
    deviation = models.TextField(blank=True, help_text="Why a person decided otherwise than the ranking")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True, help_text="When the money of a withdrawn award went back")

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "application"], name="decision_once"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="decision_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.application.ref}: {self.get_outcome_display()}"


class DecisionShare(models.Model):
    """What one organisation of a funded file receives."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "organisation"], name="decision_share_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="decision_share_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.amount_cents}"


class DecisionCondition(models.Model):
    """What has to be fulfilled before the agreement of a funded file is sent for signature. It stands in the letter."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="conditions")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    text = models.TextField()
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    how = models.TextField(blank=True, help_text="By what it is known to be fulfilled")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_by__isnull=True, how="")
                | (Q(met_at__isnull=False, met_by__isnull=False) & ~Q(how="")),
                name="decision_condition_met_whole",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Promotion(models.Model):
    """A reserve file moves up after money came back (rank-34): proposed by one person, confirmed by another."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="promotions")
    amount_cents = models.BigIntegerField()
    why = models.TextField(help_text="The reason in words, from the ranking")
    letter = models.TextField(help_text="The letter as previewed and as sent")
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["decision__rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision"], name="promotion_once"),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="promotion_not_negative"),
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="promotion_four_eyes"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="promotion_confirmed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.application.ref} moves up"
