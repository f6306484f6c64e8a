"""What every stage shares: the audit trail, the outbox, private files, idempotency keys."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.storage import private_storage


class AuditEvent(models.Model):
    """Who did what to which thing, when. Append-only: PostgreSQL refuses change and deletion; only an erasure takes a
    person's name and address out of the words (`core.erasing`)."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=80)
    target_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    target_id = models.BigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    target_ref = models.CharField(max_length=120, help_text="The thing's own reference, readable without it")
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30, blank=True)
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True, help_text="When its words lost a person's name or address")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_target")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.target_ref}"


class Pace(models.TextChoices):
    """How soon a person wants to be written to about something (see core/notices.py)."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("once a day, in one mail")
    NEVER = "never", _("never")


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def to_send(self) -> "OutgoingMessageQuerySet":
        """What has to leave by itself, and has not left."""
        return self.filter(sent_at__isnull=True, refused_at__isnull=True, pace=Pace.AT_ONCE)

    def waiting_for_digest(self) -> "OutgoingMessageQuerySet":
        """What its reader gets in the next daily mail."""
        return self.filter(pace=Pace.DAILY, told_in__isnull=True)


class OutgoingMessage(models.Model):
    """One e-mail, stored in the transaction of the act that caused it, sent afterwards. Kept as evidence.

    With the pace `daily` it never leaves by itself: it waits, and is told in the reader's next daily mail (`told_in`). With
    `never` it is kept as a row only.
    """

    created_at = models.DateTimeField(default=clock.now)
    kind = models.CharField(max_length=80, help_text="Which notification it is, such as submission_received")
    to = models.EmailField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(
        default=dict, blank=True, help_text="Further headers, such as List-Unsubscribe"
    )
    message_id = models.CharField(max_length=120, unique=True)
    about_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    about_id = models.BigIntegerField(null=True)
    about = GenericForeignKey("about_type", "about_id")
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    last_error = models.TextField(blank=True)
    refused_at = models.DateTimeField(null=True, help_text="The mail server refused it for good")
    pace = models.CharField(max_length=8, choices=Pace.choices, default=Pace.AT_ONCE)
    told_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="told", help_text="The daily mail it stands in"
    )
    group = models.JSONField(
        default=list, blank=True, help_text="Headings under which a daily mail puts it, outermost first"
    )

    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["to"], name="outbox_refused", condition=models.Q(refused_at__isnull=False)),
            models.Index(
                fields=["next_attempt_at"], name="outbox_due", condition=models.Q(sent_at__isnull=True)
            ),
            models.Index(
                fields=["recipient"],
                name="outbox_for_digest",
                condition=models.Q(pace="daily", told_in__isnull=True),
            ),
            models.Index(fields=["about_type", "about_id"], name="outbox_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}"


class NoticeChoice(models.Model):
    """How soon a person wants mail of one category in one of their roles; without a row it is at once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    audience = models.CharField(max_length=30)
    category = models.CharField(max_length=10)
    pace = models.CharField(max_length=8, choices=Pace.choices)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "audience", "category"], name="notice_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.audience}, {self.category}: {self.pace}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Stored files have no audience of their own: whoever owns one decides who may open it."""


class StoredFile(models.Model):
    """One private file: its bytes never change, its hash proves it. Opened through `core.files.serve_private`."""

    class Scan(models.TextChoices):
        """What the virus scanner says; empty where the installation has none, or the file is of our own making."""

        WAITING = "waiting", _("waits for the virus scanner")
        CLEAN = "clean", _("virus scanner: clean")
        REFUSED = "refused", _("refused by the virus scanner")

    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, help_text="As the person named it, made safe")
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.FileField(storage=private_storage, max_length=200)
    scan = models.CharField(max_length=10, choices=Scan.choices, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty")]
        indexes = [
            models.Index(fields=["id"], name="stored_file_to_scan", condition=models.Q(scan="waiting"))
        ]

    def __str__(self) -> str:
        return self.name


class DoomedFile(models.Model):
    """Bytes that no row may need any more: named in the transaction that deleted the row, deleted after it (see
    `core.erasing`)."""

    name = models.CharField(max_length=200, help_text="In the private storage")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """One use of one form: the second arrival of the same key gets the answer of the first (QD3)."""

    key = models.UUIDField(default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=clock.now)
    answer = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "user", "purpose"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class Stateful(models.Model):
    """A thing with a state: the subclass gives `TRANSITIONS`, only `core.workflow.transition` changes it."""

    TRANSITIONS: dict[Any, set[Any]] = {}
    state: models.CharField

    class Meta:
        abstract = True
