"""Writing to each other about one application: the applicant and the call office."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applicants import notifications
from applicants.models import LONGEST_MESSAGE, Application, Message, Reading
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.files import store_upload
from core.locks import lock_row


@transaction.atomic(durable=True)
def write_to_office(
    application: Application, *, text: str, by: Any, file: UploadedFile | None = None
) -> Message:
    """A message of the applicant about its submitted file; the managers of the project are told by mail.

    The same words sent twice in a row by one person are kept once. Raises DomainError without words or for a file that
    cannot be taken, InvalidTransition when nothing of the application counts (the call's questions are public then).
    """
    return _write(application, text=text, file=file, by=by, is_from_office=False)


@transaction.atomic(durable=True)
def write_to_applicant(
    application: Application, *, text: str, by: Any, file: UploadedFile | None = None
) -> Message:
    """A message of the call office; everybody who works for the applicant is told by mail. Raises as `write_to_office`."""
    return _write(application, text=text, file=file, by=by, is_from_office=True)


def _write(
    application: Application, *, text: str, file: UploadedFile | None, by: Any, is_from_office: bool
) -> Message:
    application = lock_row(application)
    text = text.strip()
    if application.valid_version() is None:
        raise InvalidTransition(
            _("Nothing of %(ref)s counts at the moment, so there is nothing to write about.")
            % {"ref": application.ref}
        )
    if not text:
        raise DomainError(_("Write what it is about."), field="text")
    if len(text) > LONGEST_MESSAGE:
        raise DomainError(
            _("A message has at most %(n)d characters. Put the rest into a file.") % {"n": LONGEST_MESSAGE},
            field="text",
        )
    last = Message.objects.filter(application=application).last()
    if last is not None and (last.text, last.by_id, file) == (text, by.pk, None):
        return last
    stored = store_upload(file, by=by) if file is not None else None
    made = Message.objects.create(
        application=application, is_from_office=is_from_office, text=text, file=stored, by=by
    )
    record(application, "application.message_written", by=by, data={"message": made.ref})
    _keep_reading(made, by)
    tell = notifications.office_wrote if is_from_office else notifications.applicant_wrote
    tell(made)
    return made


@transaction.atomic(durable=True)
def settle_messages(application: Application, *, by: Any) -> Message:
    """The call office dealt with what the applicant wrote last, and no answer is needed; both sides see it, nobody is
    mailed. Raises InvalidTransition when nothing waits."""
    application = lock_row(application)
    if not Message.objects.filter(application=application).waiting().exists():
        raise InvalidTransition(_("No message waits for an answer any more."))
    made = Message.objects.create(application=application, is_from_office=True, by=by)
    record(application, "application.messages_settled", by=by, data={"message": made.ref})
    return made


@transaction.atomic(durable=True)
def read_messages(application: Application, *, by: Any) -> None:
    """The person has the thread before them: what is in it is not new to them any more."""
    last = Message.objects.filter(application=application).last()
    if last is not None:
        _keep_reading(last, by)


def _keep_reading(message: Message, by: Any) -> None:
    Reading.objects.update_or_create(application=message.application, user=by, defaults={"until": message})
