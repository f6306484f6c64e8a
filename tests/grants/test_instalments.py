"""Instalments: cases cap-35 to cap-40, and what must hold for every split."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.instalments import SplitError, check_split, split_amount


def test_cap_35_split_into_three():
    assert split_amount(8_000_000, [40, 45, 15]) == [3_200_000, 3_600_000, 1_200_000]


def test_cap_36_last_instalment_is_the_remainder():
    assert split_amount(3_333_333, [40, 45, 15]) == [1_333_333, 1_500_000, 500_000]


def test_cap_37_split_into_two():
    assert split_amount(360_000, [70, 30]) == [252_000, 108_000]


def test_cap_39_half_a_cent_goes_up():
    assert split_amount(5_999_999, [50, 50]) == [3_000_000, 2_999_999]


def test_cap_40_split_of_99_percent_is_refused():
    with pytest.raises(SplitError) as refusal:
        split_amount(100, [40, 45, 14])
    assert refusal.value.message == "The instalments add up to 99 %; they must add up to 100 %."


@pytest.mark.parametrize(
    ("percentages", "sentence"),
    [
        ([], "Enter at least one instalment."),
        ([100, 0], "Each instalment must be above 0 %."),
        ([120, -20], "Each instalment must be above 0 %."),
        ([Decimal("NaN"), 100], "Each instalment must be a number."),
        ([Decimal("99.99")], "The instalments add up to 99.99 %; they must add up to 100 %."),
        (
            [Fraction(100, 3), Fraction(100, 3)],
            "The instalments add up to 200/3 %; they must add up to 100 %.",
        ),
        ([100, 100], "The instalments add up to 200 %; they must add up to 100 %."),
    ],
)
def test_check_split_says_what_is_wrong(percentages, sentence):
    with pytest.raises(SplitError) as refusal:
        check_split(percentages)
    assert refusal.value.message == sentence


@pytest.mark.parametrize("percentages", [[50.0, 50.0], [True], ["100"]])
def test_check_split_refuses_inexact_numbers(percentages):
    with pytest.raises(TypeError):
        check_split(percentages)


def test_split_amount_refuses_a_negative_total():
    with pytest.raises(ValueError, match="zero or more"):
        split_amount(-1, [100])


def test_split_amount_takes_thirds_exactly():
    third = Fraction(100, 3)
    assert split_amount(100, [third, third, third]) == [33, 33, 34]


def test_split_amount_never_takes_more_than_is_left():
    """Half up each time would give 1, 1, 1 and -1 of two cents."""
    assert split_amount(2, [25, 25, 25, 25]) == [1, 1, 0, 0]


@st.composite
def splits(draw):
    weights = draw(st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
    return [Fraction(100 * weight, sum(weights)) for weight in weights]


@given(st.one_of(st.integers(0, 50), st.integers(0, 10**12)), splits())
def test_split_amount_keeps_the_total_and_is_never_negative(total, percentages):
    instalments = split_amount(total, percentages)
    assert (sum(instalments), min(instalments) >= 0, len(instalments)) == (total, True, len(percentages))


@given(st.integers(10_000, 10**12), splits())
def test_split_amount_rounds_each_by_half_a_cent_at_most(total, percentages):
    """Wherever no instalment is cut to what is left, all but the last are within half a cent of their part."""
    *first, last = split_amount(total, percentages)
    if last > 0:
        gaps = [abs(cents - total * part / 100) for cents, part in zip(first, percentages[:-1], strict=True)]
        assert max(gaps, default=0) <= Fraction(1, 2)
