"""How several people make one application: what is asked of whom, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applicants.models.files import Version
from core import clock


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
