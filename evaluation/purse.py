"""What is left to give while the ranked list is walked from the top. Pure; amounts in EUR cents."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from calls.countries import name_of
from calls.selection import Limit, LimitBy
from evaluation.listing import Candidate, Cut, Place, Rules
from evaluation.reasons import Note, Reason


@dataclass(frozen=True)
class Offer:
    """What a file is told: its place, the reason, and what it is offered where that is less than it asked for."""

    place: Place
    note: Note
    cents: int | None = None


class Purse:
    """The one place that says yes or no to a file. `kept` are the awards that stand, each with its amount; `waiting` files
    that wait for money since before: unless files are passed over, nobody gets any while one waits.

    `second`: limits whose empty places go to others no longer hold.
    """

    def __init__(
        self,
        rules: Rules,
        left_cents: int | None,
        kept: Sequence[tuple[Candidate, int]] = (),
        waiting: Sequence[str] = (),
    ) -> None:
        self.rules, self.left = rules, left_cents
        self.awards, self.stopped_at, self.second = 0, "", False
        self.numbers: dict[tuple[int, str], int] = defaultdict(int)
        self.sums: dict[tuple[int, str], int] = defaultdict(int)
        for candidate, cents in kept:
            self._count(candidate, cents)
        if waiting and rules.cut != Cut.SKIP:
            self.stopped_at = waiting[0]

    def offer(self, candidate: Candidate, *, promoted: bool = False) -> Offer:
        """Fund the file if every limit allows it, and say why or why not."""
        asked, left = candidate.amount_cents, self.left
        refusal = self._refusal(candidate)
        if refusal is not None:
            return Offer(Place.RESERVE, refusal)
        facts = {"amount_cents": asked, "left_cents": left}
        if left is not None and asked > left:
            self.stopped_at, self.left = candidate.key, 0
            self._count(candidate, left)
            return Offer(Place.FUNDED, Note(Reason.OFFERED, facts), left)
        self._count(candidate, asked)
        if left is None:
            return Offer(Place.FUNDED, Note(self._yes(promoted)[0], facts))
        if not asked:
            return Offer(Place.FUNDED, Note(Reason.ACCEPTED, facts))
        self.left = left - asked
        return Offer(Place.FUNDED, Note(self._yes(promoted)[1], facts))

    def _yes(self, promoted: bool) -> tuple[Reason, Reason]:
        """The reasons of an award: without a limit of money, and with one."""
        if promoted:
            return Reason.PROMOTED, Reason.PROMOTED_IN_BUDGET
        if self.rules.is_draw:
            return Reason.FITS, Reason.FITS_IN_BUDGET
        return Reason.FUNDED, Reason.FUNDED_IN_BUDGET

    def _refusal(self, candidate: Candidate) -> Note | None:
        if self.rules.max_awards is not None and self.awards >= self.rules.max_awards:
            return Note(Reason.MAX_AWARDS, {"number": self.rules.max_awards})
        if self.stopped_at:
            return Note(Reason.STOPPED, {"other": self.stopped_at})
        return self._limited(candidate) or self._short(candidate)

    def _limited(self, candidate: Candidate) -> Note | None:
        """A place is refused by a maximum without stopping the list (rank-37, rank-39)."""
        for place, limit, value in self._groups(candidate):
            if self.second and limit.transfer:
                continue
            name = _name(limit, value)
            if limit.most is not None and self.numbers[place, value] >= limit.most:
                return Note(Reason.LIMIT_NUMBER, {"name": name, "number": limit.most})
            if limit.most_cents is not None:
                room = limit.most_cents - self.sums[place, value]
                if candidate.amount_cents > room:
                    facts = {"name": name, "amount_cents": candidate.amount_cents, "left_cents": room}
                    return Note(Reason.LIMIT_MONEY, facts)
        return None

    def _short(self, candidate: Candidate) -> Note | None:
        asked, left = candidate.amount_cents, self.left
        if left is None or asked <= left:
            return None
        least = self.rules.least_by_answer.get(candidate.facts.answer, self.rules.least_cents)
        if self.rules.cut == Cut.OFFER and left >= max(1, least):
            return None
        if self.rules.cut != Cut.SKIP:
            self.stopped_at = candidate.key
        return Note(Reason.NO_MONEY, {"amount_cents": asked, "left_cents": left})

    def _count(self, candidate: Candidate, cents: int) -> None:
        self.awards += 1
        for place, _limit, value in self._groups(candidate):
            self.numbers[place, value] += 1
            self.sums[place, value] += cents

    def _groups(self, candidate: Candidate) -> Iterator[tuple[int, Limit, str]]:
        """The limits that count this file, each with its number and the value it is counted under.

        A limit for one value goes before that for each: a value with a limit of its own is not counted under "each".
        """
        named = {(limit.by, limit.value) for limit in self.rules.limits if limit.value}
        for place, limit in enumerate(self.rules.limits):
            facts = candidate.facts
            value = facts.country if limit.by == LimitBy.COUNTRY else facts.answer
            own = (limit.by, value) in named
            if limit.value == value if limit.value else not own:
                yield place, limit, value


def _name(limit: Limit, value: str) -> str:
    if not value:
        return _("no answer")
    return name_of(value) if limit.by == LimitBy.COUNTRY else f"“{value}”"
