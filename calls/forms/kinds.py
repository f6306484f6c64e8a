"""The settings of each kind of question as boxes of its page, and back into JSON."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import NACE_REVISIONS
from calls import countries
from calls.formkit import Choice, Question, QuestionType, editing, formula, organisation
from calls.formkit.fields import AnswerField
from calls.formkit.model import CELLS, WITH_LIMITS
from calls.formkit.organisation import own_words
from calls.formkit.settings import LONGEST_TEXT, MOST_COLUMNS, PLAN_PARTS, UNITS, nace_revision
from calls.formkit.simple import plain_decimal
from calls.forms.fields import TextField, source_text, with_text
from core.errors import DomainError
from core.files import KINDS
from core.localised import localised
from core.money import AmountError, format_eur, parse_eur

FILE_KINDS = [
    (media, "/".join(sorted(e.lstrip(".").upper() for e in endings))) for media, endings in KINDS.items()
]
UNIT_NAMES = {"number": _("a number"), "money": _("an amount in euros"), "percent": _("a percentage")}
PART_NAMES = {"tasks": _("Tasks"), "milestones": _("Milestones"), "deliverables": _("Deliverables")}

SETTINGS: dict[str, tuple[str, ...]] = {
    QuestionType.SHORT_TEXT: ("max_length",),
    QuestionType.LONG_TEXT: ("max_length",),
    QuestionType.NUMBER: ("min", "max", "decimals"),
    QuestionType.MONEY: ("min", "max"),
    QuestionType.PERCENT: ("min", "max"),
    QuestionType.CHOICE: ("choices",),
    QuestionType.SEVERAL: ("choices", "least", "most"),
    QuestionType.COUNTRY: ("countries",),
    QuestionType.NUTS: ("level", "countries"),
    QuestionType.NACE: ("revision", "depth"),
    QuestionType.TRL: ("least", "most"),
    QuestionType.ORGANISATION: ("parts",),
    QuestionType.FILE: ("accept", "max_files", "max_mb", "max_pages"),
    QuestionType.WORK_PLAN: ("parts", "months"),
    QuestionType.BUDGET: ("categories", "matches_costs"),
    QuestionType.GROUP: ("columns", "least", "most"),
    QuestionType.CATALOGUE: ("catalogue", "items"),
    QuestionType.CALCULATED: ("formula", "unit", "decimals", "must_hold"),
}
"""The boxes of each kind, besides those that every question has."""


def _whole(label: Any, low: int, high: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, required=False, help_text=help_text,
        widget=forms.NumberInput(attrs={"class": "num"}),
    )  # fmt: skip


def _limit(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "num", "inputmode": "decimal"})
    return forms.CharField(label=label, max_length=30, required=False, widget=widget)


def _ticks(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def _rows(label: Any, columns: list[Question], most: int, help_text: Any) -> AnswerField:
    """A table in the builder itself is the same table that applicants get."""
    table = Question(
        "rows",
        QuestionType.GROUP,
        own_words(label),
        required=True,
        help=own_words(help_text),
        columns=tuple(columns),
        max=most,
    )
    return AnswerField(table)


def _column(key: str, kind: QuestionType, label: Any, **more: Any) -> Question:
    return Question(key, kind, own_words(label), **more)


def _columns() -> AnswerField:
    kinds = tuple(Choice(kind.value, own_words(kind.label)) for kind in CELLS)
    return _rows(
        _("Columns"),
        [
            _column("label", QuestionType.SHORT_TEXT, _("Words"), required=True, max_length=80),
            _column("type", QuestionType.CHOICE, _("Kind"), required=True, choices=kinds),
            _column("required", QuestionType.YES_NO, _("Needed in each row")),
            _column("choices", QuestionType.SHORT_TEXT, _("Choices, parted by ;"), max_length=500),
            _column("key", QuestionType.SHORT_TEXT, _("Name in formulas"), max_length=40),
        ],
        MOST_COLUMNS,
        _("What each row asks. The name is made by itself when it is left empty."),
    )


def _priced(label: Any, amount: Question, help_text: Any) -> AnswerField:
    words = _column("label", QuestionType.SHORT_TEXT, _("Words"), required=True, max_length=120)
    return _rows(label, [words, amount], 50, help_text)


FIELDS: dict[str, Callable[[str], forms.Field]] = {
    "max_length": lambda kind: _whole(
        _("Characters at most"), 1, LONGEST_TEXT, _("Left empty: 200 for one line, 2000 for a long text.")
    ),
    "min": lambda kind: _limit(_("At least")),
    "max": lambda kind: _limit(_("At most")),
    "least": lambda kind: _whole(
        _("From TRL") if kind == QuestionType.TRL else _("How many at least"), 0, 200
    ),
    "most": lambda kind: _whole(_("To TRL") if kind == QuestionType.TRL else _("How many at most"), 1, 200),
    "decimals": lambda kind: _whole(_("Decimals"), 0, 4, _("Left empty: whole numbers.")),
    "choices": lambda kind: TextField(
        label=_("Choices"), max_length=4000, rows=4, required=False, help_text=_("One on each line.")
    ),
    "countries": lambda kind: _ticks(
        _("Only these countries"),
        countries.choices(countries.WORLD),
        _("None chosen: any."),
    ),
    "level": lambda kind: _whole(
        _("NUTS level at least"), 0, 3, _("2 is a region such as FRL0; 3 a district.")
    ),
    "revision": lambda kind: forms.ChoiceField(label=_("Revision"), choices=NACE_REVISIONS, required=False),
    "depth": lambda kind: _whole(_("Figures at least"), 2, 4, _("2 is a division, 4 a class such as 28.41.")),
    "parts": lambda kind: _ticks(
        _("Parts"),
        [(key, part[1]) for key, part in organisation.PARTS.items()]
        if kind == QuestionType.ORGANISATION
        else [(key, PART_NAMES[key]) for key in PLAN_PARTS],
        _("None chosen: all of them."),
    ),
    "months": lambda kind: _whole(_("Months the plan may have"), 1, 120),
    "accept": lambda kind: _ticks(_("Kinds of files"), FILE_KINDS),
    "max_files": lambda kind: _whole(_("Files at most"), 1, 5),
    "max_mb": lambda kind: _whole(_("MB at most, each"), 1, 100),
    "max_pages": lambda kind: _whole(_("Pages at most, of a PDF"), 1, 500),
    "categories": lambda kind: _priced(
        _("Categories"),
        _column("most", QuestionType.PERCENT, _("At most % of the budget"), min=0, max=10_000),
        _("The lines of the budget, such as staff or subcontracting."),
    ),
    "matches_costs": lambda kind: forms.BooleanField(
        label=_("Its sums have to be the costs entered on the page of money"), required=False
    ),
    "columns": lambda kind: _columns(),
    "catalogue": lambda kind: forms.ChoiceField(label=_("Items come from"), required=False),
    "items": lambda kind: _priced(
        _("Items"), _column("price", QuestionType.MONEY, _("Price, EUR")), _("When they are listed here.")
    ),
    "formula": lambda kind: forms.CharField(
        label=_("Formula"),
        max_length=formula.LONGEST,
        required=False,
        help_text=_(
            "With the names of earlier questions, + - * / and brackets; a comparison with >= <= > < = at its end. "
            "The sum of a table's column is table.column."
        ),
    ),
    "unit": lambda kind: forms.ChoiceField(
        label=_("The result is"), choices=[(one, UNIT_NAMES[one]) for one in UNITS], required=False
    ),
    "must_hold": lambda kind: forms.BooleanField(
        label=_("This comparison has to hold before one submits; the help says why"), required=False
    ),
}
"""How each box is made, given the kind of question."""


def initial_of(kind: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What the boxes of a kind show of a stored question."""
    made: dict[str, Any] = {name: stored[name] for name in SETTINGS.get(kind, ()) if name in stored}
    for name in ("min", "max"):
        if isinstance(stored.get(name), int) and kind in WITH_LIMITS:
            made[name] = _limit_typed(kind, stored[name])
    if "revision" in made:
        made["revision"] = nace_revision(stored)
    made |= {"least": stored.get("min"), "most": stored.get("max"), "depth": stored.get("level")}
    if "choices" in stored:
        made["choices"] = "\n".join(_source(one) for one in stored["choices"])
        made["categories"] = {
            "rows": [_with({"label": _source(one)}, "most", one) for one in stored["choices"]]
        }
        made["items"] = {
            "rows": [
                {"label": _source(one), **({"price": one["price_cents"]} if "price_cents" in one else {})}
                for one in stored["choices"]
            ]
        }
    if "columns" in stored:
        made["columns"] = {"rows": [_column_row(one) for one in stored["columns"]]}
    if "formula" in stored:
        made["formula"] = formula.as_text(stored["formula"])
    return made


