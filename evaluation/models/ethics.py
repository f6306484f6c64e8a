"""The check of one file for ethics and security: who was named, what they declared, and what came of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from applicants.models import Application, Version
from applicants.states import ApplicationState
from core import clock
from core.models import Stateful
from core.refs import new_ref
from core.workflow import state_field
from evaluation.models.rounds import Evaluator, Round
from evaluation.states import ETHICS_TRANSITIONS, EthicsOutcome, EthicsState, EvaluatorState
from funding.models import ProjectMember

GONE = (EthicsState.DECLINED, EthicsState.REVOKED)


class EthicsCheckQuerySet(models.QuerySet["EthicsCheck"]):
    def live(self) -> "EthicsCheckQuerySet":
        """Checks that stand: nobody declared a conflict, nothing was taken back, the file was not withdrawn."""
        return self.exclude(state__in=GONE).exclude(application__state=ApplicationState.WITHDRAWN)

    def visible_to(self, user: Any) -> "EthicsCheckQuerySet":
        """The reviewer's door: own checks that stand, as long as the person belongs to the project or the round."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        invited = Evaluator.objects.filter(user=user, state=EvaluatorState.ACCEPTED).values("round")
        mine = self.live().filter(reviewer=user).exclude(application__recusals__user=user)
        return mine.filter(Q(round__call__project__in=projects) | Q(round__in=invited))

    def visible_to_staff(self, user: Any) -> "EthicsCheckQuerySet":
        """The funder's door: checks in own projects, without files one is recused from."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        return self.filter(round__call__project__in=projects).exclude(application__recusals__user=user)


class EthicsCheck(Stateful):
    """One file given to one person to be checked for ethics and security. Hidden from the applicant until the release."""

    TRANSITIONS = ETHICS_TRANSITIONS

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="ethics_checks")
    application = models.ForeignKey(Application, models.PROTECT, related_name="ethics_checks")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = state_field(EthicsState, EthicsState.NAMED)
    named_at = models.DateTimeField(default=clock.now)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(null=True)
    statement = models.TextField(blank=True, help_text="The sentence the person agreed to")
    outcome = models.CharField(max_length=10, choices=EthicsOutcome.choices, blank=True)
    conditions = models.JSONField(default=list, help_text="What has to be fulfilled before the agreement")
    reasons = models.TextField(
        blank=True, help_text="Why it is judged so; an applicant who is not cleared reads it"
    )
    judged_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(
        blank=True, help_text="Why it was given back, taken back, or what the conflict is"
    )

    objects = EthicsCheckQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=~Q(state__in=GONE), name="ethics_check_once"
            ),
            models.CheckConstraint(condition=~Q(confirmed_by=F("reviewer")), name="ethics_check_four_eyes"),
            models.CheckConstraint(
                condition=~Q(state__in=[EthicsState.PUT, EthicsState.CLOSED])
                | Q(declared_at__isnull=False, judged_at__isnull=False) & ~Q(outcome=""),
                name="ethics_check_judged_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=EthicsState.CLOSED, outcome=EthicsOutcome.REFUSED)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(reasons=""),
                name="ethics_check_refused_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[EthicsState.PUT, EthicsState.CLOSED], outcome=EthicsOutcome.CONDITIONS
                )
                | ~Q(conditions=[]),
                name="ethics_check_conditions_named",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "state"], name="ethics_check_reviewer")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("evaluation:ethics_check", args=[self.ref])

    @property
    def is_open(self) -> bool:
        """Does it still wait for somebody?"""
        return self.state in (EthicsState.NAMED, EthicsState.OPEN, EthicsState.PUT)

    @property
    def is_refused(self) -> bool:
        """Is it settled by two persons that the file is not cleared?"""
        return self.state == EthicsState.CLOSED and self.outcome == EthicsOutcome.REFUSED

    @property
    def has_passed(self) -> bool:
        """Is the file cleared, with conditions or without?"""
        return self.state == EthicsState.CLOSED and self.outcome != EthicsOutcome.REFUSED
