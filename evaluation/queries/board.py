"""The ranked list as its page shows it: lines, the budget line between them, and the money by country."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from applicants.models import Partner
from calls.intake import CallModel
from calls.models import Call
from calls.selection import TIES
from core.money import format_eur
from evaluation.models import Decision, Round
from evaluation.queries.ranked import ListedFile
from evaluation.queries.room import room_of
from evaluation.ranking import Place
from evaluation.states import Outcome, RoundState


@dataclass(frozen=True)
class Board:
    """The list in two parts, above and below the budget line, as far as it is shown. Amounts in cents.

    `rows` are all files; the counts are over all of them.
    """

    above: list[ListedFile]
    below: list[ListedFile]
    rows: list[ListedFile]
    budget_cents: int
    awarded_cents: int
    countries: list[tuple[str, int, str]]

    @property
    def left_cents(self) -> int:
        """What stays free of the budget."""
        return self.budget_cents - self.awarded_cents

    @property
    def funded(self) -> int:
        return self._count(Place.FUNDED)

    @property
    def reserve(self) -> int:
        return self._count(Place.RESERVE)

    @property
    def rejected(self) -> int:
        return self._count(Place.BELOW)

    @property
    def passed(self) -> int:
        """Files above the thresholds."""
        return sum(1 for row in self.rows if row.position is not None)

    @property
    def hidden(self) -> int:
        """How many files the page leaves out."""
        return len(self.rows) - len(self.above) - len(self.below)

    @property
    def changed(self) -> list[ListedFile]:
        """Files decided otherwise than the list gave."""
        return [row for row in self.rows if row.decision and row.decision.deviation]

    def _count(self, place: Place) -> int:
        return sum(1 for row in self.rows if row.place == place)


def board(round: Round, rows: Sequence[ListedFile], *, most: int | None = None) -> Board:
    """Put the budget line before the first file that is not funded, and show at most `most` lines (None: all).

    The budget is what the round had to give.
    """
    cut = next(
        (at for at, row in enumerate(rows) if row.place not in (Place.FUNDED, Place.WITHDRAWN)), len(rows)
    )
    awarded = sum(row.amount_cents for row in rows)
    left = room_of(round)
    after = round.state in (RoundState.CONFIRMED, RoundState.RELEASED)
    is_held = round.call.call_model == CallModel.CLAIM
    return Board(
        above=list(rows[:cut])[:most],
        below=list(rows[cut:])[: None if most is None else max(0, most - cut)],
        rows=list(rows),
        budget_cents=left + (_awarded(round) if after else awarded if is_held else 0),
        awarded_cents=_awarded(round) if after else awarded,
        countries=_countries(rows),
    )  # fmt: skip


def with_asked(decisions: Sequence[Any]) -> Sequence[Any]:
    """Each decision with `asked_cents` of its version: one query."""
    rows = Partner.objects.filter(version__in=[row.version_id for row in decisions]).values_list("version")
    sums = dict(rows.annotate(cents=Sum("requested_cents")).order_by())
    for row in decisions:
        row.asked_cents = sums.get(row.version_id, 0)
    return decisions


def tie_names(call: Call) -> list[str]:
    """What parts equal totals, in order: names of criteria, or of facts."""
    names = {code: str(label) for code, label in TIES.items()}
    names |= {item.code: str(item.name) for item in call.criteria.all()}
    return [names.get(code, code) for code in call.tie_break]


def _awarded(round: Round) -> int:
    funded = Decision.objects.filter(round=round, outcome=Outcome.FUND, taken_back_at__isnull=True)
    return funded.aggregate(cents=Sum("amount_cents"))["cents"] or 0


def _countries(rows: Sequence[ListedFile]) -> list[tuple[str, int, str]]:
    sums: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.amount_cents:
            country: Any = row.application.organisation.country
            sums[str(country.name)] += row.amount_cents
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [(name, cents, format_eur(cents, short=True)) for name, cents in ordered]
