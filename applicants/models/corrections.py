"""The call office asks for corrections of a submitted file: what it marked, until when, and what became of it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models.files import Application, Version
from core import clock

TITLE = "title"
PARTNER = "partner/"
"""How a mark names the project's title, and with its reference the money and task of an organisation; every other mark
is "section/question"."""


class Correction(models.Model):
    """A request to correct marked fields of `version`. Its draft (`Version.correction`) is opened with it; until that is
    submitted in time the earlier version stands."""

    class Answer(models.TextChoices):
        SUBMITTED = "submitted", _("Corrected")
        KEPT = "kept", _("Left as it was")
        LAPSED = "lapsed", _("Not answered in time")
        TAKEN_BACK = "taken_back", _("Taken back")

    application = models.ForeignKey(Application, models.PROTECT, related_name="corrections")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", help_text="What was submitted")
    fields = models.JSONField(help_text="The marks: see TITLE and PARTNER")
    words = models.TextField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    counts_from = models.DateTimeField(
        null=True,
        help_text="The arrival that counts for the order; empty: that of the complete submission (rank-49)",
    )
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(answer=""), name="correction_open_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="correction_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_answer_display() or 'asked'}"

    def is_open(self, at: datetime) -> bool:
        """Does it still take what arrives at this instant (UTC)?"""
        return not self.answer and at <= self.due_at
