"""The controls of questions: one box each, or the boxes of an organisation's data, of tables, of a budget.

A question of several boxes is one field: its boxes are named `plan--tasks-0-title`, everything before the two hyphens
being the name of the field. They work without a script: rows are added and removed by buttons that save.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from calls import countries
from calls.formkit import catalogues
from calls.formkit.compound import Table, parts_of, tables_of
from calls.formkit.model import Party, Question, QuestionType
from calls.formkit.simple import euros
from core.money import AmountError, format_eur, parse_eur

RADIOS_UP_TO = 6
"""More choices than these are a list that opens."""

SEP = "--"
MOST_INDEX = 500


def control_for(question: Question, language: str | None = None, *, in_table: bool = False) -> forms.Widget:
    """The control of a question of one box; in a table radio buttons take too much room."""
    kind = question.type
    if kind == QuestionType.LONG_TEXT:
        rows = 2 if in_table else 4 if (question.max_length or 0) <= 600 else 8
        return forms.Textarea(attrs={"rows": rows})
    if kind in (QuestionType.NUMBER, QuestionType.MONEY, QuestionType.PERCENT):
        whole = kind == QuestionType.NUMBER and not question.decimals
        return forms.TextInput(attrs={"inputmode": "numeric" if whole else "decimal", "class": "num"})
    if kind == QuestionType.DATE:
        return forms.DateInput(attrs={"type": "date"})
    if kind == QuestionType.SEVERAL:
        attrs = _language_of_choices(question, language)
        return forms.CheckboxSelectMultiple(choices=_choices(question, language), attrs=attrs)
    if kind == QuestionType.YES_NO:
        choices: list[tuple[str, Any]] = [("yes", _("Yes")), ("no", _("No"))]
        return _one_of(question, choices, in_table=in_table)
    if kind == QuestionType.COUNTRY:
        codes = question.countries or countries.WORLD
        return forms.Select(choices=[("", _("Choose one")), *countries.choices(codes)])
    if kind in (QuestionType.CHOICE, QuestionType.CATALOGUE):
        control = _one_of(question, _choices(question, language), in_table=in_table)
        control.attrs |= _language_of_choices(question, language)
        return control
    return forms.TextInput()


def _language_of_choices(question: Question, language: str | None) -> dict[str, str]:
    """The mark of a list that is there only in another language than the reader's (WCAG 3.1.2)."""
    foreign = "" if language or not question.choices else question.choices[0].label.foreign
    return {"lang": foreign} if foreign else {}


def _one_of(question: Question, choices: list[tuple[str, Any]], *, in_table: bool) -> forms.Widget:
    if in_table or len(choices) > RADIOS_UP_TO:
        return forms.Select(choices=[("", _("Choose one")), *choices])
    # a radio button cannot be taken back by itself: what need not be answered has a way back
    back = [] if question.required else [("", _("No answer"))]
    return forms.RadioSelect(choices=[*choices, *back])


def _choices(question: Question, language: str | None) -> list[tuple[str, Any]]:
    if question.catalogue:
        offered = [(one.value, one.label, one.price_cents) for one in catalogues.items_of(question.catalogue)]
    else:
        offered = [
            (one.value, one.label.in_language(language) if language else str(one.label), one.price_cents)
            for one in question.choices
        ]
    return [
        (value, words if price is None else f"{words} ({euros(price)})") for value, words, price in offered
    ]


