"""Telling people with drafts or submissions what happened to their call; started by the clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from applicants import notifications, queries
from applicants.models import Application, Extension, Version
from applicants.states import ApplicationState, VersionStatus
from calls import services as calls
from calls.models import CallChange, CutOff
from calls.states import CallState
from core import clock
from core.errors import Gap

SETTLING = timedelta(minutes=5)
"""After the deadline nothing is said until every submission that arrived in time has surely been handled."""


def changes_to_announce() -> list[int]:
    """Public changes nobody has been told of, oldest first."""
    return list(
        CallChange.objects.filter(announced_at=None).order_by("pk").values_list("pk", flat=True)[:100]
    )


@transaction.atomic(durable=True)
def announce_change(pk: int) -> int:
    """Write to everyone with a draft or a submission in the call, and to those whose question it answers: one message
    for each address; returns to how many. Two beats announce it once.

    A publication is announced to nobody: no one can have a draft before it.
    """
    change = (
        CallChange.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("call", "call__project")
        .filter(pk=pk, announced_at=None)
        .first()
    )
    if change is None:
        return 0
    people = [] if change.kind == CallChange.Kind.PUBLISHED else list(_writers_in(change))
    missing: dict[int, list[Gap]] = {}
    for person, application in people:
        if application.pk not in missing:
            missing[application.pk] = _missing_by(change, application)
        notifications.call_changed(change, application, to=person, gaps=missing[application.pk])
    told = {person.email.lower() for person, _application in people}
    others = calls.tell_askers(change, but=told)
    change.announced_at = clock.now()
    change.save(update_fields=["announced_at"])
    return len(people) + len(others)


def _writers_in(change: CallChange) -> Iterable[tuple[User, Application]]:
    """Each person once, with one of the applications that concern them."""
    alive = Version.objects.filter(status__in=[VersionStatus.DRAFT, VersionStatus.FINAL])
    found = Application.objects.filter(call=change.call, pk__in=alive.values("application"))
    told: set[int] = set()
    for application in found.select_related("organisation").order_by("pk"):
        for person in notifications.writers(application):
            if person.pk not in told:
                told.add(person.pk)
                yield person, application


def _missing_by(change: CallChange, application: Application) -> list[Gap]:
    """What a changed form lets the application's draft lack."""
    if change.kind != CallChange.Kind.FORM:
        return []
    draft = application.versions.filter(status=VersionStatus.DRAFT).select_related("form_revision").first()
    if draft is None:
        return []
    draft.application, application.call = application, change.call
    return queries.gaps_by_new_form(draft)


def drafts_left_behind() -> list[int]:
    """Drafts of calls that closed a while ago, or that missed a cut-off, whose writers have not heard of it (time-09)."""
    settled = clock.now() - SETTLING
    call_ended = Coalesce("application__call__exhausted_at", "application__call__closes_at")
    ended = Greatest(call_ended, "application__extended_to")
    since = Coalesce(OuterRef("lateness_told_at"), OuterRef("created_at"))
    missed = CutOff.objects.filter(
        closes_at__gt=since, call=OuterRef("application__call"), closes_at__lt=settled
    )
    given = Extension.objects.filter(
        application=OuterRef("application"),
        answer=Extension.Answer.GRANTED,
        cut_off__isnull=False,
        until__gt=since,
        until__lt=settled,
    )
    drafts = Version.objects.filter(
        status=VersionStatus.DRAFT,
        correction=None,
        application__state__in=[ApplicationState.OPEN, ApplicationState.WITHDRAWN],
        application__call__state=CallState.PUBLISHED,
    ).annotate(ended=ended)
    drafts = drafts.exclude(application__extended_to__gte=settled)
    late = Q(ended__lt=settled) & (Q(lateness_told_at=None) | Q(lateness_told_at__lt=F("ended")))
    return list(
        drafts.filter(late | Q(Exists(missed)) | Q(Exists(given)))
        .order_by("pk")
        .values_list("pk", flat=True)[:100]
    )


@transaction.atomic(durable=True)
def tell_not_submitted(pk: int) -> bool:
    """Tell a draft's writers that it was not submitted, and what counts instead; once. Returns whether it did."""
    draft = (
        Version.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("application", "application__call", "application__organisation")
        .filter(pk=pk, status=VersionStatus.DRAFT, correction=None)
        .first()
    )
    if draft is None or not _is_left_behind(draft):
        return False
    notifications.draft_not_submitted(draft, missed=missed_by(draft, clock.now() - SETTLING))
    draft.lateness_told_at = clock.now()
    draft.save(update_fields=["lateness_told_at"])
    return True


def _is_left_behind(draft: Version) -> bool:
    settled = clock.now() - SETTLING
    own, missed = draft.application.extended_to, missed_by(draft, settled)
    if own is not None and own >= settled:
        return False
    return missed is not None and (draft.lateness_told_at is None or draft.lateness_told_at < missed)


def missed_by(draft: Version, at: datetime) -> datetime | None:
    """The deadline before `at` (UTC) that this draft let pass: the last cut-off since it was begun, the end of its call, or of
    the time that it was given alone."""
    call = draft.application.call
    ends = [call.exhausted_at or call.closes_at, draft.application.extended_to]
    ends += [
        one.closes_at for one in call.cut_offs.all() if one.closes_at and one.closes_at > draft.created_at
    ]
    return max((one for one in ends if one is not None and one < at), default=None)
