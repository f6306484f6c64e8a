"""Who writes but does not sign sends the complete draft to those who sign; they submit it, or send it back (A29)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import may_sign_for
from applicants import notifications, queries
from applicants.models import Application, SignatureRequest, Version
from applicants.services._drafts import locked_draft
from core import clock
from core.audit import record
from core.errors import DomainError, Incomplete, InvalidTransition


@transaction.atomic(durable=True)
def send_for_signature(
    application: Application, *, by: Any, words: str = "", arrived: datetime | None = None
) -> SignatureRequest:
    """Ask those who sign for the applicant to submit the draft; they are written to. It is no submission: the deadline
    judges when one of them submits.

    Raises Incomplete with every gap, DomainError when nobody signs or it waits already, DeadlinePassed.
    """
    draft = locked_draft(application, at=arrived)
    if gaps := queries.gaps(queries.content_of(draft)):
        raise Incomplete(_("It was not sent: something is missing or needs another look."), gaps)
    if _open(draft) is not None:
        raise DomainError(_("It was sent to be signed already."))
    signatories = queries.signatories(draft.application.organisation)
    if not signatories:
        raise DomainError(
            _("Nobody signs for %(name)s. The administrator of this site can appoint somebody.")
            % {"name": draft.application.organisation}
        )
    request = SignatureRequest.objects.create(version=draft, words=words.strip(), sent_by=by)
    record(draft.application, "application.sent_for_signature", by=by, data={"version": draft.number})
    notifications.signature_requested(request, people=[one for one in signatories if one != by])
    return request


@transaction.atomic(durable=True)
def end_signature_request(application: Application, *, by: Any, words: str = "") -> SignatureRequest:
    """Send it back with words, by who signs; or take it back, by who does not. The draft stays as it is.

    Raises InvalidTransition when nothing waits to be signed, DomainError when it is sent back without a word.
    """
    draft = locked_draft(application, at=None)
    request = _open(draft)
    if request is None:
        raise InvalidTransition(_("%(ref)s does not wait to be signed any more.") % {"ref": application.ref})
    returned = by.pk != request.sent_by_id and may_sign_for(by, draft.application.organisation)
    if returned and not words.strip():
        raise DomainError(_("Say what has to be changed."), field="words")
    answer = SignatureRequest.Answer.RETURNED if returned else SignatureRequest.Answer.TAKEN_BACK
    close_request(draft, answer, by=by, words=words)
    verb = "application.signature_returned" if returned else "application.signature_taken_back"
    record(draft.application, verb, by=by, note=words.strip(), data={"version": draft.number})
    request.refresh_from_db()
    if returned:
        notifications.signature_returned(request)
    return request


def close_request(draft: Version, answer: str, *, by: Any, words: str = "") -> None:
    """What waited to be signed waits no longer, in the caller's transaction."""
    SignatureRequest.objects.filter(version=draft, answer="").update(
        answer=answer, answer_words=words.strip(), answered_at=clock.now(), answered_by=by
    )


def _open(draft: Version) -> SignatureRequest | None:
    return SignatureRequest.objects.select_related("sent_by").filter(version=draft, answer="").first()
