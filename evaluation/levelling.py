"""Strict and generous evaluators on one scale, where the call normalises scores. Pure; exact fractions.

For each criterion the scores of an evaluator are moved by the difference between the mean of all sheets and the mean of their
own, within the scale. Who judged fewer than `LEAST_SHEETS` files is left as they are: so few scores say little about a person.
What an evaluator says about one file against another stays as it is.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from evaluation.scoring import Scheme

K = TypeVar("K", bound=Hashable)
Shift = Mapping[str, Fraction]
LEAST_SHEETS = 3


def shifts(scheme: Scheme, sheets: Mapping[K, Sequence[Mapping[str, Decimal]]]) -> dict[K, Shift]:
    """By how much the scores of each evaluator move, by code of criterion. `sheets`: all of each evaluator."""
    every = [sheet for own in sheets.values() for sheet in own]
    codes = [criterion.code for criterion in scheme.criteria]
    means = {code: _mean(sheet[code] for sheet in every) for code in codes} if every else {}
    return {
        person: {code: means[code] - _mean(sheet[code] for sheet in own) for code in codes}
        for person, own in sheets.items()
        if len(own) >= LEAST_SHEETS
    }


def _mean(scores: Iterable[Decimal]) -> Fraction:
    given = [Fraction(score) for score in scores]
    return sum(given, Fraction(0)) / len(given)
