"""Money: integer cents in, words out, and back. Rates are exact fractions. Pure: no database, no settings."""

import re
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

GROUP_SEPARATOR = "\u00a0"
"""Between thousands: a space at which no line breaks."""

MAX_CENTS = 99_999_999_999_999
"""The largest amount that may be typed: just under 1 000 billion EUR, far inside a 64-bit column."""

_SPACES = " \u00a0\u2007\u2009\u202f"
_ALLOWED = re.compile(rf"[0-9][0-9.,'’{_SPACES}]*")
_CURRENCY = re.compile(r"^(?:€|EUR(?![a-z]))|(?:€|(?<![a-z])(?:EUR|euros?))$", re.IGNORECASE)
_PLAIN = re.compile(r"(?P<whole>[0-9]+)(?:[.,](?P<decimals>[0-9]{1,2}))?")
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?:(?P<group>[ .,'])[0-9]{3})(?:(?P=group)[0-9]{3})*)"
    r"(?:(?!(?P=group))[.,](?P<decimals>[0-9]{1,2}))?"
)
_AMBIGUOUS = re.compile(r"(?P<whole>[1-9][0-9]{0,2})[.,](?P<rest>[0-9]{3})")
_ECHO = 40


class AmountError(ValueError):
    """What was typed is not an amount. `message` is a sentence with the figure typed and an example."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def format_eur(cents: int, *, short: bool = False) -> str:
    """The amount as people read it: `6000000` is "60 000.00" ("60 000,00" where a comma parts decimals), with no-break
    spaces between thousands.

    `short` leaves out the decimals of a whole number of euros ("60 000"): for ceilings named in a sentence.
    Raises TypeError for anything but an integer, so that no float ever becomes money.
    """
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError(f"An amount is a whole number of cents, not {cents!r}.")
    euros, rest = divmod(abs(cents), 100)
    whole = f"{euros:,}".replace(",", GROUP_SEPARATOR)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole}" if short and rest == 0 else f"{sign}{whole}{decimal_mark()}{rest:02d}"


def decimal_mark() -> str:
    """What stands between the whole and the decimals of a figure, in the reader's language."""
    return pgettext("between the whole and the decimals of a figure", ".")


def with_currency(cents: int) -> str:
    """The amount with its currency: "60 000.00 EUR"."""
    return f"{format_eur(cents)}{GROUP_SEPARATOR}EUR"


def format_rate(rate: Fraction) -> str:
    """The rate as people read it: "70 %" when a percentage with at most two decimals says it exactly, else "2/3"."""
    hundredths = rate * 10_000
    if hundredths.denominator != 1:
        return f"{rate.numerator}/{rate.denominator}"
    whole, rest = divmod(hundredths.numerator, 100)
    decimals = f"{decimal_mark()}{rest:02d}".rstrip("0") if rest else ""
    return f"{whole}{decimals}{GROUP_SEPARATOR}%"


def round_half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero (convention N1 for cents)."""
    doubled = abs(value) * 2
    nearest = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    return -nearest if value < 0 else nearest


def parse_eur(text: str) -> int:
    """Cents from what a person typed: "34 560.00", "34560", "34.560,00", "34,560.00", "€ 1 000", "12,5".

    Groups of three may be parted by a space, a point, a comma or an apostrophe, decimals (one or two) by a point
    or a comma. One separator before exactly three digits ("34.560") has two readings, so it is refused, never
    guessed. Raises AmountError for that and for everything else that is not an amount from 0 to MAX_CENTS.
    """
    typed = text.strip()
    if not typed:
        raise AmountError(_("Enter an amount in euros, for example %(example)s.") % {"example": _EXAMPLE})
    figure = _normalised(typed)
    match = _PLAIN.fullmatch(figure) or _GROUPED.fullmatch(figure)
    _refuse_two_readings(typed, figure)
    if match is None:
        raise _refusal(_("“%(typed)s” is not an amount. Write it like %(example)s."), typed)
    euros = re.sub(r"[^0-9]", "", match["whole"]).lstrip("0") or "0"
    if len(euros) > len(str(MAX_CENTS // 100)):
        raise _refusal(_("“%(typed)s” is too large for an amount. Write it like %(example)s."), typed)
    return int(euros) * 100 + int((match["decimals"] or "").ljust(2, "0"))


_EXAMPLE = format_eur(3_456_000)


def _normalised(typed: str) -> str:
    """Without the currency, with one kind of space and of apostrophe. Raises AmountError for any other character."""
    figure = _CURRENCY.sub("", typed, count=1).strip()
    if figure[:1] in {"-", "−", "\u2013"} and _ALLOWED.fullmatch(figure[1:].strip()):
        raise _refusal(_("“%(typed)s” is below zero. Write an amount like %(example)s."), typed)
    if not _ALLOWED.fullmatch(figure):
        raise _refusal(_("“%(typed)s” is not an amount. Write it like %(example)s."), typed)
    return re.sub(rf"[{_SPACES}]", " ", figure).replace("’", "'")


def _refuse_two_readings(typed: str, figure: str) -> None:
    two = _AMBIGUOUS.fullmatch(figure)
    if two is None:
        return
    large = format_eur(int(two["whole"] + two["rest"]) * 100)
    small = f"{two['whole']}.{two['rest'].rstrip('0').ljust(2, '0')}"
    raise AmountError(
        _("“%(typed)s” can be read as %(large)s or as %(small)s. Write it with two decimals, like %(large)s.")
        % {"typed": typed[:_ECHO], "large": large, "small": small}
    )


def _refusal(sentence: str, typed: str) -> AmountError:
    return AmountError(sentence % {"typed": typed[:_ECHO], "example": _EXAMPLE})
