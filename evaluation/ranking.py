"""The ranked list: order, tie-breaks, cut line, reserve, promotion. Pure; amounts in EUR cents, scores exact."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from calls.selection import TIES, panel_places
from evaluation import ties
from evaluation.listing import Before, Candidate, Cut, Place, RankingError, Rules
from evaluation.purse import Purse
from evaluation.reasons import Note, Reason
from evaluation.scoring import shortfalls

__all__ = [
    "Before",
    "BudgetChange",
    "Candidate",
    "Cut",
    "Place",
    "Ranking",
    "RankingError",
    "Row",
    "Rules",
    "of_claims",
    "promote",
    "rank",
    "to_panel",
]


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
    offered_cents: int | None = None

    @property
    def key(self) -> str:
        """The reference of the file."""
        return self.candidate.key

    @property
    def is_barred(self) -> bool:
        """Is it out because it was not cleared for ethics and security?"""
        return bool(self.notes) and self.notes[0].reason == Reason.NOT_CLEARED

    @property
    def total(self) -> Decimal:
        """The total score."""
        return self.candidate.result.total

    @property
    def amount_cents(self) -> int:
        """What the file receives when it is funded, in cents: what it asked for, or what was left to offer."""
        return self.candidate.amount_cents if self.offered_cents is None else self.offered_cents

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


def rank(
    candidates: Sequence[Candidate],
    rules: Rules,
    *,
    changes: Sequence[BudgetChange] = (),
    before: Before | None = None,
    barred: Mapping[str, str] | None = None,
) -> Ranking:
    """Order the files and draw the line.

    A file below a threshold is not ranked (rank-04). The others go by total, then the tie-break criteria, then the
    earliest arrival of the final version (rank-03, rank-09); files equal in all of that stand in the order of their
    references, and say so. Where nobody scores, one file of each organisation is drawn (rank-45, rank-46). Then the money
    is given from the top (`Cut`), at most `max_awards` times (rank-33); the rest is the reserve list in order. The same
    files in any order of input give the same list. `before` is what other lists of the same call have settled: their
    awards count under its limits, and who waits since then stands first. `barred` are files that were not cleared for
    ethics and security, with the reason: they are not ranked, whatever their scores, and their money goes to the next.

    Raises RankingError for a file named twice, a missing score, or changes that take more than the budget.
    """
    if len({candidate.key for candidate in candidates}) != len(candidates):
        raise RankingError("A file stands on the list once.")
    passed: list[Candidate] = []
    below: list[Row] = []
    if rules.is_draw:
        candidates, below = _one_lot_each(candidates)
    for candidate in candidates:
        missed = _missed(candidate, rules) or _barred(candidate, barred or {})
        if missed:
            below.append(Row(candidate, Place.BELOW, None, missed))
        else:
            passed.append(candidate)
    below.sort(key=lambda row: (row.total.copy_negate(), row.key))
    before = before or Before()
    purse = Purse(rules, _budget(rules, changes), before.kept, before.waiting)
    ranked = [
        Row(candidate, offer.place, position, (offer.note, *order), equals, offered_cents=offer.cents)
        for position, (candidate, order, equals) in enumerate(_ordered(passed, rules), start=1)
        for offer in [purse.offer(candidate)]
    ]
    rows = _numbered([*_transferred(ranked, purse), *below], waiting=len(before.waiting))
    return Ranking(rows, rules, tuple(changes))


def promote(
    ranking: Ranking,
    *,
    withdrawn: Collection[str] = (),
    changes: Sequence[BudgetChange] = (),
    before: Before | None = None,
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
    before = before or Before()
    own = [(row.candidate, row.amount_cents) for row in kept]
    purse = Purse(ranking.rules, left, [*before.kept, *own], before.waiting)
    moved = [_offered_again(row, purse) if row.place == Place.RESERVE else row for row in rows]
    rows = list(_numbered(_transferred(moved, purse), waiting=len(before.waiting)))
    return Ranking(tuple(rows), ranking.rules, all_changes)


def of_claims(
    held: Sequence[Candidate],
    waiting: Sequence[Candidate],
    rules: Rules,
    barred: Mapping[str, str] | None = None,
) -> Ranking:
    """The list of a call whose money is held at submission: those for whom it is, then those who wait, in their order.
    `barred` as in `rank`."""
    rows, every = [], [*held, *waiting]
    for number, file in enumerate(every, start=1):
        if noted := _barred(file, barred or {}):
            rows.append(Row(file, Place.BELOW, None, noted))
            continue
        came = Note(Reason.CAME, {"number": number, "of": len(every), "arrived": file.arrived})
        is_held = number <= len(held)
        place = Place.FUNDED if is_held else Place.RESERVE
        note = (
            Note(Reason.HELD, {"amount_cents": file.amount_cents}) if is_held else Note(Reason.ALL_HELD, {})
        )
        rows.append(Row(file, place, number, (note, came)))
    return Ranking(_numbered(rows), replace(rules, budget_cents=None))


def to_panel(ranking: Ranking, max_awards: int, percent: int) -> list[str]:
    """The files that go to a panel: so many percent of the awards, and all that equal the last of them by total.

    Only files above the thresholds go (rank-24, rank-25).
    """
    ranked = [row for row in ranking.rows if row.position is not None and row.place != Place.WITHDRAWN]
    places = panel_places(max_awards, percent)
    if len(ranked) <= places:
        return [row.key for row in ranked]
    return [row.key for row in ranked if row.total >= ranked[places - 1].total]


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


def _barred(candidate: Candidate, barred: Mapping[str, str]) -> tuple[Note, ...]:
    why = barred.get(candidate.key)
    return () if why is None else (Note(Reason.NOT_CLEARED, {"why": why}),)


def _merit(candidate: Candidate, rules: Rules) -> tuple[Any, ...]:
    """All that may decide, best first when sorted: total, tie-breaks, arrival."""
    result = candidate.result
    if rules.by_arrival:
        return (candidate.arrived.astimezone(UTC), candidate.sequence)
    return (
        result.total.copy_negate(),
        *(
            ties.KEYS[code](candidate, rules.seed) if code in ties.KEYS else result.scores[code].copy_negate()
            for code in rules.tie_break
        ),
        candidate.arrived.astimezone(UTC),
    )


def _ordered(
    passed: Sequence[Candidate], rules: Rules
) -> Iterator[tuple[Candidate, tuple[Note, ...], tuple[str, ...]]]:
    """The files best first, each with why it stands before or after a neighbour of the same total, and its equals.

    Equal files share both: against the last better file of the same total, else against the first worse one.
    """
    if rules.is_draw or rules.by_arrival:
        yield from (_arrived if rules.by_arrival else _drawn)(passed, rules)
        return
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


def _one_lot_each(candidates: Sequence[Candidate]) -> tuple[list[Candidate], list[Row]]:
    """One file of each organisation enters the draw, the one that arrived first; the others say which (rank-46)."""
    entered: dict[str, Candidate] = {}
    out = []
    for candidate in sorted(candidates, key=lambda file: (file.arrived.astimezone(UTC), file.key)):
        first = entered.setdefault(candidate.owner or candidate.key, candidate)
        if first is not candidate:
            out.append(Row(candidate, Place.BELOW, None, (Note(Reason.ONE_LOT, {"other": first.key}),)))
    return list(entered.values()), out


def _drawn(
    passed: Sequence[Candidate], rules: Rules
) -> Iterator[tuple[Candidate, tuple[Note, ...], tuple[str, ...]]]:
    """The files in the order of the draw, each with its place and its lot."""
    for number, file in enumerate(sorted(passed, key=lambda one: (_merit(one, rules), one.key)), start=1):
        facts = {"number": number, "of": len(passed), "lot": ties.told("draw", file, rules.seed)}
        yield file, (Note(Reason.LOT, facts),), ()


def _arrived(
    passed: Sequence[Candidate], rules: Rules
) -> Iterator[tuple[Candidate, tuple[Note, ...], tuple[str, ...]]]:
    """The files in the order of their arrival, each with its place (rank-47)."""
    for number, file in enumerate(sorted(passed, key=lambda one: (_merit(one, rules), one.key)), start=1):
        facts = {"number": number, "of": len(passed), "arrived": file.arrived}
        yield file, (Note(Reason.CAME, facts),), ()


def _parted(own: Candidate, other: Candidate, reason: Reason, rules: Rules) -> Note:
    """What parts two files of the same total: the first tie-break that differs, or the arrival."""
    for code in rules.tie_break:
        if code == "arrival" and own.arrived != other.arrived:
            break
        if code in ties.KEYS:
            mine, theirs = ties.KEYS[code](own, rules.seed), ties.KEYS[code](other, rules.seed)
            words: dict[str, object] = {
                "mine": ties.told(code, own, rules.seed),
                "theirs": ties.told(code, other, rules.seed),
            }
        else:
            mine, theirs = own.result.scores[code], other.result.scores[code]
            words = {"mine": mine, "theirs": theirs}
        if mine != theirs:
            return Note(reason, {"other": other.key, "name": _name(rules, code), **words})
    facts = {"other": other.key, "mine": own.arrived, "theirs": other.arrived}
    return Note(Reason.ARRIVED_AFTER if reason == Reason.TIE_AFTER else Reason.ARRIVED_BEFORE, facts)


def _name(rules: Rules, code: str) -> str:
    if code in ties.KEYS:
        return str(TIES[code])
    return rules.scheme.criterion(code).name if code else ""


def _withdrawn(row: Row) -> Row:
    return replace(row, place=Place.WITHDRAWN, notes=(Note(Reason.WITHDRAWN, {}),))


def _offered_again(row: Row, purse: Purse) -> Row:
    offer = purse.offer(row.candidate, promoted=True)
    return replace(row, place=offer.place, notes=(offer.note, *row.notes[1:]), offered_cents=offer.cents)


def _transferred(rows: Sequence[Row], purse: Purse) -> list[Row]:
    """Files passed over by a limit whose empty places go to others are offered once more, in order, without it."""
    if not any(limit.transfer for limit in purse.rules.limits):
        return list(rows)
    purse.second = True
    limited = (Reason.LIMIT_NUMBER, Reason.LIMIT_MONEY)
    return [
        _offered_again(row, purse) if row.place == Place.RESERVE and row.notes[0].reason in limited else row
        for row in rows
    ]


def _numbered(rows: Sequence[Row], *, waiting: int = 0) -> tuple[Row, ...]:
    """The rows with their place in the reserve, after those `waiting` before, and the money awarded down to each line."""
    numbered, running, reserve = [], 0, waiting
    for row in rows:
        running += row.amount_cents if row.place == Place.FUNDED else 0
        reserve += row.place == Place.RESERVE
        place = reserve if row.place == Place.RESERVE else None
        numbered.append(replace(row, reserve_position=place, running_cents=running))
    return tuple(numbered)
