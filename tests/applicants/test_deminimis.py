"""De minimis: every acceptance case by its number, and what holds for all aid."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applicants.deminimis import (
    REGISTER_COLUMNS,
    Aid,
    Code,
    Declaration,
    Finding,
    Member,
    RegisterEntry,
    Regulation,
    Use,
    check,
    converted,
    counts,
    declaration_text,
    divided,
    kept_until,
    merged,
    notice,
    problems,
    register_due,
    register_rows,
    regulation_names,
    single_undertaking,
    window_start,
)
from applicants.sme import Holding, Kind, Party, Structure

TODAY = date(2026, 11, 22)
NBSP = "\u00a0"


def eur(figure):
    euros, _, cents = str(figure).replace(" ", "").partition(".")
    return int(euros) * 100 + int(cents.ljust(2, "0") or 0)


def aid(amount, on="2025-03-01", state="FR", regulation=Regulation.GENERAL, **more):
    return Aid(date.fromisoformat(on), eur(amount), state, regulation, **more)


def ask(earlier, amount, **more):
    return check(
        earlier, eur(amount), **{"granted_on": TODAY, "member_state": "FR", "is_state_aid": True, **more}
    )


def test_aid_01_nothing_earlier():
    verdict = ask([], "30 000.00")
    assert (verdict.allowed, verdict.room_cents, verdict.left_cents) == (
        True,
        eur("300 000"),
        eur("270 000"),
    )


def test_aid_03_a_cent_too_much_is_all_too_much():
    verdict = ask([aid("270 000")], "30 000.01")
    (finding,) = verdict.findings
    assert (verdict.allowed, finding.over_cents, finding.room_cents) == (False, 1, eur("30 000"))
    assert ask([aid("270 000")], "30 000.00").allowed


def test_an_organisation_that_asks_for_nothing_passes_no_ceiling():
    assert ask([aid("300 000.01")], "0").allowed


def test_aid_04_tells_what_a_new_decision_could_grant():
    verdict = ask([aid("280 000")], "60 000")
    assert (verdict.allowed, verdict.room_cents) == (False, eur("20 000"))
    assert verdict.findings[0].message == (
        f"With 60{NBSP}000.00 the single undertaking would hold 340{NBSP}000.00 of the 300{NBSP}000 that Regulation "
        f"(EU) 2023/2831 allows in France within three years: 40{NBSP}000.00 too much. None of it may be granted; at most "
        f"20{NBSP}000.00 could be granted by a new decision."
    )


def test_aid_06_aid_inside_the_rolling_window_counts():
    verdict = ask([aid("200 000", "2023-11-23"), aid("150 000", "2025-01-10")], "100 000")
    assert (verdict.allowed, verdict.findings[0].sum_cents) == (False, eur("450 000"))


def test_aid_07_each_member_state_has_its_own_ceiling():
    verdict = ask([aid("250 000", state="FR")], "100 000", member_state="IT")
    assert (verdict.allowed, verdict.counted_cents) == (True, 0)


GROUP = Structure(
    "A",
    {key: Party(key) for key in "APSX"} | {"State": Party("State", kind=Kind.PUBLIC_BODY)},
    [
        Holding("P", "A", Fraction(60, 100)),
        Holding("P", "S", Fraction(55, 100)),
        Holding("X", "A", Fraction(30, 100)),
        Holding("State", "X", Fraction(1)),
        Holding("State", "P", Fraction(1)),
    ],
)


def test_aid_09_parent_and_sister_belong_to_the_single_undertaking():
    group = single_undertaking(GROUP)
    earlier = [
        aid("20 000", undertaking="A"),
        aid("180 000", undertaking="P"),
        aid("90 000", undertaking="S"),
        aid("300 000", undertaking="X"),
    ]
    verdict = ask(earlier, "30 000", undertaking=group)
    assert (group, verdict.allowed, verdict.findings[0].sum_cents) == (
        frozenset("APS"),
        False,
        eur("320 000"),
    )


def test_aid_10_holder_without_control_is_outside():
    structure = Structure("A", {"A": Party("A"), "X": Party("X")}, [Holding("X", "A", Fraction(30, 100))])
    verdict = ask([aid("300 000", undertaking="X")], "30 000", undertaking=single_undertaking(structure))
    assert verdict.allowed


def test_control_by_agreement_is_one_undertaking_and_exactly_half_is_not():
    parties = {key: Party(key) for key in "ABC"}
    holdings = [Holding("B", "A", Fraction(1, 10), control=True), Holding("C", "A", Fraction(1, 2))]
    assert single_undertaking(Structure("A", parties, holdings)) == frozenset("AB")


def test_firms_of_one_person_are_no_single_undertaking():
    parties = {"A": Party("A"), "B": Party("B"), "Ann": Party("Ann", kind=Kind.PERSON)}
    holdings = [Holding("Ann", "A", Fraction(1)), Holding("Ann", "B", Fraction(1))]
    assert single_undertaking(Structure("A", parties, holdings)) == frozenset("A")


@pytest.mark.parametrize(("asked", "allowed"), [("10 000.00", True), ("10 000.01", False)])
def test_aid_12_and_13_agriculture(asked, allowed):
    earlier = [aid("40 000", regulation=Regulation.AGRICULTURE)]
    verdict = ask(
        earlier, asked, regulation=Regulation.AGRICULTURE, use=Use(primary_agriculture=True)
    )  # fmt: skip
    assert verdict.allowed is allowed


@pytest.mark.parametrize(("asked", "allowed"), [("10 000.00", True), ("10 000.01", False)])
def test_aid_15_agriculture_and_general_count_together(asked, allowed):
    verdict = ask([aid("50 000", regulation=Regulation.AGRICULTURE), aid("240 000")], asked)
    assert (verdict.allowed, [one.code for one in verdict.findings]) == (
        allowed,
        [] if allowed else [Code.TOGETHER],
    )


def test_agriculture_is_also_held_by_the_common_ceiling():
    verdict = ask([aid("299 000")], "2 000", regulation=Regulation.AGRICULTURE)
    assert ([one.code for one in verdict.findings], verdict.room_cents) == ([Code.TOGETHER], eur("1 000"))


@pytest.mark.parametrize(("asked", "allowed"), [("5 000.00", True), ("5 000.01", False)])
def test_aid_16_fishery_counts_by_fiscal_years(asked, allowed):
    fishery = Regulation.FISHERY
    earlier = [
        aid("10 000", "2024-01-01", regulation=fishery),
        aid("15 000", "2026-02-01", regulation=fishery),
        aid("9 000", "2023-12-31", regulation=fishery),
    ]
    assert ask(earlier, asked, regulation=fishery).allowed is allowed
    assert ask(earlier, "15 000", regulation=fishery, has_register=True).allowed


def test_fiscal_year_may_begin_in_another_month():
    early = aid("1", "2024-03-31", regulation=Regulation.FISHERY)
    told = [counts(early, date(2026, 3, 1), fiscal_month=4), counts(early, date(2026, 4, 1), fiscal_month=4)]
    assert told == [True, False]


@pytest.mark.parametrize(("asked", "allowed"), [("50 000.00", True), ("50 000.01", False)])
def test_aid_18_services_of_general_interest(asked, allowed):
    sgei = Regulation.SGEI
    assert ask([aid("700 000", regulation=sgei)], asked, regulation=sgei).allowed is allowed


def test_sgei_aid_beside_general_aid_is_for_a_person_to_look_at():
    verdict = ask([aid("700 000", regulation=Regulation.SGEI)], "300 000")
    assert (verdict.allowed, [one.code for one in verdict.cautions]) == (True, [Code.WITH_SGEI])


def test_aid_19_central_eu_money_is_not_state_aid():
    verdict = ask([aid("300 000")], "30 000", is_state_aid=False)
    assert (verdict.applies, verdict.allowed, verdict.counted_cents) == (False, True, 0)
    assert verdict.findings[0].message.startswith("The money comes from an EU programme")


def test_aid_21_primary_agriculture_has_its_own_regulation():
    verdict = ask([], "1.00", use=Use(primary_agriculture=True))
    assert (verdict.allowed, verdict.findings) == (False, [Finding(Code.PRIMARY_AGRICULTURE)])
    assert "No 1408/2013 applies" in verdict.findings[0].message


@pytest.mark.parametrize(
    ("use", "code"),
    [
        (Use(tied_to_exports=True), Code.EXPORT),
        (Use(domestic_goods=True), Code.DOMESTIC_GOODS),
        (Use(primary_fishery=True), Code.PRIMARY_FISHERY),
    ],
)
def test_aid_22_excluded_uses(use, code):
    verdict = ask([], "1.00", use=use)
    assert (verdict.allowed, [one.code for one in verdict.findings]) == (False, [code])


def test_aid_24_merged_firms_bring_all_their_aid_and_it_stays_lawful():
    both = merged("M", [aid("150 000", undertaking="A")], [aid("200 000", undertaking="B")])
    verdict = ask(both, "1.00", undertaking={"M"})
    assert (verdict.allowed, verdict.room_cents, [one.code for one in verdict.cautions]) == (
        False,
        0,
        [Code.EARLIER_OVER],
    )


def test_aid_25_split_gives_the_aid_to_the_part_that_used_it():
    moved = divided(aid("200 000", undertaking="A"), used_by="X")
    assert ask(moved, "100 000", undertaking={"A"}).counted_cents == 0
    assert ask(moved, "100 000", undertaking={"A"}).allowed
    refused = ask(moved, "100 001", undertaking={"X"})
    assert (refused.allowed, refused.findings[0].sum_cents) == (False, eur("300 001"))


def test_split_without_a_user_goes_by_equity_to_the_cent():
    parts = divided(aid("100.00"), equity_cents={"A": 1, "B": 1, "C": 1})
    assert [(one.undertaking, one.amount_cents) for one in parts] == [("A", 3333), ("B", 3333), ("C", 3334)]


@pytest.mark.parametrize("equity", [None, {}, {"A": 0}, {"A": -1, "B": 2}])
def test_split_needs_a_user_or_equity(equity):
    with pytest.raises(ValueError, match="which part used"):
        divided(aid("1.00"), equity_cents=equity)


@pytest.mark.parametrize(("on", "allowed"), [("2025-02-28", True), ("2025-03-01", False)])
def test_aid_26_and_27_window_from_a_leap_day(on, allowed):
    earlier = [aid("200 000", on), aid("150 000", "2026-05-05")]
    assert ask(earlier, "150 000", granted_on=date(2028, 2, 29)).allowed is allowed


def test_strict_mode_counts_the_boundary_day():
    edge = aid("1.00", "2023-11-22")
    assert [counts(edge, TODAY), counts(edge, TODAY, strict=True)] == [False, True]


def test_aid_granted_later_does_not_count():
    assert not counts(aid("1.00", "2026-11-23"), TODAY)


def test_aid_28_the_gross_grant_equivalent_counts():
    loan = aid("40 000", instrument="loan", face_cents=eur("1 000 000"))
    verdict = ask([loan], "260 000.00")
    assert (verdict.allowed, verdict.left_cents) == (True, 0)


def test_aid_30_blank_declaration_awards_nothing():
    member = (Member("Acme", "FR1"),)
    blank = Declaration(member, "FR")
    none = Declaration(member, "FR", none_received=True)
    verdict = ask(blank.known_aids, "1.00")
    assert (verdict.allowed, [one.code for one in verdict.findings]) == (False, [Code.UNDECLARED])
    assert (ask(none.known_aids, "1.00").allowed, len(problems(blank)), problems(none)) == (True, 1, [])


def test_aid_31_other_currencies_keep_amount_rate_and_day():
    swedish = converted(
        100_000_00,
        currency="SEK",
        rate=Fraction("11.4575"),
        rate_on=date(2025, 3, 3),
        granted_on=date(2025, 3, 1),
        member_state="SE",
    )
    assert (swedish.amount_cents, swedish.original_cents, swedish.currency, swedish.rate_on) == (
        872_791,
        10_000_000,
        "SEK",
        date(2025, 3, 3),
    )


def test_rate_of_zero_is_refused():
    with pytest.raises(ValueError, match="above zero"):
        converted(1, currency="SEK", rate=Fraction(0), rate_on=TODAY, granted_on=TODAY, member_state="SE")


def test_regulation_ends_in_2030():
    found = [ask([], "1.00", granted_on=date(year, 6, 1)).allowed for year in (2023, 2024, 2030, 2031)]
    assert found == [False, True, True, False]


def test_negative_aid_cannot_be_made():
    with pytest.raises(ValueError, match="zero or more"):
        Aid(TODAY, -1, "FR")


# --- papers ------------------------------------------------------------------------------------------------
def test_declaration_names_the_undertaking_and_every_aid():
    declared = Declaration(
        (Member("Acme SAS", "FR61954506077"), Member("Parent", "")),
        "FR",
        (aid("20 000", authority="Région Sud"),),
    )
    assert declaration_text(declared)[:2] == [
        "The following form one single undertaking within the meaning of Article 2(2) of Regulation (EU) 2023/2831: "
        "Acme SAS (FR61954506077), Parent.",
        f"1 March 2025: 20{NBSP}000.00 EUR from Région Sud in France under Regulation (EU) 2023/2831.",
    ]
    assert "none of them received" in declaration_text(Declaration((), "FR", none_received=True))[1]


def test_declaration_that_contradicts_itself_is_told():
    wrong = Declaration((), "FR", (aid("1"),), none_received=True)
    assert [sentence[:20] for sentence in problems(wrong)] == ["You list aid and sta", "Name the authority t"]


def test_notice_names_amount_and_regulation():
    told = notice(aid("30 000", "2026-11-22"), beneficiary="Acme", title="Sensors")
    assert f"30{NBSP}000.00 EUR (gross grant equivalent)" in told and "2023/2831" in told


def test_register_row_is_whole_and_due_in_twenty_working_days():
    entry = RegisterEntry(
        "DRM-27-0042", "Acme", "FR61954506077", "FR", "62.10", aid("30 000.05", "2026-11-20")
    )
    (row,) = register_rows([entry, RegisterEntry("x", "y", "", "FR", "", aid("1", "2025-12-31"))])
    assert (tuple(row), row["amount_eur"], row["register_by"], row["kept_until"]) == (
        REGISTER_COLUMNS,
        "30000.05",
        "2026-12-18",
        "2036-11-20",
    )
    assert (register_due(date(2026, 11, 21)), kept_until(date(2028, 2, 29))) == (
        date(2026, 12, 18),
        date(2038, 2, 28) + timedelta(days=1),
    )


def test_every_finding_and_regulation_has_its_words():
    assert all(Finding(code).message for code in Code)
    assert [one for one, _name in regulation_names()] == list(Regulation)


# --- what holds for all aid --------------------------------------------------------------------------------
amounts = st.integers(0, 40_000_000)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@given(st.lists(st.tuples(days, amounts, st.sampled_from(list(Regulation))), max_size=5), amounts, days)
def test_what_is_allowed_fits_and_the_room_is_exact(earlier, asked, on):
    aids = [Aid(day, cents, "FR", regulation) for day, cents, regulation in earlier]
    verdict = check(aids, asked, granted_on=on, member_state="FR", is_state_aid=True)
    room = verdict.room_cents
    again = [
        check(aids, cents, granted_on=on, member_state="FR", is_state_aid=True).allowed
        for cents in (room, room + 1)
    ]
    assert (verdict.allowed, again) == (asked <= room, [True, False])


@given(days)
def test_window_is_three_years_long(on):
    start = window_start(on)
    assert start.year == on.year - 3 and (start.month, start.day) in {(on.month, on.day), (2, 28)}


@given(amounts, st.lists(st.integers(1, 10**9), min_size=1, max_size=5))
def test_split_aid_adds_up(amount, equity):
    parts = divided(Aid(TODAY, amount, "FR"), equity_cents={str(n): cents for n, cents in enumerate(equity)})
    assert sum(one.amount_cents for one in parts) == amount
