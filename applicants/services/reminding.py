"""Reminding the writers of drafts, started by the clock: derived from the deadline and what was sent, not from ticks."""

from django.db import transaction
from django.db.models import Q, QuerySet

from applicants import notifications
from applicants.models import Version
from applicants.reminders import FIRST, latest_due
from applicants.states import ApplicationState, VersionStatus
from calls.models import Call, CutOff
from core import clock


def drafts_to_remind(limit: int = 100) -> list[int]:
    """Drafts whose writers are due a reminder, at most `limit`, the nearest deadline first."""
    now = clock.now()
    cut_offs = CutOff.objects.filter(closes_at__gt=now, closes_at__lte=now + FIRST).values("call")
    soon = Q(closes_at__gt=now, closes_at__lte=now + FIRST) | Q(pk__in=cut_offs)
    found: list[int] = []
    for call in Call.objects.running_at(now).filter(soon).order_by("closes_at"):
        found += _due(call).order_by("pk").values_list("pk", flat=True)[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def _due(call: Call) -> QuerySet[Version]:
    """The drafts of a call that were begun before the last moment that came, and not reminded since."""
    deadline = call.next_deadline
    moment = latest_due(deadline, call.zone, now=clock.now()) if deadline else None
    if moment is None:
        return Version.objects.none()
    drafts = Version.objects.exclude(application__last_final__cut_off__closes_at__lt=clock.now())
    return drafts.filter(
        Q(reminded_at=None) | Q(reminded_at__lt=moment),
        application__call=call,
        application__state__in=[ApplicationState.OPEN, ApplicationState.WITHDRAWN],
        status=VersionStatus.DRAFT,
        created_at__lt=moment,
    )


@transaction.atomic(durable=True)
def remind_writers(pk: int) -> bool:
    """Remind a draft's writers, once for each moment that comes; two beats do it once. Returns whether it did."""
    draft = (
        Version.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("application__call__project", "application__organisation", "form_revision")
        .filter(pk=pk)
        .first()
    )
    if draft is None or not _due(draft.application.call).filter(pk=pk).exists():
        return False
    notifications.draft_reminder(draft)
    draft.reminded_at = clock.now()
    draft.save(update_fields=["reminded_at"])
    return True
