"""The words of the ranked list: rules, candidates, places. Pure; amounts in EUR cents, scores exact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from calls.selection import Limit
from evaluation import ties
from evaluation.scoring import Result, Scheme


class RankingError(ValueError):
    """The list cannot be made from this: an unknown criterion, a file twice, more awarded than there is."""


class Cut(StrEnum):
    """What happens at the first file that does not fit into the money left."""

    STOP = "stop"  # it and all after it go to the reserve (rank-30)
    SKIP = "skip"  # it goes to the reserve, a later one that fits is funded (rank-31)
    OFFER = (
        "offer"  # it is offered what is left, if that is enough for a project; all after it go to the reserve
    )


class Place(StrEnum):
    """Where a file ends."""

    FUNDED = "funded"
    RESERVE = "reserve"
    BELOW = "below_threshold"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Rules:
    """How the call ranks and cuts.

    `scheme` holds criteria and thresholds; `tie_break` what parts equal totals, first one first: codes of criteria or
    of facts (`evaluation.ties`); after them always the earliest arrival of the final version. `budget_cents` and
    `max_awards` are None where the call has no such limit. `limits` are maxima by country or answer; `least_cents` the
    smallest amount a project can be offered, `least_by_answer` where a type of project has its own; `seed` that of the draw; `by_arrival`: the order of arrival decides, not that
    of the totals (rank-47). Raises RankingError for a tie-break that is
    neither a criterion of the scheme nor a known fact.
    """

    scheme: Scheme
    tie_break: tuple[str, ...] = ()
    cut: Cut = Cut.STOP
    budget_cents: int | None = None
    max_awards: int | None = None
    limits: tuple[Limit, ...] = ()
    least_cents: int = 0
    least_by_answer: Mapping[str, int] = field(default_factory=dict)
    seed: str = ""
    by_arrival: bool = False

    @property
    def is_draw(self) -> bool:
        """Does nobody score the files, so that a draw decides?"""
        return not self.scheme.criteria and not self.by_arrival

    def __post_init__(self) -> None:
        codes = {criterion.code for criterion in self.scheme.criteria} | set(ties.KEYS)
        if set(self.tie_break) - codes or len(set(self.tie_break)) != len(self.tie_break):
            raise RankingError("Each tie-break is a criterion of the call or a known fact, named once.")
        if (self.budget_cents or 0) < 0 or (self.max_awards or 0) < 0:
            raise RankingError("Budget and number of awards are zero or more.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file to be ranked: its reference, its result, the arrival of its final version, what it would receive, and
    the facts that limits and tie-breaks look at. `owner` is its organisation, of which one file enters a draw."""

    key: str
    result: Result
    arrived: datetime
    amount_cents: int
    facts: ties.Facts = field(default_factory=ties.Facts)
    owner: str = ""
    sequence: int = 0

    def __post_init__(self) -> None:
        if self.arrived.utcoffset() is None:
            raise RankingError("An arrival needs a time zone.")
        if self.amount_cents < 0:
            raise RankingError("An amount is zero or more.")


@dataclass(frozen=True)
class Before:
    """What other lists of the same call have settled: awards that stand, which count under its limits, and files that wait
    for money since before, in their order."""

    kept: tuple[tuple[Candidate, int], ...] = ()
    waiting: tuple[str, ...] = ()
