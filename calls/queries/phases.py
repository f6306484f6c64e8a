"""The phases of a funnel: calls that follow one another (`Call.previous`)."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from calls import awards
from calls.models import Call, long_texts


@dataclass(frozen=True)
class Phase:
    """One phase of a funnel: a call and what it gives; `is_here` on its own page."""

    call: Call
    is_here: bool
    gives: str


def with_followers(calls: QuerySet[Call]) -> QuerySet[Call]:
    """The calls, each told whether another follows it, so that `phases_of` need not ask about one that stands alone."""
    return calls.annotate(is_followed=Exists(Call.objects.filter(previous=OuterRef("pk"))))


def phases_of(call: Call) -> list[Phase]:
    """The phases of a funnel in their order, as far as they are public; empty for a call that stands alone. One query,
    none for a call from `with_followers` that stands alone."""
    if call.previous_id is None and getattr(call, "is_followed", None) is False:
        return []
    tied = Q(previous__isnull=False) | Q(following__isnull=False) | Q(pk=call.pk)
    linked = Call.objects.filter(tied, project=call.project_id).defer(*long_texts()).distinct()
    known = {one.pk: one for one in linked}
    first = call
    while first.previous_id in known:
        first = known[first.previous_id]
    found, layer = [], [first]
    while layer:
        found += [one for one in layer if one.published_at or one.pk == call.pk]
        keys = {one.pk for one in layer}
        layer = sorted((one for one in known.values() if one.previous_id in keys), key=lambda one: one.pk)
    if len(found) < 2:
        return []
    return [Phase(one, one.pk == call.pk, _phase_gives(one)) for one in found]


def _phase_gives(call: Call) -> str:
    """ "10 000 EUR, at most 13 projects"."""
    number = call.max_awards
    most = ngettext("at most %(n)d project", "at most %(n)d projects", number or 0) % {"n": number or 0}
    return ", ".join(filter(None, [awards.in_short(call.award), most if number else ""]))
