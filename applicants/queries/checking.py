"""Other calls for those whom one call does not take."""

from dataclasses import replace

from applicants import checking
from calls import rules
from calls.models import Call, long_texts
from calls.rules import Facts
from core import clock

MOST_CALLS = 5


def calls_that_fit(facts: Facts, *, but: Call) -> list[Call]:
    """Open calls whose rules these facts do not break, the next deadline first: one query."""
    open_calls = Call.objects.public().open_at(clock.now()).exclude(pk=but.pk).select_related("project")
    found = []
    for call in open_calls.defer(*long_texts()).order_by("closes_at", "pk"):
        day = call.closes_at.astimezone(call.zoneinfo).date() if call.closes_at else None
        if checking.fits(rules.of_call(call), replace(facts, deadline=day)):
            found.append(call)
    return found[:MOST_CALLS]
