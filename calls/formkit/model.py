"""The words of a form: kinds of question, questions with their settings, sections, the whole. Pure, no rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from core.localised import Localised


class QuestionType(TextChoices):
    """The kinds of question a form can ask."""

    SHORT_TEXT = "short_text", gettext_lazy("Short text, one line")
    LONG_TEXT = "long_text", gettext_lazy("Long text")
    NUMBER = "number", gettext_lazy("Number")
    MONEY = "money", gettext_lazy("Amount in euros")
    PERCENT = "percent", gettext_lazy("Percentage")
    DATE = "date", gettext_lazy("Date")
    YES_NO = "yes_no", gettext_lazy("Yes or no")
    CHOICE = "choice", gettext_lazy("One of several choices")
    SEVERAL = "several", gettext_lazy("Several of several choices")
    COUNTRY = "country", gettext_lazy("Country")
    NUTS = "nuts", gettext_lazy("Region (NUTS)")
    NACE = "nace", gettext_lazy("Activity (NACE)")
    TRL = "trl", gettext_lazy("Technology readiness, from and to")
    ORGANISATION = "organisation", gettext_lazy("Data of an organisation")
    FILE = "file", gettext_lazy("File")
    WORK_PLAN = "work_plan", gettext_lazy("Work plan: tasks, milestones, deliverables")
    BUDGET = "budget", gettext_lazy("Budget by category and organisation")
    GROUP = "group", gettext_lazy("Table with rows of your own")
    CATALOGUE = "catalogue", gettext_lazy("Item from a catalogue")
    CALCULATED = "calculated", gettext_lazy("Calculated value")


TEXTS = (QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT)
WITH_LIMITS = (QuestionType.NUMBER, QuestionType.MONEY, QuestionType.PERCENT)
"""Questions whose answer has a smallest and a largest value (money: cents; percentages: hundredths of a percent)."""

WITH_CHOICES = (QuestionType.CHOICE, QuestionType.SEVERAL, QuestionType.BUDGET, QuestionType.CATALOGUE)
COUNTED = (QuestionType.SEVERAL, QuestionType.GROUP)
"""Questions whose `min` and `max` count what was chosen, or rows."""

CELLS = (
    QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT, QuestionType.NUMBER, QuestionType.MONEY, QuestionType.PERCENT,
    QuestionType.DATE, QuestionType.YES_NO, QuestionType.CHOICE, QuestionType.COUNTRY, QuestionType.NUTS,
    QuestionType.NACE,
)  # fmt: skip
"""What a column of a table may ask."""

PARTED = (
    QuestionType.TRL, QuestionType.ORGANISATION, QuestionType.WORK_PLAN, QuestionType.BUDGET, QuestionType.GROUP,
)  # fmt: skip
"""Questions answered in several boxes: one answer all the same, saved and compared as a whole."""

NOT_TYPED = (QuestionType.FILE, QuestionType.CALCULATED)
"""Questions without a control to type in: their value comes from elsewhere."""


class DefinitionError(ValueError):
    """The definition is wrong. `place` names the section or question ("idea/problem"), `message` is a sentence."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
        self.message = message


@dataclass(frozen=True)
class Choice:
    """One answer to choose: `value` is stored, `label` is read. `price_cents`: what it costs, in a priced catalogue;
    `most`: the largest share of a budget that this category may have, in hundredths of a percent."""

    value: str
    label: Localised
    price_cents: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Party:
    """An organisation that takes part, as a form sees it: its reference, its name, its costs on the page of money
    (cents, None when they are not known here) and what is known of it already, by the parts of its data."""

    key: str
    name: str
    cost_cents: int | None = None
    known: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """When a question or section is asked: the answer to an earlier `question` is (op) one of `values`.

    `op`: is, is_not, at_least, at_most, answered. A question that is not asked itself has no answer.
    """

    question: str
    op: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question. `max_length` counts characters (texts); `min` and `max` bound figures, or count choices or rows;
    `accept` lists the media types of a file; `listed`: the answer of an accepted entry stands in the public catalogue. What the other settings mean is said where each kind is read (settings).
    """

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
    evaluators: Localised = field(default_factory=Localised)
    blind: bool = True
    listed: bool = False
    per_partner: bool = False
    condition: Condition | None = None
    decimals: int = 0
    countries: tuple[str, ...] = ()
    revision: str = ""
    level: int | None = None
    parts: tuple[str, ...] = ()
    months: int | None = None
    columns: tuple["Question", ...] = ()
    catalogue: str = ""
    formula: Mapping[str, Any] | None = None
    unit: str = ""
    must_hold: bool = False
    matches_costs: bool = False
    max_files: int | None = None
    max_mb: int | None = None
    max_pages: int | None = None

    @property
    def is_file(self) -> bool:
        return self.type == QuestionType.FILE

    @property
    def is_calculated(self) -> bool:
        return self.type == QuestionType.CALCULATED

    @property
    def is_typed(self) -> bool:
        """Is there a control to answer it?"""
        return self.type not in NOT_TYPED

    @property
    def needs_parties(self) -> bool:
        """Does its page depend on which organisations take part?"""
        return self.per_partner or self.type == QuestionType.BUDGET

    def choice(self, value: Any) -> Choice | None:
        """The choice with this value, or None."""
        return next((one for one in self.choices if one.value == value), None)


@dataclass(frozen=True)
class Section:
    """One page of the form."""

    key: str
    title: Localised
    guidance: Localised = field(default_factory=Localised)
    questions: tuple[Question, ...] = ()
    condition: Condition | None = None

    def question(self, name: str) -> Question | None:
        """The question with this key, or None. `name` may also be the name of its field for one organisation."""
        key = name.partition("-")[0]
        return next((question for question in self.questions if question.key == key), None)

    @property
    def needs_parties(self) -> bool:
        return any(question.needs_parties for question in self.questions)


@dataclass(frozen=True)
class FormDefinition:
    """The whole form. Keys of sections are unique, keys of questions are unique over the whole form."""

    sections: tuple[Section, ...] = ()

    def section(self, key: str) -> Section | None:
        """The section with this key, or None."""
        return next((section for section in self.sections if section.key == key), None)

    def question(self, key: str) -> Question | None:
        """The question with this key, wherever it is, or None."""
        return next((question for _section, question in self.questions() if question.key == key), None)

    def questions(self) -> Iterator[tuple[Section, Question]]:
        """Every question with its section, in the order of the form."""
        for section in self.sections:
            for question in section.questions:
                yield section, question

    @property
    def needs_parties(self) -> bool:
        return any(section.needs_parties for section in self.sections)


@dataclass(frozen=True)
class Field:
    """A question as it is asked once, or for one organisation: `name` is the key of the answer."""

    name: str
    question: Question
    party: Party | None = None


def fields_of(section: Section, parties: "tuple[Party, ...] | list[Party]" = ()) -> list[Field]:
    """The questions of a section as they are asked, those for each organisation once for each of them."""
    made = []
    for question in section.questions:
        if question.per_partner:
            made += [Field(f"{question.key}-{party.key}", question, party) for party in parties]
        else:
            made.append(Field(question.key, question))
    return made


def label_of(one: Field) -> str:
    """The question's words, with the organisation's name where it is asked for each."""
    return f"{one.question.label} – {one.party.name}" if one.party else str(one.question.label)
