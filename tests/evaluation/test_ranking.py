"""The ranked list: cases rank-01 to rank-14 and rank-30 to rank-36, and what holds for every list."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.calendar import last_in_time
from evaluation.ranking import BudgetChange, Candidate, Cut, Place, RankingError, Rules, promote, rank
from evaluation.reasons import Note, Reason
from evaluation.scoring import Result, combined_result
from tests.evaluation.schemes import CONFIG_A, CONFIG_B, CONFIG_C, sheet

NINE = datetime(2027, 3, 3, 9, tzinfo=UTC)
BY_A = Rules(CONFIG_A, tie_break=("I", "E"))


def file(key, scores, *, arrived=NINE, amount=0, scheme=CONFIG_A):
    return Candidate(key, combined_result(scheme, [sheet(*scores)]), arrived, amount)


def funded_in_order(*files, rules=BY_A):
    return rank(files, rules).keys(Place.FUNDED)


def test_rank_01_equal_totals_are_parted_by_impact():
    ranking = rank([file("P2", ("4.5", "3.5", "4")), file("P1", ("4", "4", "4"))], BY_A)
    assert [(row.key, row.position, row.reason) for row in ranking.rows] == [
        (
            "P1",
            1,
            "All thresholds are reached; 0.00 is awarded. Same total as P2; before it by Impact, 4 against 3.5.",
        ),
        (
            "P2",
            2,
            "All thresholds are reached; 0.00 is awarded. Same total as P1; after it by Impact, 3.5 against 4.",
        ),
    ]


def test_second_tie_break_decides_when_the_first_is_equal():
    files = [file("P1", ("3.5", "4", "4.5")), file("P2", ("4.5", "4", "3.5"))]
    assert funded_in_order(*files) == ["P2", "P1"]


def test_rank_03_earlier_final_version_stands_first():
    ranking = rank(
        [
            file("P1", ("4", "4", "4"), arrived=NINE.replace(hour=14, minute=59, second=10)),
            file("P2", ("4", "4", "4"), arrived=NINE),
        ],
        BY_A,
    )
    assert ranking.keys(Place.FUNDED) == ["P2", "P1"]
    assert str(ranking.rows[0].notes[1]) == (
        "Same scores as P1; before it by arrival of the final version, "
        "3 March 2027, 10:00:00.000 Brussels time against 3 March 2027, 15:59:10.000 Brussels time."
    )


def test_arrivals_are_compared_as_instants():
    tokyo = timezone(timedelta(hours=9))
    files = [
        file("P1", ("4", "4", "4"), arrived=datetime(2027, 3, 3, 17, 59, tzinfo=tokyo)),
        file("P2", ("4", "4", "4"), arrived=NINE),
    ]
    assert funded_in_order(*files) == ["P1", "P2"]


def test_rank_04_below_a_threshold_is_not_ranked():
    ranking = rank([file("P1", ("2.5", "5", "5")), file("P2", ("3", "3", "4"))], BY_A)
    below = ranking.rows[1]
    assert (below.key, below.place, below.position, below.reason) == (
        "P1",
        Place.BELOW,
        None,
        "Below the threshold on Excellence: 2.5, at least 3 is needed.",
    )


def test_rank_06_at_the_thresholds_is_ranked():
    assert funded_in_order(file("P1", ("3", "3", "4"))) == ["P1"]


def test_every_threshold_that_is_missed_is_told():
    (row,) = rank([file("P1", ("2", "2.5", "4"))], BY_A).rows
    assert row.reason == (
        "Below the threshold on Excellence: 2, at least 3 is needed. "
        "Below the threshold on Impact: 2.5, at least 3 is needed. "
        "Below the overall threshold: 8.5, at least 10 is needed."
    )


def test_rank_09_time_of_the_last_version_counts():
    deadline = NINE.replace(hour=17)
    resubmitted = last_in_time([NINE.replace(hour=8), NINE.replace(hour=16)], deadline)
    files = [
        file("P1", ("4", "4", "4"), arrived=resubmitted),
        file("P2", ("4", "4", "4"), arrived=NINE.replace(hour=10)),
    ]
    assert funded_in_order(*files) == ["P2", "P1"]


def test_rank_10_weighted_totals_in_order():
    files = [
        file("P1", ("4", "3", "5"), scheme=CONFIG_B),
        file("P2", ("5", "3.5", "4"), scheme=CONFIG_B),
        file("P3", ("3.5", "4.5", "3"), scheme=CONFIG_B),
    ]
    ranking = rank(files, Rules(CONFIG_B))
    assert [(row.key, row.total) for row in ranking.rows] == [
        ("P2", Decimal("82.0")),
        ("P1", Decimal("78.0")),
        ("P3", Decimal("75.0")),
    ]


def test_rank_13_zero_on_one_criterion_is_fundable_without_its_threshold():
    assert funded_in_order(file("P1", ("10", "8", "0"), scheme=CONFIG_C), rules=Rules(CONFIG_C)) == ["P1"]


def test_files_equal_in_everything_share_their_reason():
    files = [file(key, ("4", "4", "4")) for key in ("P3", "P1", "P2")]
    better = file("P0", ("3.5", "4.5", "4"))
    ranking = rank([*files, better], BY_A)
    shared = (
        "Same total as P0; after it by Impact, 4 against 4.5. P1, P2, P3 are equal in total, tie-break criteria "
        "and arrival; the order of their references decides."
    )
    assert [(row.key, row.equals, " ".join(map(str, row.notes[1:]))) for row in ranking.rows] == [
        ("P0", (), "Same total as P1; before it by Impact, 4.5 against 4."),
        ("P1", ("P1", "P2", "P3"), shared),
        ("P2", ("P1", "P2", "P3"), shared),
        ("P3", ("P1", "P2", "P3"), shared),
    ]


def test_a_sentence_names_at_most_ten_equal_files():
    note = Note(Reason.TIE_EQUAL, {"files": tuple(f"P{n}" for n in range(11))})
    assert str(note).startswith("P0, P1, P2, P3, P4, P5, P6, P7, P8, P9 … are equal")


def test_every_reason_has_its_sentence():
    facts = dict.fromkeys(("amount_cents", "left_cents", "number", "score", "threshold", "mine", "theirs"), 1)
    notes = [
        str(
            Note(
                reason,
                facts
                | {
                    "other": "P1",
                    "name": "N",
                    "files": ("P1",),
                    "of": 1,
                    "lot": "ab",
                    "arrived": 1,
                    "why": "W",
                },
            )
        )
        for reason in Reason
    ]
    assert (len(set(notes)), any("%" in note for note in notes)) == (len(Reason), False)


@given(st.data())
def test_files_that_were_not_cleared_are_as_if_they_were_not_there(data):
    some = st.lists(st.sampled_from(FOUR), unique_by=lambda one: one.key)
    files = data.draw(some)
    barred = {one.key: "Why." for one in data.draw(some)}

    rows = rank(files, STOP, barred=barred).rows
    without = rank([one for one in files if one.key not in barred], STOP).rows

    assert [row for row in rows if not row.is_barred] == list(without)
    out = [row for row in rows if row.is_barred]
    assert {row.key for row in out} == barred.keys() & {one.key for one in files}
    assert all((row.place, row.position, row.reserve_position) == (Place.BELOW, None, None) for row in out)


# The cut line: budget 100 000; P1 40 000, P2 35 000, P3 30 000, P4 20 000.

FOUR = [
    file("P1", ("5", "5", "5"), amount=4_000_000),
    file("P2", ("5", "5", "4.5"), amount=3_500_000),
    file("P3", ("5", "5", "4"), amount=3_000_000),
    file("P4", ("5", "5", "3.5"), amount=2_000_000),
]
STOP = Rules(CONFIG_A, budget_cents=10_000_000, cut=Cut.STOP)
SKIP = Rules(CONFIG_A, budget_cents=10_000_000, cut=Cut.SKIP)


def test_rank_30_stop_at_the_first_that_does_not_fit():
    ranking = rank(FOUR, STOP)
    assert (ranking.keys(Place.FUNDED), ranking.keys(Place.RESERVE)) == (["P1", "P2"], ["P3", "P4"])
    assert (ranking.spent_cents, ranking.left_cents) == (7_500_000, 2_500_000)
    assert [(row.reason, row.running_cents, row.reserve_position) for row in ranking.rows] == [
        (
            "All thresholds are reached; 40\u00a0000.00 fits in the 100\u00a0000.00 left of the budget.",
            4_000_000,
            None,
        ),
        (
            "All thresholds are reached; 35\u00a0000.00 fits in the 60\u00a0000.00 left of the budget.",
            7_500_000,
            None,
        ),
        ("Reserve: 30\u00a0000.00 does not fit in the 25\u00a0000.00 left of the budget.", 7_500_000, 1),
        ("Reserve: the list stops at P3, the first file that does not fit.", 7_500_000, 2),
    ]


def test_rank_31_skip_and_continue():
    ranking = rank(FOUR, SKIP)
    assert (ranking.keys(Place.FUNDED), ranking.keys(Place.RESERVE)) == (["P1", "P2", "P4"], ["P3"])
    assert ranking.spent_cents == 9_500_000


@pytest.mark.parametrize("budget", [None, 10_000_000, 100_000_000])
def test_rank_33_maximum_number_of_awards(budget):
    ranking = rank(FOUR, Rules(CONFIG_A, budget_cents=budget, max_awards=2))
    assert (ranking.keys(Place.FUNDED), ranking.keys(Place.RESERVE)) == (["P1", "P2"], ["P3", "P4"])
    assert ranking.rows[2].reason == "Reserve: the maximum number of awards, 2, is reached."


def test_rank_34_reserve_moves_up_when_an_awarded_file_withdraws():
    after = promote(rank(FOUR, STOP), withdrawn={"P2"})
    assert [(row.key, row.place, row.position, row.running_cents) for row in after.rows] == [
        ("P1", Place.FUNDED, 1, 4_000_000),
        ("P2", Place.WITHDRAWN, 2, 4_000_000),
        ("P3", Place.FUNDED, 3, 7_000_000),
        ("P4", Place.FUNDED, 4, 9_000_000),
    ]
    assert (after.rows[1].reason, after.rows[2].reason) == (
        "Withdrawn by the applicant.",
        "Promoted from the reserve list; 30\u00a0000.00 fits in the 60\u00a0000.00 now left of the budget.",
    )


def test_promotion_keeps_the_explanation_of_a_tie():
    files = [file("P1", ("4", "4", "4"), amount=6), file("P2", ("4.5", "3.5", "4"), amount=6)]
    rules = Rules(CONFIG_A, tie_break=("I",), budget_cents=6)
    row = promote(rank(files, rules), withdrawn=["P1"]).rows[1]
    assert row.reason == (
        "Promoted from the reserve list; 0.06 fits in the 0.06 now left of the budget. "
        "Same total as P1; after it by Impact, 3.5 against 4."
    )


def test_promotion_never_takes_an_award_back():
    """A 50 is funded, B 60 passed over, C 50 funded. A leaves: B would fit into 100 less nothing, but C holds 50."""
    files = [
        file("A", ("5", "5", "5"), amount=50),
        file("B", ("5", "5", "4"), amount=60),
        file("C", ("5", "5", "3"), amount=50),
    ]
    ranking = rank(files, Rules(CONFIG_A, budget_cents=100, cut=Cut.SKIP))
    after = promote(ranking, withdrawn=["A"])
    assert (ranking.keys(Place.FUNDED), after.keys(Place.FUNDED), after.keys(Place.RESERVE)) == (
        ["A", "C"],
        ["C"],
        ["B"],
    )


def test_promotion_respects_the_number_of_awards():
    ranking = rank(FOUR, Rules(CONFIG_A, max_awards=2))
    after = promote(ranking, withdrawn=["P1", "P3"])
    assert (after.keys(Place.FUNDED), after.rows[3].reason) == (
        ["P2", "P4"],
        "Promoted from the reserve list; 20\u00a0000.00 is awarded.",
    )


def test_reserve_is_counted_anew_when_a_reserve_file_withdraws():
    after = promote(rank(FOUR, STOP), withdrawn=["P3"])
    assert [(row.key, row.place, row.reserve_position) for row in after.rows[2:]] == [
        ("P3", Place.WITHDRAWN, None),
        ("P4", Place.FUNDED, None),
    ]


def test_promotion_refuses_a_file_that_is_not_listed():
    with pytest.raises(RankingError, match="Not on the list: P9"):
        promote(rank(FOUR, STOP), withdrawn=["P9"])


MORE = BudgetChange(2_500_000, "Unspent travel money moved, minutes of 3 March", "Mia Manager")


def test_rank_36_recorded_budget_change_funds_both():
    before_decision, after_decision = (
        rank(FOUR, STOP, changes=[MORE]),
        promote(rank(FOUR, STOP), changes=[MORE]),
    )
    for ranking in (before_decision, after_decision):
        assert ranking.keys(Place.FUNDED) == ["P1", "P2", "P3", "P4"]
        assert (ranking.changes, ranking.budget_cents, ranking.left_cents) == ((MORE,), 12_500_000, 0)


def test_rank_36_budget_change_one_cent_short_leaves_the_last_in_reserve():
    assert rank(FOUR, STOP, changes=[replace(MORE, cents=2_499_999)]).keys(Place.RESERVE) == ["P4"]


@pytest.mark.parametrize("missing", [{"reason": " "}, {"decided_by": ""}])
def test_rank_36_budget_change_needs_reason_and_person(missing):
    with pytest.raises(RankingError, match="recorded with its reason"):
        replace(MORE, **missing)


def test_budget_cannot_be_taken_from_what_is_awarded():
    with pytest.raises(RankingError, match="lower than what is awarded"):
        promote(rank(FOUR, STOP), changes=[replace(MORE, cents=-2_500_001)])


def test_budget_cannot_fall_below_zero():
    with pytest.raises(RankingError, match="below zero"):
        rank(FOUR, STOP, changes=[replace(MORE, cents=-10_000_001)])


def test_empty_list_is_a_list():
    assert (rank([], STOP).rows, rank([], STOP).left_cents) == ((), 10_000_000)


def test_rank_refuses_a_file_named_twice():
    with pytest.raises(RankingError, match="once"):
        rank([FOUR[0], FOUR[0]], STOP)


def test_rank_refuses_a_file_without_all_scores():
    half = Candidate("P1", Result({"E": Decimal(4)}, Decimal(4), ()), NINE, 0)
    with pytest.raises(RankingError, match="P1 has no score for I, Q"):
        rank([half], STOP)


@pytest.mark.parametrize("wrong", [{"arrived": datetime(2027, 3, 3)}, {"amount_cents": -1}])
def test_candidate_refuses_what_cannot_be(wrong):
    with pytest.raises(RankingError):
        replace(FOUR[0], **wrong)


@pytest.mark.parametrize("wrong", [{"tie_break": ("X",)}, {"tie_break": ("E", "E")}, {"budget_cents": -1}, {"max_awards": -1}])  # fmt: skip
def test_rules_refuse_what_cannot_be(wrong):
    with pytest.raises(RankingError):
        Rules(CONFIG_A, **wrong)


halves = st.integers(4, 10).map(lambda step: f"{Decimal(step) / 2}")
lists = st.lists(
    st.builds(
        lambda e, i, q, minutes, amount: (e, i, q, NINE + timedelta(minutes=minutes), amount),
        halves, halves, halves, st.integers(0, 2), st.integers(0, 40),
    ),
    max_size=25,
).map(lambda rows: [file(f"P{n:02}", row[:3], arrived=row[3], amount=row[4]) for n, row in enumerate(rows)])  # fmt: skip
rule_sets = st.builds(
    Rules,
    st.just(CONFIG_A),
    st.permutations(["E", "I", "Q"]).map(tuple),
    st.sampled_from(Cut),
    st.none() | st.integers(0, 200),
    st.none() | st.integers(0, 10),
)


@given(lists, rule_sets, st.randoms())
def test_list_does_not_depend_on_the_order_of_input(files, rules, random):
    assert rank(random.sample(files, len(files)), rules) == rank(files, rules)


@given(lists, rule_sets)
def test_list_keeps_every_file_and_every_limit(files, rules):
    ranking = rank(files, rules)
    funded = [row for row in ranking.rows if row.place == Place.FUNDED]
    assert sorted(row.key for row in ranking.rows) == sorted(item.key for item in files)
    assert rules.max_awards is None or len(funded) <= rules.max_awards
    assert ranking.left_cents is None or ranking.left_cents >= 0
    assert all(row.reason for row in ranking.rows)
    assert {row.key for row in ranking.rows if row.place == Place.BELOW} == {
        item.key for item in files if item.result.shortfalls
    }


@given(lists, rule_sets)
def test_nobody_better_stands_below_anybody(files, rules):
    ranked = [row for row in rank(files, rules).rows if row.position]
    merits = [
        (-row.total, *(-row.candidate.result.scores[code] for code in rules.tie_break), row.candidate.arrived)
        for row in ranked
    ]
    assert merits == sorted(merits)


@given(lists, rule_sets)
def test_with_stop_nobody_in_reserve_stands_above_a_funded_file(files, rules):
    places = [row.place for row in rank(files, replace(rules, cut=Cut.STOP)).rows if row.position]
    assert places == sorted(places, key=[Place.FUNDED, Place.RESERVE].index)


@given(lists, rule_sets, st.data())
def test_promotion_keeps_awards_and_limits(files, rules, data):
    before = rank(files, rules)
    gone = data.draw(st.sets(st.sampled_from([item.key for item in files]))) if files else set()
    after = promote(before, withdrawn=gone)
    assert set(after.keys(Place.FUNDED)) >= set(before.keys(Place.FUNDED)) - gone
    assert set(after.keys(Place.WITHDRAWN)) == gone
    assert after.left_cents is None or after.left_cents >= 0
    assert rules.max_awards is None or len(after.keys(Place.FUNDED)) <= rules.max_awards
    if not gone and before.rules.cut == Cut.STOP:
        assert after.keys(Place.FUNDED) == before.keys(Place.FUNDED)


@pytest.mark.parametrize("distinct", [1, 9_973])
def test_ranking_of_ten_times_the_files_takes_about_ten_times_as_long(distinct):
    """All equal, and nearly all different: nothing in it compares each file with each other one (QP9)."""

    def seconds(number: int) -> float:
        result = combined_result(CONFIG_A, [sheet("4", "4", "4")])
        files = [
            Candidate(
                f"P{n:05}",
                replace(result, total=Decimal(1000 + n * 7 % distinct) / 100),
                NINE + timedelta(seconds=n % distinct),
                100,
            )
            for n in range(number)
        ]
        rules = Rules(CONFIG_A, tie_break=("I", "E"), budget_cents=number * 50, cut=Cut.SKIP)
        spent = []
        for _ in range(3):
            started = time.process_time()
            ranking = rank(files, rules)
            spent.append(time.process_time() - started)
            assert len(ranking.keys(Place.FUNDED)) == number // 2
        return min(spent)

    assert seconds(10_000) < 30 * seconds(1_000)
