"""Short questions that nobody has to answer: what may be typed, how an answer is kept, and how all answers are told together
so that nobody is recognisable. Who is asked, when and about what is said by the apps that ask."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext, gettext_lazy

from core import clock
from core.audit import record
from core.errors import DomainError
from core.fieldview import count_characters

MARKS = range(1, 6)
MOST_HOURS = 10_000
LONGEST_WORDS = 1000
LEAST_ANSWERS = 5
"""Fewer answers than these are shown to nobody, so that nobody is recognisable."""

_RANGE = gettext_lazy("Give a whole number from %(least)d to %(most)d.")


@dataclass(frozen=True)
class Mark:
    """What was said to one question with a mark: the mean with one decimal, and how often each mark was given."""

    name: str
    mean: str
    counts: list[tuple[str, int, str]]  # rows of a picture, 1 to 5


@dataclass(frozen=True)
class Answers:
    """All answers together. Below LEAST_ANSWERS it holds their number alone."""

    answered: int
    marks: list[Mark] = field(default_factory=list)
    median_hours: str = ""  # empty while fewer than LEAST_ANSWERS told their hours
    words: list[str] = field(default_factory=list)  # by the alphabet: their order tells nothing

    @property
    def is_shown(self) -> bool:
        return self.answered >= LEAST_ANSWERS


def together(answers: "models.QuerySet[Any]", *marks: str) -> Answers:
    """The answers told together: `marks` name the questions from 1 to 5; `hours` and `words` are always asked. One query."""
    given = list(answers.order_by().values(*marks, "hours", "words"))
    if len(given) < LEAST_ANSWERS:
        return Answers(len(given))
    hours = [Fraction(one["hours"]) for one in given if one["hours"] is not None]
    return Answers(
        len(given),
        marks=[_mark(name, [one[name] for one in given]) for name in marks],
        median_hours=_one_decimal(median(hours)).removesuffix(".0") if len(hours) >= LEAST_ANSWERS else "",
        words=sorted(one["words"] for one in given if one["words"]),
    )


def _mark(name: str, given: Sequence[int]) -> Mark:
    often = Counter(given)
    counts = [(str(mark), often[mark], str(often[mark])) for mark in MARKS]
    return Mark(name, _one_decimal(Fraction(sum(given), len(given))), counts)


def _one_decimal(figure: Fraction) -> str:
    """Rounded half up, exactly."""
    exact = Decimal(figure.numerator) / Decimal(figure.denominator)
    return f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP):f}"


def keep_answer(answers: "models.QuerySet[Any]", said: Mapping[str, Any], *, by: Any, **about: Any) -> Any:
    """Keep the one answer `about` something, or change it, in the caller's transaction: marks from 1 to 5, whole `hours` or
    None, `words` or none. It is recorded about the answer, never about the thing, whose history others read.

    Raises DomainError, at its field, for figures out of range and words that are too long.
    """
    said = {**said, "words": said["words"].replace("\r\n", "\n").strip()}
    for name, figure in said.items():
        if name == "hours" and figure is not None:
            _check_figure(name, figure, 0, MOST_HOURS)
        elif name not in ("hours", "words"):
            _check_figure(name, figure, MARKS[0], MARKS[-1])
    if count_characters(said["words"]) > LONGEST_WORDS:
        raise DomainError(gettext("At most %d characters are possible.") % LONGEST_WORDS, field="words")
    answer, is_new = answers.get_or_create(**about, defaults=said)
    if is_new or said != {name: getattr(answer, name) for name in said}:
        for name, value in said.items():
            setattr(answer, name, value)
        answer.changed_at = clock.now()
        answer.save()
        record(answer, "survey.answered", by=by)
    return answer


def _check_figure(name: str, figure: int, least: int, most: int) -> None:
    if not least <= figure <= most:
        raise DomainError(str(_RANGE) % {"least": least, "most": most}, field=name)


def is_mark(*names: str) -> models.Q:
    """The condition of a database constraint: each of these columns is a mark."""
    found = models.Q()
    for name in names:
        found &= models.Q(**{f"{name}__gte": MARKS[0], f"{name}__lte": MARKS[-1]})
    return found


# --- fields of a form ---------------------------------------------------------------------------------------
def _errors(least: int, most: int, codes: Iterable[str]) -> dict[str, Any]:
    return dict.fromkeys(codes, _RANGE % {"least": least, "most": most})


def mark_field(label: Any, help_text: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[(mark, str(mark)) for mark in MARKS],
        coerce=int,
        widget=forms.RadioSelect(attrs={"data-scale": "1"}),
        error_messages=_errors(MARKS[0], MARKS[-1], ["required", "invalid_choice"]),
    )


def hours_field(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
        error_messages=_errors(0, MOST_HOURS, ["invalid", "min_value", "max_value"]),
    )


def words_field(label: Any) -> forms.CharField:
    """The length is judged when the answer is kept."""
    widget = forms.Textarea(attrs={"rows": 5, "data-count": "characters", "data-max": LONGEST_WORDS})
    return forms.CharField(label=label, required=False, widget=widget)


# --- pages ----------------------------------------------------------------------------------------------------
def told(form: Any, answer: Any) -> list[tuple[Any, Any]]:
    """What an answer says, each with its question, for a page where nothing can be changed."""
    said = [(bound.label, getattr(answer, bound.name)) for bound in form] if answer is not None else []
    return [(label, value) for label, value in said if value not in (None, "")]


def said_before(form: type[forms.Form], answer: Any) -> dict[str, Any]:
    """What the form shows at first."""
    return {name: getattr(answer, name) for name in form.base_fields} if answer is not None else {}


def with_questions(form: type[forms.Form], answers: Answers) -> list[tuple[Any, Any, Mark]]:
    """Each mark with its question and what its ends mean."""
    fields = form.base_fields
    return [(fields[mark.name].label, fields[mark.name].help_text, mark) for mark in answers.marks]
