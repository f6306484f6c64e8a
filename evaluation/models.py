"""What the funder decides: screening, evaluators, conflicts, scores, ranking, decisions."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from applicants.models import Application, Version
from applicants.states import ApplicationState
from calls.models import Call, Criterion, CutOff
from core import clock
from core.models import Stateful
from core.refs import new_ref
from core.workflow import state_field
from evaluation.states import (
    ASSIGNMENT_TRANSITIONS,
    CONSENSUS_TRANSITIONS,
    DECISION_TRANSITIONS,
    EVALUATOR_TRANSITIONS,
    ROUND_TRANSITIONS,
    AssignmentState,
    ConsensusState,
    DecisionState,
    EvaluatorState,
    Outcome,
    RoundState,
)
from funding.models import ProjectMember

INVITATION_LASTS = timedelta(days=30)


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: Any) -> "RoundQuerySet":
        """Rounds of the person's projects."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        return self.filter(call__project__in=projects)


class Round(Stateful):
    """The judging of files of a call together, from screening to release: all of a call, those of a cut-off, or, first
    come, first served, those that had come when it began (`batch`)."""

    TRANSITIONS = ROUND_TRANSITIONS

    call = models.ForeignKey(Call, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(default=1)
    cut_off = models.OneToOneField(CutOff, models.PROTECT, null=True, related_name="+")
    batch = models.ManyToManyField(Application, related_name="batches")
    state = state_field(RoundState, RoundState.SETUP)
    opened_at = models.DateTimeField(default=clock.now)
    scoring_due_at = models.DateTimeField(null=True)
    ranked_at = models.DateTimeField(null=True)
    ranked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="round_number_once"),
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="round_four_eyes"),
            models.CheckConstraint(
                condition=~Q(state__in=[RoundState.CONFIRMED, RoundState.RELEASED])
                | Q(proposed_by__isnull=False, confirmed_by__isnull=False),
                name="round_confirmed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call.code}, {self.title}" if self.title else f"{self.call.code}"

    @property
    def title(self) -> str:
        """What tells it from the other rounds of its call: the cut-off, or its number; empty where there is one only."""
        if self.cut_off is not None:
            return str(self.cut_off)
        return _("Batch %(n)d") % {"n": self.number} if self.call.is_rolling else ""

    @property
    def address(self) -> str:
        """What its pages are found by (`evaluation.urls`): the call, and its number where there are several."""
        several = self.call.has_cut_offs or self.call.is_rolling
        return f"{self.call.slug}.{self.number}" if several else self.call.slug

    def get_absolute_url(self) -> str:
        return reverse("evaluation:round_detail", args=[self.address])


class Screening(models.Model):
    """The check of one file's eligibility by a person, with reasons. The last one counts; none is changed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="screenings")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    is_eligible = models.BooleanField()
    reasons = models.TextField(blank=True)
    findings = models.JSONField(default=list, help_text="What the rules found, as shown to the person")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application.ref}: {'eligible' if self.is_eligible else 'not eligible'}"


class Evaluator(Stateful):
    """A person invited to judge files of a round."""

    TRANSITIONS = EVALUATOR_TRANSITIONS

    round = models.ForeignKey(Round, models.PROTECT, related_name="evaluators")
    email = models.EmailField()
    name = models.CharField(max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="evaluator_in")
    organisation_name = models.CharField(
        max_length=200, blank=True, help_text="Where they work, for conflicts"
    )
    country = models.CharField(max_length=2, blank=True)
    state = state_field(EvaluatorState, EvaluatorState.INVITED)
    token = models.CharField(max_length=24, unique=True, editable=False)
    invited_at = models.DateTimeField(default=clock.now)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "email"], name="evaluator_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("evaluation:invitation", args=[self.token])

    @property
    def expires_at(self) -> datetime:
        """Until when the link of the invitation works (UTC)."""
        return self.invited_at + INVITATION_LASTS

    def is_expired(self, at: datetime) -> bool:
        """Was the invitation left unanswered for too long at this instant?"""
        return self.state == EvaluatorState.INVITED and at > self.expires_at


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
