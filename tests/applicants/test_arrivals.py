"""First come, first served: who holds money and who waits (rank-47, rank-48), whatever order requests are handled in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.arrivals import Claimed, Standing, is_exhausted, stand

NINE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)


def claim(key: int, after_ms: int, cents: int = 30_000_00, **more) -> Claimed:
    return Claimed(key, NINE + timedelta(milliseconds=after_ms), more.pop("sequence", key), cents, **more)


def test_rank_47_the_money_goes_in_the_order_of_arrival():
    claims = [claim(3, 1_700), claim(1, 0), claim(2, 1_250)]
    assert stand(claims, budget_cents=60_000_00) == Standing((1, 2), (3,))
    assert stand([claims[0], claims[1]], budget_cents=60_000_00) == Standing(
        (1, 3), ()
    )  # B is not there: it costs nothing


def test_equal_arrivals_stand_in_the_order_in_which_they_were_taken():
    assert stand([claim(1, 5, sequence=9), claim(2, 5, sequence=8)], budget_cents=30_000_00) == Standing(
        (2,), (1,)
    )


def test_nobody_is_passed_over_by_a_smaller_claim():
    claims = [claim(1, 0), claim(2, 1, 40_000_00), claim(3, 2, 10_000_00)]
    assert stand(claims, budget_cents=60_000_00) == Standing((1,), (2, 3))
    assert stand([claim(1, 0), claim(2, 1)], budget_cents=90_000_00, most=3, taken=2) == Standing((1,), (2,))


def test_what_was_told_stays():
    held = claim(5, 900, is_held=True, is_told=True)
    waits = claim(6, 950, is_told=True)
    late = claim(7, 100)
    assert stand([held, waits, late], budget_cents=30_000_00) == Standing((5,), (6, 7))
    assert stand([held, waits, late], budget_cents=60_000_00) == Standing((5, 6), (7,))
    untold = claim(5, 900, is_held=True)
    assert stand([untold, late], budget_cents=30_000_00) == Standing((7,), (5,))


@pytest.mark.parametrize(
    ("standing", "free", "waiting_most", "more", "ends"),
    [
        (Standing((1, 2), ()), 0, 0, {}, True),  # rank-48
        (Standing((1,), ()), 30_000_00, 0, {}, False),
        (Standing((1,), ()), 29_999_99, 0, {}, True),
        (Standing((1, 2), ()), 0, 2, {}, False),
        (Standing((1, 2), (3,)), 0, 2, {}, False),
        (Standing((1, 2), (3, 4)), 0, 2, {}, True),
        (Standing((1,), (3,)), 90_000_00, 0, {}, True),
        (Standing((1,), ()), 90_000_00, 0, {"most": 3, "taken": 2}, True),
    ],
)
def test_the_call_ends_with_its_money_and_its_places_to_wait(standing, free, waiting_most, more, ends):
    found = is_exhausted(standing, free_cents=free, least_cents=30_000_00, waiting_most=waiting_most, **more)
    assert found is ends


CLAIMS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9), st.booleans()), min_size=1, max_size=12)


@settings(max_examples=80)
@given(CLAIMS, st.integers(0, 40), st.permutations(range(12)))
def test_order_never_overspends_and_never_skips(rows, budget, shuffle):
    claims = [claim(key, at, cents, is_told=told) for key, (at, cents, told) in enumerate(rows)]
    standing = stand(claims, budget_cents=budget)
    by_key = {one.key: one for one in claims}
    assert sorted([*standing.held, *standing.waiting]) == sorted(by_key)
    assert sum(by_key[key].cents for key in standing.held) <= budget
    order = sorted(claims, key=lambda one: (not one.is_told, one.arrived, one.sequence))
    assert [one.key for one in order] == [*standing.held, *standing.waiting]
    if standing.waiting:
        first = by_key[standing.waiting[0]]
        assert sum(by_key[key].cents for key in standing.held) + first.cents > budget
    again = [claims[place] for place in shuffle if place < len(claims)]
    assert stand(again, budget_cents=budget) == standing
