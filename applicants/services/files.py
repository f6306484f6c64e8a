"""Files are uploaded one by one before the submission, which refers to their fingerprints (QD4)."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.models import Application, Attachment, Version
from applicants.services._drafts import locked_draft, require_marked
from calls import formkit
from calls.queries import form_of
from core import clock
from core.audit import record
from core.errors import DomainError
from core.files import KINDS, store_upload

MAX_FILES = 5
"""Files for one question, so that a dossier stays readable."""


@transaction.atomic(durable=True)
def add_attachment(
    application: Application,
    *,
    question: str,
    upload: UploadedFile,
    by: Any,
    replaces: str = "",
    arrived: datetime | None = None,
) -> Attachment:
    """Check a file and keep it as the answer to a question of the form. `replaces`: the reference of the file whose
    place it takes; the old row is kept, marked removed.

    Raises DomainError with a sentence for a file that is empty, too large, of another kind, damaged, there already.
    """
    draft = locked_draft(application, at=arrived, marks=True)
    asked = question_of(draft, question)
    present = list(draft.attachments.filter(question=question, removed_at=None).select_related("file"))
    old = next((one for one in present if one.ref == replaces), None)
    if old is None and len(present) >= (asked.max_files or MAX_FILES):
        sentence = ngettext(
            "There is %(n)d file already, the most for this question. Replace or remove it.",
            "There are %(n)d files already, the most for one question. Remove one first.",
            len(present),
        )
        raise DomainError(sentence % {"n": len(present)}, field="file")
    stored = store_upload(
        upload, by=by, allowed=tuple(asked.accept or KINDS), max_mb=asked.max_mb, max_pages=asked.max_pages
    )
    same = next((one for one in present if one.file.sha256 == stored.sha256 and one != old), None)
    if same is not None:
        raise DomainError(
            _("This is the same file as “%(name)s”, which is here already.") % {"name": same.file.name},
            field="file",
        )
    made = Attachment.objects.create(version=draft, question=question, file=stored, uploaded_by=by)
    if old is not None:
        _mark_removed(old)
    _tell(draft, "application.file_added", made, by)
    return made


@transaction.atomic(durable=True)
def remove_attachment(
    application: Application, *, ref: str, by: Any, arrived: datetime | None = None
) -> Attachment:
    """Take a file out of the draft; its row and bytes are kept, marked removed."""
    draft = locked_draft(application, at=arrived, marks=True)
    found = draft.attachments.filter(ref=ref, removed_at=None).select_related("file").first()
    if found is None:
        raise DomainError(_("This file is not in the draft any more."))
    question_of(draft, found.question)
    _mark_removed(found)
    _tell(draft, "application.file_removed", found, by)
    return found


def question_of(draft: Version, key: str) -> formkit.Question:
    """The question for a file with this key in the draft's form, if its files may change. Raises DomainError when there is
    none, or when a correction does not mark it."""
    for part, question in form_of(draft.form_revision).questions():
        if question.key == key and question.is_file:
            require_marked(draft, [f"{part.key}/{key}"])
            return question
    raise DomainError(_("The form does not ask for this file any more. Load the page again."))


def _mark_removed(attachment: Attachment) -> None:
    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])


def _tell(draft: Version, verb: str, attachment: Attachment, by: Any) -> None:
    draft.changed_at = clock.now()
    draft.save(update_fields=["changed_at"])
    data = {"version": draft.number, "question": attachment.question, "sha256": attachment.file.sha256}
    record(draft.application, verb, by=by, data=data)
