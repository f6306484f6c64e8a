"""The values of calculated questions, from the answers to earlier ones: exact, rounded only when they are shown. Pure.

Amounts count in euros, percentages as their fraction (20 % is 0.2), what each organisation answered is added up.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit import conditions, formula
from calls.formkit.compound import budget_totals, rows_of
from calls.formkit.model import FormDefinition, Party, Question, QuestionType, fields_of
from calls.formkit.simple import euros, grouped_decimal, is_empty, percent
from core.money import round_half_up

Answers = Mapping[str, Mapping[str, Any]]


def value_of(
    form: FormDefinition, question: Question, answers: Answers, parties: Sequence[Party] = ()
) -> Fraction | bool | None:
    """The value of a calculated question, exactly; None as long as what it needs is not there."""
    asked = conditions.asked_keys(form, answers)

    def lookup(key: str, column: str) -> Fraction | None:
        for section in form.sections:
            other = section.question(key)
            if other is None or other.key not in asked:
                continue
            if other.formula is not None:
                inner = formula.value_of(other.formula, lookup)
                return None if inner is None else Fraction(inner)
            row = answers.get(section.key, {})
            names = [one.name for one in fields_of(section, list(parties)) if one.question is other]
            found = [_figure(other, row.get(name), column, parties) for name in names]
            given = [one for one in found if one is not None]
            return sum(given, Fraction(0)) if given else None
        return None

    return formula.value_of(question.formula or {"value": "0"}, lookup)


def _figure(question: Question, value: Any, column: str, parties: Sequence[Party]) -> Fraction | None:
    """One answer as a figure to calculate with."""
    if is_empty(value):
        return None
    if question.type == QuestionType.GROUP:
        inside = next(one for one in question.columns if one.key == column)
        figures = [_figure(inside, row.get(column), "", parties) for row in rows_of(value, "rows")]
        given = [one for one in figures if one is not None]
        return sum(given, Fraction(0)) if given else None
    if question.type == QuestionType.BUDGET:
        return Fraction(sum(budget_totals(value, parties).values()), 100)
    if question.type == QuestionType.CATALOGUE:
        return _price(question, value)
    try:
        figure = Fraction(value)
    except (TypeError, ValueError):
        return None
    scale = {QuestionType.MONEY: 100, QuestionType.PERCENT: 10_000}.get(QuestionType(question.type), 1)
    return figure / scale


def _price(question: Question, value: Any) -> Fraction | None:
    if isinstance(value, Mapping):
        cents = value.get("price_cents")
    else:
        item = question.choice(value)
        cents = item.price_cents if item else None
    return Fraction(cents, 100) if isinstance(cents, int) else None


def in_words(question: Question, value: Fraction | bool | None) -> str:
    """The value as people read it, rounded half up; a comparison as yes or no; "" when there is none yet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if question.unit == "money":
        return euros(round_half_up(value * 100))
    if question.unit == "percent":
        return percent(round_half_up(value * 10_000))
    step = 10**question.decimals
    return grouped_decimal(Decimal(round_half_up(value * step)) / step)


def told(form: FormDefinition, question: Question, answers: Answers, parties: Sequence[Party] = ()) -> str:
    """The value of a calculated question in words; "" as long as there is none."""
    return in_words(question, value_of(form, question, answers, parties))


def holds_as_it_must(
    form: FormDefinition, question: Question, answers: Answers, parties: Sequence[Party] = ()
) -> bool:
    """Is a comparison that has to hold not false? As long as it cannot be judged nothing is said."""
    return not question.must_hold or value_of(form, question, answers, parties) is not False


def unmet(question: Question) -> str:
    """Why the form is not complete when a comparison that has to hold is false."""
    return str(question.help) or _("This is not so yet.")
