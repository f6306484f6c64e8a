"""The ranked list: order, tie-breaks, cut line, reserve, promotion. Pure; amounts in EUR cents, scores exact."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from evaluation.reasons import Note, Reason
from evaluation.scoring import Result, Scheme, shortfalls


class RankingError(ValueError):
    """The list cannot be made from this: an unknown criterion, a file twice, more awarded than there is."""


class Cut(StrEnum):
    """What happens at the first file that does not fit into the money left."""

    STOP = "stop"  # it and all after it go to the reserve (rank-30)
    SKIP = "skip"  # it goes to the reserve, a later one that fits is funded (rank-31)


class Place(StrEnum):
    """Where a file ends."""

    FUNDED = "funded"
    RESERVE = "reserve"
    BELOW = "below_threshold"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Rules:
    """How the call ranks and cuts.

    `scheme` holds criteria and thresholds; `tie_break` the codes of the criteria that part equal totals, first one
    first; after them always the earliest arrival of the final version. `budget_cents` and `max_awards` are None
    where the call has no such limit. Raises RankingError for a tie-break criterion the scheme does not have.
    """

    scheme: Scheme
    tie_break: tuple[str, ...] = ()
    cut: Cut = Cut.STOP
    budget_cents: int | None = None
    max_awards: int | None = None

    def __post_init__(self) -> None:
        codes = {criterion.code for criterion in self.scheme.criteria}
        if set(self.tie_break) - codes or len(set(self.tie_break)) != len(self.tie_break):
            raise RankingError("Each tie-break is a criterion of the call, named once.")
        if (self.budget_cents or 0) < 0 or (self.max_awards or 0) < 0:
            raise RankingError("Budget and number of awards are zero or more.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file to be ranked: its reference, its result, the arrival of its final version, what it would receive.

    A later rule that looks at more of a file (its country, its topic) adds a field with a default here.
    """

    key: str
    result: Result
    arrived: datetime
    amount_cents: int

    def __post_init__(self) -> None:
        if self.arrived.utcoffset() is None:
            raise RankingError("An arrival needs a time zone.")
        if self.amount_cents < 0:
            raise RankingError("An amount is zero or more.")


