"""Splitting an amount into instalments. Pure; amounts in EUR cents, percentages exact."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from core.money import round_half_up

Percentage = int | Decimal | Fraction
"""A part of a hundred: 40 is 40 %. Decimal or Fraction for parts of a percent, never a float."""


class SplitError(ValueError):
    """The percentages are no valid split (a configuration error of the call). `message` is a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_split(percentages: Sequence[Percentage]) -> None:
    """Refuse a list of percentages that is empty, has one at or below zero, or does not add up to exactly 100 (cap-40).

    Raises SplitError with a sentence; TypeError for a float.
    """
    parts = [_exact(percentage) for percentage in percentages]
    if not parts:
        raise SplitError(_("Enter at least one instalment."))
    if any(part <= 0 for part in parts):
        raise SplitError(_("Each instalment must be above 0 %."))
    total = sum(parts, Fraction(0))
    if total != 100:
        raise SplitError(
            _("The instalments add up to %(total)s %%; they must add up to 100 %%.")
            % {"total": _plain(total)}
        )


def split_amount(total_cents: int, percentages: Sequence[Percentage]) -> list[int]:
    """The instalments of a total, in cents, in the order of the percentages; they always add up to the total.

    Each is rounded half up to the cent and the last takes the remainder (convention N1, cap-35 to cap-39). One rule
    beside: an instalment never takes more than what is left. It matters only for totals of a few cents, where
    rounding up each time would leave the last one below zero; so none is ever negative.

    Raises SplitError for an invalid split (see `check_split`), ValueError for a total below zero.
    """
    check_split(percentages)
    if total_cents < 0:
        raise ValueError("Only an amount of zero or more can be split.")
    left = total_cents
    instalments = []
    for percentage in percentages[:-1]:
        instalment = min(round_half_up(total_cents * _exact(percentage) / 100), left)
        instalments.append(instalment)
        left -= instalment
    return [*instalments, left]


def _exact(percentage: Percentage) -> Fraction:
    if isinstance(percentage, bool) or not isinstance(percentage, int | Decimal | Fraction):
        raise TypeError(f"A percentage is an int, Decimal or Fraction, not {percentage!r}.")
    if isinstance(percentage, Decimal) and not percentage.is_finite():
        raise SplitError(_("Each instalment must be a number."))
    return Fraction(percentage)


def _plain(number: Fraction) -> str:
    """ "99", "99.5" or, where decimals do not end, "199/2" style."""
    decimals = Decimal(number.numerator) / Decimal(number.denominator)
    if Fraction(decimals) != number:
        return str(number)
    return f"{decimals:f}".rstrip("0").rstrip(".") if "." in f"{decimals:f}" else f"{decimals:f}"
