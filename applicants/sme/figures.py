"""Headcount, turnover and balance sheet of an enterprise, and the category they give. Pure; money in EUR cents.

Recommendation 2003/361/EC, Annex, Articles 2 (ceilings), 4 (accounts) and 5 (headcount).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

Number = Fraction | int


class Size(StrEnum):
    """The category of an enterprise; the first three are SMEs. Ordered from small to large by `rank`."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def rank(self) -> int:
        """0 for micro to 3 for large."""
        return list(Size).index(self)

    @property
    def is_sme(self) -> bool:
        return self is not Size.LARGE


@dataclass(frozen=True)
class Limits:
    """The ceilings of one category: headcount stays below, one of the two amounts does not exceed (cents)."""

    size: Size
    headcount_below: int
    turnover_cents: int
    balance_cents: int


LIMITS = (
    Limits(Size.MICRO, 10, 200_000_000, 200_000_000),
    Limits(Size.SMALL, 50, 1_000_000_000, 1_000_000_000),
    Limits(Size.MEDIUM, 250, 5_000_000_000, 4_300_000_000),
)
"""Article 2 of the Annex: fewer than 10, 50, 250 persons and turnover OR balance sheet up to 2/2, 10/10, 50/43 million."""


@dataclass(frozen=True)
class Figures:
    """One accounting year: headcount in annual work units (AWU), turnover and balance sheet total in EUR cents.

    None is not known, which is never taken for zero (sme-22). Parts of other enterprises are exact fractions.
    """

    headcount: Number | None
    turnover: Number | None
    balance: Number | None

    def __post_init__(self) -> None:
        if any(value is not None and value < 0 for value in (self.headcount, self.turnover, self.balance)):
            raise ValueError("A headcount or amount is zero or more.")

    @property
    def missing(self) -> list[str]:
        """The names of the figures that are not known."""
        return [name for name in ("headcount", "turnover", "balance") if getattr(self, name) is None]

    @property
    def is_zero(self) -> bool:
        return not self.missing and not (self.headcount or self.turnover or self.balance)

    def times(self, share: Number) -> "Figures":
        """The part of these figures that a share (1 is all) brings; what is not known stays so."""

        def part(value: Number | None) -> Number | None:
            return None if value is None else Fraction(value) * share

        return Figures(part(self.headcount), part(self.turnover), part(self.balance))

    def plus(self, other: "Figures") -> "Figures":
        """Both together; not known where one of them is not known."""

        def both(one: Number | None, two: Number | None) -> Number | None:
            return None if one is None or two is None else Fraction(one) + two

        return Figures(
            both(self.headcount, other.headcount),
            both(self.turnover, other.turnover),
            both(self.balance, other.balance),
        )


NOTHING = Figures(0, 0, 0)


def total(parts: Iterable[Figures]) -> Figures:
    """The sum of figures, exact."""
    result = NOTHING
    for part in parts:
        result = result.plus(part)
    return result


def category(figures: Figures) -> Size | None:
    """The category of one year: headcount and (turnover or balance sheet); None when it cannot be told (sme-22).

    One of the two amounts is enough when it is within the ceiling; that an amount is passed needs both.
    """
    if figures.headcount is None:
        return None
    for limits in LIMITS:
        if figures.headcount >= limits.headcount_below:
            continue
        amounts = [(figures.turnover, limits.turnover_cents), (figures.balance, limits.balance_cents)]
        if any(value is not None and value <= limit for value, limit in amounts):
            return limits.size
        if any(value is None for value, _limit in amounts):
            return None
    return Size.LARGE


class Work(StrEnum):
    """As what somebody works in the enterprise (Article 5)."""

    EMPLOYEE = "employee"
    SECONDED = "seconded"
    OWNER = "owner"
    PARTNER = "partner"
    APPRENTICE = "apprentice"


@dataclass(frozen=True)
class Staff:
    """So many people who work alike: `part` of full time, `months` in the year, of which on parental leave."""

    people: int
    work: Work = Work.EMPLOYEE
    part: Fraction = Fraction(1)
    months: int = 12
    leave_months: int = 0

    def __post_init__(self) -> None:
        if self.people < 0 or not 0 <= self.part <= 1 or not 0 <= self.leave_months <= self.months <= 12:
            raise ValueError("People, their part of full time or their months are out of range.")


def annual_work_units(staff: Iterable[Staff]) -> Fraction:
    """The headcount: full time over a full year is 1; apprentices and parental leave do not count (sme-66, sme-67)."""
    counted = (one for one in staff if one.work is not Work.APPRENTICE)
    return sum(
        (one.people * one.part * Fraction(one.months - one.leave_months, 12) for one in counted), Fraction(0)
    )


@dataclass(frozen=True)
class AccountingYear:
    """A closed year with its figures; `approved_on` is None until the accounts are approved."""

    ends_on: date
    approved_on: date | None
    figures: Figures


def closed_years(years: Iterable[AccountingYear], on: date) -> list[AccountingYear]:
    """The last two years whose accounts were approved by that day, latest first (Article 4(1), sme-64)."""
    approved = [year for year in years if year.approved_on is not None and year.approved_on <= on]
    return sorted(approved, key=lambda year: year.ends_on, reverse=True)[:2]
