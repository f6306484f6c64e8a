"""Shares that together are the whole: weights of criteria, instalments of a grant; and funding rates. Pure."""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

WHOLE = Decimal(100)

_PERCENT = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<decimals>[0-9]{1,4}))?\s*%?")
_FRACTION = re.compile(r"(?P<over>[0-9]{1,6})\s*/\s*(?P<under>[0-9]{1,6})")


def difference_to_whole(percents: Iterable[Decimal]) -> Decimal:
    """By how many percent the shares miss 100: below zero when some is missing, above when there is too much."""
    return sum(percents, Decimal(0)) - WHOLE


def fault_of_shares(percents: Iterable[Decimal]) -> str:
    """Why shares are not the whole, in a sentence; empty when they are exactly 100 % (cap-40, rank-12)."""
    off = difference_to_whole(percents)
    figures = {"sum": plain(WHOLE + off), "off": plain(abs(off))}
    if off < 0:
        return _("The shares come to %(sum)s %%: %(off)s %% is missing to exactly 100 %%.") % figures
    if off > 0:
        return _("The shares come to %(sum)s %%: %(off)s %% more than exactly 100 %%.") % figures
    return ""


def plain(figure: Decimal) -> str:
    """A decimal without idle zeros: 40.00 is "40", 33.50 is "33.5"."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class RateError(ValueError):
    """What was typed is not a funding rate. `message` is a sentence with an example."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_rate(text: str) -> Fraction:
    """The exact rate from "70", "70 %", "66.67 %" or "2/3". Raises RateError for anything not above 0 and up to 100 %.

    A bare figure is a percentage. Nothing is rounded: two thirds stay two thirds.
    """
    typed = text.strip()
    if match := _FRACTION.fullmatch(typed):
        under = int(match["under"])
        rate = Fraction(int(match["over"]), under) if under else Fraction(0)
    elif match := _PERCENT.fullmatch(typed):
        rate = Fraction(Decimal(f"{match['whole']}.{match['decimals'] or '0'}")) / 100
    else:
        raise RateError(_("“%s” is not a rate. Write it like 70 %% or 2/3.") % typed[:40])
    if not 0 < rate <= 1:
        raise RateError(_("A funding rate is above 0 and at most 100 %%; “%s” is not.") % typed[:40])
    return rate
