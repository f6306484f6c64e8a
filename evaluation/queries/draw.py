"""What everybody may read of a draw, so that anybody can do it again."""

from dataclasses import dataclass

from calls.models import Call
from calls.selection import seal_of
from calls.states import CallPhase
from evaluation.models import Decision, Round
from evaluation.states import Outcome, RoundState
from evaluation.ties import drawn


@dataclass(frozen=True)
class Lot:
    """One file in the order of the draw: place, reference, its lot, and whether it got an award."""

    place: int
    ref: str
    lot: str
    is_funded: bool


@dataclass(frozen=True)
class Draw:
    """The seal from the publication on; the seed and the lots once every decision is released. The lots are those of a
    call that nobody scores: elsewhere the draw only parts equal totals."""

    seal: str
    seed: str = ""
    lots: tuple[Lot, ...] = ()


def draw_of(call: Call) -> Draw:
    """The draw of a published call as far as it is public: two queries."""
    states = list(Round.objects.filter(call=call).values_list("state", flat=True))
    open_still = call.phase() in (CallPhase.UPCOMING, CallPhase.OPEN)
    if open_still or not states or any(state != RoundState.RELEASED for state in states):
        return Draw(seal_of(call.draw_seed))
    if call.is_scored:
        return Draw(seal_of(call.draw_seed), call.draw_seed)
    rows = Decision.objects.filter(round__call=call, rank__isnull=False).order_by("rank", "pk")
    return Draw(
        seal_of(call.draw_seed),
        call.draw_seed,
        tuple(
            Lot(place or 0, ref, drawn(call.draw_seed, ref), outcome == Outcome.FUND)
            for place, ref, outcome in rows.values_list("rank", "application__ref", "outcome")
        ),
    )
