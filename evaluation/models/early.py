"""Feedback on a submitted version before the deadline: asked for, perhaps read by one adviser, answered by the call office."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from applicants.models import Application, Version
from applicants.states import ApplicationState
from core import clock
from core.models import Stateful
from core.refs import new_ref
from core.workflow import state_field
from evaluation.models.rounds import Evaluator
from evaluation.states import EARLY_TRANSITIONS, EarlyState, EvaluatorState
from funding.models import ProjectMember

ADVISING = (EarlyState.NAMED, EarlyState.READING, EarlyState.GIVEN)


class EarlyFeedbackQuerySet(models.QuerySet["EarlyFeedback"]):
    def standing(self) -> "EarlyFeedbackQuerySet":
        """Requests that were not taken back, of files that were not withdrawn."""
        gone = self.exclude(state=EarlyState.WITHDRAWN)
        return gone.exclude(application__state=ApplicationState.WITHDRAWN)

    def visible_to(self, user: Any) -> "EarlyFeedbackQuerySet":
        """The applicant's door: requests of own organisations; a mandate does not reach them."""
        return self.filter(application__in=Application.objects.of_own_people(user))

    def visible_to_staff(self, user: Any) -> "EarlyFeedbackQuerySet":
        """The funder's door: requests in own projects, without files one is recused from."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        found = self.standing().filter(application__call__project__in=projects)
        return found.exclude(application__recusals__user=user)

    def visible_to_adviser(self, user: Any) -> "EarlyFeedbackQuerySet":
        """The adviser's door: what the person was named for, until it is answered, while they belong to the project."""
        projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
        accepted = Evaluator.objects.filter(user=user, state=EvaluatorState.ACCEPTED)
        mine = self.standing().filter(adviser=user, state__in=ADVISING)
        return mine.exclude(application__recusals__user=user).filter(
            Q(application__call__project__in=projects)
            | Q(application__call__project__in=accepted.values("round__call__project"))
        )


class EarlyFeedback(Stateful):
    """What an applicant asks about one version that it submitted, and the feedback that comes before the deadline. Asking is
    its consent that this version is read by the call office and by the one adviser it may name."""

    TRANSITIONS = EARLY_TRANSITIONS

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="early_feedback")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    question = models.TextField(blank=True, help_text="What the applicant wants to know above all")
    state = state_field(EarlyState, EarlyState.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer_by = models.DateTimeField()
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    statement = models.TextField(blank=True, help_text="The sentence the adviser agreed to")
    declared_at = models.DateTimeField(null=True)
    remarks = models.TextField(blank=True, help_text="What the adviser wrote")
    answer = models.TextField(blank=True, help_text="What the call office wrote")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = EarlyFeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=~Q(state=EarlyState.WITHDRAWN), name="early_feedback_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ADVISING) | Q(adviser__isnull=False), name="early_feedback_adviser"
            ),
            models.CheckConstraint(
                condition=~Q(state=EarlyState.GIVEN) | (Q(declared_at__isnull=False) & ~Q(remarks="")),
                name="early_feedback_given_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=EarlyState.ANSWERED)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & (~Q(answer="") | ~Q(remarks="")),
                name="early_feedback_answered_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["adviser", "state"], name="early_feedback_adviser_state")]

    def __str__(self) -> str:
        return f"{self.application.ref}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("evaluation:early_adviser", args=[self.ref])

    @property
    def is_open(self) -> bool:
        """Does it still wait for an answer?"""
        return self.state not in (EarlyState.ANSWERED, EarlyState.WITHDRAWN)
