"""Ceilings, shares, rates and the envelope: the cap cases that are arithmetic, and what holds for every amount."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applicants.ceilings import (
    STANDARD_CEILING_CENTS,
    AmountRules,
    Ceiling,
    Code,
    Finding,
    Share,
    check_envelope,
    check_shares,
    grant_for,
    held_after_release,
    room_under,
)
from funding.models import DEFAULT_CEILING_CENTS

PLAIN = AmountRules()
SILICON_DEMO = AmountRules(project_max_cents=8_000_000)
GALACTICA = AmountRules(project_max_cents=10_000_000, party_max_cents=6_000_000)
FUTURAL = AmountRules(
    project_min_cents=6_000_000,
    project_max_cents=12_000_000,
    party_min_cents=3_000_000,
    party_max_cents=6_000_000,
    parties_min=2,
    parties_max=4,
)
DIH4CPS = AmountRules(
    project_max_cents=18_000_000, ceiling=Ceiling(10_000_000, legal_basis="Grant agreement, Annex 1")
)


def eur(figure):
    """Cents of a figure like "65000.01"."""
    euros, _, cents = figure.partition(".")
    return int(euros) * 100 + int(cents.ljust(2, "0") or 0)


def shares(*figures):
    return [Share(party=f"FR{n}", name=f"Firm {n}", asked_cents=eur(f)) for n, f in enumerate(figures, 1)]


def codes(asked, rules=PLAIN, held=None):
    return [finding.code for finding in check_shares(asked, rules, held or {})]


def test_cap_01_request_at_the_ceiling_is_allowed():
    assert check_shares(shares("60000.00"), PLAIN) == []


def test_one_cent_above_the_ceiling_is_refused():
    (finding,) = check_shares(shares("60000.01"), PLAIN)
    assert (finding.room_cents, finding.message) == (
        6_000_000,
        "Firm 1 asks for 60\u00a0000.01; at most 60\u00a0000.00 is possible under the 60\u00a0000 ceiling.",
    )


def test_cap_03_what_the_firm_holds_lowers_its_share():
    found = check_shares([Share("FR1", 6_000_000)], SILICON_DEMO, {"FR1": 360_000})
    assert found == [
        Finding(
            Code.CEILING,
            figure=6_000_000,
            limit=6_000_000,
            party="FR1",
            held_cents=360_000,
            room_cents=5_640_000,
        )
    ]
    assert found[0].message == (
        "This SME already holds 3\u00a0600.00; at most 56\u00a0400.00 more under the 60\u00a0000 ceiling."
    )


def test_cap_04_share_that_fills_the_ceiling_is_allowed():
    assert check_shares([Share("FR1", 5_640_000)], SILICON_DEMO, {"FR1": 360_000}) == []


def test_cap_06_whole_project_for_one_firm_needs_a_recorded_higher_cap():
    recorded = AmountRules(ceiling=Ceiling(8_000_000, legal_basis="Amendment 2, Annex 1"))
    asked = shares("80000")
    assert [codes(asked, SILICON_DEMO), codes(asked, recorded)] == [[Code.CEILING], []]


def test_cap_07_three_shares_within_the_project():
    assert check_shares(shares("30000", "30000", "20000"), SILICON_DEMO) == []


def test_cap_09_two_shares_within_the_project():
    assert check_shares(shares("60000", "20000"), SILICON_DEMO) == []


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (("60000", "40000"), []),
        (("50000", "50000"), []),
        (("60000", "50000"), [Code.PROJECT_MAXIMUM]),
        (("61000", "39000"), [Code.PARTY_MAXIMUM]),
    ],
)
def test_cap_10_party_and_project_maximum(figures, expected):
    assert codes(shares(*figures), GALACTICA) == expected


def test_cap_12_all_vouchers_of_the_project_count():
    held = {"FR1": eur("1500") + eur("20000")}
    assert [codes(shares("38500"), GALACTICA, held), codes(shares("38500.01"), GALACTICA, held)] == [
        [],
        [Code.CEILING],
    ]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (("60000", "60000"), []),
        (("30000", "30000", "30000", "30000"), []),
        (("30000", "30000"), []),
        (("25000", "60000"), [Code.PARTY_MINIMUM]),
        (("24000",) * 5, [Code.PARTIES_TOO_MANY, *[Code.PARTY_MINIMUM] * 5]),
        (("60000", "60000", "30000"), [Code.PROJECT_MAXIMUM]),
        (("60000",), [Code.PARTIES_TOO_FEW]),
        (("30000", "29999.99"), [Code.PROJECT_MINIMUM, Code.PARTY_MINIMUM]),
    ],
)
def test_cap_13_minimum_and_maximum_of_project_and_party(figures, expected):
    assert codes(shares(*figures), FUTURAL) == expected


def test_cap_14_funding_from_sister_projects_is_taken_off():
    held = {"FR1": eur("35000")}
    assert [codes(shares(figure), DIH4CPS, held) for figure in ("65000", "65000.01")] == [[], [Code.CEILING]]


def test_cap_15_room_is_never_negative():
    (finding,) = check_shares(shares("1"), DIH4CPS, {"FR1": eur("120000")})
    assert (room_under(10_000_000, 12_000_000), finding.room_cents, finding.message) == (
        0,
        0,
        "Firm 1 already holds 120\u00a0000.00; nothing more is possible under the 100\u00a0000 ceiling.",
    )


def test_cap_16_project_maximum_over_two_parties():
    assert [
        codes(shares(*figures), DIH4CPS) for figures in (("100000", "80000"), ("100000", "80000.01"))
    ] == [
        [],
        [Code.PROJECT_MAXIMUM],
    ]


@pytest.mark.parametrize(
    ("cost", "grant"),
    [
        ("80000", "56000"),
        ("85714.28", "60000"),
        ("85714.29", "60000"),
        ("90000", "60000"),
    ],
)
def test_cap_17_rate_of_the_cost_with_a_cap(cost, grant):
    assert grant_for(eur(cost), Fraction(7, 10), 6_000_000) == eur(grant)


def test_cap_17_rate_alone_rounds_half_up():
    costs = [eur("85714.28"), eur("85714.29"), 5, 15]
    assert [grant_for(cost, Fraction(7, 10)) for cost in costs] == [6_000_000, 6_000_000, 4, 11]


def test_cap_18_two_thirds_is_not_66_percent():
    cost = eur("150000")
    assert [grant_for(cost, Fraction(2, 3)), grant_for(cost, Fraction(66, 100))] == [
        eur("100000"),
        eur("99000"),
    ]


def test_cap_19_one_organisation_over_three_calls():
    rules = AmountRules(ceiling=Ceiling(20_000_000, legal_basis="Call text 4.2"))
    held = {"FR1": eur("50000")}
    assert [codes(shares(figure), rules, held) for figure in ("150000", "150000.01")] == [[], [Code.CEILING]]


def test_cap_21_another_voucher_type_counts_under_the_same_ceiling():
    held = {"FR1": eur("2000")}
    assert [codes(shares(figure), PLAIN, held) for figure in ("58000", "58000.01")] == [[], [Code.CEILING]]


def test_cap_22_at_most_two_services():
    rules = AmountRules(services_max=2)
    found = [check_shares([Share("FR1", 100, services=number)], rules) for number in (2, 3)]
    assert [[item.message for item in findings] for findings in found] == [
        [],
        ["This SME asks for 3 services; this call allows at most 2 for each party."],
    ]


def test_cap_24_dream_envelope_ends_with_the_35th_voucher():
    envelope, voucher = eur("1050000"), eur("30000")
    verdicts = [check_envelope(envelope, taken * voucher, voucher) for taken in range(36)]
    assert (verdicts[:35], room_under(envelope, 35 * voucher)) == ([None] * 35, 0)
    assert verdicts[35].message == (
        "30\u00a0000.00 does not fit in the envelope of 1\u00a0050\u00a0000: 0.00 is left."
    )


def test_cap_25_silicon_envelope_is_used_to_the_cent():
    envelope, vouchers = eur("1050000"), 12 * eur("80000") + 25 * eur("3600")
    assert check_envelope(envelope, 0, vouchers) is None
    assert check_envelope(envelope, vouchers, 1) == Finding(
        Code.ENVELOPE, figure=1, limit=envelope, held_cents=vouchers, room_cents=0
    )


def test_cap_27_linked_firms_share_one_ceiling_only_when_the_call_says_so():
    alone = [Share("FR1", eur("40000")), Share("FR2", eur("40000"))]
    linked = [Share("FR1", eur("40000"), scope="group"), Share("FR2", eur("40000"), scope="group")]
    assert [codes(alone), codes(linked)] == [[], [Code.CEILING]]
    (finding,) = check_shares([Share("a", eur("40000"), "A", "g"), Share("b", eur("40000"), "B", "g")], PLAIN)
    assert finding.message == (
        "A, B are linked and ask for 80\u00a0000.00 together; at most 60\u00a0000.00 is possible under the "
        "60\u00a0000 ceiling."
    )


def test_cap_30_what_was_released_makes_room_again():
    held = {"FR1": held_after_release(eur("60000"), eur("15000"))}
    gross = {"FR1": held_after_release(eur("60000"), eur("15000"), net_of_release=False)}
    assert [codes(shares(figure), PLAIN, held) for figure in ("15000", "15000.01")] == [[], [Code.CEILING]]
    assert codes(shares("0.01"), PLAIN, gross) == [Code.CEILING]


@pytest.mark.parametrize("released", [-1, 101])
def test_held_after_release_refuses_more_than_was_awarded(released):
    with pytest.raises(ValueError, match="No more can be released"):
        held_after_release(100, released)


def test_cap_31_higher_cap_counts_only_with_its_legal_basis():
    with_basis = AmountRules(ceiling=Ceiling(15_000_000, legal_basis="Topic text, page 4"))
    without = AmountRules(ceiling=Ceiling(15_000_000, legal_basis="  "))
    asked = shares("120000")
    assert [codes(asked, with_basis), codes(asked, without)] == [[], [Code.CEILING]]


def test_standard_ceiling_is_the_one_the_database_checks():
    assert STANDARD_CEILING_CENTS == DEFAULT_CEILING_CENTS


def test_lower_ceiling_needs_no_legal_basis():
    assert codes(shares("20000.01"), AmountRules(ceiling=Ceiling(2_000_000))) == [Code.CEILING]


def test_cap_34_total_cost_has_a_minimum():
    rules = AmountRules(cost_min_cents=eur("86000"))
    found = [check_shares([Share("FR1", 100, cost_cents=eur(cost))], rules) for cost in ("85999.99", "86000")]
    assert [[item.message for item in findings] for findings in found] == [
        [
            "The total cost is 85\u00a0999.99; this call asks for a project that costs at least 86\u00a0000.",
        ],
        [],
    ]


def test_asking_more_than_the_rate_is_refused_with_the_figure():
    rules = AmountRules(rate=Fraction(2, 3))
    found = check_shares([Share("FR1", eur("100.01"), cost_cents=eur("150"))], rules)
    assert [(item.room_cents, item.message) for item in found] == [
        (10_000, "This SME asks for 100.01; 2/3 of its cost of 150.00 is 100.00.")
    ]


def test_rate_without_cost_asks_for_the_cost():
    found = check_shares([Share("FR1", 100, name="Acme")], AmountRules(rate=Fraction(7, 10)))
    assert [item.message for item in found] == [
        "The cost of Acme is missing; this call funds 70\u00a0% of it."
    ]


def test_a_party_named_twice_is_one_third_party():
    twice = [
        Share("FR1", eur("40000"), name="Acme", cost_cents=100, services=1),
        Share("FR1", eur("30000"), cost_cents=200, services=1),
    ]
    rules = AmountRules(parties_min=2, services_max=1, cost_min_cents=301)
    assert [(item.code, item.figure) for item in check_shares(twice, rules)] == [
        (Code.PARTIES_TOO_FEW, 1),
        (Code.COST_MINIMUM, 300),
        (Code.SERVICES_MAXIMUM, 2),
        (Code.CEILING, eur("70000")),
    ]


def test_an_unfunded_partner_is_not_counted_and_has_no_minimum():
    assert codes(shares("60000", "60000", "0"), FUTURAL) == []


def test_the_tighter_of_maximum_and_ceiling_is_named():
    rules = AmountRules(party_max_cents=eur("50000"))
    assert [codes(shares("70000"), rules), codes(shares("70000"), rules, {"FR1": eur("20000")})] == [
        [Code.PARTY_MAXIMUM],
        [Code.CEILING],
    ]


def test_a_call_without_ceiling_has_none():
    assert codes(shares("900000"), AmountRules(ceiling=None)) == []


@pytest.mark.parametrize("wrong", [{"asked_cents": -1}, {"asked_cents": 1, "cost_cents": -1}])
def test_share_below_zero_cannot_be_made(wrong):
    with pytest.raises(ValueError, match="zero or more"):
        Share("FR1", **wrong)


def test_every_finding_has_its_sentence():
    for code in Code:
        message = Finding(code, 1, 2, rate=Fraction(1, 2)).message
        assert message and "%" not in message.replace("50\u00a0%", "")


cents = st.integers(0, 20_000_000)


@given(cents, cents, cents)
def test_what_is_refused_would_pass_with_the_room_that_was_named(limit, held, asked):
    rules = AmountRules(ceiling=Ceiling(limit, legal_basis="recorded"))
    found = check_shares([Share("FR1", asked)], rules, {"FR1": held})
    if found:
        room = found[0].room_cents
        assert (room < asked, check_shares([Share("FR1", room)], rules, {"FR1": held})) == (True, [])
    else:
        assert asked + held <= limit or asked == 0


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), cents), max_size=6), st.randoms())
def test_findings_do_not_depend_on_the_order_of_the_shares(asked, random):
    rows = [Share(party, amount) for party, amount in asked]
    mixed = random.sample(rows, len(rows))
    assert set(check_shares(rows, FUTURAL)) == set(check_shares(mixed, FUTURAL))


@given(cents, st.fractions(0, 1), cents)
def test_grant_is_never_above_cost_or_cap(cost, rate, cap):
    grant = grant_for(cost, rate, cap)
    assert 0 <= grant <= min(cost, cap)


def test_an_award_by_unit_is_a_multiple_of_it():
    by_day = AmountRules(unit_cents=eur("800"))

    assert codes(shares("2400"), by_day) == []
    (finding,) = check_shares(shares("2500"), by_day)
    assert (finding.code, finding.room_cents, finding.message.replace("\u00a0", " ")) == (
        Code.UNIT,
        eur("2400"),
        "Firm 1 asks for 2 500.00; this call pays 800 for each unit: ask for a multiple.",
    )


# --- support from elsewhere, and another share for those who are no SME ----------------------------------------
def declaring(asked, outside, **more):
    return [Share(party="FR1", name="Firm 1", asked_cents=eur(asked), outside_cents=eur(outside), **more)]


@pytest.mark.parametrize(
    ("asked", "outside", "room"),
    [
        ("65000", "35000", None),
        ("65000.01", "35000", 65_000_00),
        ("0.01", "120000", 0),
        ("0", "120000", None),
    ],
)
def test_cap_14_and_15_what_others_gave_is_taken_off_and_never_makes_it_negative(asked, outside, room):
    assert [finding.room_cents for finding in check_shares(declaring(asked, outside), DIH4CPS)] == (
        [] if room is None else [room]
    )


def test_what_is_held_here_and_what_is_declared_are_taken_off_together():
    (finding,) = check_shares(declaring("50000.01", "35000"), DIH4CPS, {"FR1": 15_000_00})
    assert finding.message == (
        "Firm 1 holds 15 000.00 here and declares 35 000.00 from elsewhere; at most 50 000.00 more under the "
        "100 000 ceiling.".replace(" 000", "\N{NO-BREAK SPACE}000")
    )
    group = [
        Share(party="FR1", name="Firm 1", scope="G", asked_cents=eur("40000"), outside_cents=eur("20000")),
        Share(party="FR2", name="Firm 2", scope="G", asked_cents=eur("20000"), outside_cents=eur("30000")),
    ]
    (finding,) = check_shares(group, DIH4CPS)
    assert (finding.room_cents, finding.members, finding.outside_cents) == (50_000_00, 2, 50_000_00)
    assert finding.message.startswith("Firm 1, Firm 2 are linked: their group holds 0.00 here and declares")


def test_cap_17_with_another_share_for_who_is_no_sme():
    rules = AmountRules(rate=Fraction(7, 10), no_sme_rate=Fraction(2, 3))
    asked = [
        Share(party="A", name="Firm", asked_cents=eur("56000"), cost_cents=eur("80000")),
        Share(
            party="B", name="University", asked_cents=eur("53333.34"), cost_cents=eur("80000"), is_sme=False
        ),
    ]
    (finding,) = check_shares(asked, rules)
    assert (finding.party, finding.code, finding.limit, finding.rate) == (
        "B",
        Code.RATE,
        53_333_33,
        Fraction(2, 3),
    )
    assert codes([Share(party="B", asked_cents=1, is_sme=False)], rules) == [Code.COST_MISSING]
    assert AmountRules(rate=Fraction(7, 10)).rate_of(is_sme=False) == Fraction(7, 10)
