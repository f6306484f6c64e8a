"""Documents that applicants read."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from calls.models import Call, CallChange, CallDocument
from calls.publication import Part
from calls.services._common import lock_draft, record_part
from calls.states import CallState
from core.errors import DomainError, InvalidTransition
from core.files import store_upload
from core.localised import Localised, localised
from core.locks import lock_row


@transaction.atomic(durable=True)
def add_document(call: Call, *, title: Localised | str, file: UploadedFile, by: Any) -> CallDocument:
    """Add a document; after publication everybody reads in the list of changes that it was added.

    Raises DomainError for a file that cannot be taken, InvalidTransition for a call that is over.
    """
    call = lock_row(call)
    if call.state not in (CallState.DRAFT, CallState.PUBLISHED):
        raise InvalidTransition(
            _("This call is %s: it can no longer be changed.") % call.get_state_display().lower()
        )
    title = localised(title)
    stored = store_upload(file, by=by)
    document = CallDocument.objects.create(
        call=call, title=title, file=stored, position=CallDocument.objects.filter(call=call).count()
    )
    if call.state == CallState.PUBLISHED:
        with translation.override(settings.LANGUAGE_CODE):
            text = _("Document added: %s") % title
        CallChange.objects.create(call=call, by=by, kind=CallChange.Kind.DOCUMENT, text=text)
    record_part(call, Part.DOCUMENTS, by=by, changed={"added": stored.name, "sha256": stored.sha256})
    return document


@transaction.atomic(durable=True)
def remove_document(call: Call, *, ref: str, by: Any) -> Call:
    """Take a document out of a draft. Raises DomainError when it is gone; what is published stays to be read."""
    call = lock_draft(call, Part.DOCUMENTS)
    document = CallDocument.objects.filter(call=call, ref=ref).select_related("file").first()
    if document is None:
        raise DomainError(_("This document is no longer there: somebody has removed it."))
    document.delete()
    record_part(call, Part.DOCUMENTS, by=by, changed={"removed": document.file.name})
    return call