def _limit_typed(kind: str, limit: int) -> str:
    if kind == QuestionType.MONEY:
        return format_eur(limit)
    return plain_decimal(Decimal(limit) / 100) if kind == QuestionType.PERCENT else str(limit)


def _source(one: Mapping[str, Any]) -> str:
    return source_text(localised(one.get("label")))


def _with(row: dict[str, Any], name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, name: one[name]} if one.get(name) is not None else row


def _column_row(one: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"label": _source(one), "type": one["type"], "key": one["key"]}
    row["required"] = bool(one.get("required"))
    if one.get("choices"):
        row["choices"] = "; ".join(_source(choice) for choice in one["choices"])
    return row


def limit_of(kind: str, typed: str) -> int | None:
    """A limit as it is stored: cents, hundredths of a percent, or whole. Raises ValidationError."""
    typed = typed.strip()
    if not typed:
        return None
    if kind == QuestionType.MONEY:
        try:
            return parse_eur(typed)
        except AmountError as error:
            raise ValidationError(error.message) from error
    if kind == QuestionType.PERCENT:
        try:
            from_percent = AnswerField(Question("limit", QuestionType.PERCENT, own_words(""))).clean(typed)
        except DomainError as error:  # pragma: no cover  (the field turns it into a ValidationError)
            raise ValidationError(error.message) from error
        return int(from_percent)
    if not typed.lstrip("-").isascii() or not typed.lstrip("-").isdigit() or len(typed) > 15:
        raise ValidationError(_now("Write a whole number."))
    return int(typed)


