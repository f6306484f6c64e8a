"""Answers of several boxes: from what people type to JSON values, and what is missing in them. Pure.

Typed: texts nested as the boxes are. Stored: TRL `{"from": 4, "to": 7}`; data of an organisation by its parts; tables
`{"tasks": [{"title": …}]}` (a table with rows of one's own has the one table `rows`); a budget in cents by organisation,
then category. Empty boxes and rows are left out; what a table needs is asked for before submission, not while writing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.formkit import organisation
from calls.formkit.model import Choice, Party, Question, QuestionType
from calls.formkit.organisation import own_words
from calls.formkit.settings import DEFAULT_ROWS, MOST_ROWS
from calls.formkit.simple import CLEANERS, euros, is_empty, percent, sane
from core.errors import DomainError

MOST_FAULTS = 5


class CellError(DomainError):
    """Boxes of one answer are wrong: `cells` says which ("tasks-0-title") and why."""

    def __init__(self, question: Question, cells: Mapping[str, tuple[str, str]]) -> None:
        sentences = [f"{where}: {why}" if where else why for where, why in cells.values()]
        super().__init__(" ".join(sentences[:MOST_FAULTS]), field=question.key)
        self.sentences = sentences[:MOST_FAULTS]
        self.cells = {path: why for path, (_where, why) in cells.items()}


@dataclass(frozen=True)
class Table:
    """A table of a question: its key, its words, what each column asks, and how many rows there may be."""

    key: str
    title: str
    columns: tuple[Question, ...]
    least: int = 0
    most: int = DEFAULT_ROWS


def tables_of(question: Question) -> list[Table]:
    """The tables that a work plan or a table of one's own consists of."""
    if question.type == QuestionType.GROUP:
        least = max(question.min or 0, 1 if question.required else 0)
        return [Table("rows", "", question.columns, least, question.max or DEFAULT_ROWS)]
    if question.type != QuestionType.WORK_PLAN:
        return []
    least = 1 if question.required else 0
    titles = {"tasks": _("Tasks"), "milestones": _("Milestones"), "deliverables": _("Deliverables")}
    return [
        Table(part, titles[part], _plan_columns(part, question.months or 0), least, MOST_ROWS)
        for part in question.parts
    ]


@cache
def _plan_columns(part: str, months: int) -> tuple[Question, ...]:
    def month(key: str, words: Any) -> Question:
        return Question(key, QuestionType.NUMBER, own_words(words), required=True, min=1, max=months)

    title = Question(
        "title", QuestionType.SHORT_TEXT, own_words(gettext_lazy("Title")), required=True, max_length=120
    )
    if part == "tasks":
        what = Question(
            "what", QuestionType.LONG_TEXT, own_words(gettext_lazy("What is done")), max_length=600
        )
        who = Question("who", QuestionType.SHORT_TEXT, own_words(gettext_lazy("By whom")), max_length=120)
        first, last = month("from", gettext_lazy("From month")), month("to", gettext_lazy("To month"))
        return (title, what, who, first, last)
    if part == "milestones":
        means = Question(
            "means", QuestionType.SHORT_TEXT, own_words(gettext_lazy("How one sees it is reached")), required=True,
            max_length=200,
        )  # fmt: skip
        return (title, month("month", gettext_lazy("Month")), means)
    kinds = {
        "report": gettext_lazy("Report"),
        "software": gettext_lazy("Software or data"),
        "prototype": gettext_lazy("Prototype or demonstrator"),
        "other": gettext_lazy("Something else"),
    }
    kind = Question(
        "kind", QuestionType.CHOICE, own_words(gettext_lazy("Kind")), required=True,
        choices=tuple(Choice(value, own_words(words)) for value, words in kinds.items()),
    )  # fmt: skip
    return (title, month("month", gettext_lazy("Month")), kind)


def parts_of(question: Question) -> list[Question]:
    """The boxes of a question that has one set of them: an organisation's data, a range of readiness."""
    if question.type == QuestionType.ORGANISATION:
        return organisation.parts(question.parts)
    if question.type != QuestionType.TRL:
        return []
    low, high = question.min or 1, question.max or 9
    choices = tuple(Choice(str(n), own_words(f"TRL {n}")) for n in range(low, high + 1))
    return [
        Question("from", QuestionType.CHOICE, own_words(gettext_lazy("At the start")), required=True, choices=choices),
        Question("to", QuestionType.CHOICE, own_words(gettext_lazy("At the end")), required=True, choices=choices),
    ]  # fmt: skip


