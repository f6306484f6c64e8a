"""What subscribers have to be told, by now: found again by the clock, whatever was missed before."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from calls.calendar import BRUSSELS, zone_named
from calls.models import Call, CallChange, Subscription
from calls.queries.public import UNLISTED, Line, Wanted, line_of
from calls.states import CallPhase, CallState
from core import clock

REMINDER = timedelta(days=7)
"""So long before the deadline subscribers are reminded of it."""
NOT_MAILED = (CallChange.Kind.PUBLISHED, CallChange.Kind.EXTENSION)
"""Changes that no mail tells: nobody subscribed before the first, and the other concerns one applicant alone."""
HOUR_OF_NEWS = 7
"""When new calls are told, once a day: at this hour in Brussels."""


def own_subscriptions(user: Any) -> list[Subscription]:
    """What a person with an account is told, newest first: one query."""
    found = Subscription.objects.filter(user=user).select_related("call", "call__project")
    return list(found.order_by("-pk"))


def changes_to_tell(subscription: Subscription) -> list[CallChange]:
    """Changes of its call since the last mail, oldest first, up to the first that people with drafts do not know yet."""
    found: list[CallChange] = []
    rows = CallChange.objects.filter(call=subscription.call_id, pk__gt=subscription.change_told)
    for change in rows.select_related("answer").order_by("pk"):
        if change.announced_at is None:
            break
        found.append(change)
    return [change for change in found if change.kind not in NOT_MAILED]


def moments_due(subscription: Subscription, at: datetime) -> set[str]:
    """Which of `opening`, `deadline` and `results` are due at this instant and not told yet. Results are told once the whole
    call is closed: of one with several cut-offs there may be earlier ones on its page."""
    call, since = subscription.call, subscription.confirmed_at
    if call is None or since is None or call.state != CallState.PUBLISHED:
        return set()
    due = set()
    if call.opens_at and since < call.opens_at <= at and subscription.opening_told_at is None:
        due.add("opening")
    if call.closes_at and at < call.closes_at and since < call.closes_at - REMINDER <= at:
        if subscription.reminded_for is None or subscription.reminded_for < call.closes_at:
            due.add("deadline")
    if call.results_published_at and call.results_published_at <= at and call.phase(at) == CallPhase.CLOSED:
        due.add("results")
    return due


def subscriptions_with_news(at: datetime, most: int) -> list[int]:
    """Confirmed subscriptions to a call of which something may be due: one query."""
    changed = CallChange.objects.filter(
        call=OuterRef("call"), pk__gt=OuterRef("change_told"), announced_at__isnull=False
    ).exclude(kind__in=NOT_MAILED)
    has_opened = Q(call__opens_at__lte=at, call__opens_at__gt=F("confirmed_at"))
    opening = Q(call__state=CallState.PUBLISHED, opening_told_at=None) & has_opened
    is_near = Q(call__closes_at__gt=at, call__closes_at__lte=at + REMINDER)
    is_news = Q(call__closes_at__gt=F("confirmed_at") + REMINDER)
    is_untold = Q(reminded_for=None) | Q(reminded_for__lt=F("call__closes_at"))
    closing = Q(call__state=CallState.PUBLISHED) & is_near & is_news & is_untold
    results = Q(call__state=CallState.PUBLISHED, call__results_published_at__lte=at, call__closes_at__lt=at)
    found = Subscription.objects.filter(confirmed_at__isnull=False, call__isnull=False)
    found = found.annotate(is_changed=Exists(changed))
    found = found.filter(Q(is_changed=True) | opening | closing | results)
    return list(found.order_by("pk").values_list("pk", flat=True)[:most])


def searches_until(at: datetime) -> datetime:
    """The last hour of news before this instant (UTC): calls published by then are told."""
    today = at.astimezone(zone_named(BRUSSELS)).replace(hour=HOUR_OF_NEWS, minute=0, second=0, microsecond=0)
    return today if today + timedelta(minutes=1) <= at else today - timedelta(days=1)


def searches_with_news(until: datetime, most: int) -> list[int]:
    """Confirmed searches that were not run up to `until`, while any call was published since: one query."""
    published = Call.objects.public().filter(
        published_at__gt=OuterRef("searched_until"), published_at__lte=until
    )
    found = Subscription.objects.filter(
        Exists(published), confirmed_at__isnull=False, call=None, searched_until__lt=until
    )
    return list(found.order_by("pk").values_list("pk", flat=True)[:most])


def new_calls(subscription: Subscription, *, until: datetime) -> list[Line]:
    """Calls that fit the search, published since it was last run and by `until`, and not over: one query."""
    at = clock.now()
    found = (
        Wanted(**subscription.search)
        .narrow(Call.objects.public().running_at(at))
        .filter(published_at__gt=subscription.searched_until, published_at__lte=until)
    )
    rows = found.select_related("project", "voucher_type").defer(*UNLISTED).order_by("closes_at", "pk")
    return [line_of(call, at) for call in rows]
