"""Accepting a part of a milestone: how much it is, and what of it each organisation gets. Pure; amounts in EUR cents."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from core.money import AmountError, format_eur, parse_eur, round_half_up

_PERCENT = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<decimals>[0-9]{1,4}))?\s*%")


class PartError(ValueError):
    """What was typed is no part of the milestone. `message` is a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def part_of(whole_cents: int, typed: str) -> int:
    """How many cents of a milestone are accepted: "80 %" of it, rounded half up to the cent (N1), or an amount (cap-42).

    Raises PartError for what is neither, for nothing and for the whole: those are a refusal and an acceptance.
    """
    typed = typed.strip()
    percent = _PERCENT.fullmatch(typed)
    if percent:
        exact = Fraction(Decimal(f"{percent['whole']}.{percent['decimals'] or 0}"))
        accepted = round_half_up(whole_cents * exact / 100)
    else:
        try:
            accepted = parse_eur(typed)
        except AmountError as error:
            raise PartError(
                _("Say how much is accepted: a percentage such as 80 %, or an amount such as 9 600.00.")
            ) from error
    if not 0 < accepted < whole_cents:
        raise PartError(
            _("A part of %(whole)s EUR is more than nothing and less than all of it, not %(part)s EUR.")
            % {"whole": format_eur(whole_cents), "part": format_eur(accepted)}
        )
    return accepted


def spread(accepted_cents: int, shares: Sequence[int]) -> list[int]:
    """What each share gets of an accepted part, in proportion: rounded running sums, so that they add up exactly and none
    is below zero or above its share.

    Raises ValueError unless the part is between zero and the sum of the shares.
    """
    whole = sum(shares)
    if not 0 <= accepted_cents <= whole or any(share < 0 for share in shares):
        raise ValueError("Only a part of the shares can be spread over them.")
    given, running, before = [], 0, 0
    for share in shares:
        running += share
        reached = round_half_up(Fraction(accepted_cents * running, whole)) if whole else 0
        given.append(reached - before)
        before = reached
    return given
