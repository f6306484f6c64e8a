"""The parts of docs/call-file.md that are made of the code: tables of keys, rules, kinds of question, and the designs. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from calls import rules
from calls.awards import AwardUnit
from calls.callfile.layout import (
    CALL,
    CHANNEL,
    CRITERION,
    CUT_OFF,
    FORMAT,
    INSTALMENT,
    LIMIT,
    PARTS,
    PROFILE,
    RULE,
    TYPE,
    VERSION,
)
from calls.callfile.samples import samples
from calls.callfile.shapes import (
    Countries,
    Day,
    Euros,
    Figure,
    ListOf,
    Moment,
    Names,
    OneOf,
    Rate,
    Shape,
    Text,
    Truth,
    Whole,
    Words,
)
from calls.callfile.yamlio import DEEPEST, LARGEST_FILE, MOST_VALUES
from calls.formkit import organisation, standard
from calls.formkit import settings as kinds
from calls.formkit.model import QuestionType
from calls.intake import CallModel
from calls.models import Channel, Instalment
from calls.rules.base import Setting, Type
from calls.selection import (
    TIES,
    Combine,
    CountryRule,
    Cut,
    DivergenceOf,
    DivergenceThen,
    TotalMethod,
)

LIMITS = {"min": "smallest", "max": "largest"}
CHOICES = {"choices": "list of `value` and `label`"}
QUESTIONS: dict[QuestionType, dict[str, str]] = {
    QuestionType.SHORT_TEXT: {"max_length": "characters, 200 when left out"},
    QuestionType.LONG_TEXT: {"max_length": "characters, 2000 when left out"},
    QuestionType.NUMBER: {**LIMITS, "decimals": "0 to 4"},
    QuestionType.MONEY: {"min": "smallest, in cents", "max": "largest, in cents"},
    QuestionType.PERCENT: {"min": "smallest, 2500 is 25 %", "max": "largest, 10000 is 100 %"},
    QuestionType.DATE: {},
    QuestionType.YES_NO: {},
    QuestionType.CHOICE: CHOICES,
    QuestionType.SEVERAL: {**CHOICES, "min": "choose at least", "max": "choose at most"},
    QuestionType.COUNTRY: {"countries": "ISO codes; left out: all of the world"},
    QuestionType.NUTS: {"countries": "ISO codes", "level": "0 to 3, 2 when left out"},
    QuestionType.NACE: {"revision": "`'2.1'` or `'2.0'`", "level": "2 to 4 figures"},
    QuestionType.TRL: {"min": "lowest, 1 when left out", "max": "highest, 9 when left out"},
    QuestionType.ORGANISATION: {"parts": f"of {', '.join(organisation.PARTS)}; left out: all"},
    QuestionType.FILE: {
        "accept": "media types, PDF when left out",
        "max_files": "1 to 5",
        "max_mb": "megabytes of each",
        "max_pages": "pages of each",
    },
    QuestionType.WORK_PLAN: {"parts": f"of {', '.join(kinds.PLAN_PARTS)}", "months": "how long the plan is"},
    QuestionType.BUDGET: {
        "choices": "categories: `value`, `label`, `most` (largest share, 2500 is 25 %)",
        "matches_costs": "true: its sums are the costs on the page of partners and costs",
    },
    QuestionType.GROUP: {
        "columns": "questions of simple kinds, at most 8",
        "min": "least rows",
        "max": "most rows",
    },
    QuestionType.CATALOGUE: {
        "choices": "items: `value`, `label`, `price_cents`",
        "catalogue": "or another call whose accepted entries are offered: `call:CODE`",
    },
    QuestionType.CALCULATED: {
        "formula": "see below",
        "unit": "`number`, `money` or `percent`",
        "decimals": "0 to 4",
        "must_hold": "true: a comparison that an application has to keep",
    },
}
"""The settings of each kind of question; a test holds them against what the form reads."""

WORDS: dict[str, Mapping[str, Any]] = {
    "intake.model": dict(CallModel.choices),
    "money.award": dict(AwardUnit.choices),
    "criteria.total": dict(TotalMethod.choices),
    "selection.evaluator_countries": dict(CountryRule.choices),
    "selection.combine": dict(Combine.choices),
    "selection.divergence_of": dict(DivergenceOf.choices),
    "selection.divergence_then": dict(DivergenceThen.choices),
    "selection.ties": {"CODE": "higher score of the criterion with this code", **TIES},
    "selection.cut": dict(Cut.choices),
    "instalments.due": dict(Instalment.Due.choices),
    "publication.channels.kind": dict(Channel.Kind.choices),
}

MARK = re.compile(r"(<!-- made: (?P<name>[a-z_-]+) -->\n)(.*?)(<!-- made until here -->\n)", re.DOTALL)
NOT_EXPRESSED = "# not expressed: "
ALL_EXPRESSED = "# all expressed"

LISTED = {
    "rules": RULE,
    "cut_offs": CUT_OFF,
    "list": CRITERION,
    "limits": LIMIT,
    "channels": CHANNEL,
    "instalments": INSTALMENT,
    "types": TYPE,
    "profiles": PROFILE,
}
"""What stands in lists, by the key of the list; each has a table of its own."""

SIMPLE: dict[type[Shape], str] = {
    Figure: "number",
    Euros: "amount in euros",
    Rate: "share",
    Truth: "true or false",
    Day: "day",
    Moment: "time",
}
SETTINGS: dict[Type, str] = {
    Type.NUMBER: "whole number",
    Type.EUR: "amount in cents",
    Type.TEXT: "one line",
    Type.SENTENCE: "text",
    Type.COUNTRIES: "list of countries",
    Type.CODES: "list of codes",
}


def page(text: str, designs: Mapping[str, str]) -> str:
    """The page with all that is made put between its marks. `designs`: text of each file by its name.

    Raises KeyError for a mark that nothing is made for.
    """
    made: dict[str, Callable[[], str]] = {
        "call": lambda: _table(CALL),
        **{name: (lambda shape=shape: _table(shape)) for name, shape in PARTS.items()},  # type: ignore[misc]
        **{f"each-{name}": (lambda shape=shape: _table(shape)) for name, shape in LISTED.items()},  # type: ignore[misc]
        "limits-of-files": _limits,
        "words": _words,
        "kinds-of-rule": _rules,
        "kinds-of-question": _questions,
        "standard-sections": _sections,
        "samples": _samples,
        "designs": lambda: _designs(designs),
    }
    return MARK.sub(lambda found: f"{found[1]}{made[found['name']]()}{found[4]}", text)


def told(shape: Shape) -> str:
    """What a value of this shape is, in words."""
    if isinstance(shape, OneOf):
        return (
            ", ".join(f"`{word}`" for word in shape.words) if len(shape.words) <= 8 else "a word, see below"
        )
    if isinstance(shape, Countries):
        return f"{told(shape.listed)}; or `{shape.ALL}`"
    if isinstance(shape, ListOf):
        return "list, see below" if isinstance(shape.shape, Names) else f"list: {told(shape.shape)}"
    if isinstance(shape, Whole):
        return (
            str(shape.least)
            if shape.least == shape.most
            else f"whole number, {_figure(shape.least)} to {_figure(shape.most)}"
        )
    if isinstance(shape, Text) and shape.told:
        return str(shape.told)
    if isinstance(shape, Text | Words):
        return f"text, at most {_figure(shape.most)} characters"
    return SIMPLE.get(type(shape), "names with values, see below")


def _figure(figure: int) -> str:
    return f"{figure:,}".replace(",", " ")


def _rows(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _table(shape: Names) -> str:
    rows = (
        (f"`{key.name}`{' (needed)' if key.needed else ''}", told(key.shape), str(key.told))
        for key in shape.keys
    )
    return _rows(("Name", "Value", "Meaning"), rows)


def _limits() -> str:
    return (
        f"`format` is `{FORMAT}`, `version` is {VERSION}. A file has at most {_figure(LARGEST_FILE)} characters and "
        f"{_figure(MOST_VALUES)} values, nested at most {DEEPEST} deep.\n"
    )


def _rules() -> str:
    rows = ((f"`{kind.key}`", str(kind.label), _settings(kind.settings)) for kind in rules.OFFERED)
    return _rows(("Kind", "What it asks", "Settings"), rows)


def _settings(settings: Iterable[Setting]) -> str:
    return (
        "; ".join(
            f"`{one.name}`: {_setting(one)}{'' if one.required else ', may be left out'}" for one in settings
        )
        or "none"
    )


def _setting(one: Setting) -> str:
    if one.type is Type.CHOICE:
        return " or ".join(f"`{value}`" for value, _label in one.choices)
    figures = f", {one.least} to {one.most}" if one.type is Type.NUMBER else ""
    return f"{SETTINGS[one.type]}{figures}"


def _questions() -> str:
    rows = (
        (
            f"`{kind.value}`",
            str(kind.label),
            "; ".join(f"`{name}`: {what}" for name, what in own.items()) or "none",
        )
        for kind, own in QUESTIONS.items()
    )
    return _rows(("Type", "What it asks", "Settings of its own"), rows)


def _words() -> str:
    rows = [
        (f"`{place}`", f"`{word}`", str(label))
        for place, words in WORDS.items()
        for word, label in words.items()
    ]
    return _rows(("Name", "Word", "Meaning"), rows)


def _sections() -> str:
    rows = (
        (
            f"`{section['key']}`",
            str(section["title"]["en"]),
            ", ".join(f"`{question['key']}`" for question in section["questions"]),
        )
        for section in standard.sections()
    )
    return _rows(("Name", "Title", "Questions"), rows)


def _samples() -> str:
    rows = ((f"`{one.name}`", one.told, f"[file](../calls/samples/{one.name}.yaml)") for one in samples())
    return _rows(("Name", "What it is", "File"), rows)


def lacking(text: str) -> list[str]:
    """What a design says that it cannot express, each with its reason."""
    return [line.removeprefix(NOT_EXPRESSED) for line in text.splitlines() if line.startswith(NOT_EXPRESSED)]


def _designs(files: Mapping[str, str]) -> str:
    rows = []
    by_number: dict[str, list[str]] = {}
    for name in sorted(files, key=lambda name: name.removesuffix(".yaml")):
        by_number.setdefault(name[:2], []).append(name)
    for number, names in by_number.items():
        title = files[names[0]].splitlines()[0].removeprefix("# ")
        links = ", ".join(f"[{name}](../tests/calls/designs/{name})" for name in names)
        lacks = [lack for name in names for lack in lacking(files[name])]
        missing = "<br>".join(f"{one[:1].upper()}{one[1:]}." for one in lacks) or "Nothing"
        rows.append((number, title, links, missing))
    whole = sum(1 for row in rows if row[3] == "Nothing")
    head = ("No.", "The real call", "File", "What cannot be expressed yet, and why")
    return f"{whole} of {len(rows)} are expressed whole.\n\n{_rows(head, rows)}"
