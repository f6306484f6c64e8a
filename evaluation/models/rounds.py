"""Rounds, the check of eligibility, and who is invited to judge."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.models import Application, Version
from calls.models import Call, CutOff
from core import clock
from core.models import Stateful
from core.workflow import state_field
from evaluation.states import (
    EVALUATOR_TRANSITIONS,
    ROUND_TRANSITIONS,
    EvaluatorState,
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
    results_published_at = models.DateTimeField(
        null=True, help_text="In a call with cut-offs: since when everybody reads who is funded in this one"
    )
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
    def public_since(self) -> datetime | None:
        """Since when everybody reads who is funded in it: by its own act where the call has cut-offs, else with the call."""
        return self.results_published_at if self.cut_off_id else self.call.results_published_at

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
    profile = models.CharField(
        max_length=40, blank=True, help_text="Code of the profile of the call that they are invited for"
    )
    interests = models.TextField(
        blank=True, help_text="In a blind call: with whom they have a conflict, one a line"
    )
    interests_named_at = models.DateTimeField(null=True)
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
