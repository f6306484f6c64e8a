"""Clearing what was paid against what is accepted when an agreement ends. Pure; amounts in EUR cents."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Due:
    """What one organisation is owed at one milestone by decisions so far, and what of it was paid: nothing or all.

    `by_report`: a report was accepted for it; an advance was not reported on yet.
    """

    owed_cents: int
    paid_cents: int
    by_report: bool


@dataclass(frozen=True)
class Reckoning:
    """An organisation's account when its agreement ends: `accepted` is the value of all work that is accepted."""

    accepted_cents: int
    paid_cents: int

    def __post_init__(self) -> None:
        if self.accepted_cents < 0 or self.paid_cents < 0:
            raise ValueError("Accepted and paid are never below zero.")

    @property
    def cleared_cents(self) -> int:
        """What was paid and is covered by accepted work."""
        return min(self.accepted_cents, self.paid_cents)

    @property
    def to_pay_cents(self) -> int:
        return self.accepted_cents - self.cleared_cents

    @property
    def to_recover_cents(self) -> int:
        """What was paid without accepted work for it (cap-43)."""
        return self.paid_cents - self.cleared_cents


def clear(dues: Sequence[Due], accepted_cents: int) -> list[int]:
    """What is accepted of each due, in its order, when `accepted_cents` are accepted in all.

    First what was paid after a report, then paid advances, then what is owed after a report, then other advances; so the
    advance is what comes back first. Raises ValueError unless the sum is between zero and all that is owed.
    """
    if not 0 <= accepted_cents <= sum(due.owed_cents for due in dues):
        raise ValueError("What is accepted lies between nothing and all that is owed.")
    kept = [0] * len(dues)
    order = sorted(range(len(dues)), key=lambda one: (not dues[one].paid_cents, not dues[one].by_report, one))
    for index in order:
        kept[index] = min(dues[index].owed_cents, accepted_cents)
        accepted_cents -= kept[index]
    return kept
