"""Reminding the writers of drafts, started by the clock: derived from the deadline and what was sent, not from ticks."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from applicants import notifications
from applicants.models import Version
from applicants.reminders import FIRST, latest_due
from applicants.states import ApplicationState, VersionStatus
from calls.models import Call, CutOff
from calls.states import CallState
from core import clock


def drafts_to_remind(limit: int = 100) -> list[int]:
    """Drafts whose writers are due a reminder, at most `limit`, the nearest deadline first."""
    now = clock.now()
    cut_offs = CutOff.objects.filter(closes_at__gt=now, closes_at__lte=now + FIRST).values("call")
    soon = Q(closes_at__gt=now, closes_at__lte=now + FIRST) | Q(pk__in=cut_offs)
    found = list(_due_alone(now).order_by("application__extended_to").values_list("pk", flat=True)[:limit])
    for call in Call.objects.running_at(now).filter(soon).order_by("closes_at"):
        found += _due(call).order_by("pk").values_list("pk", flat=True)[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def _due(call: Call) -> QuerySet[Version]:
    """The drafts of a call that were begun before the last moment that came, and not reminded since; without those that were
    given more time."""
    now, deadline = clock.now(), call.next_deadline
    drafts = _unsubmitted().exclude(application__last_final__cut_off__closes_at__lt=now)
    drafts = drafts.exclude(application__extended_to__gt=now)
    return _not_reminded(drafts.filter(application__call=call), deadline, call.zone)


def _due_alone(now: datetime) -> QuerySet[Version]:
    """The same of those that alone were given more time, each by the end of its own. One query for each, and they are few."""
    given = _unsubmitted().filter(
        application__extended_to__gt=now,
        application__extended_to__lte=now + FIRST,
        application__call__state=CallState.PUBLISHED,
    )
    rows = given.values_list("pk", "application__extended_to", "application__call__zone")
    due = [
        pk for pk, until, zone in rows if _not_reminded(Version.objects.filter(pk=pk), until, zone).exists()
    ]
    return Version.objects.filter(pk__in=due)


def _unsubmitted() -> QuerySet[Version]:
    return Version.objects.filter(
        correction=None,
        application__state__in=[ApplicationState.OPEN, ApplicationState.WITHDRAWN],
        status=VersionStatus.DRAFT,
    )


def _not_reminded(drafts: QuerySet[Version], deadline: datetime | None, zone: str) -> QuerySet[Version]:
    moment = latest_due(deadline, zone, now=clock.now()) if deadline else None
    if moment is None:
        return drafts.none()
    return drafts.filter(Q(reminded_at=None) | Q(reminded_at__lt=moment), created_at__lt=moment)


@transaction.atomic(durable=True)
def remind_writers(pk: int) -> bool:
    """Remind a draft's writers, once for each moment that comes; two beats do it once. Returns whether it did."""
    draft = (
        Version.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("application__call__project", "application__organisation", "form_revision")
        .filter(pk=pk)
        .first()
    )
    if draft is None or not _is_due(draft):
        return False
    notifications.draft_reminder(draft)
    draft.reminded_at = clock.now()
    draft.save(update_fields=["reminded_at"])
    return True


def _is_due(draft: Version) -> bool:
    now = clock.now()
    due = _due_alone(now) if draft.application.is_extended(now) else _due(draft.application.call)
    return due.filter(pk=draft.pk).exists()
