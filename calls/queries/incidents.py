"""The log of incidents of a call, and what a fair answer to each would be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import ngettext

from calls.fairness import fair_deadline
from calls.models import Call, CutOff, Incident, Subscription
from calls.states import CallState
from core import clock


@dataclass(frozen=True)
class IncidentLine:
    """One incident; `lost` is what it took and was not given back yet, `fair` the deadline that gives it back (UTC; None when
    nothing is open or no deadline is ahead)."""

    incident: Incident
    lost: timedelta
    lost_words: str
    fair: datetime | None


def incident_lines(call: Call) -> list[IncidentLine]:
    """All incidents of a call, the newest first: one query, two in a call with cut-offs."""
    found = list(Incident.objects.filter(call=call).select_related("recorded_by").order_by("-number"))
    cut_off = call.cut_off_at(clock.now()) if found else None
    return [_line(one, cut_off, call) for one in found]


def open_claims(call: Call) -> QuerySet[Incident]:
    """Published incidents whose time is not, or not all, given back: those a later deadline may name."""
    more = Q(made_good_at__isnull=True) | Q(ended_at__isnull=True) | Q(made_good_at__lt=F("ended_at"))
    return Incident.objects.filter(more, call=call, published_at__isnull=False)


def proposal_for(incident: Incident, cut_off: CutOff | None, call: Call) -> IncidentLine:
    """What would be fair for the deadline, or for this cut-off of a call with several."""
    return _line(incident, cut_off, call)


def _line(incident: Incident, cut_off: CutOff | None, call: Call) -> IncidentLine:
    now = clock.now()
    incident.call = call
    lost = incident.lost_at(now)
    closes_at = cut_off.closes_at if cut_off else None if call.has_cut_offs else call.closes_at
    is_ahead = (
        closes_at is not None
        and closes_at >= now
        and call.state == CallState.PUBLISHED
        and call.exhausted_at is None
    )
    fair = fair_deadline(closes_at, lost, call.zone) if closes_at and is_ahead and lost else None
    return IncidentLine(incident, lost, span_words(lost), fair)


def span_words(span: timedelta) -> str:
    """ "2 hours 30 minutes": whole minutes, rounded up, so that never less is said than was lost."""
    minutes = -(-span // timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    said = []
    if hours:
        said.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if minutes or not hours:
        said.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    return " ".join(said)


def told_of_changes(call: Call) -> int:
    """How many are told by mail of what changes in the call because they subscribed to it: one query. Those with a draft or
    submission are told as well; who they are this app does not know."""
    return Subscription.objects.filter(call=call, confirmed_at__isnull=False).count()
