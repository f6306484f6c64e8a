"""Keeping what would be deleted when its term is over: a manager says so, and when it has ended."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import notifications
from applicants.models import Application, LegalHold, Version
from applicants.models.legal_holds import LONGEST_REASON
from applicants.states import VersionStatus
from calls.models import Call
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.fieldview import count_characters
from core.locks import lock_exclusive, lock_row


@transaction.atomic(durable=True)
def set_legal_hold(call: Call, *, application: Application | None, reason: str, by: Any) -> LegalHold:
    """From now on nothing of this file is deleted, or of any file of the call with its drafts when `application` is None. Their
    people are not erased either. The other managers are told; applicants are not.

    It is recorded about the hold and not about the file. Raises DomainError without a reason, for a file whose contents are
    gone, and for what is held already.
    """
    reason = _reason(reason)
    lock_exclusive("applicants.legal_holds", call.pk)
    files = _locked(call, application)
    if application is not None and (not files or files[0].deleted_at is not None):
        raise DomainError(_("The contents of this file are deleted already."), field="application")
    if LegalHold.objects.filter(call=call, application=application, lifted_at=None).exists():
        raise DomainError(_("That is kept already."), field="application" if application else "call")
    hold = LegalHold.objects.create(call=call, application=application, reason=reason, set_by=by)
    record(hold, "legal_hold.set", by=by, note=reason, data={"call": call.code})
    notifications.legal_hold_changed(hold, by=by)
    return hold


@transaction.atomic(durable=True)
def lift_legal_hold(hold: LegalHold, *, reason: str, by: Any) -> LegalHold:
    """It need not be kept any more. What is past its term is announced anew before it is deleted, whatever was announced
    before. Raises InvalidTransition when it was lifted already, DomainError without a reason."""
    reason = _reason(reason)
    lock_exclusive("applicants.legal_holds", hold.call_id)
    hold = lock_row(hold)
    if hold.lifted_at is not None:
        raise InvalidTransition(_("That was ended already."))
    files = _locked(hold.call, hold.application)
    hold.lifted_at, hold.lifted_by, hold.lift_reason = clock.now(), by, reason
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    Application.objects.filter(pk__in=[one.pk for one in files]).update(deletion_told_at=None)
    drafts = Version.objects.filter(application__in=[one.pk for one in files], status=VersionStatus.DRAFT)
    drafts.update(expiry_told_at=None)
    record(hold, "legal_hold.lifted", by=by, note=reason, data={"call": hold.call.code})
    notifications.legal_hold_changed(hold, by=by)
    return hold


def _locked(call: Call, application: Application | None) -> list[Application]:
    """The files it is about, locked, so that none is being deleted meanwhile."""
    found = Application.objects.filter(call=call)
    if application is not None:
        found = found.filter(pk=application.pk)
    return list(found.select_for_update(of=("self",)).order_by("pk").only("pk", "deleted_at"))


def _reason(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise DomainError(_("Give the reason."), field="reason")
    if count_characters(text) > LONGEST_REASON:
        raise DomainError(_("At most %d characters are possible.") % LONGEST_REASON, field="reason")
    return text
