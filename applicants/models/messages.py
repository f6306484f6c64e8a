"""What an applicant and the call office write to each other about one application."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from applicants.models.files import Application
from core import clock
from core.models import StoredFile
from core.refs import new_ref

LONGEST_MESSAGE = 5000


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        """Of applicants, and not followed by any of the call office: it has not dealt with them yet."""
        later = Message.objects.filter(
            application=OuterRef("application"), is_from_office=True, pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(later), is_from_office=False)

    def unread_by(self, user: Any) -> "MessageQuerySet":
        """Of the call office, with words in them, and later than what the person has seen."""
        seen = Reading.objects.filter(
            application=OuterRef("application"), user=user, until__gte=OuterRef("pk")
        )
        return self.filter(~Exists(seen), is_from_office=True).exclude(text="")


class Message(models.Model):
    """One message of a thread, from the applicant or from the call office; PostgreSQL keeps it as it was sent. One of the
    call office without words says that it dealt with what came before, and that no answer is needed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="messages")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    is_from_office = models.BooleanField()
    text = models.TextField(max_length=LONGEST_MESSAGE, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") | Q(is_from_office=True, file__isnull=True),
                name="message_with_words",
            )
        ]

    def __str__(self) -> str:
        return self.first_line

    @property
    def first_line(self) -> str:
        """Its beginning, at most 120 characters: what a mail may say of it."""
        line = self.text.partition("\n")[0].strip()
        return line if len(line) <= 120 else f"{line[:119]}…"


class Reading(models.Model):
    """How far a person has read a thread."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    until = models.ForeignKey(Message, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.user} until {self.until_id}"
