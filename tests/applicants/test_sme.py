"""The SME definition: every acceptance case by its number, and what holds for every structure."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.sme import (
    AccountingYear,
    Consolidated,
    Figures,
    Holding,
    Independence,
    Kind,
    Party,
    Say,
    Size,
    Staff,
    Structure,
    Work,
    annual_work_units,
    assess,
    category,
    closed_years,
    status_after,
    told_headcount,
)

MICRO, SMALL, MEDIUM, LARGE = Size.MICRO, Size.SMALL, Size.MEDIUM, Size.LARGE


def fig(headcount, turnover, balance):
    """Figures in work units and EUR million, written as text so that no float comes near."""

    def millions(value):
        return None if value is None else Fraction(str(value)) * 100_000_000

    return Figures(
        None if headcount is None else Fraction(str(headcount)), millions(turnover), millions(balance)
    )


def pct(value):
    return Fraction(str(value)) / 100


def party(key, figures=None, kind=Kind.ENTERPRISE, **more):
    years = () if figures is None else (fig(*figures), fig(*figures))
    return Party(key, kind=kind, years=years, **more)


def structure(*parties, holdings=(), consolidated=()):
    """The first party is the enterprise looked at."""
    return Structure(parties[0].key, {one.key: one for one in parties}, holdings, consolidated)


def owns(owner, owned, capital, votes=None, **more):
    return Holding(owner, owned, pct(capital), None if votes is None else pct(votes), **more)


def totals(result):
    return result.years[0].totals


# --- one enterprise ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headcount", "turnover", "balance", "expected"),
    [
        pytest.param(9, "2.00", "2.00", MICRO, id="sme-01"),
        pytest.param(10, "1.50", "1.00", SMALL, id="sme-03"),
        pytest.param(9, "2.01", "2.01", SMALL, id="sme-04"),
        pytest.param(9, "60.00", "1.50", MICRO, id="sme-06"),
        pytest.param(9, "10.01", "10.01", MEDIUM, id="sme-07"),
        pytest.param(5, "51.00", "44.00", LARGE, id="sme-09"),
        pytest.param(30, "10.01", "10.00", SMALL, id="sme-10"),
        pytest.param("49.99", "10.00", "10.00", SMALL, id="sme-12"),
        pytest.param(50, "5.00", "5.00", MEDIUM, id="sme-13"),
        pytest.param(249, "50.00", "60.00", MEDIUM, id="sme-15"),
        pytest.param(249, "51.00", "43.00", MEDIUM, id="sme-16"),
        pytest.param("249.5", "30.00", "30.00", MEDIUM, id="sme-18"),
        pytest.param(250, "1.00", "1.00", LARGE, id="sme-19"),
    ],
)
def test_sme_01_to_19_category_of_one_enterprise(headcount, turnover, balance, expected):
    alone = structure(party("A", (headcount, turnover, balance)))
    result = assess(alone)
    assert (result.size, result.independence, result.is_sme) == (
        expected,
        Independence.AUTONOMOUS,
        expected is not LARGE,
    )


def test_sme_21_shell_firm_is_micro_and_asked_for_an_estimate():
    result = assess(structure(party("A", (0, 0, 0))))
    assert (result.size, [one.code for one in result.cautions]) == (MICRO, [Say.SHELL])


def test_sme_22_missing_headcount_cannot_be_decided():
    result = assess(structure(party("A", (None, "3.00", "2.00"))))
    assert (result.size, result.is_sme) == (None, None)
    assert [one.message for one in result.cautions] == [
        "Missing for A: headcount. What is not known is not taken for zero."
    ]
    assert result.reasons[-1].code is Say.UNDECIDED


def test_one_amount_within_the_ceiling_is_enough_when_the_other_is_missing():
    assert [category(fig(9, "2.00", None)), category(fig(9, "2.01", None)), category(fig(250, None, 1))] == [
        MICRO,
        None,
        LARGE,
    ]


def test_enterprise_without_figures_cannot_be_decided():
    assert assess(structure(party("A"))).size is None


# --- ownership ---------------------------------------------------------------------------------------------
def both(first, second, share, votes=None, kind=Kind.ENTERPRISE):
    return structure(
        party("A", first), party("X", second, kind), holdings=[owns("X", "A", share, votes)]
    )  # fmt: skip


def test_sme_24_holder_below_a_quarter_leaves_it_autonomous():
    result = assess(both((40, 6, 5), (300, 60, 50), "24.99"))
    assert (totals(result), result.size, result.independence) == (
        fig(40, 6, 5),
        SMALL,
        Independence.AUTONOMOUS,
    )


def test_sme_25_a_quarter_makes_a_partner():
    result = assess(both((40, 6, 5), (300, 60, 50), "25.00"))
    assert (totals(result), result.size, result.independence) == (
        fig(115, 21, "17.5"),
        MEDIUM,
        Independence.PARTNER,
    )


def test_sme_27_exactly_half_is_a_partner():
    result = assess(both((30, 5, 4), (400, 80, 70), 50))
    assert (totals(result), result.size, result.independence) == (
        fig(230, 45, 39),
        MEDIUM,
        Independence.PARTNER,
    )


def test_sme_28_majority_of_votes_links():
    result = assess(both((30, 5, 4), (400, 80, 70), 50, "50.01"))
    assert (totals(result), result.size, result.independence) == (
        fig(430, 85, 74),
        LARGE,
        Independence.LINKED,
    )


def test_majority_of_capital_without_votes_is_a_partner():
    result = assess(both((30, 5, 4), (100, 10, 10), 60, 40))
    assert (totals(result), result.independence) == (fig(90, 11, 10), Independence.PARTNER)


def test_control_without_a_majority_links():
    result = assess(
        structure(party("A", (30, 5, 4)), party("X", (10, 1, 1)), holdings=[owns("X", "A", 10, control=True)])
    )
    assert (totals(result), result.reasons[0].code) == (fig(40, 6, 5), Say.CONTROLLED)


def test_sme_30_partners_up_and_down_both_count():
    result = assess(
        structure(
            party("A", (45, 9, 8)),
            party("B", (60, 12, 10)),
            party("C", (20, 4, 3)),
            holdings=[owns("B", "A", 33), owns("A", "C", 49)],
        )
    )
    assert (totals(result), result.size) == (fig("74.6", "14.92", "12.77"), MEDIUM)


def test_sme_31_linked_holders_count_jointly():
    result = assess(
        structure(
            party("A", (40, 8, 7)),
            party("U1", (60, 20, 15)),
            party("U2", (40, 10, 10)),
            holdings=[owns("U1", "A", 15), owns("U2", "A", 15), owns("U1", "U2", 100)],
        )
    )
    assert (totals(result), result.size, result.independence) == (
        fig(70, 17, "14.5"),
        MEDIUM,
        Independence.PARTNER,
    )


def test_sme_33_the_higher_of_capital_and_votes_counts():
    result = assess(both((48, 9, 9), (20, 5, 5), 26, 20))
    assert (totals(result), result.size) == (fig("53.2", "10.3", "10.3"), MEDIUM)


def test_sme_34_cross_holding_counts_once_at_the_higher_share():
    result = assess(
        structure(
            party("A", (20, 3, 2)),
            party("X", (100, 30, 20)),
            holdings=[owns("X", "A", 30), owns("A", "X", 45)],
        )
    )
    assert (totals(result), result.size) == (fig(65, "16.5", 11), MEDIUM)


def test_sme_36_partner_of_a_linked_firm_counts_pro_rata():
    result = assess(
        structure(
            party("A", (8, 1, 1)),
            party("L", (20, 4, 3)),
            party("M", (50, 9, 8)),
            holdings=[owns("L", "A", 100), owns("M", "L", 40)],
        )
    )
    assert (totals(result), result.size, result.independence) == (
        fig(48, "8.6", "7.2"),
        SMALL,
        Independence.LINKED,
    )


def test_sme_37_partners_of_partners_are_ignored():
    result = assess(
        structure(
            party("A", (8, "1.5", 1)),
            party("P", (30, 4, 3)),
            party("R", (900, 300, 200)),
            holdings=[owns("P", "A", 30), owns("R", "P", 40)],
        )
    )
    assert (totals(result), result.size) == (fig(17, "2.7", "1.9"), SMALL)


def test_sme_38_venture_capital_below_control_is_excepted():
    result = assess(both((30, 5, 4), (300, 60, 50), 40, kind=Kind.VENTURE_CAPITAL))
    assert (totals(result), result.size, result.independence) == (
        fig(30, 5, 4),
        SMALL,
        Independence.AUTONOMOUS,
    )
    assert [one.code for one in result.reasons][1] is Say.SPARED


def test_sme_39_majority_ends_the_exception():
    result = assess(both((30, 5, 4), (300, 60, 50), 40, 51, kind=Kind.VENTURE_CAPITAL))
    assert (totals(result), result.size, result.independence) == (
        fig(330, 65, 54),
        LARGE,
        Independence.LINKED,
    )


def test_sme_40_linked_excepted_investors_with_a_joint_majority():
    result = assess(
        structure(
            party("A", (20, 3, 2)),
            party("Uni", (100, 10, 8), Kind.UNIVERSITY),
            party("Fund", (50, 6, 4), Kind.PUBLIC_INVESTMENT),
            party("C", (40, 4, 4)),
            holdings=[
                owns("Uni", "A", 25),
                owns("Fund", "A", 30),
                owns("Uni", "Fund", 60),
                owns("C", "A", 25),
            ],
        )
    )
    assert (totals(result), result.independence, result.is_public) == (
        fig(180, 20, 15),
        Independence.LINKED,
        False,
    )
    assert Say.PUBLIC_FUND in [one.code for one in result.cautions]


def test_linked_excepted_investors_below_a_majority_stay_excepted():
    result = assess(
        structure(
            party("A", (20, 3, 2)),
            party("Uni", (100, 10, 8), Kind.UNIVERSITY),
            party("Fund", (50, 6, 4), Kind.PUBLIC_INVESTMENT),
            holdings=[owns("Uni", "A", 20), owns("Fund", "A", 30), owns("Uni", "Fund", 60)],
        )
    )
    assert totals(result) == fig(20, 3, 2)


def angels(invested, firm=None):
    parties = [party("A", (30, 5, 4)), party("Angels", kind=Kind.BUSINESS_ANGEL)]
    holdings = [owns("Angels", "A", 35, invested_cents=invested)]
    if firm:
        parties.append(party("Firm", firm))
        holdings.append(owns("Angels", "Firm", 80))
    return assess(structure(*parties, holdings=holdings))


def test_sme_42_angels_below_the_amount_are_excepted():
    result = angels(124_999_900, firm=(100, 20, 20))
    assert (totals(result), result.size, result.cautions) == (fig(30, 5, 4), SMALL, [])


@pytest.mark.parametrize("invested", [125_000_000, None])
def test_sme_43_angels_at_the_amount_are_not_excepted(invested):
    result = angels(invested, firm=(100, 20, 20))
    assert (totals(result), result.size) == (fig(65, 12, 11), MEDIUM)
    assert [one.code for one in result.cautions] == [Say.ANGELS]


def test_angels_of_one_firm_share_one_amount():
    result = assess(
        structure(
            party("A", (30, 5, 4)),
            party("Ada", kind=Kind.BUSINESS_ANGEL),
            party("Ben", kind=Kind.BUSINESS_ANGEL),
            party("Firm", (100, 20, 20)),
            holdings=[
                owns("Ada", "A", 25, invested_cents=70_000_000),
                owns("Ben", "A", 5, invested_cents=60_000_000),
                owns("Ada", "Firm", 60),
            ],
        )
    )
    assert totals(result) == fig(55, 10, 9)


def founder(same_market):
    return assess(
        structure(
            party("A", (6, "0.8", "0.5")),
            party("Founder", kind=Kind.PERSON),
            party("B", (45, 9, 8), same_market=same_market),
            holdings=[owns("Founder", "A", 100), owns("Founder", "B", 80)],
        )
    )


def test_sme_44_firms_of_one_person_in_the_same_market_are_linked():
    result = founder(True)
    assert (totals(result), result.size, result.independence) == (
        fig(51, "9.8", "8.5"),
        MEDIUM,
        Independence.LINKED,
    )


def test_sme_45_firms_of_one_person_in_other_markets_are_not():
    result = founder(False)
    assert (totals(result), result.size, result.independence) == (
        fig(6, "0.8", "0.5"),
        MICRO,
        Independence.AUTONOMOUS,
    )


def test_a_person_is_no_partner_enterprise():
    result = assess(
        structure(
            party("A", (6, "0.8", "0.5")),
            party("Founder", kind=Kind.PERSON),
            party("B", (45, 9, 8)),
            holdings=[owns("Founder", "A", 60), owns("Founder", "B", 40)],
        )
    )
    assert (totals(result), result.independence) == (fig(6, "0.8", "0.5"), Independence.AUTONOMOUS)


def test_sme_46_consolidated_accounts_stand_for_the_whole_group():
    result = assess(
        structure(
            party("A", (30, 5, 4)),
            party("L", (20, 4, 3)),
            party("P", (40, 8, 8)),
            holdings=[owns("L", "A", 100), owns("P", "A", 25)],
            consolidated=[Consolidated(frozenset("AL"), (fig(45, 7, 6), fig(45, 7, 6)))],
        )
    )
    assert (totals(result), result.size, [line.keys for line in result.years[0].lines]) == (
        fig(55, 9, 8),
        MEDIUM,
        [("A", "L"), ("P",)],
    )


def test_circle_of_holdings_ends_and_counts_each_firm_once():
    result = assess(
        structure(
            party("A", (1, 1, 1)),
            party("B", (2, 2, 2)),
            party("C", (4, 4, 4)),
            holdings=[owns("A", "B", 60), owns("B", "C", 60), owns("C", "A", 60), owns("A", "A", 10)],
        )
    )
    assert totals(result) == fig(7, 7, 7)


# --- public bodies -----------------------------------------------------------------------------------------
def public(*parties, holdings):
    return assess(structure(party("A", (5, 1, 1)), *parties, holdings=holdings))


@pytest.mark.parametrize(("share", "expected"), [("24.99", MICRO), ("25", LARGE)])
def test_sme_47_and_48_ministry_up_to_a_quarter(share, expected):
    result = public(party("Ministry", kind=Kind.PUBLIC_BODY), holdings=[owns("Ministry", "A", share)])
    assert (result.size, result.is_public) == (expected, expected is LARGE)


def test_sme_49_public_bodies_count_jointly():
    result = public(
        party("Region", kind=Kind.PUBLIC_BODY),
        party("City", kind=Kind.LOCAL_AUTHORITY, budget_cents=20_000_000_000, inhabitants=200_000),
        holdings=[owns("Region", "A", 15), owns("City", "A", 10)],
    )
    assert (result.is_sme, result.reasons[-1].share) == (False, Fraction(1, 4))


def town(budget_cents, inhabitants, share):
    return public(
        party("Town", kind=Kind.LOCAL_AUTHORITY, budget_cents=budget_cents, inhabitants=inhabitants),
        holdings=[owns("Town", "A", share)],
    )


def test_sme_51_small_town_is_excepted():
    assert town(999_000_000, 4_999, 40).size is MICRO


def test_sme_52_both_conditions_of_a_small_town_count():
    found = [
        town(900_000_000, 6_000, 30),
        town(1_000_000_000, 4_999, 30),
        town(None, 4_999, 30),
        town(900_000_000, 5_000, 30),
    ]
    assert [one.is_sme for one in found] == [False] * 4


def test_small_town_with_a_majority_is_not_excepted():
    assert town(900_000_000, 1_000, 51).is_sme is False


def test_sme_54_state_owned_holding_is_indirect_control():
    result = public(
        party("State", kind=Kind.PUBLIC_BODY),
        party("Top", (10, 1, 1)),
        party("Holding", (10, 1, 1)),
        holdings=[owns("State", "Top", 100), owns("Top", "Holding", 100), owns("Holding", "A", 30)],
    )
    assert (result.is_sme, result.is_public) == (False, True)


def test_public_investment_corporation_is_excepted():
    result = public(
        party("State", kind=Kind.PUBLIC_BODY),
        party("Fund", (10, 1, 1), Kind.PUBLIC_INVESTMENT),
        holdings=[owns("State", "Fund", 100), owns("Fund", "A", 30)],
    )
    assert (result.size, totals(result)) == (MICRO, fig(5, 1, 1))


def test_public_control_without_a_quarter_is_not_sme():
    assert (
        public(party("State", kind=Kind.PUBLIC_BODY), holdings=[owns("State", "A", 1, control=True)]).is_sme
        is False
    )


# --- two years ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "previous", "latest", "expected"),
    [
        pytest.param(SMALL, MEDIUM, MEDIUM, MEDIUM, id="sme-55"),
        pytest.param(MEDIUM, LARGE, LARGE, LARGE, id="sme-57"),
        pytest.param(MEDIUM, LARGE, MEDIUM, MEDIUM, id="sme-58"),
        pytest.param(LARGE, LARGE, MEDIUM, LARGE, id="sme-60"),
        pytest.param(MICRO, SMALL, MEDIUM, SMALL, id="sme-61"),
        pytest.param(LARGE, SMALL, MICRO, SMALL, id="two years below"),
        pytest.param(None, SMALL, MEDIUM, SMALL, id="no status before"),
        pytest.param(MEDIUM, None, MICRO, MICRO, id="one closed year"),
    ],
)
def test_sme_55_to_61_status_after_two_years(before, previous, latest, expected):
    assert status_after(before, previous, latest) is expected


def two_years(latest, previous, **more):
    return assess(structure(Party("A", years=(fig(*latest), fig(*previous)))), **more)


def test_sme_58_one_large_year_is_told_and_does_not_count():
    result = two_years((100, 9, 9), (300, 60, 60), before=MEDIUM)
    assert (result.size, [year.size for year in result.years]) == (MEDIUM, [MEDIUM, LARGE])


def test_status_kept_is_said_in_words():
    result = two_years((55, 9, 9), (45, 9, 9))
    assert (result.size, result.reasons[-1].message) == (
        SMALL,
        "The last year alone would give “medium-sized”; the status changes only after two years in a row, so it "
        "stays “small”.",
    )


def test_change_of_owner_counts_at_once():
    result = two_years((300, 60, 60), (30, 5, 5), changed_owner=True)
    assert (result.size, result.reasons[-1].code) == (LARGE, Say.OWNER_CHANGED)


def test_sme_63_new_firm_gives_an_estimate():
    estimate = structure(Party("A", years=(fig(4, "0.3", "0.2"),)))
    result = assess(estimate, is_estimate=True)
    assert (result.size, result.is_estimate, [one.message for one in result.reasons]) == (
        MICRO,
        True,
        [
            "No other enterprise's figures are added: the enterprise is autonomous.",
            "Estimate of a new firm: 4 work units, turnover 300\u00a0000 EUR, balance sheet 200\u00a0000 EUR: micro.",
        ],
    )


def test_sme_64_the_last_approved_accounts_count():
    years = [
        AccountingYear(date(2023, 12, 31), date(2024, 5, 2), fig(30, 5, 5)),
        AccountingYear(date(2025, 12, 31), None, fig(300, 90, 90)),
        AccountingYear(date(2024, 12, 31), date(2025, 5, 2), fig(60, 11, 11)),
        AccountingYear(date(2022, 12, 31), date(2023, 5, 2), fig(9, 1, 1)),
    ]
    used = closed_years(years, date(2026, 2, 10))
    assert [year.ends_on.year for year in used] == [2024, 2023]
    assert closed_years(years, date(2025, 5, 1))[0].ends_on.year == 2023


# --- headcount ---------------------------------------------------------------------------------------------
def test_sme_66_apprentices_are_out_and_a_working_owner_is_in():
    staff = [
        Staff(9),
        Staff(1, part=Fraction(1, 2)),
        Staff(1, Work.OWNER),
        Staff(3, Work.APPRENTICE),
    ]
    assert annual_work_units(staff) == Fraction(21, 2)


def test_sme_67_parental_leave_is_not_counted():
    assert annual_work_units([Staff(1, leave_months=6)]) == Fraction(1, 2)


@pytest.mark.parametrize("wrong", [{"people": -1}, {"people": 1, "part": Fraction(2)}, {"people": 1, "leave_months": 13}])  # fmt: skip
def test_staff_out_of_range_cannot_be_made(wrong):
    with pytest.raises(ValueError, match="out of range"):
        Staff(**wrong)


# --- input and words ---------------------------------------------------------------------------------------
def test_missing_year_of_a_partner_is_assumed_and_told():
    result = assess(
        structure(
            party("A", (9, 1, 1)),
            Party("P", years=(fig(20, 2, 2),)),
            holdings=[owns("P", "A", 50)],
        )
    )
    assert [year.totals for year in result.years] == [fig(19, 2, 2)] * 2
    assert [one.code for one in result.cautions] == [Say.ASSUMED]


def test_unknown_party_is_refused():
    with pytest.raises(ValueError, match="Nobody is called X"):
        structure(party("A", (1, 1, 1)), holdings=[owns("X", "A", 10)])


def test_holdings_above_everything_are_noticed():
    over = structure(
        party("A"), party("X"), party("Y"), holdings=[owns("X", "A", 60), owns("Y", "A", 40, "40.01")]
    )
    assert over.over_full() == ["A"]


def test_headcount_is_told_exactly_or_marked():
    assert [told_headcount(value) for value in (Fraction("74.6"), 9, Fraction(1, 3), None)] == [
        "74.6",
        "9",
        "≈\u00a00.33",
        "",
    ]


def test_every_reason_has_its_sentence():
    from applicants.sme import Reason

    for code in Say:
        message = Reason(code, ("X",), "Y", Fraction(1, 4), fig(1, 1, 1), SMALL, MICRO, ("turnover",)).message
        assert message and "%(" not in message


shares = st.integers(0, 100).map(lambda value: Fraction(value, 100))
keys = st.sampled_from("ABCDEF")
sizes = st.integers(0, 300)


@st.composite
def structures(draw):
    """Any graph of six firms, circles and all; more than 100 % held is no matter here."""
    parties = {key: Party(key, years=(Figures(draw(sizes), draw(sizes), draw(sizes)),)) for key in "ABCDEF"}
    holdings = [
        Holding(owner, owned, capital, votes)
        for owner, owned, capital, votes in draw(
            st.lists(st.tuples(keys, keys, shares, st.none() | shares), max_size=9)
        )
    ]
    return Structure("A", parties, holdings)


@settings(max_examples=60, deadline=None)
@given(structures(), keys, st.integers(1, 300))
def test_another_linked_enterprise_never_lowers_a_figure(before, owned, headcount):
    more = Party("Z", years=(Figures(headcount, 1, 1),))
    after = Structure(
        "A",
        {**before.parties, "Z": more},
        [*before.holdings, Holding("A", "Z", Fraction(1)), Holding("Z", owned, Fraction(3, 5))],
    )
    old, new = totals(assess(before)), totals(assess(after))
    assert new.headcount >= old.headcount + headcount
    assert (new.turnover > old.turnover, new.balance > old.balance) == (True, True)


@settings(max_examples=60, deadline=None)
@given(structures(), st.randoms())
def test_result_does_not_depend_on_the_order_of_the_holdings(given_one, random):
    mixed = Structure("A", given_one.parties, random.sample(given_one.holdings, len(given_one.holdings)))
    assert totals(assess(mixed)) == totals(assess(given_one))


@settings(max_examples=60, deadline=None)
@given(structures())
def test_totals_are_the_exact_sum_of_the_lines_and_no_firm_counts_twice(given_one):
    year = assess(given_one).years[0]
    counted = [key for line in year.lines for key in line.keys]
    assert (len(counted), counted[0]) == (len(set(counted)), "A")
    for name in ("headcount", "turnover", "balance"):
        assert getattr(year.totals, name) == sum(
            line.share * getattr(given_one.parties[line.keys[0]].years[0], name) for line in year.lines
        )


@given(sizes, sizes, sizes)
def test_more_people_never_make_an_enterprise_smaller(headcount, turnover, more):
    amount = turnover * 100_000_000
    low, high = (category(Figures(people, amount, amount)) for people in (headcount, headcount + more))
    assert low.rank <= high.rank