class Boxes(forms.Widget):
    """Several boxes that are one answer. `faults`: what is wrong by box, set when they are cleaned."""

    grouped = True
    template = ""

    def __init__(self, question: Question, parties: Sequence[Party] = ()) -> None:
        super().__init__()
        self.question, self.parties = question, tuple(parties)
        self.faults: Mapping[str, str] = {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = {"name": name, "auto_id": (attrs or {}).get("id", f"id_{name}")}
        return render_to_string(self.template, {**context, **self.content(name, value or {})})

    def content(self, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def id_for_label(self, id_: str) -> str:
        """The box that takes the cursor: the first wrong one, else the first of all."""
        return f"{id_}{SEP}{next(iter(self.faults), self.first())}"

    def first(self) -> str:
        raise NotImplementedError

    def box(self, question: Question, path: str, name: str, value: Any) -> dict[str, Any]:
        """One box, ready to be shown."""
        full = f"{name}{SEP}{path}"
        fault = self.faults.get(path, "")
        control = control_for(question, in_table=True)
        attrs: dict[str, Any] = {"id": f"id_{full}"}
        base = "form-select" if isinstance(control, forms.Select) else "form-control"
        attrs["class"] = " ".join(
            filter(None, [base, control.attrs.get("class", ""), "is-invalid" if fault else ""])
        )
        if fault:
            attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{full}_error"}
        return {
            "id": f"id_{full}",
            "label": str(question.label),
            "lang": getattr(question.label, "foreign", ""),
            "optional": not question.required,
            "wide": question.type == QuestionType.LONG_TEXT,
            "broad": question.type == QuestionType.SHORT_TEXT and (question.max_length or 0) > 80,
            "fault": fault,
            "control": control.render(full, value, attrs),
        }


class PartsBoxes(Boxes):
    """The data of an organisation, or a range of readiness: one set of boxes."""

    template = "calls/_boxes_parts.html"

    def content(self, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        boxes = [self.box(one, one.key, name, value.get(one.key, "")) for one in parts_of(self.question)]
        return {"boxes": boxes}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        return {one.key: data.get(f"{name}{SEP}{one.key}", "") for one in parts_of(self.question)}

    def first(self) -> str:
        return parts_of(self.question)[0].key


class BudgetBoxes(Boxes):
    """A budget: a row for each category, a column for each organisation."""

    template = "calls/_boxes_budget.html"

    def content(self, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        rows = []
        for category in self.question.choices:
            cells = []
            for party in self.parties:
                box = Question(category.value, QuestionType.MONEY, category.label)
                row = value.get(party.key)
                held = row.get(category.value, "") if isinstance(row, Mapping) else ""
                cells.append(
                    {**self.box(box, f"{party.key}--{category.value}", name, held), "party": party.name}
                )
            rows.append({"label": str(category.label), "cells": cells})
        return {
            "rows": rows,
            "parties": self.parties,
            "totals": [{"party": one.name, "told": self._total(value.get(one.key))} for one in self.parties],
        }

    def _total(self, row: Any) -> str:
        """What the column comes to, as far as its boxes hold amounts."""
        cents = 0
        for typed in row.values() if isinstance(row, Mapping) else ():
            try:
                cents += parse_eur(str(typed)) if str(typed).strip() else 0
            except AmountError:
                return ""
        return format_eur(cents)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        return {
            party.key: {
                one.value: data.get(f"{name}{SEP}{party.key}--{one.value}", "")
                for one in self.question.choices
            }
            for party in self.parties
        }

    def first(self) -> str:
        party = self.parties[0].key if self.parties else ""
        return f"{party}--{self.question.choices[0].value}"


class TableBoxes(Boxes):
    """Tables whose rows people add: always with one empty row at the end, as long as there may be one."""

    template = "calls/_boxes_tables.html"

    def content(self, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "tables": [
                self._table(table, name, value.get(table.key) or []) for table in tables_of(self.question)
            ]
        }

    def _table(self, table: Table, name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        held = [row for row in rows if isinstance(row, Mapping)]
        while len(held) < min(max(table.least, 1), table.most):
            held = [*held, {}]
        if held[-1] and len(held) < table.most:
            held = [*held, {}]
        full = f"{name}{SEP}{table.key}"
        return {
            "key": full,
            "title": table.title,
            "most": table.most,
            "rows": [self._row(table, name, str(n), row) for n, row in enumerate(held)],
            "blank": self._row(table, name, "__n__", {}),
        }

    def _row(self, table: Table, name: str, number: str, row: Mapping[str, Any]) -> dict[str, Any]:
        boxes = [
            self.box(column, f"{table.key}-{number}-{column.key}", name, row.get(column.key, ""))
            for column in table.columns
        ]
        shown = int(number) + 1 if number.isdecimal() else "__m__"
        return {
            "n": shown,
            "key": f"{name}{SEP}{table.key}-{number}",
            "boxes": boxes,
            "index": number,
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        dropped = str(data.get("do.drop", ""))
        made: dict[str, Any] = {}
        for table in tables_of(self.question):
            prefix = f"{name}{SEP}{table.key}-"
            rows: dict[int, dict[str, Any]] = {}
            for key in data:
                match = re.fullmatch(r"([0-9]{1,3})-([a-z][a-z0-9_]*)", key.removeprefix(prefix))
                if not key.startswith(prefix) or match is None or int(match[1]) > MOST_INDEX:
                    continue
                if f"{prefix}{match[1]}" != dropped:
                    rows.setdefault(int(match[1]), {})[match[2]] = data.get(key, "")
            filled = [rows[n] for n in sorted(rows)]
            made[table.key] = [row for row in filled if any(str(one).strip() for one in row.values())]
        return made

    def first(self) -> str:
        table = tables_of(self.question)[0]
        return f"{table.key}-0-{table.columns[0].key}"


def boxes_for(question: Question, parties: Sequence[Party]) -> Boxes:
    """The control of a question of several boxes."""
    if question.type == QuestionType.BUDGET:
        return BudgetBoxes(question, parties)
    if question.type in (QuestionType.TRL, QuestionType.ORGANISATION):
        return PartsBoxes(question, parties)
    return TableBoxes(question, parties)
