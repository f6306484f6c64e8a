"""Calls for other programs of a reader: a calendar of deadlines, and a feed of what is new."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from calls import queries
from calls.calendar import in_words
from calls.models import Call
from core import clock
from core.opendata import open_data
from core.visitors import same_for_visitors

DEADLINE_SPAN = timedelta(minutes=30)
"""How long a deadline stands in a calendar: the half hour before it, so that nobody plans anything else."""


@login_not_required
@require_safe
@same_for_visitors
@open_data
def calendar(request: HttpRequest) -> HttpResponse:
    board = queries.board(clock.now())
    return _calendar([line.call for line in [*board.open, *board.upcoming]])


@login_not_required
@require_safe
@same_for_visitors
@open_data
def call_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    return _calendar([get_object_or_404(Call.objects.public(), slug=slug)])


def _calendar(calls: Sequence[Call]) -> HttpResponse:
    made = Calendar()
    made.add("prodid", f"-//{settings.SITE_NAME}//calls//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", _("Calls: %(site)s") % {"site": settings.SITE_NAME})
    for call in calls:
        for event in _events(call):
            made.add_component(event)
    return HttpResponse(
        made.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="calls.ics"'},
    )


def _events(call: Call) -> list[Event]:
    """The opening and the deadline, each with the same identity whenever it is asked for: a later deadline moves it."""
    events = []
    opening = ("opens", _("Opens: %s") % call.title, call.opens_at, timedelta(0))
    for what, summary, instant, span in [opening, *_ends(call)]:
        if instant is None:
            continue
        event = Event()
        event.add("uid", f"{call.code.lower()}-{what}@{settings.SITE_URL.split('//')[-1]}")
        event.add("dtstamp", call.published_at or instant)
        event.add("summary", summary)
        event.add("dtstart", instant - span)
        event.add("dtend", instant)
        event.add("description", f"{in_words(instant, call.zone)}\n{call.summary}")
        event.add("url", f"{settings.SITE_URL}{call.get_absolute_url()}")
        event.add("status", "CANCELLED" if call.state == "cancelled" else "CONFIRMED")
        events.append(event)
    return events


def _ends(call: Call) -> list[tuple[str, str, datetime | None, timedelta]]:
    """The deadline, or each cut-off by its name."""
    if not call.has_cut_offs:
        label = _("Closes at the latest: %s") if call.is_rolling else _("Deadline: %s")
        return [("closes", label % call.title, call.exhausted_at or call.closes_at, DEADLINE_SPAN)]
    return [
        (f"cut-off-{one.number}", f"{one}: {call.title}", one.closes_at, DEADLINE_SPAN)
        for one in call.cut_offs.all()
    ]


@login_not_required
@require_safe
@same_for_visitors
@open_data
def feed(request: HttpRequest) -> HttpResponse:
    made = Atom1Feed(
        title=_("Calls: %(site)s") % {"site": settings.SITE_NAME},
        link=f"{settings.SITE_URL}{reverse('calls:call_list')}",
        description="",
        feed_url=f"{settings.SITE_URL}{request.path}",
        language=settings.LANGUAGE_CODE,
    )
    for entry in queries.news():
        made.add_item(
            title=entry.title,
            link=f"{settings.SITE_URL}{entry.call.get_absolute_url()}",
            unique_id=f"{settings.SITE_URL}{entry.call.get_absolute_url()}#change-{entry.pk}",
            description=entry.text,
            pubdate=entry.at,
            updateddate=entry.at,
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
