"""What each kind of question may be told: one reader for each setting, one line for each kind. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.identifiers import NACE_REVISIONS
from calls import countries
from calls.formkit import formula, organisation, reading
from calls.formkit.model import CELLS, Choice, DefinitionError, Question, QuestionType
from core.files import KINDS

LONGEST_TEXT = 20_000
MOST_ROWS = 50
MOST_COLUMNS = 8
MOST_CHOICES = 200
DEFAULT_LENGTHS = {QuestionType.SHORT_TEXT: 200, QuestionType.LONG_TEXT: 2000}
"""Characters a text may have when its question names no limit."""

DEFAULT_ROWS = 20
DEFAULT_MONTHS = 36
PLAN_PARTS = ("tasks", "milestones", "deliverables")
UNITS = ("number", "money", "percent")

Raw = Mapping[str, Any]
Read = Callable[[Raw, str], dict[str, Any]]


def settings_of(kind: QuestionType, raw: Raw, place: str) -> dict[str, Any]:
    """The settings of a question of this kind; those of other kinds are left out. Raises DefinitionError."""
    found: dict[str, Any] = {}
    for read in READERS.get(kind, ()):
        found |= read(raw, place)
    return found


def _length(default: int) -> Read:
    def read(raw: Raw, place: str) -> dict[str, Any]:
        length = reading.figure(raw, "max_length", place)
        if length is not None and not 1 <= length <= LONGEST_TEXT:
            raise DefinitionError(
                place, _("The longest text has between 1 and %d characters.") % LONGEST_TEXT
            )
        return {"max_length": default if length is None else length}

    return read


def _limits(raw: Raw, place: str) -> dict[str, Any]:
    low, high = reading.figure(raw, "min", place), reading.figure(raw, "max", place)
    if low is not None and high is not None and low > high:
        raise DefinitionError(place, _("The smallest value is above the largest."))
    return {"min": low, "max": high}


def _decimals(raw: Raw, place: str) -> dict[str, Any]:
    return {"decimals": reading.figure_between(raw, "decimals", place, 0, 4) or 0}


def _choices(raw: Raw, place: str) -> dict[str, Any]:
    given = [reading.mapping(one, place) for one in reading.list_of(raw, "choices", place)]
    if len(given) < 2 and not raw.get("catalogue"):
        raise DefinitionError(place, _("Give at least two choices."))
    if len(given) > MOST_CHOICES:
        raise DefinitionError(place, _("There are at most %d choices.") % MOST_CHOICES)
    choices = tuple(_choice(one, place) for one in given)
    if not all(0 < len(choice.value) <= 60 for choice in choices):
        raise DefinitionError(place, _("Each choice needs a value of at most 60 characters."))
    reading.refuse_repeated(
        [(place, choice.value) for choice in choices], _("The choice “%s” is there twice.")
    )
    return {"choices": choices}


def _choice(one: Raw, place: str) -> Choice:
    return Choice(
        value=str(one.get("value", "")),
        label=reading.text(one, "label", place, needed=_("Each choice needs its words.")),
        price_cents=reading.figure_between(one, "price_cents", place, 0, reading.LARGEST_FIGURE),
        most=reading.figure_between(one, "most", place, 0, 10_000),
    )


def _count(most: int) -> Read:
    """How many, from `min` to `max`: choices, or rows."""

    def read(raw: Raw, place: str) -> dict[str, Any]:
        limits = _limits(raw, place)
        for name in ("min", "max"):
            reading.figure_between(raw, name, place, 0 if name == "min" else 1, most)
        return limits

    return read


def _countries(raw: Raw, place: str) -> dict[str, Any]:
    given = tuple(str(one) for one in reading.list_of(raw, "countries", place))
    unknown = [one for one in given if countries.name_of(one) == one]
    if unknown:
        raise DefinitionError(place, _("“%s” is not a country we know.") % unknown[0][:10])
    return {"countries": tuple(sorted(given))}


def _nuts_level(raw: Raw, place: str) -> dict[str, Any]:
    level = reading.figure_between(raw, "level", place, 0, 3)
    return {"level": 2 if level is None else level}


def nace_revision(raw: Raw) -> Any:
    """The revision as it is stored; forms made before called 2.0 “2”."""
    return "2.0" if raw.get("revision") == "2" else raw.get("revision")


def _nace(raw: Raw, place: str) -> dict[str, Any]:
    raw = {**raw, "revision": nace_revision(raw)}
    return {
        "revision": reading.one_of(raw, "revision", place, [code for code, _name in NACE_REVISIONS], "2.1"),
        "level": reading.figure_between(raw, "level", place, 2, 4) or 4,
    }


def _trl(raw: Raw, place: str) -> dict[str, Any]:
    limits = _limits(raw, place)
    for name in ("min", "max"):
        reading.figure_between(raw, name, place, 1, 9)
    return {"min": limits["min"] or 1, "max": limits["max"] or 9}


def _parts(known: tuple[str, ...]) -> Read:
    def read(raw: Raw, place: str) -> dict[str, Any]:
        given = [str(one) for one in reading.list_of(raw, "parts", place)] or list(known)
        unknown = [one for one in given if one not in known]
        if unknown:
            raise DefinitionError(place, _("“%s” is not a part we know.") % unknown[0][:40])
        return {"parts": tuple(one for one in known if one in given)}

    return read


def _months(raw: Raw, place: str) -> dict[str, Any]:
    return {"months": reading.figure_between(raw, "months", place, 1, 120) or DEFAULT_MONTHS}


def _accept(raw: Raw, place: str) -> dict[str, Any]:
    accept = tuple(str(one) for one in reading.list_of(raw, "accept", place)) or ("application/pdf",)
    unknown = [one for one in accept if one not in KINDS]
    if unknown:
        raise DefinitionError(place, _("“%s” is not a kind of file we can take.") % unknown[0][:60])
    return {
        "accept": accept,
        "max_files": reading.figure_between(raw, "max_files", place, 1, 5),
        "max_mb": reading.figure_between(raw, "max_mb", place, 1, 100),
        "max_pages": reading.figure_between(raw, "max_pages", place, 1, 500),
    }


def _costs(raw: Raw, place: str) -> dict[str, Any]:
    return {"matches_costs": reading.truth(raw, "matches_costs", place)}


def _columns(raw: Raw, place: str) -> dict[str, Any]:
    given = reading.list_of(raw, "columns", place)
    if not 1 <= len(given) <= MOST_COLUMNS:
        raise DefinitionError(place, _("A table has between 1 and %d columns.") % MOST_COLUMNS)
    columns = tuple(_column(one, f"{place}/{number}") for number, one in enumerate(given, 1))
    reading.refuse_repeated(
        [(f"{place}/{one.key}", one.key) for one in columns], _("There are two columns “%s”.")
    )
    return {"columns": columns}


def _column(raw: Any, place: str) -> Question:
    raw = reading.mapping(raw, place)
    key = reading.key_of(raw, place)
    kind = raw.get("type")
    if kind not in CELLS:
        raise DefinitionError(place, _("“%s” cannot be a column.") % str(kind)[:40])
    return Question(
        key=key,
        type=str(kind),
        label=reading.text(raw, "label", place, needed=_("The column needs its words.")),
        help=reading.text(raw, "help", place),
        required=reading.truth(raw, "required", place),
        **settings_of(QuestionType(kind), raw, place),
    )


def _catalogue(raw: Raw, place: str) -> dict[str, Any]:
    name = raw.get("catalogue", "")
    if not isinstance(name, str) or len(name) > 80:
        raise DefinitionError(place, _("“%s” has to be a text.") % "catalogue")
    if name and raw.get("choices"):
        raise DefinitionError(
            place, _("The items come from a catalogue or are listed here: choose one of both.")
        )
    return {"catalogue": name}


def _formula(raw: Raw, place: str) -> dict[str, Any]:
    tree = raw.get("formula")
    fault = formula.fault_of(tree)
    if fault:
        raise DefinitionError(place, fault)
    must_hold = reading.truth(raw, "must_hold", place)
    if must_hold and not formula.is_comparison(tree):
        raise DefinitionError(place, _("Only a comparison can have to hold, such as a >= b."))
    return {
        "formula": tree,
        "must_hold": must_hold,
        "unit": reading.one_of(raw, "unit", place, UNITS, "number"),
        **_decimals(raw, place),
    }


READERS: dict[QuestionType, tuple[Read, ...]] = {
    QuestionType.SHORT_TEXT: (_length(200),),
    QuestionType.LONG_TEXT: (_length(2000),),
    QuestionType.NUMBER: (_limits, _decimals),
    QuestionType.MONEY: (_limits,),
    QuestionType.PERCENT: (_limits,),
    QuestionType.CHOICE: (_choices,),
    QuestionType.SEVERAL: (_choices, _count(MOST_CHOICES)),
    QuestionType.COUNTRY: (_countries,),
    QuestionType.NUTS: (_countries, _nuts_level),
    QuestionType.NACE: (_nace,),
    QuestionType.TRL: (_trl,),
    QuestionType.ORGANISATION: (_parts(tuple(organisation.PARTS)),),
    QuestionType.FILE: (_accept,),
    QuestionType.WORK_PLAN: (_parts(PLAN_PARTS), _months),
    QuestionType.BUDGET: (_choices, _costs),
    QuestionType.GROUP: (_columns, _count(MOST_ROWS)),
    QuestionType.CATALOGUE: (_choices, _catalogue),
    QuestionType.CALCULATED: (_formula,),
}
