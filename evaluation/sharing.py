"""What each organisation receives when less is awarded than was asked. Pure; amounts in EUR cents."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

from core.money import round_half_up

K = TypeVar("K")


def within(shares: Sequence[tuple[K, int]], total_cents: int) -> list[tuple[K, int]]:
    """The shares cut in proportion to come to `total_cents`; the last takes the remainder, none gets more than it asked.

    Unchanged when they come to no more than that. An organisation for which nothing is left is not in the result.
    """
    asked = sum(cents for _key, cents in shares)
    if asked <= total_cents:
        return list(shares)
    cut: list[tuple[K, int]] = []
    left, open_cents = total_cents, asked
    for key, cents in shares:
        part = min(left, cents, round_half_up(Fraction(left * cents, open_cents)))
        left, open_cents = left - part, open_cents - cents
        cut.append((key, part))
    return [(key, cents) for key, cents in cut if cents]