def rows_of(value: Any, table: str) -> list[Mapping[str, Any]]:
    """The rows of a stored table, whatever else the value may be."""
    rows = value.get(table) if isinstance(value, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []


Faults = dict[str, tuple[str, str]]


def clean_compound(question: Question, raw: Any, parties: Sequence[Party] = ()) -> Any:
    """The JSON value of what was typed into the boxes; None when all are empty. Raises CellError for wrong ones."""
    raw = raw if isinstance(raw, Mapping) else {}
    faults: Faults = {}
    made = _CLEAN[QuestionType(question.type)](question, raw, parties, faults)
    if faults:
        raise CellError(question, faults)
    return made or None


def _cell(box: Question, raw: Any, path: str, where: str, faults: Faults) -> Any:
    try:
        return CLEANERS[box.type](box, sane(box, raw))
    except DomainError as error:
        faults[path] = (where, error.message)
        return None


def _clean_parts(question: Question, raw: Mapping[str, Any], _parties: Any, faults: Faults) -> dict[str, Any]:
    made = {}
    for box in parts_of(question):
        value = _cell(box, raw.get(box.key), box.key, str(box.label), faults)
        if not is_empty(value):
            made[box.key] = value
    return made


def _clean_trl(question: Question, raw: Mapping[str, Any], parties: Any, faults: Faults) -> dict[str, Any]:
    made = {key: int(value) for key, value in _clean_parts(question, raw, parties, faults).items()}
    if len(made) == 2 and made["from"] > made["to"]:
        sentence = _("TRL %(to)d is below TRL %(from)d: the end comes before the start.") % made
        faults["to"] = ("", sentence)
    return made


def _clean_tables(
    question: Question, raw: Mapping[str, Any], _parties: Any, faults: Faults
) -> dict[str, Any]:
    made = {}
    for table in tables_of(question):
        given = enumerate(rows_of(raw, table.key))
        cleaned = [_clean_row(table, row, number, faults) for number, row in given]
        kept = [row for row in cleaned if row]
        if len(kept) > table.most:
            faults[f"{table.key}-0"] = (
                table.title,
                _("There are %(n)d rows; at most %(most)d are possible.")
                % {"n": len(kept), "most": table.most},
            )
        if kept:
            made[table.key] = kept
    return made


def _clean_row(table: Table, row: Mapping[str, Any], number: int, faults: Faults) -> dict[str, Any]:
    made = {}
    for column in table.columns:
        path = f"{table.key}-{number}-{column.key}"
        value = _cell(column, row.get(column.key), path, place_of(table, number, column), faults)
        if not is_empty(value):
            made[column.key] = value
    first, last = made.get("from"), made.get("to")
    if table.key == "tasks" and isinstance(first, int) and isinstance(last, int) and first > last:
        faults[f"{table.key}-{number}-to"] = (
            place_of(table, number, table.columns[-1]),
            _("month %(last)d is before month %(first)d, in which it begins.")
            % {"last": last, "first": first},
        )
    return made


def place_of(table: Table, number: int, column: Question) -> str:
    """ "Tasks, row 2, “Title”": rows are counted from 1 for people."""
    words = {"table": table.title, "n": number + 1, "column": column.label}
    return (_("%(table)s, row %(n)d, “%(column)s”") if table.title else _("Row %(n)d, “%(column)s”")) % words


def _clean_budget(
    question: Question, raw: Mapping[str, Any], parties: Sequence[Party], faults: Faults
) -> dict[str, Any]:
    made: dict[str, dict[str, int]] = {}
    for party in parties:
        given = raw.get(party.key)
        row = given if isinstance(given, Mapping) else {}
        for category in question.choices:
            box = Question(category.value, QuestionType.MONEY, category.label)
            where = f"{category.label}, {party.name}"
            cents = _cell(box, row.get(category.value), f"{party.key}--{category.value}", where, faults)
            if cents:
                made.setdefault(party.key, {})[category.value] = cents
    return made


_CLEAN: dict[QuestionType, Callable[[Question, Mapping[str, Any], Any, Faults], dict[str, Any]]] = {
    QuestionType.TRL: _clean_trl,
    QuestionType.ORGANISATION: _clean_parts,
    QuestionType.WORK_PLAN: _clean_tables,
    QuestionType.GROUP: _clean_tables,
    QuestionType.BUDGET: _clean_budget,
}


def missing_in(question: Question, value: Any, parties: Sequence[Party] = ()) -> list[str]:
    """What an answer that was begun still lacks, a sentence each; what is wrong as a whole (shares, sums) too."""
    value = value if isinstance(value, Mapping) else {}
    if question.type == QuestionType.BUDGET:
        return _missing_in_budget(question, value, parties)
    found = [
        _("“%s” is missing.") % box.label
        for box in parts_of(question)
        if box.required and is_empty(value.get(box.key))
    ]
    for table in tables_of(question):
        rows = rows_of(value, table.key)
        if len(rows) < table.least:
            found.append(_too_few(table, len(rows)))
        found += [
            _("%s is missing.") % place_of(table, number, column)
            for number, row in enumerate(rows)
            for column in table.columns
            if column.required and is_empty(row.get(column.key))
        ]
    return found


def _too_few(table: Table, rows: int) -> str:
    words = {"table": table.title, "n": rows, "least": table.least}
    if table.title:
        return _("%(table)s: %(n)d of at least %(least)d rows.") % words
    return _("%(n)d of at least %(least)d rows are filled.") % words


def budget_totals(value: Any, parties: Sequence[Party]) -> dict[str, int]:
    """What the budget gives each organisation that takes part, in cents."""
    rows = value if isinstance(value, Mapping) else {}
    return {party.key: sum((rows.get(party.key) or {}).values()) for party in parties}


def _missing_in_budget(question: Question, value: Mapping[str, Any], parties: Sequence[Party]) -> list[str]:
    totals = budget_totals(value, parties)
    total, found = sum(totals.values()), []
    if question.required and not total:
        return [_("No amount is entered yet.")]
    for category in question.choices:
        part = sum((value.get(party.key) or {}).get(category.value, 0) for party in parties)
        if category.most is not None and part * 10_000 > category.most * total:
            found.append(
                _("“%(category)s” is %(part)s of %(total)s; it may be at most %(most)s of it.")
                % {
                    "category": category.label,
                    "part": euros(part),
                    "total": euros(total),
                    "most": percent(category.most),
                }
            )
    for party in parties:
        if question.matches_costs and party.cost_cents is not None and totals[party.key] != party.cost_cents:
            found.append(
                _(
                    "%(name)s: the budget says %(budget)s, the page of costs %(costs)s. They have to be the same."
                )
                % {"name": party.name, "budget": euros(totals[party.key]), "costs": euros(party.cost_cents)}
            )
    return found
