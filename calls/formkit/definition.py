"""What a form definition says: sections and questions, read from JSON with every mistake named by its place. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.files import KINDS
from core.localised import Localised, localised

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAX_SECTIONS = 30
MAX_QUESTIONS = 200
LONGEST_TEXT = 20_000
LARGEST_FIGURE = 10**15


class QuestionType(TextChoices):
    """The kinds of question a form can ask."""

    SHORT_TEXT = "short_text", gettext_lazy("Short text, one line")
    LONG_TEXT = "long_text", gettext_lazy("Long text")
    NUMBER = "number", gettext_lazy("Whole number")
    MONEY = "money", gettext_lazy("Amount in euros")
    DATE = "date", gettext_lazy("Date")
    YES_NO = "yes_no", gettext_lazy("Yes or no")
    CHOICE = "choice", gettext_lazy("One of several choices")
    FILE = "file", gettext_lazy("File")


DEFAULT_LENGTHS = {QuestionType.SHORT_TEXT: 200, QuestionType.LONG_TEXT: 2000}
"""Characters a text may have when its question names no limit."""

WITH_LIMITS = (QuestionType.NUMBER, QuestionType.MONEY)
"""Questions whose answer has a smallest and a largest value (money: cents)."""


class DefinitionError(ValueError):
    """The definition is wrong. `place` names the section or question ("idea/problem"), `message` is a sentence."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
        self.message = message


@dataclass(frozen=True)
class Choice:
    """One answer to choose: `value` is stored, `label` is read."""

    value: str
    label: Localised


@dataclass(frozen=True)
class Question:
    """One question. `max_length` counts characters (texts); `min` and `max` bound numbers and cents; `accept` lists
    the media types of a file."""

    key: str
    type: str
    label: Localised
    help: Localised = field(default_factory=Localised)
    required: bool = False
    max_length: int | None = None
    min: int | None = None
    max: int | None = None
    choices: tuple[Choice, ...] = ()
    accept: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        return self.type == QuestionType.FILE


@dataclass(frozen=True)
class Section:
    """One page of the form."""

    key: str
    title: Localised
    guidance: Localised = field(default_factory=Localised)
    questions: tuple[Question, ...] = ()

    def question(self, key: str) -> Question | None:
        """The question with this key, or None."""
        return next((question for question in self.questions if question.key == key), None)


@dataclass(frozen=True)
class FormDefinition:
    """The whole form. Keys of sections are unique, keys of questions are unique over the whole form."""

    sections: tuple[Section, ...] = ()

    def section(self, key: str) -> Section | None:
        """The section with this key, or None."""
        return next((section for section in self.sections if section.key == key), None)

    def questions(self) -> Iterator[tuple[Section, Question]]:
        """Every question with its section, in the order of the form."""
        for section in self.sections:
            for question in section.questions:
                yield section, question


def parse(definition: Mapping[str, Any]) -> FormDefinition:
    """Read a definition. A section may still be without questions: `problems` tells whether it can be published.

    Raises DefinitionError with the place and a sentence for anything else that is wrong.
    """
    sections = tuple(
        _section(raw, number) for number, raw in enumerate(_list_of(definition, "sections", ""), 1)
    )
    form = FormDefinition(sections)
    _refuse_repeated([(section.key, section.key) for section in sections], _("There are two sections “%s”."))
    _refuse_repeated(
        [(f"{section.key}/{question.key}", question.key) for section, question in form.questions()],
        _("There are two questions “%s”."),
    )
    if len(sections) > MAX_SECTIONS or sum(1 for _pair in form.questions()) > MAX_QUESTIONS:
        raise DefinitionError(
            "",
            _("A form has at most %(sections)d sections and %(questions)d questions.")
            % {"sections": MAX_SECTIONS, "questions": MAX_QUESTIONS},
        )
    return form


def problems(definition: Mapping[str, Any]) -> list[DefinitionError]:
    """What keeps a form being designed from being published, each with its place; empty when nothing does."""
    try:
        form = parse(definition)
    except DefinitionError as error:
        return [error]
    if not form.sections:
        return [DefinitionError("", _("The form has no section yet."))]
    return [
        DefinitionError(section.key, _("The section “%s” has no question yet.") % section.title)
        for section in form.sections
        if not section.questions
    ]


