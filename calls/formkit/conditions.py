"""When a question or section is asked at all: depending on an earlier answer, never on a later one. Pure."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit.model import Condition, DefinitionError, FormDefinition, Question, QuestionType, Section

OPS = ("is", "is_not", "at_least", "at_most", "answered")
CHOOSING = (QuestionType.YES_NO, QuestionType.CHOICE, QuestionType.SEVERAL, QuestionType.COUNTRY)
FIGURES = (QuestionType.NUMBER, QuestionType.MONEY, QuestionType.PERCENT)
Answers = Mapping[str, Any]


def read(raw: Mapping[str, Any], place: str) -> Condition | None:
    """The condition of a section or question: `{"question": "trl", "op": "at_least", "values": [5]}`."""
    given = raw.get("shown_if")
    if given is None:
        return None
    if not isinstance(given, Mapping) or not isinstance(given.get("question"), str):
        raise DefinitionError(place, _("The condition cannot be read."))
    op, values = given.get("op"), given.get("values", [])
    if op not in OPS or not isinstance(values, list | tuple) or len(values) > 200:
        raise DefinitionError(place, _("The condition cannot be read."))
    return Condition(given["question"], op, tuple(values))


def look_back(
    key: str, place: str, earlier: Mapping[str, Question], everything: Mapping[str, Question], *, own: str
) -> Question:
    """The question with this key, when it is asked before the place. Raises DefinitionError with the reason."""
    if key in earlier:
        return earlier[key]
    if key == own:
        raise DefinitionError(place, _("“%s” refers to itself.") % everything[key].label)
    if key in everything:
        raise DefinitionError(
            place, _("“%s” is asked later; only what was asked before can decide.") % everything[key].label
        )
    raise DefinitionError(place, _("There is no question “%s”.") % key[:40])


def check(
    condition: Condition | None,
    place: str,
    earlier: Mapping[str, Question],
    everything: Mapping[str, Question],
    *,
    own: str,
) -> None:
    """Raise DefinitionError when the condition can never be judged."""
    if condition is None:
        return
    asked = look_back(condition.question, place, earlier, everything, own=own)
    if asked.per_partner or asked.is_file:
        raise DefinitionError(
            place, _("“%s” cannot decide what is asked: it has no single answer.") % asked.label
        )
    if not _fits(condition, asked):
        raise DefinitionError(place, _("The answer to “%s” can never be this.") % asked.label)


def _fits(condition: Condition, asked: Question) -> bool:
    values = condition.values
    if condition.op == "answered":
        return not values
    if condition.op in ("at_least", "at_most"):
        whole = len(values) == 1 and isinstance(values[0], int) and not isinstance(values[0], bool)
        return asked.type in FIGURES and whole
    if not values or asked.type not in CHOOSING:
        return False
    if asked.type == QuestionType.YES_NO:
        return all(isinstance(value, bool) for value in values)
    if asked.type == QuestionType.COUNTRY:
        return all(isinstance(value, str) and len(value) == 2 for value in values)
    return all(isinstance(value, str) and asked.choice(value) for value in values)


def holds(condition: Condition | None, values: Answers) -> bool:
    """Does it hold, given the answers to all questions that are asked? Without an answer none does, not even "is not"."""
    if condition is None:
        return True
    value = values.get(condition.question)
    given = not (value is None or value == [] or (isinstance(value, str) and not value.strip()))
    if condition.op == "answered" or not given:
        return given and condition.op == "answered"
    if condition.op in ("is", "is_not"):
        chosen = set(value) if isinstance(value, list) else {value}
        met = bool(chosen & set(condition.values))
        return met if condition.op == "is" else not met
    figure, limit = _figure(value), Fraction(condition.values[0])
    if figure is None:
        return False
    return figure >= limit if condition.op == "at_least" else figure <= limit


def _figure(value: Any) -> Fraction | None:
    try:
        return None if isinstance(value, bool) else Fraction(value)
    except (TypeError, ValueError):
        return None


def asked_keys(form: FormDefinition, answers: Mapping[str, Answers]) -> frozenset[str]:
    """The keys of the questions that are asked with these answers (by section and question).

    A condition needs an answer, so a question that is not asked hides what depends on it too.
    """
    given = {key: value for row in answers.values() for key, value in row.items()}
    asked: set[str] = set()
    values: dict[str, Any] = {}
    for section in form.sections:
        if not holds(section.condition, values):
            continue
        for question in section.questions:
            if holds(question.condition, values):
                asked.add(question.key)
                values[question.key] = given.get(question.key)
    return frozenset(asked)


def in_words(condition: Condition, asked: Question, show: Callable[[Question, Any], str]) -> str:
    """ "Only if “TRL now” is at least 5." """
    names = {"question": asked.label, "values": _(" or ").join(show(asked, one) for one in condition.values)}
    sentences = {
        "is": _("Only if “%(question)s” is %(values)s."),
        "is_not": _("Only if “%(question)s” is not %(values)s."),
        "at_least": _("Only if “%(question)s” is at least %(values)s."),
        "at_most": _("Only if “%(question)s” is at most %(values)s."),
        "answered": _("Only if “%(question)s” is answered."),
    }
    return sentences[condition.op] % names


def page_fields(
    form: FormDefinition, section: Section, answers: Mapping[str, Answers]
) -> frozenset[str] | None:
    """The keys that the page of a section shows: all but those that answers on other pages rule out. A condition on
    the same page is judged there, while one writes. None when the section itself is not asked."""
    if section.condition is None and all(one.condition is None for one in section.questions):
        return frozenset(one.key for one in section.questions)
    asked = asked_keys(form, answers)
    given = {key: value for row in answers.values() for key, value in row.items()}
    values = {key: given.get(key) for key in asked if section.question(key) is None}
    if not holds(section.condition, values):
        return None
    shown: set[str] = set()
    here = {one.key for one in section.questions}
    for one in section.questions:
        decides = one.condition.question if one.condition else ""
        if (decides in here and decides in shown) or (decides not in here and holds(one.condition, values)):
            shown.add(one.key)
    return frozenset(shown)
