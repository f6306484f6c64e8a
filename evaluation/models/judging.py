"""Files given to evaluators: declarations, scores, consensus."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from applicants.models import Application, Version
from applicants.states import ApplicationState
from calls.models import Criterion
from core import clock
from core.models import Stateful
from core.refs import new_ref
from core.workflow import state_field
from evaluation.models.rounds import Evaluator, Round
from evaluation.states import (
    ASSIGNMENT_TRANSITIONS,
    CONSENSUS_TRANSITIONS,
    AssignmentState,
    ConsensusState,
    EvaluatorState,
    RoundState,
)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> "AssignmentQuerySet":
        """The evaluator's door: files assigned to the person that still are theirs to judge, once scoring began."""
        return self.active().given_to(user)

    def given_to(self, user: Any) -> "AssignmentQuerySet":
        """All that was ever given to the person in a round that reached scoring, what is closed to them included."""
        mine = self.filter(evaluator__user=user, evaluator__state=EvaluatorState.ACCEPTED)
        return mine.exclude(round__state=RoundState.SETUP)

    def active(self) -> "AssignmentQuerySet":
        """Assignments that count: not taken back, no conflict, and the application was not withdrawn."""
        gone = [AssignmentState.REVOKED, AssignmentState.DECLINED, AssignmentState.ABSTAINED]
        return self.exclude(state__in=gone).exclude(application__state=ApplicationState.WITHDRAWN)

    def open(self) -> "AssignmentQuerySet":
        """Active assignments whose scores are still to come."""
        return self.active().filter(state__in=[AssignmentState.INVITED, AssignmentState.ACCEPTED])

    def counted(self) -> "AssignmentQuerySet":
        """Assignments whose scores count in the ranking."""
        return self.active().filter(state=AssignmentState.SCORED)


class Assignment(Stateful):
    """One file given to one evaluator."""

    TRANSITIONS = ASSIGNMENT_TRANSITIONS

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="assignments")
    application = models.ForeignKey(Application, models.PROTECT, related_name="assignments")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    evaluator = models.ForeignKey(Evaluator, models.PROTECT, related_name="assignments")
    state = state_field(AssignmentState, AssignmentState.INVITED)
    assigned_at = models.DateTimeField(default=clock.now)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    total = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    submitted_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True, help_text="Why it was abstained from, taken back or given back")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "evaluator"],
                condition=~Q(state=AssignmentState.REVOKED),
                name="assignment_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.SCORED)
                | Q(total__isnull=False, submitted_at__isnull=False),
                name="assignment_scored_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["evaluator", "state"], name="assignment_evaluator")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("evaluation:assignment_detail", args=[self.ref])


class ConflictDeclaration(models.Model):
    """What an evaluator declared about one file before its content could be opened. Append-only."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="declarations")
    has_conflict = models.BooleanField()
    statement = models.TextField(help_text="The sentence the person agreed to")
    details = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.assignment}: {'conflict' if self.has_conflict else 'no conflict'}"


class Score(models.Model):
    """One criterion of one file by one evaluator; a draft until the assignment is scored."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="score_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class Consensus(Stateful):
    """One report of all evaluators of a file: a rapporteur writes it, the others agree or dissent. Once closed its scores
    take the place of their means (rank-28); every sheet is kept."""

    TRANSITIONS = CONSENSUS_TRANSITIONS

    round = models.ForeignKey(Round, models.PROTECT, related_name="consensuses")
    application = models.ForeignKey(Application, models.PROTECT, related_name="consensuses")
    rapporteur = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    state = state_field(ConsensusState, ConsensusState.WRITING)
    total = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    note = models.TextField(blank=True, help_text="Why it counts although somebody dissents")
    draft = models.JSONField(default=dict, help_text="What the rapporteur has written, by field of the form")
    numbers = models.JSONField(
        default=dict, help_text="How often each field was changed (applicants.merging)"
    )
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "application"], name="consensus_once"),
            models.CheckConstraint(
                condition=Q(state=ConsensusState.WRITING) | Q(total__isnull=False),
                name="consensus_put_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.ref}: {self.get_state_display()}"


class ConsensusScore(models.Model):
    """One criterion of a consensus report."""

    consensus = models.ForeignKey(Consensus, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    value = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.TextField()

    class Meta:
        ordering = ["criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["consensus", "criterion"], name="consensus_score_once")
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class ConsensusAnswer(models.Model):
    """What another evaluator of the file says to the report: agrees, or dissents with words."""

    consensus = models.ForeignKey(Consensus, models.CASCADE, related_name="answers")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["consensus", "assignment"], name="consensus_answer_once"),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(words=""), name="consensus_dissent_with_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {'agrees' if self.agrees else 'dissents'}"
