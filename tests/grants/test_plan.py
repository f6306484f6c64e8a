"""The payment plan: days and shares."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from grants.instalments import SplitError
from grants.plan import Part, last_day, plan_milestones, two_places

PARTS = [
    Part("Advance", Decimal(40), True),
    Part("Interim", Decimal(45), False, 6),
    Part("Final", Decimal(15), False, 12),
]


@pytest.mark.parametrize(
    ("starts_on", "months", "expected"),
    [
        (date(2027, 4, 1), 9, date(2027, 12, 31)),
        (date(2027, 1, 31), 1, date(2027, 2, 27)),
        (date(2027, 8, 31), 6, date(2028, 2, 28)),
        (date(2027, 12, 15), 12, date(2028, 12, 14)),
    ],
)
def test_last_day_counts_whole_months(starts_on: date, months: int, expected: date) -> None:
    assert last_day(starts_on, months) == expected


def test_plan_milestones_splits_each_party_exactly() -> None:
    plan = plan_milestones(PARTS, [("a", 33_333_33), ("b", 1)], starts_on=date(2027, 4, 1))
    assert [(m.position, m.label, m.needs_report, m.due_on, m.shares) for m in plan] == [
        (1, "Advance", False, date(2027, 4, 1), (("a", 13_333_33), ("b", 0))),
        (2, "Interim", True, date(2027, 9, 30), (("a", 15_000_00), ("b", 0))),
        (3, "Final", True, date(2028, 3, 31), (("a", 5_000_00), ("b", 1))),
    ]
    assert sum(m.amount_cents for m in plan) == 33_333_34


def test_plan_milestones_with_a_report_at_once_is_due_at_the_start() -> None:
    (only,) = plan_milestones([Part("All", Decimal(100), False, 0)], [("a", 5)], starts_on=date(2027, 4, 1))
    assert (only.due_on, only.needs_report) == (date(2027, 4, 1), True)


def test_plan_milestones_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(SplitError, match="85 %"):
        plan_milestones(PARTS[:2], [("a", 100)], starts_on=date(2027, 4, 1))


def test_cap_35_by_fixed_amounts_gives_each_party_its_part_of_them() -> None:
    exact = [Fraction(100, 3), Fraction(200, 3)]
    parts = [
        Part("A", two_places(exact[0]), True, 0, exact[0]),
        Part("B", two_places(exact[1]), False, 6, exact[1]),
    ]

    plan = plan_milestones(parts, [("a", 60_000_00), ("b", 20_000_00)], starts_on=date(2027, 4, 1))

    assert [(m.percent, m.shares) for m in plan] == [
        (Decimal("33.33"), (("a", 20_000_00), ("b", 6_666_67))),
        (Decimal("66.67"), (("a", 40_000_00), ("b", 13_333_33))),
    ]