def content_of(kind: str, given: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a kind as JSON, of what was typed into its boxes."""
    names = SETTINGS.get(kind, ())
    plain = ("max_length", "min", "max", "decimals", "countries", "level", "revision", "months", "max_files")
    made: dict[str, Any] = {
        name: given.get(name) for name in (*plain, "max_mb", "max_pages") if name in names
    }
    if "least" in names:
        made |= {"min": given.get("least"), "max": given.get("most")}
    if "depth" in names:
        made["level"] = given.get("depth")
    if "parts" in names:
        made["parts"] = given.get("parts")
    if "choices" in names:
        made["choices"] = _choices(given.get("choices") or "", stored)
    if "categories" in names:
        made["choices"] = _choice_rows(given.get("categories"), stored, "most", "most")
        made["matches_costs"] = given.get("matches_costs") or None
    if "accept" in names:
        made["accept"] = given.get("accept") or ["application/pdf"]
    if "columns" in names:
        made["columns"] = _column_list(given.get("columns"), stored)
    if "catalogue" in names:
        made["catalogue"] = given.get("catalogue")
        made["choices"] = (
            [] if given.get("catalogue") else _choice_rows(given.get("items"), stored, "price", "price_cents")
        )
    if "formula" in names:
        made |= {"formula": given.get("formula"), "unit": given.get("unit") or "number"}
        made["must_hold"] = given.get("must_hold") or None
    return made


def _choices(typed: str, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One choice for each line; a line whose words are unchanged keeps its value and its other languages."""
    lines = [{"label": one.strip()} for one in typed.split("\n") if one.strip()]
    return _choice_rows({"rows": lines}, stored, "", "")


def _choice_rows(value: Any, stored: Mapping[str, Any], box: str, name: str) -> list[dict[str, Any]]:
    known = {_source(one): one for one in stored.get("choices", [])}
    taken: set[str] = set()
    made = []
    for row in (value or {}).get("rows", []):
        words = row.get("label", "")
        old = known.get(words)
        key = old["value"] if old and old["value"] not in taken else editing.key_from(words, taken)
        taken.add(key)
        choice = {"value": key, "label": dict(localised(old["label"])) if old else dict(with_text({}, words))}
        made.append({**choice, name: row[box]} if box and row.get(box) is not None else choice)
    return made


def _column_list(value: Any, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Columns keep their settings and other languages as long as their name stays."""
    old = {one["key"]: one for one in stored.get("columns", [])}
    taken: set[str] = set()
    made = []
    for row in (value or {}).get("rows", []):
        label, kind = row.get("label", ""), row.get("type", QuestionType.SHORT_TEXT)
        key = row.get("key") or editing.key_from(label or "column", taken)
        taken.add(key)
        before = old.get(key, {})
        kept = before if before.get("type") == kind else {}
        column = {
            **kept,
            "key": key,
            "type": kind,
            "label": dict(with_text(localised(before.get("label")), label)),
        }
        column["required"] = bool(row.get("required"))
        if kind == QuestionType.CHOICE:
            column["choices"] = _choices(row.get("choices", "").replace(";", "\n"), kept)
        made.append(column)
    return made
