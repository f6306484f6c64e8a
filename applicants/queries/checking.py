"""Other calls for those whom one call does not take."""

from dataclasses import replace

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from applicants import checking
from applicants.models import Application, CheckTally
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
        day = call.next_deadline.astimezone(call.zoneinfo).date() if call.next_deadline else None
        if checking.fits(rules.of_call(call, call.cut_off_at(clock.now())), replace(facts, deadline=day)):
            found.append(call)
    return found[:MOST_CALLS]


def check_counts(call: Call) -> list[tuple[str, int, str]]:
    """How the checks of a call ended, for a picture: label, number, number as text; the most frequent first. One query.

    A check that met several rules counts under each of them.
    """
    rows = (
        CheckTally.objects.filter(call=call)
        .order_by()
        .values_list("reason")
        .annotate(number=Sum("count"))
        .order_by("-number", "reason")
    )
    return [(_label(reason), number, str(number)) for reason, number in rows]


def brought_counts(call: Call) -> list[tuple[str, int, str]]:
    """Which consortium partner brought how many applicants that submitted, as those say, for a picture. One query."""
    rows = (
        Application.objects.submitted()
        .filter(call=call)
        .order_by()
        .values_list("brought_by__legal_name")
        .annotate(number=Count("pk"))
        .order_by("-number", "brought_by__legal_name")
    )
    return [(name or _("Nobody of the project"), number, str(number)) for name, number in rows]


def _label(reason: str) -> str:
    if reason == checking.MAY_APPLY:
        return _("Could apply")
    return str(rules.KINDS[reason].label) if reason in rules.KINDS else reason
