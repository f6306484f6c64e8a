"""One applicant asks for more time: why, what the call office decided, and by which two people (A34)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applicants.models.files import Application
from calls.models import CutOff
from core import clock

LONGEST_CAUSE_WORDS = 2000


class Extension(models.Model):
    """A request for more time for one application, in one deadline or cut-off. A manager proposes until when, another one
    gives it; then it stands in `Application.extended_to`, too. Either refuses with words that the applicant reads."""

    class Cause(models.TextChoices):
        SYSTEM = "system", _("These pages, or the way to them, did not work")
        HEALTH = "health", _("Illness, accident or death of somebody who writes")
        FORCE = "force", _("Fire, flood, power failure or another event beyond your control")
        ACCESS = "access", _("A barrier for a person with a disability")
        OTHER = "other", _("Another reason")

    class Answer(models.TextChoices):
        GRANTED = "granted", _("More time was given")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken_back", _("Taken back")

    application = models.ForeignKey(Application, models.PROTECT, related_name="extensions")
    cut_off = models.ForeignKey(CutOff, models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause.choices)
    words = models.TextField(max_length=LONGEST_CAUSE_WORDS)
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, help_text="The last instant that is proposed or given, UTC")
    because = models.TextField(blank=True, help_text="Why the first manager would give it")
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answer_words = models.TextField(blank=True, help_text="Why it was refused; the applicant reads it")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(answer=""), name="extension_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="extension_answered_at",
            ),
            models.CheckConstraint(
                condition=~Q(answer="granted")
                | (Q(until__isnull=False, proposed_by__isnull=False) & ~Q(answered_by=F("proposed_by"))),
                name="extension_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_answer_display() or 'asked'}"

    def is_running(self, at: datetime) -> bool:
        """Was it given, and not over at this instant (UTC)?"""
        return self.answer == self.Answer.GRANTED and self.until is not None and at <= self.until
