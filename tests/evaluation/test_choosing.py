"""How the best are chosen beyond a plain list: medians, third evaluators, quotas, panels, draws, what is left."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.selection import Limit
from evaluation.divergence import Divergence
from evaluation.ranking import Candidate, Place, RankingError, Rules, promote, rank, to_panel
from evaluation.scoring import UNSCORED, CombineMethod, Criterion, Result, Scale, Scheme, combined_result
from evaluation.ties import Facts, drawn
from tests.evaluation.schemes import criteria, dec, sheet

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
POINTS = Scheme((Criterion("T", "Total", Scale(Decimal(0), Decimal(100), Decimal(1))),))
CONFIG_D = Scheme(criteria("5", "0.5", weights=("1", "1.5", "1")), combine=CombineMethod.MEDIAN)
EEA = replace(POINTS, combine=CombineMethod.CLOSEST)


def file(key: str, total: str, *, cents: int = 30_000_00, scheme: Scheme = POINTS, **facts) -> Candidate:
    scores = {"T": Decimal(total)}
    return Candidate(key, Result(scores, Decimal(total), ()), NOON, cents, Facts(**facts))


def places(files, **rules) -> dict[str, list[str]]:
    ranking = rank(files, Rules(POINTS, **rules))
    return {place.value: ranking.keys(place) for place in (Place.FUNDED, Place.RESERVE)}


def points(*totals: str) -> list[dict[str, Decimal]]:
    return [{"T": total} for total in dec(*totals)]


# --- several evaluators -----------------------------------------------------------------------------------
def test_rank_15_medians_and_a_factor():
    sheets = [
        sheet(*row) for row in zip(["4", "4", "4.5", "5"], ["3", "4", "4.5", "5"], ["3", "3.5", "4", "4"], strict=True)
    ]  # fmt: skip

    result = combined_result(CONFIG_D, sheets)

    assert (result.scores, result.total) == (
        {"E": Decimal("4.250"), "I": Decimal("4.250"), "Q": Decimal("3.750")},
        Decimal("14.375"),
    )


def test_rank_16_equal_totals_are_parted_by_impact():
    scheme = replace(CONFIG_D, criteria=criteria("5", "0.25", weights=("1", "1.5", "1")))
    first = combined_result(scheme, [sheet("4", "4", "4")])
    second = combined_result(scheme, [sheet("3.75", "4.5", "3.5")])
    assert first.total == second.total == 14

    ranking = rank(
        [Candidate("P1", first, NOON, 1), Candidate("P2", second, NOON, 1)], Rules(scheme, tie_break=("I", "E", "Q"))
    )  # fmt: skip

    assert ranking.keys(Place.FUNDED) == ["P2", "P1"]


HIGHER = Divergence(Decimal(30), "higher")
TWENTY = Divergence(Decimal(20))


@pytest.mark.parametrize(
    ("rule", "totals", "beyond"),
    [
        pytest.param(HIGHER, ("80", "60"), None, id="rank-17"),
        pytest.param(HIGHER, ("80", "56"), None, id="rank-18"),
        pytest.param(HIGHER, ("80", "55"), Decimal(25), id="rank-19"),
        pytest.param(TWENTY, ("82", "60"), Decimal(22), id="rank-21"),
        pytest.param(TWENTY, ("80", "60"), None, id="rank-22"),
        pytest.param(TWENTY, ("70", "40"), Decimal(30), id="rank-27"),
        pytest.param(TWENTY, ("70",), None, id="one alone"),
    ],
)
def test_rank_17_to_27_when_evaluators_are_too_far_apart(rule, totals, beyond):
    assert rule.passed_by(dec(*totals)) == beyond


@pytest.mark.parametrize(
    ("totals", "mean"),
    [
        pytest.param(("80", "60"), "70", id="rank-17"),
        pytest.param(("80", "56"), "68", id="rank-18"),
        pytest.param(("80", "55", "72"), "76", id="rank-19"),
        (("60", "70", "80"), "75"),
        (("10", "90", "50", "52"), "51"),
    ],
)
def test_rank_19_mean_of_the_two_closest(totals, mean):
    assert combined_result(EEA, points(*totals)).total == Decimal(mean)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=6), st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_two_closest_are_neighbours_and_no_order_of_input_changes_them(totals, random):
    given_sheets = points(*map(str, totals))
    mean = combined_result(EEA, given_sheets).total
    random.shuffle(given_sheets)

    least = min(high - low for low, high in pairwise(sorted(totals)))
    pairs = [Fraction(a + b, 2) for a, b in pairwise(sorted(totals)) if b - a == least]
    assert combined_result(EEA, given_sheets).total == mean
    assert Fraction(mean) == max(pairs)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=7))
@settings(max_examples=40, deadline=None)
def test_a_median_has_as_many_above_as_below(totals):
    median = combined_result(replace(POINTS, combine=CombineMethod.MEDIAN), points(*map(str, totals))).total

    assert sum(1 for total in totals if total > median) <= len(totals) / 2
    assert sum(1 for total in totals if total < median) <= len(totals) / 2


# --- panel ------------------------------------------------------------------------------------------------
def innowwide(*, at_105: str = "71") -> list[Candidate]:
    better = [file(f"A{n:03d}", "90") for n in range(104)]
    return [*better, file("B105", at_105), file("B106", "71"), file("B107", "71"), file("B108", "70")]


def test_rank_24_those_equal_to_the_last_go_to_the_panel_too():
    ranking = rank(innowwide(), Rules(POINTS, max_awards=70))

    assert to_panel(ranking, 70, 150) == [row.key for row in ranking.rows[:107]]


def test_rank_25_fewer_than_the_places_all_go():
    ranking = rank([file(f"A{n}", "90") for n in range(88)], Rules(POINTS, max_awards=70))

    assert len(to_panel(ranking, 70, 150)) == 88


def test_rank_24_only_files_above_the_thresholds_go_to_the_panel():
    scheme = replace(POINTS, overall_threshold=Decimal(71))

    assert len(to_panel(rank(innowwide(), Rules(scheme, max_awards=70)), 70, 200)) == 107


# --- limits -----------------------------------------------------------------------------------------------
FUTOURISME = [
    file(f"{country}{total}", total, country=country)
    for country, total in [("FR", "95"), ("FR", "93"), ("FR", "91"), ("GR", "90"), ("CY", "70"), ("CY", "55")]
]


def test_rank_37_hard_places_per_country():
    scheme = replace(POINTS, overall_threshold=Decimal(60))
    ranking = rank(FUTOURISME, Rules(scheme, limits=(Limit("country", most=2),)))

    assert ranking.keys(Place.FUNDED) == ["FR95", "FR93", "GR90", "CY70"]
    assert ranking.keys(Place.RESERVE) == ["FR91"]
    assert ranking.keys(Place.BELOW) == ["CY55"]
    assert ranking.rows[2].reason == "Reserve: the maximum for France, 2, is reached."


def test_rank_39_maximum_of_one_country_lets_the_others_pass():
    italians = [file(f"IT{n}", str(99 - n), country="IT") for n in range(8)]
    others = [file("EE1", "60", country="EE"), file("EE2", "59", country="EE")]

    found = rank([*italians, *others], Rules(POINTS, max_awards=61, limits=(Limit("country", "IT", 7),)))

    assert found.keys(Place.RESERVE) == ["IT7"]
    assert found.keys(Place.FUNDED)[-2:] == ["EE1", "EE2"]
    assert found.rows[7].reason == "Reserve: the maximum for Italy, 7, is reached."


TERMINET = [
    file(f"{topic}-{total}", total, cents=100_000_00, answer=topic)
    for topic, total in [("T1", "92"), ("T1", "90"), ("T2", "75"), ("T4", "81")]
]


def test_rank_40_one_project_for_each_topic():
    one = Limit("answer", most=1)

    assert places(TERMINET, budget_cents=400_000_00, limits=(one,)) == {
        "funded": ["T1-92", "T4-81", "T2-75"],
        "reserve": ["T1-90"],
    }
    assert rank(TERMINET, Rules(POINTS, budget_cents=400_000_00, limits=(one,))).left_cents == 100_000_00


def test_rank_40_with_transfer_the_empty_place_goes_to_the_next_best():
    one = Limit("answer", most=1, transfer=True)

    assert places(TERMINET, budget_cents=400_000_00, limits=(one,))["funded"] == ["T1-92", "T1-90", "T4-81", "T2-75"]  # fmt: skip
    assert places(TERMINET, budget_cents=300_000_00, limits=(one,))["funded"] == ["T1-92", "T4-81", "T2-75"]


def test_money_of_one_country_is_limited_and_the_next_of_it_may_still_fit():
    files = [
        file("IT1", "90", country="IT", cents=60_000_00),
        file("IT2", "80", country="IT", cents=50_000_00),
        file("IT3", "70", country="IT", cents=40_000_00),
    ]

    assert places(files, limits=(Limit("country", "IT", most_cents=100_000_00),)) == {
        "funded": ["IT1", "IT3"],
        "reserve": ["IT2"],
    }


def test_a_country_with_a_limit_of_its_own_is_not_counted_under_each():
    files = [file(f"{c}{n}", str(90 - n), country=c) for c in ("IT", "FR") for n in range(3)]

    limits = (Limit("country", "IT", 3), Limit("country", most=1))

    assert places(files, limits=limits)["funded"] == ["FR0", "IT0", "IT1", "IT2"]


def test_promotion_counts_what_stands_against_the_limit():
    ranking = rank(FUTOURISME, Rules(POINTS, limits=(Limit("country", most=2),)))

    assert promote(ranking).keys(Place.RESERVE) == ["FR91"]
    assert promote(ranking, withdrawn=["FR93"]).keys(Place.FUNDED) == ["FR95", "FR91", "GR90", "CY70", "CY55"]


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 100)), max_size=12),
    st.integers(0, 4),
    st.integers(0, 12),
)
@settings(max_examples=60, deadline=None)
def test_no_limit_is_ever_passed_and_transfer_only_adds(given_files, most, awards):
    files = [file(f"F{n}", str(total), country=c) for n, (c, total) in enumerate(given_files)]
    hard, soft = Limit("country", most=most), Limit("country", most=most, transfer=True)

    kept = rank(files, Rules(POINTS, max_awards=awards, limits=(hard,))).rows
    more = rank(files, Rules(POINTS, max_awards=awards, limits=(soft,))).rows

    funded = [row.candidate.facts.country for row in kept if row.place == Place.FUNDED]
    assert all(funded.count(country) <= most for country in "ABC")
    assert {row.key for row in kept if row.place == Place.FUNDED} <= {
        row.key for row in more if row.place == Place.FUNDED
    }
    assert sum(1 for row in more if row.place == Place.FUNDED) == min(awards, len(files))


# --- what is left -----------------------------------------------------------------------------------------
LINE = [file(f"P{n}", str(90 - n), cents=cents) for n, cents in enumerate([40_000_00, 35_000_00, 30_000_00, 20_000_00], 1)]  # fmt: skip


def test_the_rest_is_offered_to_the_first_that_does_not_fit():
    ranking = rank(LINE, Rules(POINTS, cut="offer", budget_cents=100_000_00, least_cents=10_000_00))

    assert [(row.key, row.amount_cents) for row in ranking.rows if row.place == Place.FUNDED] == [
        ("P1", 40_000_00),
        ("P2", 35_000_00),
        ("P3", 25_000_00),
    ]
    assert (ranking.left_cents, ranking.keys(Place.RESERVE)) == (0, ["P4"])
    assert "of 30 000.00 asked 25 000.00 is left" in ranking.rows[2].reason.replace("\u00a0", " ")


def test_the_rest_is_not_offered_below_the_smallest_amount():
    ranking = rank(LINE, Rules(POINTS, cut="offer", budget_cents=100_000_00, least_cents=25_000_01))

    assert (ranking.left_cents, ranking.keys(Place.FUNDED)) == (25_000_00, ["P1", "P2"])


# --- parting equals ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(("ties", "first"), [(("E", "I"), "P1"), (("I", "E"), "P2")])
def test_rank_42_and_43_the_order_of_tie_breaks_decides(ties, first):
    scheme = Scheme(criteria("5", "0.5"))
    files = [
        Candidate("P1", combined_result(scheme, [sheet("4.5", "4", "4")]), NOON, 1),
        Candidate("P2", combined_result(scheme, [sheet("4", "4.5", "4")]), NOON, 1),
    ]

    assert rank(files, Rules(scheme, tie_break=ties)).rows[0].key == first


@pytest.mark.parametrize(
    ("code", "better", "worse", "said"),
    [
        ("sme-share", {"sme_share": Fraction(3, 4)}, {"sme_share": Fraction(2, 3)}, "75 % against 67 %"),
        ("countries", {"countries": 3}, {"countries": 2}, "3 against 2"),
        ("amount", {"cents": 10_000_00}, {"cents": 20_000_00}, "10 000.00 against 20 000.00"),
    ],
)
def test_facts_of_a_file_part_equal_totals(code, better, worse, said):
    ranking = rank([file("A", "80", **worse), file("B", "80", **better)], Rules(POINTS, tie_break=(code,)))

    assert [row.key for row in ranking.rows] == ["B", "A"]
    assert said in ranking.rows[0].reason.replace("\u00a0", " ")


def test_rank_45_a_draw_gives_four_and_an_ordered_waiting_list():
    files = [file(f"F{n}", "0") for n in range(10)]
    rules = Rules(POINTS, tie_break=("draw",), max_awards=4, seed="7f3a")

    first, again = rank(files, rules), rank(files[::-1], rules)

    assert [row.key for row in first.rows] == [row.key for row in again.rows]
    assert [row.key for row in first.rows] == sorted(
        (f.key for f in files), key=lambda key: drawn("7f3a", key)
    )
    assert (len(first.keys(Place.FUNDED)), [row.reserve_position for row in first.rows[4:]]) == (
        4,
        [1, 2, 3, 4, 5, 6],
    )
    assert [row.key for row in rank(files, replace(rules, seed="other")).rows] != [
        row.key for row in first.rows
    ]


def test_a_tie_break_nobody_knows_is_refused():
    with pytest.raises(RankingError):
        Rules(POINTS, tie_break=("weather",))


NOBODY_SCORES = Scheme(())


def lot_file(key, *, owner="", hour=0):
    return Candidate(key, UNSCORED, datetime(2026, 5, 1, hour, tzinfo=UTC), 10_000_00, owner=owner)


def test_rank_45_without_evaluators_the_lot_alone_decides_and_says_so():
    files = [lot_file(f"F{n}") for n in range(10)]
    rules = Rules(NOBODY_SCORES, tie_break=("draw",), budget_cents=40_000_00, seed="7f3a")

    ranking = rank(files[::-1], rules)

    order = sorted((f.key for f in files), key=lambda key: drawn("7f3a", key))
    assert [row.key for row in ranking.rows] == order
    assert [len(ranking.keys(Place.FUNDED)), len(ranking.keys(Place.RESERVE))] == [4, 6]
    first = ranking.rows[0].reason.replace("\u00a0", " ")
    assert first.endswith(f"Drawn in place 1 of 10, with the lot {drawn('7f3a', order[0])[:8]}.")
    assert "threshold" not in first


def test_rank_46_one_file_of_each_organisation_enters_the_draw():
    files = [lot_file("A3", owner="acme", hour=3), lot_file("A1", owner="acme", hour=1)]
    files += [lot_file("A2", owner="acme", hour=2), lot_file("B1", owner="beta", hour=9)]

    ranking = rank(files, Rules(NOBODY_SCORES, tie_break=("draw",), seed="7f3a"))

    assert sorted(ranking.keys(Place.FUNDED)) == ["A1", "B1"]
    assert ranking.keys(Place.BELOW) == ["A2", "A3"]
    assert (
        ranking.rows[-1].reason
        == "Not in the draw: A1 of the same organisation arrived earlier and is in it."
    )
