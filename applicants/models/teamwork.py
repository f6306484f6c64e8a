"""How several people make one application: what is asked of whom, and what became of it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.queries import own_organisations
from applicants.models.files import Application, Version
from core import clock
from core.refs import new_ref


class SignatureRequest(models.Model):
    """A complete draft was sent to those who sign for the applicant, by somebody who writes (A29). It is no submission."""

    class Answer(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("sent back")
        TAKEN_BACK = "taken_back", _("taken back")

    version = models.ForeignKey(Version, models.PROTECT, related_name="signature_requests")
    words = models.TextField(blank=True)
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answer_words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(answer=""), name="signature_request_open_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="signature_request_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_answer_display() or 'waits'}"


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: Any) -> "ParticipationQuerySet":
        """The partner's door: what the person's own organisations are asked to take part in."""
        return self.filter(organisation__in=own_organisations(user))


class Participation(models.Model):
    """A partner is asked to confirm that it takes part in an application, and what its people said.

    `terms` is what was confirmed: its task and amounts. When the applicant changes them the yes holds no longer.
    """

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")

    application = models.ForeignKey(Application, models.PROTECT, related_name="participations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    words = models.TextField(blank=True)
    terms = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "organisation"], name="participation_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.application}"

    def get_absolute_url(self) -> str:
        return reverse("applicants:participation_detail", args=[self.ref])


class QuestionTask(models.Model):
    """A question of an application is given to a colleague (A13). Done when the colleague says so, or has answered it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="question_tasks")
    section = models.SlugField(max_length=40)
    question = models.SlugField(max_length=40)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    seen = models.JSONField(default=dict, help_text="The numbers of the question's fields when it was given")
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "question"],
                condition=Q(done_at=None),
                name="question_task_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} of {self.application}: {self.assignee}"
