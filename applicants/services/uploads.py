"""Uploading a file part by part: a lost connection costs one part, and what was refused is refused before it is sent."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application, Attachment, PartialUpload, UploadPart
from applicants.services._drafts import locked_draft
from applicants.services.files import add_attachment, question_of
from core import clock
from core.errors import DomainError
from core.files import KINDS, check_announced
from core.locks import lock_row

LARGEST_PART = 1024 * 1024
KEPT = timedelta(days=1)
MOST_AT_ONCE = 10


@transaction.atomic(durable=True)
def begin_upload(
    application: Application,
    *,
    question: str,
    name: str,
    size: int,
    by: Any,
    replaces: str = "",
    arrived: datetime | None = None,
) -> PartialUpload:
    """Announce a file; its name and size are judged before a byte is sent. The same file that the person began before
    goes on where it stopped. Raises DomainError as `add_attachment` does."""
    draft = locked_draft(application, at=arrived, marks=True)
    asked = question_of(draft, question)
    check_announced(name, size, allowed=tuple(asked.accept or KINDS), max_mb=asked.max_mb)
    own = PartialUpload.objects.filter(application=draft.application, started_by=by)
    found = own.filter(question=question, name=name[:200], size=size, replaces=replaces).first()
    if found is not None:
        return found
    if own.count() >= MOST_AT_ONCE:
        raise DomainError(_("Too many files are on their way at once. Let the others arrive first."))
    return PartialUpload.objects.create(
        application=draft.application,
        question=question,
        name=name[:200],
        size=size,
        replaces=replaces,
        started_by=by,
    )


@transaction.atomic(durable=True)
def add_part(upload: PartialUpload, *, start: int, content: bytes) -> PartialUpload:
    """Keep some more bytes. What does not begin where the last part ended changes nothing: see `received`.

    Raises DomainError for a part that is too large, or goes beyond the size that was announced.
    """
    upload = lock_row(upload)
    if start != upload.received:
        return upload
    if not 0 < len(content) <= LARGEST_PART or start + len(content) > upload.size:
        raise DomainError(_("This is not the file that was announced. Choose it again."))
    UploadPart.objects.create(upload=upload, start=start, content=content)
    upload.received += len(content)
    upload.save(update_fields=["received"])
    return upload


def finish_upload(upload: PartialUpload, *, by: Any, arrived: datetime | None = None) -> Attachment:
    """Put a whole file where it belongs; it is checked like any other. Whatever comes of it, its parts are gone.

    Raises DomainError as `add_attachment` does.
    """
    content = b"".join(bytes(part.content) for part in upload.parts.order_by("start"))
    try:
        return add_attachment(
            upload.application,
            question=upload.question,
            upload=SimpleUploadedFile(upload.name, content),
            by=by,
            replaces=upload.replaces,
            arrived=arrived,
        )
    finally:
        upload.delete()


def forget_uploads() -> int:
    """Drop what was begun and did not arrive within a day. Returns how many files."""
    late = PartialUpload.objects.filter(started_at__lt=clock.now() - KEPT)
    count = late.count()
    late.delete()
    return count
