"""Who is one single undertaking, and what becomes of earlier aid when firms merge or split. Pure.

Regulation (EU) 2023/2831 Articles 2(2) and 3(8), 3(9). Control alone makes one undertaking, so a partner enterprise of
the SME definition is outside it (aid-10).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from applicants.deminimis.rules import Aid
from applicants.sme.structure import AUTHORITIES, MAJORITY, Kind, Structure

_OUTSIDE = AUTHORITIES | {Kind.PERSON}
"""Firms that only have a person or a public body in common are no single undertaking."""


def single_undertaking(structure: Structure) -> frozenset[str]:
    """The keys of the enterprise and of all that control it or that it controls, directly or through others."""
    member = {structure.enterprise}
    while True:
        grown = member | {
            key
            for one in structure.holdings
            if not {structure.parties[one.owner].kind, structure.parties[one.owned].kind} & _OUTSIDE
            and (one.control or one.voting > MAJORITY)
            for key in (one.owner, one.owned)
            if {one.owner, one.owned} & member
        }
        if grown == member:
            return frozenset(member)
        member = grown


def merged(into: str, *aids: Iterable[Aid]) -> list[Aid]:
    """All earlier aid of firms that merged, as the new firm's; aid granted lawfully stays lawful (aid-24)."""
    return [replace(aid, undertaking=into) for one in aids for aid in one]


def divided(aid: Aid, *, used_by: str = "", equity_cents: Mapping[str, int] | None = None) -> list[Aid]:
    """Earlier aid of a firm that split: to the part that used it (aid-25), else by book value of equity.

    The shares are whole cents and add up to the aid; what rounding leaves goes to the last part. Raises ValueError when
    neither is given.
    """
    if used_by:
        return [replace(aid, undertaking=used_by)]
    whole = sum((equity_cents or {}).values())
    if not equity_cents or whole <= 0 or min(equity_cents.values()) < 0:
        raise ValueError("Say which part used the aid, or give the equity of each part.")
    parts, given = list(equity_cents.items()), 0
    shares = []
    for key, equity in parts[:-1]:
        cents = int(aid.amount_cents * Fraction(equity, whole))
        shares.append(replace(aid, undertaking=key, amount_cents=cents))
        given += cents
    return [*shares, replace(aid, undertaking=parts[-1][0], amount_cents=aid.amount_cents - given)]
