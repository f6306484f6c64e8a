"""Scales, totals, thresholds, several evaluators: cases rank-04 to rank-13 as far as they are about scores."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scoring import (
    Criterion,
    Scale,
    Scheme,
    SchemeError,
    ScoresRefused,
    Shortfall,
    TotalMethod,
    check_scores,
    combined_result,
    format_score,
    score_problems,
    spread,
    total_of,
)
from tests.evaluation.schemes import CONFIG_A, CONFIG_B, CONFIG_C, criteria, dec, sheet


def test_rank_04_below_the_threshold_of_one_criterion():
    result = combined_result(CONFIG_A, [sheet("2.5", "5", "5")])
    assert (result.total, result.shortfalls) == (
        Decimal("12.5"),
        (Shortfall("E", Decimal("2.5"), Decimal("3.0")),),
    )


def test_rank_06_exactly_at_every_threshold_passes():
    result = combined_result(CONFIG_A, [sheet("3", "3", "4")])
    assert (result.total, result.shortfalls) == (Decimal(10), ())


def test_below_the_overall_threshold_only():
    assert combined_result(CONFIG_A, [sheet("3", "3", "3.5")]).shortfalls == (
        Shortfall("", Decimal("9.5"), Decimal(10)),
    )


def test_rank_07_score_between_two_steps_is_refused():
    with pytest.raises(ScoresRefused) as refusal:
        check_scores(CONFIG_A, sheet("3.25", "4", "4"))
    assert refusal.value.problems == {"E": "3.25 is not a score for Excellence: give 0 to 5 in steps of 0.5."}


@pytest.mark.parametrize("score", ["-0.5", "5.5", "NaN", "Infinity", "1E+900"])
def test_score_off_the_scale_is_refused(score):
    problems = score_problems(CONFIG_A, sheet(score, "4", "4"))
    assert list(problems) == ["E"]
    assert len(problems["E"]) < 100


@pytest.mark.parametrize("score", ["0", "0.5", "5", "5.0", "4.50"])
def test_score_on_a_step_is_taken(score):
    assert score_problems(CONFIG_A, sheet(score, "4", "4")) == {}


def test_steps_are_counted_from_the_lowest_score():
    scale = Scale(*dec("1", "7", "2"))
    assert [scale.allows(Decimal(score)) for score in range(9)] == [
        False, True, False, True, False, True, False, True, False,
    ]  # fmt: skip


def test_missing_score_is_refused_in_the_end_and_allowed_in_a_draft():
    scores = {"E": Decimal(4), "I": None}
    assert [score_problems(CONFIG_A, scores), score_problems(CONFIG_A, scores, complete=False)] == [
        {"I": "Give a score for Impact.", "Q": "Give a score for Implementation."},
        {},
    ]


def test_score_for_a_foreign_criterion_is_refused():
    assert score_problems(CONFIG_A, sheet("4", "4", "4") | {"X": Decimal(1)}) == {
        "X": "“X” is not a criterion of this call."
    }


def test_score_is_never_a_float():
    with pytest.raises(TypeError):
        score_problems(CONFIG_A, {"E": 4.0, "I": Decimal(4), "Q": Decimal(4)})


def test_rank_10_weighted_total_out_of_100():
    sheets = [sheet("4", "3", "5"), sheet("5", "3.5", "4"), sheet("3.5", "4.5", "3")]
    assert [total_of(CONFIG_B, scores) for scores in sheets] == list(dec("78.0", "82.0", "75.0"))


def test_rank_12_weights_must_add_up_to_100():
    with pytest.raises(SchemeError) as refusal:
        Scheme(criteria("5", "0.5", weights=("30", "40", "29")), method=TotalMethod.WEIGHTED)
    assert refusal.value.problems == ["The weights add up to 99; they must add up to 100."]


def test_rank_13_no_threshold_per_criterion():
    result = combined_result(CONFIG_C, [sheet("10", "8", "0")])
    assert (result.total, result.shortfalls) == (Decimal(18), ())


def test_sum_with_a_factor_counts_a_criterion_more():
    scheme = Scheme(criteria("5", "0.25", weights=("1", "1.5", "1")))
    assert (total_of(scheme, sheet("4.25", "4.25", "3.75")), scheme.highest_total) == (
        Decimal("14.375"),
        Decimal("17.5"),
    )


def test_mean_of_several_evaluators_per_criterion():
    result = combined_result(CONFIG_A, [sheet("4", "3", "5"), sheet("3", "3.5", "4"), sheet("3", "3", "4")])
    assert (result.scores, result.total) == (
        {"E": Decimal("3.333"), "I": Decimal("3.167"), "Q": Decimal("4.333")},
        Decimal("10.833"),
    )


def test_total_is_taken_from_the_exact_means():
    """Three means of 10/3 are 10, not 9.999: the overall threshold of 10 is reached."""
    sheets = [sheet("3", "3", "3"), sheet("3", "3", "3"), sheet("4", "4", "4")]
    result = combined_result(CONFIG_A, sheets)
    assert (result.total, result.shortfalls) == (Decimal(10), ())


def test_combined_result_refuses_a_bad_sheet_and_none_at_all():
    with pytest.raises(ScoresRefused):
        combined_result(CONFIG_A, [sheet("4", "4", "4"), sheet("4", "4", "4.1")])
    with pytest.raises(ValueError, match="at least one evaluator"):
        combined_result(CONFIG_A, [])


def test_spread_is_highest_minus_lowest():
    found = spread(CONFIG_A, [sheet("4", "3", "5"), sheet("2.5", "3.5", "5"), sheet("3", "3", "4")])
    assert (found.scores, found.total) == (
        {"E": Decimal("1.5"), "I": Decimal("0.5"), "Q": Decimal("1")},
        Decimal("2"),
    )


def test_spread_needs_somebody():
    with pytest.raises(ValueError, match="at least one evaluator"):
        spread(CONFIG_A, [])


def one(scale=("0", "5", "0.5"), weight="1", threshold=None, code="E"):
    limit = None if threshold is None else Decimal(threshold)
    return Criterion(code, "Excellence", Scale(*dec(*scale)), Decimal(weight), limit)


@pytest.mark.parametrize(
    ("made_of", "problem"),
    [
        ([one(), one()], "The code “E” is used for more than one criterion."),
        ([one(scale=("5", "5", "1"))], "Excellence: the scale must start at zero or above and end higher than it starts."),
        ([one(scale=("-1", "5", "1"))], "Excellence: the scale must start at zero or above and end higher than it starts."),
        ([one(scale=("0", "5", "0.3"))], "Excellence: the steps must lead from the lowest score exactly to the highest."),
        ([one(scale=("0", "5", "0"))], "Excellence: the steps must lead from the lowest score exactly to the highest."),
        ([one(scale=("0", "NaN", "1"))], "Excellence: the scale needs numbers."),
        ([one(weight="0")], "Excellence: the weight must be above zero."),
        ([one(weight="NaN")], "Excellence: the weight must be above zero."),
        ([one(threshold="5.5")], "Excellence: the threshold must lie on the scale."),
        ([one(threshold="NaN")], "Excellence: the threshold must lie on the scale."),
    ],
)  # fmt: skip
def test_scheme_that_is_wrong_cannot_be_built(made_of, problem):
    with pytest.raises(SchemeError) as refusal:
        Scheme(tuple(made_of))
    assert refusal.value.problems == [problem]


@pytest.mark.parametrize("overall", ["15.5", "-1", "NaN"])
def test_overall_threshold_must_be_reachable(overall):
    with pytest.raises(SchemeError, match="between 0 and 15"):
        Scheme(criteria("5", "0.5"), overall_threshold=Decimal(overall))


@pytest.mark.parametrize(
    ("score", "words"), [("4", "4"), ("12.500", "12.5"), ("10", "10"), ("0.000", "0"), ("78.0", "78")]
)
def test_format_score_drops_empty_decimals(score, words):
    assert format_score(Decimal(score)) == words


halves = st.integers(0, 10).map(lambda step: Decimal(step) / 2)
sheets = st.lists(st.fixed_dictionaries({"E": halves, "I": halves, "Q": halves}), min_size=1, max_size=5)


@given(sheets, st.randoms())
def test_result_does_not_depend_on_the_order_of_the_evaluators(given_sheets, random):
    mixed = random.sample(given_sheets, len(given_sheets))
    assert combined_result(CONFIG_B, given_sheets) == combined_result(CONFIG_B, mixed)


@given(sheets)
def test_combined_score_lies_between_the_lowest_and_the_highest(given_sheets):
    result = combined_result(CONFIG_A, given_sheets)
    for code, score in result.scores.items():
        given_scores = [scores[code] for scores in given_sheets]
        assert min(given_scores) <= score <= max(given_scores)


@given(sheets)
def test_total_is_within_half_a_place_of_the_exact_one(given_sheets):
    exact = sum(Fraction(score) for scores in given_sheets for score in scores.values()) / len(given_sheets)
    assert abs(Fraction(combined_result(CONFIG_A, given_sheets).total) - exact) <= Fraction(1, 2000)


@given(sheets)
def test_total_of_equal_sheets_is_the_total_of_one(given_sheets):
    first = given_sheets[0]
    assert combined_result(CONFIG_B, [first] * 3).total == total_of(CONFIG_B, first)
