"""Answers in words and tables, for pages and documents, in the active language. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import regions
from calls import countries
from calls.formkit import conditions
from calls.formkit.answers import is_int
from calls.formkit.compound import budget_totals, parts_of, rows_of, tables_of
from calls.formkit.model import PARTED, WITH_LIMITS, Condition, FormDefinition, Party, Question, QuestionType
from calls.formkit.simple import day, euros, grouped, grouped_decimal, is_empty, percent


@dataclass(frozen=True)
class Head:
    """A column's head; figures stand at the right."""

    label: str
    is_figure: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell with its column, so that a narrow screen can say it beside the value."""

    text: str
    head: Head


@dataclass(frozen=True)
class ShownTable:
    """A table of an answer: its words, heads, rows of cells, and a last row of sums if there are any."""

    caption: str
    heads: list[Head]
    rows: list[list[Cell]]
    sums: list[Cell]


def display(question: Question, value: Any, parties: Sequence[Party] = ()) -> str:
    """The answer in words; "" when there is none. What has tables is told line by line."""
    if is_empty(value):
        return ""
    if question.type == QuestionType.TRL and isinstance(value, Mapping):
        return _("TRL %(first)s to TRL %(last)s") % {
            "first": value.get("from", "?"),
            "last": value.get("to", "?"),
        }
    if question.type in PARTED:
        return "\n".join(_lines(question, value, parties))
    if question.type == QuestionType.SEVERAL and isinstance(value, list):
        return "; ".join(_choice(question, one) for one in value)
    if question.type in (QuestionType.CHOICE, QuestionType.CATALOGUE):
        return _choice(question, value)
    return _simple(question, value)


def _simple(question: Question, value: Any) -> str:
    kind = question.type
    if kind == QuestionType.YES_NO:
        return _("Yes") if value is True else _("No")
    if is_int(value) and kind in WITH_LIMITS:
        return {QuestionType.MONEY: euros, QuestionType.PERCENT: percent}.get(QuestionType(kind), grouped)(
            value
        )
    if kind == QuestionType.NUMBER:
        return _decimal(value)
    if kind == QuestionType.DATE:
        found = day(str(value))
        return date_format(found, pgettext("date format", "j F Y")) if found else str(value)
    if kind == QuestionType.COUNTRY:
        return countries.name_of(str(value))
    if kind == QuestionType.NUTS:
        return f"{value} {regions.name_of(str(value))}".rstrip()
    if kind == QuestionType.NACE:
        return f"{value} (NACE Rev. {question.revision.removesuffix('.0')})"
    return str(value)


def _decimal(value: Any) -> str:
    try:
        return grouped_decimal(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _choice(question: Question, value: Any) -> str:
    if isinstance(value, Mapping):
        words, price = str(value.get("label", "")), value.get("price_cents")
    else:
        choice = question.choice(value)
        words, price = str(choice.label) if choice else str(value), choice.price_cents if choice else None
    return f"{words} ({euros(price)})" if isinstance(price, int) else words


def condition_in_words(condition: Condition, asked: Question) -> str:
    """When a question is asked: "Only if “TRL now” is at least 5." """
    return conditions.in_words(condition, asked, display)


def told_condition(form: FormDefinition, condition: Condition | None) -> str:
    """The condition of a section or question in words; "" when it is always asked."""
    asked = form.question(condition.question) if condition else None
    return condition_in_words(condition, asked) if condition and asked else ""


def tables(question: Question, value: Any, parties: Sequence[Party] = ()) -> list[ShownTable]:
    """The answer as tables; none for an answer of one box, or one that is not given."""
    if is_empty(value) or not isinstance(value, Mapping) or question.type == QuestionType.TRL:
        return []
    if question.type == QuestionType.BUDGET:
        return [_budget(question, value, parties)]
    if question.type == QuestionType.ORGANISATION:
        return [_facts(question, value)]
    made = []
    for table in tables_of(question):
        rows = rows_of(value, table.key)
        if rows:
            made.append(_table(table.title, table.columns, rows))
    return made


def _table(title: str, columns: Sequence[Question], rows: Sequence[Mapping[str, Any]]) -> ShownTable:
    heads = [Head(str(column.label), column.type in WITH_LIMITS) for column in columns]
    pairs = list(zip(columns, heads, strict=True))
    shown = [[Cell(display(column, row.get(column.key)), head) for column, head in pairs] for row in rows]
    summed = [column.type == QuestionType.MONEY for column in columns]
    sums = []
    if any(summed) and len(rows) > 1:
        for (column, head), is_sum in zip(pairs, summed, strict=True):
            given = [row[column.key] for row in rows if is_int(row.get(column.key))]
            sums.append(Cell(euros(sum(given)) if is_sum else "", head))
        sums[0] = sums[0] if sums[0].text else Cell(_("Together"), sums[0].head)
    return ShownTable(title, heads, shown, sums)


def _facts(question: Question, value: Mapping[str, Any]) -> ShownTable:
    heads = [Head(_("What")), Head(_("Answer"))]
    rows = [
        [Cell(str(box.label), heads[0]), Cell(display(box, value.get(box.key)), heads[1])]
        for box in parts_of(question)
        if not is_empty(value.get(box.key))
    ]
    return ShownTable("", heads, rows, [])


def _budget(question: Question, value: Mapping[str, Any], parties: Sequence[Party]) -> ShownTable:
    several = len(parties) > 1
    heads = [Head(_("Category")), *(Head(party.name, is_figure=True) for party in parties)]
    heads += [Head(_("Together"), is_figure=True)] if several else []

    def line(label: str, figures: Sequence[int]) -> list[Cell]:
        shown = [*figures, *([sum(figures)] if several else [])]
        cells = [Cell(euros(one), head) for one, head in zip(shown, heads[1:], strict=True)]
        return [Cell(label, heads[0]), *cells]

    rows = [
        line(str(one.label), [(value.get(party.key) or {}).get(one.value, 0) for party in parties])
        for one in question.choices
    ]
    totals = budget_totals(value, parties)
    return ShownTable("", heads, rows, line(_("Together"), [totals[party.key] for party in parties]))


def _lines(question: Question, value: Any, parties: Sequence[Party]) -> list[str]:
    """Tables as lines of text, for places that can show no table."""
    made = []
    for table in tables(question, value, parties):
        made += [f"{table.caption}:"] if table.caption else []
        facts = question.type == QuestionType.ORGANISATION
        for row in [*table.rows, *([table.sums] if table.sums else [])]:
            words = [
                cell.text if facts or cell.head is table.heads[0] else f"{cell.head.label}: {cell.text}"
                for cell in row
                if cell.text
            ]
            made.append((": " if facts else "; ").join(words))
    return made
