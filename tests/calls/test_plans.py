"""What a new call starts from."""

from decimal import Decimal

import pytest

from calls.plans import CriterionPlan, InstalmentPlan, Start, start_from
from calls.shares import RateError
from core.localised import localised


def test_start_from_reads_every_part_of_a_voucher_type():
    start = start_from(
        {
            "budget_cents": 90_000_00,
            "rate": "2/3",
            "countries": ["FR"],
            "summary": {"en": "Vouchers", "fr": "Chèques"},
            "process": "Two evaluators.",
            "overall_threshold": "70",
            "criteria": [{"code": "impact", "name": "Impact", "weight": "100", "threshold": 3}],
            "instalments": [{"label": "All", "percent": 100, "due": "report", "month": 9}],
            "form": {"sections": [{"key": "idea", "title": "Idea"}]},
            "something_else": 1,
        }
    )

    assert start == Start(
        values={
            "budget_cents": 90_000_00,
            "countries": ["FR"],
            "summary": localised({"en": "Vouchers", "fr": "Chèques"}),
            "process": localised("Two evaluators."),
            "rate_numerator": 2,
            "rate_denominator": 3,
            "overall_threshold": Decimal(70),
        },
        criteria=[CriterionPlan("impact", localised("Impact"), Decimal(100), threshold=Decimal(3))],
        instalments=[InstalmentPlan(localised("All"), Decimal(100), "report", 9)],
        form={"sections": [{"key": "idea", "title": "Idea"}]},
    )


def test_start_from_nothing_is_an_empty_form():
    assert start_from({}) == Start(form={"sections": []})


def test_start_from_refuses_a_rate_that_is_none():
    with pytest.raises(RateError):
        start_from({"rate": "much"})
