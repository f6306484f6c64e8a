"""First come, first served: who holds money and who waits, by the order of arrival. Pure; amounts in EUR cents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Claimed:
    """One claim: its key, the arrival of its complete application (UTC, to the millisecond), the order in which the product
    took it, what it asks for, whether money is held for it, and whether its place was told."""

    key: int
    arrived: datetime
    sequence: int
    cents: int
    is_held: bool = False
    is_told: bool = False


@dataclass(frozen=True)
class Standing:
    """The keys of those who hold money and of those who wait, each first come first."""

    held: tuple[int, ...]
    waiting: tuple[int, ...]


def stand(
    claims: Iterable[Claimed], *, budget_cents: int, most: int | None = None, taken: int = 0
) -> Standing:
    """Give the money in the order of arrival, equal arrivals in the order in which they were taken (rank-47, QR4).

    `budget_cents` is all there is for these claims, `most` the largest number of awards, of which `taken` are given. Nobody
    is passed over: once a claim does not fit, all after it wait. Money that was told to be held stays, and who was told to
    wait stands before those who were told nothing; among these an earlier arrival that was handled later still goes first.
    """
    claims = list(claims)
    kept = [one for one in claims if one.is_held and one.is_told]
    left, count = budget_cents - sum(one.cents for one in kept), taken + len(kept)
    held = set(kept)
    waiting: list[int] = []
    for one in sorted(set(claims) - held, key=_order):
        if waiting or one.cents > left or (most is not None and count >= most):
            waiting.append(one.key)
            continue
        held.add(one)
        left, count = left - one.cents, count + 1
    return Standing(tuple(one.key for one in sorted(held, key=_order)), tuple(waiting))


def _order(one: Claimed) -> tuple[bool, datetime, int]:
    return not one.is_told, one.arrived, one.sequence


def is_exhausted(
    standing: Standing,
    *,
    free_cents: int,
    least_cents: int,
    waiting_most: int,
    most: int | None = None,
    taken: int = 0,
) -> bool:
    """Does the call end now (rank-48)? When no further award fits, or somebody waits, and all places to wait are taken.

    `free_cents` is what nobody holds, `least_cents` the smallest award there can be.
    """
    is_full = free_cents < max(least_cents, 1) or (most is not None and taken + len(standing.held) >= most)
    return (is_full or bool(standing.waiting)) and len(standing.waiting) >= waiting_most
