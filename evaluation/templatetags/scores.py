"""Scores as people read them."""

from decimal import Decimal
from typing import Any

from django import template

from evaluation.scoring import format_score

register = template.Library()


@register.filter
def score(value: Decimal | None) -> str:
    """ "4", "12.5", "4.333"; nothing for no score."""
    return format_score(value) if isinstance(value, Decimal) else ""


@register.filter
def score_for(sheet: Any, code: str) -> Decimal | None:
    """What a sheet gives for the criterion with this code."""
    return sheet.scores.get(code)


@register.filter
def words_for(sheet: Any, code: str) -> str:
    """The reasons on a sheet for the criterion with this code."""
    return sheet.reasons.get(code, "")
