"""Shares of a whole, and funding rates."""

from decimal import Decimal
from fractions import Fraction

import pytest

from calls.shares import RateError, fault_of_shares, parse_rate, plain


def _shares(*figures: str) -> list[Decimal]:
    return [Decimal(figure) for figure in figures]


@pytest.mark.parametrize("shares", [("40", "45", "15"), ("33.33", "33.33", "33.34"), ("100",)])
def test_fault_of_shares_of_the_whole_is_none(shares):
    assert fault_of_shares(_shares(*shares)) == ""


def test_cap_40_instalments_of_99_percent_are_a_fault():
    assert fault_of_shares(_shares("40", "45", "14")) == (
        "The shares come to 99 %: 1 % is missing to exactly 100 %."
    )


def test_rank_12_weights_of_99_percent_are_a_fault():
    assert fault_of_shares(_shares("30", "40", "29")) == (
        "The shares come to 99 %: 1 % is missing to exactly 100 %."
    )


def test_fault_of_shares_sees_a_hundredth_too_much():
    assert fault_of_shares(_shares("33.34", "33.33", "33.34")) == (
        "The shares come to 100.01 %: 0.01 % more than exactly 100 %."
    )


@pytest.mark.parametrize(
    ("typed", "rate"),
    [
        ("70", Fraction(7, 10)),
        ("70 %", Fraction(7, 10)),
        ("66,67 %", Fraction(6667, 10_000)),
        (" 2/3 ", Fraction(2, 3)),
        ("2 / 3", Fraction(2, 3)),
        ("100%", Fraction(1)),
        ("0.5", Fraction(1, 200)),
    ],
)
def test_parse_rate_is_exact(typed, rate):
    assert parse_rate(typed) == rate


@pytest.mark.parametrize("typed", ["", "seventy", "7/", "1e2", "-5", "70 % of", "٧٠"])
def test_parse_rate_refuses_what_is_no_rate(typed):
    with pytest.raises(RateError) as caught:
        parse_rate(typed)

    assert caught.value.message == f"“{typed}” is not a rate. Write it like 70 % or 2/3."


@pytest.mark.parametrize("typed", ["0", "101 %", "3/2", "0/3", "1/0"])
def test_parse_rate_refuses_nothing_and_more_than_all(typed):
    with pytest.raises(RateError) as caught:
        parse_rate(typed)

    assert caught.value.message == f"A funding rate is above 0 and at most 100 %; “{typed}” is not."


@pytest.mark.parametrize(
    ("figure", "words"), [("40.00", "40"), ("33.50", "33.5"), ("100", "100"), ("0.00", "0")]
)
def test_plain_drops_idle_zeros(figure, words):
    assert plain(Decimal(figure)) == words
