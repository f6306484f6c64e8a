"""Room for the answer to a question on paper. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from calls.formkit.compound import parts_of, tables_of
from calls.formkit.model import Question, QuestionType

BLANK_ROWS = 4
BLANK_PARTNERS = 3
ON_A_LINE = 90
"""Characters that one writes on a line."""

TICKED = 30
"""Choices that are printed to be ticked; of longer lists one writes the answer."""


@dataclass(frozen=True)
class BlankTable:
    """A table to be filled in by hand: its words, heads, and rows of what is printed in them already."""

    caption: str
    heads: list[str]
    rows: list[list[str]]


def room(question: Question) -> str:
    """What is left to write in: "choices", "yes-no", "table", a box of so many lines ("lines-6"), or nothing.

    Nothing for files and for what is calculated.
    """
    if not question.is_typed:
        return ""
    if question.type == QuestionType.YES_NO:
        return "yes-no"
    if blank_tables(question):
        return "table"
    if 0 < len(question.choices) <= TICKED:
        return "choices"
    if question.type != QuestionType.LONG_TEXT:
        return "lines-1"
    needed = (question.max_length or 0) // ON_A_LINE
    return next((f"lines-{most}" for most in (3, 6, 10) if needed <= most), "lines-16")


def blank_tables(question: Question) -> list[BlankTable]:
    """The tables of a question with several boxes, to be filled in; none for a question with one."""
    if question.type == QuestionType.BUDGET:
        parties = [_("Organisation %d") % number for number in range(1, BLANK_PARTNERS + 1)]
        heads = [_("Category"), *parties, _("Together")]
        labels = [*(str(one.label) for one in question.choices), _("Together")]
        return [BlankTable("", heads, [[label, *[""] * (len(heads) - 1)] for label in labels])]
    if question.type == QuestionType.ORGANISATION:
        return [
            BlankTable("", [_("What"), _("Answer")], [[str(one.label), ""] for one in parts_of(question)])
        ]
    return [
        BlankTable(
            table.title,
            [str(column.label) for column in table.columns],
            [[""] * len(table.columns) for _row in range(max(table.least, BLANK_ROWS))],
        )
        for table in tables_of(question)
    ]