@dataclass(frozen=True)
class BudgetChange:
    """Money added to the list (or taken from it, below zero), with the reason and the one who decided (rank-36)."""

    cents: int
    reason: str
    decided_by: str

    def __post_init__(self) -> None:
        if not self.reason.strip() or not self.decided_by.strip():
            raise RankingError("A change of the budget is recorded with its reason and who decided it.")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list.

    `position` counts the files above the thresholds from 1 (None below) and never changes afterwards;
    `reserve_position` counts the reserve. `running_cents` is the money awarded down to this line. `equals` names all
    files equal in everything that may decide, this one among them; empty when there is no other. `notes` are the
    reasons, for `reason` to put in words.
    """

    candidate: Candidate
    place: Place
    position: int | None
    notes: tuple[Note, ...]
    equals: tuple[str, ...] = ()
    reserve_position: int | None = None
    running_cents: int = 0

    @property
    def key(self) -> str:
        """The reference of the file."""
        return self.candidate.key

    @property
    def total(self) -> Decimal:
        """The total score."""
        return self.candidate.result.total

    @property
    def amount_cents(self) -> int:
        """What the file receives when it is funded, in cents."""
        return self.candidate.amount_cents

    @property
    def reason(self) -> str:
        """Why the file stands where it stands, in sentences, in the active language."""
        return " ".join(str(note) for note in self.notes)


@dataclass(frozen=True)
class Ranking:
    """The whole list: ranked files in order, then those below a threshold by total."""

    rows: tuple[Row, ...]
    rules: Rules
    changes: tuple[BudgetChange, ...] = ()

    @property
    def budget_cents(self) -> int | None:
        """The budget with all recorded changes, in cents; None without a limit."""
        return _budget(self.rules, self.changes)

    @property
    def spent_cents(self) -> int:
        """What the funded files receive together, in cents."""
        return sum(row.amount_cents for row in self.rows if row.place == Place.FUNDED)

    @property
    def left_cents(self) -> int | None:
        """What is left of the budget, in cents; None without a limit."""
        return None if self.budget_cents is None else self.budget_cents - self.spent_cents

    def keys(self, place: Place) -> list[str]:
        """The references of the files in this place, in the order of the list."""
        return [row.key for row in self.rows if row.place == place]


def rank(candidates: Sequence[Candidate], rules: Rules, *, changes: Sequence[BudgetChange] = ()) -> Ranking:
    """Order the files and draw the line.

    A file below a threshold is not ranked (rank-04). The others go by total, then the tie-break criteria, then the
    earliest arrival of the final version (rank-03, rank-09); files equal in all of that stand in the order of their
    references, and say so. Then the money is given from the top (`Cut`), at most `max_awards` times (rank-33); the
    rest is the reserve list in order. The same files in any order of input give the same list.

    Raises RankingError for a file named twice, a missing score, or changes that take more than the budget.
    """
    if len({candidate.key for candidate in candidates}) != len(candidates):
        raise RankingError("A file stands on the list once.")
    passed: list[Candidate] = []
    below: list[Row] = []
    for candidate in candidates:
        missed = _missed(candidate, rules)
        if missed:
            below.append(Row(candidate, Place.BELOW, None, missed))
        else:
            passed.append(candidate)
    below.sort(key=lambda row: (row.total.copy_negate(), row.key))
    purse = _Purse(rules, _budget(rules, changes), awards=0)
    ranked = [
        Row(candidate, place, position, (note, *order), equals)
        for position, (candidate, order, equals) in enumerate(_ordered(passed, rules), start=1)
        for place, note in [purse.offer(candidate)]
    ]
    return Ranking(_numbered([*ranked, *below]), rules, tuple(changes))


def promote(
    ranking: Ranking, *, withdrawn: Collection[str] = (), changes: Sequence[BudgetChange] = ()
) -> Ranking:
    """The list after files withdrew or money was added: the reserve moves up as far as the money now goes (rank-34).

    A file that was funded stays funded, whatever the rule would give now; the reserve is offered what is left, in
    its order, by the same cut rule and number of awards. Positions stay as they were.

    Raises RankingError for a file that is not on the list, or when the changes take money already awarded.
    """
    unknown = set(withdrawn) - {row.key for row in ranking.rows}
    if unknown:
        raise RankingError(f"Not on the list: {', '.join(sorted(unknown))}.")
    rows = [_withdrawn(row) if row.key in withdrawn else row for row in ranking.rows]
    all_changes = (*ranking.changes, *changes)
    kept = [row for row in rows if row.place == Place.FUNDED]
    budget = _budget(ranking.rules, all_changes)
    left = None if budget is None else budget - sum(row.amount_cents for row in kept)
    if left is not None and left < 0:
        raise RankingError("The budget cannot be lower than what is awarded.")
    purse = _Purse(ranking.rules, left, awards=len(kept))
    moved = [_offered_again(row, purse) if row.place == Place.RESERVE else row for row in rows]
    return Ranking(_numbered(moved), ranking.rules, all_changes)


class _Purse:
    """What is left to give while the list is walked from the top. The one place that says yes or no to a file."""

    def __init__(self, rules: Rules, left_cents: int | None, *, awards: int) -> None:
        self.rules, self.left, self.awards = rules, left_cents, awards
        self.stopped_at = ""

    def offer(self, candidate: Candidate, *, promoted: bool = False) -> tuple[Place, Note]:
        """Fund the file if every limit allows it, and say why or why not."""
        refusal = self._refusal(candidate)
        if refusal is not None:
            return Place.RESERVE, refusal
        facts = {"amount_cents": candidate.amount_cents, "left_cents": self.left}
        self.awards += 1
        if self.left is None:
            return Place.FUNDED, Note(Reason.PROMOTED if promoted else Reason.FUNDED, facts)
        self.left -= candidate.amount_cents
        return Place.FUNDED, Note(Reason.PROMOTED_IN_BUDGET if promoted else Reason.FUNDED_IN_BUDGET, facts)

    def _refusal(self, candidate: Candidate) -> Note | None:
        if self.rules.max_awards is not None and self.awards >= self.rules.max_awards:
            return Note(Reason.MAX_AWARDS, {"number": self.rules.max_awards})
        if self.stopped_at:
            return Note(Reason.STOPPED, {"other": self.stopped_at})
        if self.left is not None and candidate.amount_cents > self.left:
            if self.rules.cut == Cut.STOP:
                self.stopped_at = candidate.key
            return Note(Reason.NO_MONEY, {"amount_cents": candidate.amount_cents, "left_cents": self.left})
        return None


def _budget(rules: Rules, changes: Sequence[BudgetChange]) -> int | None:
    if rules.budget_cents is None:
        return None
    budget = rules.budget_cents + sum(change.cents for change in changes)
    if budget < 0:
        raise RankingError("The budget cannot be below zero.")
    return budget


def _missed(candidate: Candidate, rules: Rules) -> tuple[Note, ...]:
    """One note for each threshold the file does not reach, judged by the scheme of these rules."""
    scores = candidate.result.scores
    missing = [item.code for item in rules.scheme.criteria if item.code not in scores]
    if missing:
        raise RankingError(f"{candidate.key} has no score for {', '.join(missing)}.")
    return tuple(
        Note(
            Reason.BELOW_CRITERION if missed.criterion else Reason.BELOW_TOTAL,
            {"name": _name(rules, missed.criterion), "score": missed.score, "threshold": missed.threshold},
        )
        for missed in shortfalls(rules.scheme, scores, candidate.result.total)
    )


def _merit(candidate: Candidate, rules: Rules) -> tuple[Decimal | datetime, ...]:
    """All that may decide, best first when sorted: total, tie-break criteria, arrival."""
    result = candidate.result
    return (
        result.total.copy_negate(),
        *(result.scores[code].copy_negate() for code in rules.tie_break),
        candidate.arrived.astimezone(UTC),
    )


def _ordered(
    passed: Sequence[Candidate], rules: Rules
) -> Iterator[tuple[Candidate, tuple[Note, ...], tuple[str, ...]]]:
    """The files best first, each with why it stands before or after a neighbour of the same total, and its equals.

    Equal files share both: against the last better file of the same total, else against the first worse one.
    """
    by_merit = sorted(((_merit(file, rules), file.key, file) for file in passed), key=itemgetter(0, 1))
    groups = [(merit, [item[2] for item in group]) for merit, group in groupby(by_merit, key=itemgetter(0))]
    for at, (merit, files) in enumerate(groups):
        notes = []
        if at > 0 and groups[at - 1][0][0] == merit[0]:
            notes.append(_parted(files[0], groups[at - 1][1][-1], Reason.TIE_AFTER, rules))
        elif at + 1 < len(groups) and groups[at + 1][0][0] == merit[0]:
            notes.append(_parted(files[0], groups[at + 1][1][0], Reason.TIE_BEFORE, rules))
        equals = tuple(file.key for file in files) if len(files) > 1 else ()
        if equals:
            notes.append(Note(Reason.TIE_EQUAL, {"files": equals}))
        shared = tuple(notes)
        for file in files:
            yield file, shared, equals


def _parted(own: Candidate, other: Candidate, reason: Reason, rules: Rules) -> Note:
    """What parts two files of the same total: the first tie-break criterion that differs, or the arrival."""
    for code in rules.tie_break:
        mine, theirs = own.result.scores[code], other.result.scores[code]
        if mine != theirs:
            facts = {"other": other.key, "name": _name(rules, code), "mine": mine, "theirs": theirs}
            return Note(reason, facts)
    facts = {"other": other.key, "mine": own.arrived, "theirs": other.arrived}
    return Note(Reason.ARRIVED_AFTER if reason == Reason.TIE_AFTER else Reason.ARRIVED_BEFORE, facts)


def _name(rules: Rules, code: str) -> str:
    return rules.scheme.criterion(code).name if code else ""


def _withdrawn(row: Row) -> Row:
    return replace(row, place=Place.WITHDRAWN, notes=(Note(Reason.WITHDRAWN, {}),))


def _offered_again(row: Row, purse: _Purse) -> Row:
    place, note = purse.offer(row.candidate, promoted=True)
    return replace(row, place=place, notes=(note, *row.notes[1:]))


def _numbered(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with their place in the reserve and the money awarded down to each line."""
    numbered, running, reserve = [], 0, 0
    for row in rows:
        running += row.amount_cents if row.place == Place.FUNDED else 0
        reserve += row.place == Place.RESERVE
        place = reserve if row.place == Place.RESERVE else None
        numbered.append(Row(row.candidate, row.place, row.position, row.notes, row.equals, place, running))
    return tuple(numbered)
