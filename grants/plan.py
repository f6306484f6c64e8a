"""The payment plan of an agreement: who receives what, when. Pure; amounts in EUR cents."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from calls.calendar import add_months
from core.money import round_half_up
from grants.instalments import split_amount

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Part:
    """One instalment as the call sets it: `percent` of each grant, at signature or after the report of a month.

    `exact` is what is split by, where the call fixes amounts and `percent` is only their rounded share.
    """

    label: str
    percent: Decimal
    at_signature: bool
    month: int = 0
    exact: Fraction | None = None


@dataclass(frozen=True)
class PlannedMilestone(Generic[K]):
    """One point of the plan: what each party receives (`shares`, in the order of the parties)."""

    position: int
    label: str
    percent: Decimal
    needs_report: bool
    due_on: date
    shares: tuple[tuple[K, int], ...]

    @property
    def amount_cents(self) -> int:
        return sum(cents for _party, cents in self.shares)


def two_places(percent: Fraction) -> Decimal:
    """A percentage as it is shown: half a hundredth up."""
    return Decimal(round_half_up(percent * 100)).scaleb(-2)


def last_day(starts_on: date, months: int) -> date:
    """The last day of a span of whole months: nine months from 1 April end on 31 December."""
    return add_months(starts_on, months) - timedelta(days=1)


def plan_milestones(
    parts: Sequence[Part], parties: Sequence[tuple[K, int]], *, starts_on: date
) -> list[PlannedMilestone[K]]:
    """Split each party's amount by the call's instalments, exactly, the last taking the remainder (N1, cap-35 to cap-39).

    A part at signature is due when the agreement starts, a report at the end of its month. Raises SplitError when the
    percentages do not add up to 100 (cap-40).
    """
    columns = [
        (party, split_amount(cents, [part.exact or part.percent for part in parts]))
        for party, cents in parties
    ]
    return [
        PlannedMilestone(
            position=index + 1,
            label=part.label,
            percent=part.percent,
            needs_report=not part.at_signature,
            due_on=starts_on if part.at_signature or part.month < 1 else last_day(starts_on, part.month),
            shares=tuple((party, column[index]) for party, column in columns),
        )
        for index, part in enumerate(parts)
    ]
