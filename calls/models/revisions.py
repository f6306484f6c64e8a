"""What changes a published call in the open: its form's revisions, its documents, the public change log."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.call import Call
from core import clock
from core.localised import LocalisedField
from core.models import StoredFile
from core.refs import new_ref


class FormRevision(models.Model):
    """The application form as data (see calls/formkit). Frozen at publication: PostgreSQL refuses a change then."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="form_revisions")
    number = models.PositiveSmallIntegerField(default=1)
    definition = models.JSONField(default=dict)
    previous = models.JSONField(null=True, help_text="The definition before the last change, to undo it")
    frozen_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True, help_text="When a later revision took its place")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="Why the form changes, in the words of who proposed it")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="form_revision_once"),
            models.CheckConstraint(
                condition=~models.Q(published_by=models.F("proposed_by")), name="form_revision_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call.code} form {self.number}"


class CallDocument(models.Model):
    """A document that applicants may read: guide, model agreement."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="documents")
    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    title = LocalisedField(_("title"), max_length=120)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.title)


class CallChange(models.Model):
    """What changed in the open, for everyone to read; people with drafts are told (applicants.jobs)."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("Published")
        DEADLINE = "deadline", _("Deadline extended")
        TEXT = "text", _("Text changed")
        DOCUMENT = "document", _("Document added")
        FORM = "form", _("Application form changed")
        ANSWER = "answer", _("Question answered")
        CORRECTION = "correction", _("Answer corrected")
        EXHAUSTED = "exhausted", _("Money used")
        INCIDENT = "incident", _("Incident")
        EXTENSION = "extension", _("More time for one applicant")
        CANCELLED = "cancelled", _("Cancelled")

    call = models.ForeignKey(Call, models.PROTECT, related_name="changes")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField()
    answer = models.ForeignKey("calls.Answer", models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"
