"""What a kind of rule is: its settings, its sentence, and how it judges facts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from calls.rules.facts import Facts

Text = str | Promise
Settings = Mapping[str, Any]


class Outcome(StrEnum):
    """How a rule stands for an application."""

    MET = "met"
    BROKEN = "broken"  # stops a submission
    MISSING = "missing"  # a fact is asked for and not given yet: stops a submission as well
    CONFIRM = "confirm"  # no fact can tell: the applicant declares it, a person checks it
    LATER = "later"  # met for now, and to be looked at again before the agreement is signed


class Type(StrEnum):
    """What a setting holds."""

    NUMBER = "number"  # whole number
    EUR = "eur"  # cents
    TEXT = "text"  # one line
    SENTENCE = "sentence"  # text by language
    COUNTRIES = "countries"  # ISO codes
    CODES = "codes"  # list of codes, each like `pattern`
    CHOICE = "choice"


@dataclass(frozen=True)
class Setting:
    """One thing that a rule of this kind is set with; the page makes a field of it."""

    name: str
    label: Text
    type: Type
    required: bool = True
    help: Text = ""
    least: int = 0
    most: int = 1000
    choices: tuple[tuple[str, Text], ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a rule's settings: the setting (empty: all of it), and a sentence."""

    setting: str
    message: str


@dataclass(frozen=True)
class Verdict:
    """How a rule stands for one organisation (`party` empty: for the whole application), with the sentence."""

    outcome: Outcome
    message: str = ""
    party: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule of a call. `id` is its own in the call and never changes."""

    id: str
    kind: str
    settings: Settings = field(default_factory=dict)


class Kind:
    """A kind of rule. Subclasses are registered by `register`; all about one kind stands in its class."""

    key: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    settings: ClassVar[tuple[Setting, ...]] = ()
    in_columns: ClassVar[bool] = False
    """Set on the page “Who may apply” itself and kept in columns of the call: lists filter and money rules count."""
    confirmed: ClassVar[bool] = False
    """No fact tells, unless the settings say how: confirmed by the applicant."""

    def is_declared(self, given: Settings) -> bool:
        """Does the applicant declare it, or a part of it, whatever is known?"""
        return self.confirmed

    def faults(self, given: Settings) -> Iterable[Fault]:
        """What contradicts itself in complete settings, with the figure."""
        return ()

    def sentence(self, given: Settings) -> str:
        """The rule for people who read the call."""
        raise NotImplementedError

    def judge(self, given: Settings, facts: Facts) -> Iterable[Verdict]:
        """How the rule stands. Nothing is like MET."""
        return (confirm(self.sentence(given)),)


KINDS: dict[str, Kind] = {}


def register(kind: type[Kind]) -> type[Kind]:
    """Make a kind of rule known; its key is kept in calls and never changes."""
    assert kind.key not in KINDS
    KINDS[kind.key] = kind()
    return kind


def broken(message: str, party: str = "") -> Verdict:
    """The rule is not kept."""
    return Verdict(Outcome.BROKEN, message, party)


def missing(message: str, party: str = "") -> Verdict:
    """A fact the applicant can give is not there yet."""
    return Verdict(Outcome.MISSING, message, party)


def confirm(message: str) -> Verdict:
    """The applicant has to declare it."""
    return Verdict(Outcome.CONFIRM, message)


def least_and_most(given: Settings, least: str = "least", most: str = "most") -> list[Fault]:
    """A minimum above its maximum, said with both figures."""
    low, high = given.get(least), given.get(most)
    if low is not None and high is not None and low > high:
        return [
            Fault(most, _("At most %(most)d is less than at least %(least)d.") % {"most": high, "least": low})
        ]
    return []


def range_words(least: int | None, most: int | None) -> str:
    """ "at least 2", "at most 3", "exactly 2", "2 to 4"."""
    if least is not None and least == most:
        return _("exactly %(n)d") % {"n": least}
    if most is None:
        return _("at least %(n)d") % {"n": least or 0}
    if not least:
        return _("at most %(n)d") % {"n": most}
    return _("%(least)d to %(most)d") % {"least": least, "most": most}