def _section(raw: Any, number: int) -> Section:
    place = _("section %d") % number
    raw = _mapping(raw, place)
    key = _key(raw, place)
    return Section(
        key=key,
        title=_text(raw, "title", key, needed=_("The section needs a title.")),
        guidance=_text(raw, "guidance", key),
        questions=tuple(
            _question(one, key, number) for number, one in enumerate(_list_of(raw, "questions", key), 1)
        ),
    )


def _question(raw: Any, section: str, number: int) -> Question:
    raw = _mapping(raw, f"{section}/{number}")
    place = f"{section}/{_key(raw, f'{section}/{number}')}"
    kind = raw.get("type")
    if kind not in QuestionType.values:
        raise DefinitionError(place, _("“%s” is not a kind of question.") % str(kind)[:40])
    low, high = _figure(raw, "min", place), _figure(raw, "max", place)
    if low is not None and high is not None and low > high:
        raise DefinitionError(place, _("The smallest value is above the largest."))
    required = raw.get("required", False)
    if not isinstance(required, bool):
        raise DefinitionError(place, _("“Required” is yes or no."))
    return Question(
        key=raw["key"],
        type=kind,
        label=_text(raw, "label", place, needed=_("The question needs its words.")),
        help=_text(raw, "help", place),
        required=required,
        max_length=_length(raw, kind, place),
        min=low if kind in WITH_LIMITS else None,
        max=high if kind in WITH_LIMITS else None,
        choices=_choices(raw, place) if kind == QuestionType.CHOICE else (),
        accept=_accept(raw, place) if kind == QuestionType.FILE else (),
    )


def _choices(raw: Mapping[str, Any], place: str) -> tuple[Choice, ...]:
    given = [_mapping(one, place) for one in _list_of(raw, "choices", place)]
    if len(given) < 2:
        raise DefinitionError(place, _("Give at least two choices."))
    choices = tuple(
        Choice(
            str(one.get("value", "")), _text(one, "label", place, needed=_("Each choice needs its words."))
        )
        for one in given
    )
    if not all(0 < len(choice.value) <= 60 for choice in choices):
        raise DefinitionError(place, _("Each choice needs a value of at most 60 characters."))
    _refuse_repeated([(place, choice.value) for choice in choices], _("The choice “%s” is there twice."))
    return choices


def _accept(raw: Mapping[str, Any], place: str) -> tuple[str, ...]:
    accept = tuple(str(one) for one in _list_of(raw, "accept", place)) or ("application/pdf",)
    unknown = [one for one in accept if one not in KINDS]
    if unknown:
        raise DefinitionError(place, _("“%s” is not a kind of file we can take.") % unknown[0][:60])
    return accept


def _length(raw: Mapping[str, Any], kind: str, place: str) -> int | None:
    default = DEFAULT_LENGTHS.get(QuestionType(kind))
    if default is None:
        return None
    length = _figure(raw, "max_length", place)
    if length is not None and not 1 <= length <= LONGEST_TEXT:
        raise DefinitionError(place, _("The longest text has between 1 and %d characters.") % LONGEST_TEXT)
    return default if length is None else length


def _figure(raw: Mapping[str, Any], name: str, place: str) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_FIGURE:
        raise DefinitionError(place, _("“%(name)s” is not a whole number we can use.") % {"name": name})
    return value


def _mapping(raw: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise DefinitionError(place, _("This part of the form cannot be read."))
    return raw


def _list_of(raw: Mapping[str, Any], name: str, place: str) -> Sequence[Any]:
    given = raw.get(name, []) if isinstance(raw, Mapping) else None
    if not isinstance(given, list | tuple):
        raise DefinitionError(place, _("“%s” has to be a list.") % name)
    return given


def _key(raw: Mapping[str, Any], place: str) -> str:
    key = raw.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise DefinitionError(
            place, _("The key is made of small letters, figures and _, and begins with a letter.")
        )
    return key


def _text(raw: Mapping[str, Any], name: str, place: str, *, needed: str = "") -> Localised:
    given = raw.get(name)
    if given is not None and not isinstance(given, str | Mapping):
        raise DefinitionError(place, _("“%s” has to be a text.") % name)
    text = localised(given)
    if needed and not text:
        raise DefinitionError(place, needed)
    return text


def _refuse_repeated(pairs: Sequence[tuple[str, str]], sentence: str) -> None:
    seen: set[str] = set()
    for place, key in pairs:
        if key in seen:
            raise DefinitionError(place, sentence % key)
        seen.add(key)
