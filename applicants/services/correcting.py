"""The call office asks for a correction of a submitted file, on marked fields only (A38)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import notifications, queries
from applicants.models import Application, Correction, Version
from applicants.services.writing import open_draft
from applicants.states import VersionStatus
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row


@transaction.atomic(durable=True)
def ask_correction(
    application: Application, *, fields: Collection[str], words: str, due_at: datetime, by: Any
) -> Correction:
    """Ask for a correction of what counts: `fields` are marks (`queries.markable`), `due_at` the last instant (UTC).

    Only in the check of eligibility: when the applicant can change nothing any more and nothing is decided. It opens a draft
    that is a copy of what was submitted; an unsubmitted draft gives way to it. The applicant is told. The arrival that
    counts stays that of what was submitted in time, except first come, first served: there the place is that of the
    complete submission (rank-49). Raises InvalidTransition at another time, DomainError for what is missing.
    """
    application = lock_row(application)
    valid = application.valid_version()
    refusal = queries.correction_refused(application, valid)
    if refusal is not None or valid is None:
        raise InvalidTransition(refusal or "")
    _require_asked(valid, fields, words, due_at)
    for draft in Version.objects.select_for_update().filter(
        application=application, status=VersionStatus.DRAFT
    ):
        draft.status = VersionStatus.DISCARDED
        draft.save(update_fields=["status"])
        record(application, "application.draft_discarded", by=by, data={"version": draft.number})
    before = valid.correction
    in_time = before.counts_from if before is not None else valid.arrived_at
    correction = Correction.objects.create(
        application=application,
        version=valid,
        fields=sorted(fields),
        words=words.strip(),
        due_at=due_at,
        asked_by=by,
        counts_from=None if application.call.is_rolling else in_time,
    )
    draft = open_draft(application, by=by, correction=correction)
    data = {"version": valid.number, "draft": draft.number, "fields": correction.fields}
    record(application, "application.correction_asked", by=by, note=correction.words, data=data)
    notifications.correction_asked(correction)
    return correction


def _require_asked(valid: Version, fields: Collection[str], words: str, due_at: datetime) -> None:
    known = {mark.key for mark in queries.markable(valid)}
    if not fields or not set(fields) <= known:
        raise DomainError(_("Mark what may be corrected."), field="fields")
    if not words.strip():
        raise DomainError(_("Say what has to be corrected and why: the applicant reads it."), field="words")
    if due_at <= clock.now():
        raise DomainError(_("Give a day to come."), field="due_on")
