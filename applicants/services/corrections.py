"""How a correction that the call office asked for ends: answered, left, taken back, or not answered in time."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import notifications
from applicants.models import Application, Correction, Version
from applicants.states import VersionStatus
from core import clock
from core.audit import record
from core.errors import InvalidTransition
from core.locks import lock_row

SETTLING = timedelta(minutes=5)
"""After its day nothing is said until what arrived in time has surely been handled."""


@transaction.atomic(durable=True)
def take_back_correction(application: Application, *, by: Any) -> Application:
    """The call office does not need the correction any more: what was submitted stands, the applicant is told.

    Raises InvalidTransition when none is open.
    """
    application = lock_row(application)
    if not end_open_correction(application, Correction.Answer.TAKEN_BACK, by=by):
        raise InvalidTransition(_("No correction of %(ref)s is open.") % {"ref": application.ref})
    return application


def corrections_overdue() -> list[int]:
    """Corrections whose day has passed a while ago without an answer, oldest first."""
    late = Correction.objects.filter(answer="", due_at__lt=clock.now() - SETTLING)
    return list(late.order_by("due_at").values_list("pk", flat=True)[:100])


@transaction.atomic(durable=True)
def lapse_correction(pk: int) -> bool:
    """End a correction that was not answered in time: the earlier version stands, both sides are told. Returns whether
    it did; two beats do it once."""
    row = Correction.objects.filter(pk=pk).values_list("application", flat=True).first()
    if row is None:
        return False
    application = lock_row(Application.objects.get(pk=row))
    found = Correction.objects.filter(pk=pk, answer="", due_at__lt=clock.now() - SETTLING)
    return found.exists() and end_open_correction(application, Correction.Answer.LAPSED, by=None)


def end_open_correction(application: Application, answer: str, *, by: Any) -> bool:
    """End the open correction of a locked application and put its draft away, inside the caller's transaction. Returns
    whether there was one."""
    draft = (
        Version.objects.select_for_update(of=("self",))
        .filter(application=application, status=VersionStatus.DRAFT, correction__answer="")
        .first()
    )
    if draft is None:
        return False
    draft.status = VersionStatus.DISCARDED
    draft.save(update_fields=["status"])
    close_correction(draft, answer, by=by)
    return True


def close_correction(draft: Version, answer: str, *, by: Any) -> None:
    """Write down how the correction of this draft ended, and tell; inside the caller's transaction."""
    correction = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("application__call__project", "application__organisation", "version")
        .get(made=draft)
    )
    correction.answer, correction.answered_at, correction.answered_by = answer, clock.now(), by
    correction.save(update_fields=["answer", "answered_at", "answered_by"])
    data = {"version": correction.version.number, "draft": draft.number, "fields": correction.fields}
    record(correction.application, f"application.correction_{answer}", by=by, data=data)
    notifications.correction_ended(correction)
