"""Rules of eligibility as data: their settings, their sentences, how they judge."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls import rules
from calls.rules import KINDS, OFFERED, Facts, Party, Rule, faults_of, faults_of_list, judge

NBSP = "\u00a0"


def party(key: str = "A", **fields: Any) -> Party:
    return Party(
        **{
            "key": key,
            "name": f"Firm {key}",
            "country": "IT",
            "country_name": "Italy",
            "size": "small",
            "size_name": "small enterprise",
            "is_lead": key == "A",
            **fields,
        }
    )


def judged(kind: str, given: dict[str, Any], *parties: Party, **facts: Any) -> list[tuple[str, str]]:
    """Outcome and party of everything that the rule says."""
    assert faults_of(kind, given) == []
    found = judge([Rule("r1", kind, given)], Facts(parties or (party(),), **facts))
    return [(verdict.outcome.value, verdict.party) for _rule, verdict in found]


def said(kind: str, given: dict[str, Any], *parties: Party, **facts: Any) -> str:
    """The sentence of the only verdict."""
    ((_rule, verdict),) = judge([Rule("r1", kind, given)], Facts(parties or (party(),), **facts))
    return verdict.message


GOOD: dict[str, dict[str, Any]] = {
    "countries": {"countries": ["FR"]},
    "sizes": {"sizes": ["small"]},
    "organisations": {"least": 1, "most": 3},
    "nuts": {"regions": ["FRL"]},
    "nace": {"revision": "2.1", "codes": ["26"]},
    "age": {"least_months": 6, "who": "all"},
    "cluster": {"register": "registered on the ECCP"},
    "earlier_award": {},
    "earlier_phase": {"call": "DRM-26", "title": "First phase"},
    "applications": {"most": 1},
    "smes": {"least": 2},
    "lead": {},
    "different_countries": {"least": 2},
    "from_countries": {"least": 1, "countries": ["FR"]},
    "unfunded": {"most": 1},
    "sectors": {"least": 2},
    "roles": {"roles": "one technical partner"},
    "trl": {"least": 5, "most": 9},
    "cost": {"cents": 86_000_00},
    "services": {"most": 2},
    "free": {"sentence": {"en": "A woman leads the company."}},
}


def test_every_kind_has_a_sentence_and_settings_that_can_stand():
    assert set(GOOD) == set(KINDS)
    for kind, good in GOOD.items():
        assert faults_of(kind, good) == []
        sentence = KINDS[kind].sentence(good)
        assert sentence.endswith(".") and "%(" not in sentence and len(sentence) > 4


@pytest.mark.parametrize("kind", [kind.key for kind in OFFERED if kind.confirmed])
def test_a_rule_that_no_fact_can_tell_is_confirmed(kind):
    assert judged(kind, GOOD[kind]) == [("confirm", "")]


@pytest.mark.parametrize(
    ("activities", "more", "found"),
    [
        (["2.1:41.00", "2.1:62.10"], {}, []),
        (["2.1:41.00", "2.1:41.10"], {}, [("broken", "")]),
        (["2.1:41.00", ""], {}, [("missing", "B")]),
        (["2.1:41.00", "2.0:62.01"], {}, [("confirm", "")]),
        (["2.1:41.00", None], {}, [("confirm", "")]),
        (["2.1:41.00", "2.1:62.10"], {"named": "construction"}, [("confirm", "")]),
    ],
    ids=["two", "one", "not given", "two revisions", "not asked for", "one of them is named"],
)
def test_sectors_are_counted_by_divisions_where_the_call_says_so(activities, more, found):
    parties = [
        party(key, nace=None if code is None else tuple(filter(None, [code])))
        for key, code in zip("AB", activities, strict=True)
    ]
    given = {"least": 2, "counted": "division", **more}
    assert judged("sectors", given, *parties) == found
    assert KINDS["sectors"].is_declared(given) is bool(more)
    assert (
        KINDS["sectors"]
        .sentence(given)
        .startswith("The organisations with support work in at least 2 different divisions of NACE.")
    )


# --- settings ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "given", "place", "sentence"),
    [
        ("unknown", {}, "", "“unknown” is no kind of rule."),
        ("smes", {"least": 3, "most": 2}, "most", "At most 2 is less than at least 3."),
        ("smes", {}, "least", "Give the least number, the highest, or both."),
        ("trl", {"least": 7, "most": 5}, "most", "At most 5 is less than at least 7."),
        ("trl", {"least": 0, "most": 5}, "least", "0 is not between 1 and 9."),
        ("trl", {"least": "5", "most": 6}, "least", "A whole number is needed."),
        ("trl", {"least": True, "most": 6}, "least", "A whole number is needed."),
        ("trl", {"least": 5}, "most", "This is needed: To TRL."),
        (
            "age",
            {"least_months": 96, "most_months": 6, "who": "all"},
            "most_months",
            "At most 6 months is less than at least 96.",
        ),
        ("age", {"who": "all"}, "least_months", "Give the least age, the highest, or both."),
        ("age", {"least_months": 6, "who": ["all"]}, "who", "“['all']” is not one of the choices."),
        ("from_countries", {"least": 1, "countries": [["FR"]]}, "countries", "“['FR']” is no country of this list."),
        ("age", {"least_months": 6, "who": "she"}, "who", "“she” is not one of the choices."),
        ("nace", {"revision": "2.1", "codes": ["A1"]}, "codes", "“A1” is no such code."),
        ("nace", {"revision": "2.1", "codes": ["26", "26"]}, "codes", "“26” stands there twice."),
        ("nace", {"revision": "2.1", "codes": "26"}, "codes", "A list of codes is needed."),
        ("nuts", {"regions": ["frl"]}, "regions", "“frl” is no such code."),
        ("from_countries", {"least": 1, "countries": ["QQ"]}, "countries", "“QQ” is no country of this list."),
        ("from_countries", {"least": 1, "countries": "FR"}, "countries", "A list of country codes is needed."),
        ("cost", {"cents": 0}, "cents", "An amount in cents is needed."),
        ("cost", {"cents": 12.5}, "cents", "An amount in cents is needed."),
        ("cluster", {"register": "two\nlines"}, "register", "One line of at most 200 characters is needed."),
        ("free", {"sentence": {"en": ""}}, "sentence", "A sentence is needed."),
        ("free", {"sentence": {"en": "x" * 401}}, "sentence", "At most 400 characters are possible."),
        ("lead", {"extra": 1}, "extra", "“extra” is no setting of this rule."),
        (
            "countries",
            {"countries": ["FR", "BA"], "pending": ["BA"]},
            "pending",
            "Bosnia and Herzegovina cannot be both eligible and eligible only once it is associated.",
        ),
    ],
)  # fmt: skip
def test_settings_that_cannot_stand_are_refused_with_their_place(kind, given, place, sentence):
    assert [(fault.setting, fault.message) for fault in faults_of(kind, given)] == [(place, sentence)]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["Rules are a list of id, kind and settings."]),
        (["x"], ["Rules are a list of id, kind and settings."]),
        ([{"kind": "lead"}], ["Rule 1: it needs an id of its own."]),
        (
            [{"id": "r1", "kind": "lead"}, {"id": "r1", "kind": "lead"}],
            ["Rule 1: it needs an id of its own.", "Rule 2: it needs an id of its own."],
        ),
        ([{"id": "r1", "kind": "lead", "x": 1}], ["Rule 1: “x” is unknown."]),
        (
            [{"id": "r1", "kind": "lead", "settings": 3}],
            ["Rule 1, settings: Settings are names with values."],
        ),
        ([{"id": "r1", "kind": "trl", "settings": {"least": 1}}], ["Rule 1, most: This is needed: To TRL."]),
        ([{"id": "r1", "kind": "lead"}], []),
    ],
)
def test_a_list_from_outside_is_refused_with_the_place(given, found):
    assert faults_of_list(given) == found


def test_more_rules_than_a_call_can_have_are_refused():
    many = [{"id": f"r{n}", "kind": "lead"} for n in range(41)]

    assert faults_of_list(many) == ["41 rules; at most 40 are possible."]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    )
)
@settings(max_examples=60, deadline=None)
def test_nothing_from_outside_makes_the_check_fail(given):
    assert isinstance(faults_of_list(given), list)
    for kind in KINDS:
        assert isinstance(faults_of(kind, given if isinstance(given, dict) else {"least": given}), list)


def test_what_is_stored_comes_back_and_ids_are_not_used_again():
    stored = [Rule("r1", "lead", {}), Rule("r4", "trl", {"least": 5, "most": 9})]

    assert rules.parse(rules.dump(stored)) == stored
    assert rules.new_id(stored) == "r5"


def test_what_was_never_checked_is_not_read():
    with pytest.raises(ValueError, match=r"r1: This is needed: From TRL\."):
        rules.parse([{"id": "r1", "kind": "trl", "settings": {"most": 9}}])


# --- judging ----------------------------------------------------------------------------------------------
AGE = {"least_months": 6, "who": "all"}


@pytest.mark.parametrize(
    ("founded", "found"), [(date(2023, 2, 28), []), (date(2023, 3, 1), [("broken", "A")])]
)
def test_time_32_and_33_registered_six_months_before_the_deadline(founded, found):
    assert judged("age", AGE, party(founded_on=founded), deadline=date(2023, 8, 30)) == found


@pytest.mark.parametrize(
    ("founded", "found"),
    [
        (date(2024, 3, 30), []),
        (date(2024, 3, 31), [("broken", "A")]),
        (date(2016, 9, 30), []),
        (date(2016, 9, 29), [("broken", "A")]),
    ],
)
def test_time_34_age_between_six_months_and_eight_years(founded, found):
    given = {"least_months": 6, "most_months": 96, "who": "lead"}

    assert judged("age", given, party(founded_on=founded), deadline=date(2024, 9, 30)) == found


def test_time_33_the_sentence_names_both_days():
    told = said("age", AGE, party(founded_on=date(2023, 3, 1)), deadline=date(2023, 8, 30))

    assert told == (
        "Firm A was founded on 1 March 2023; for this call it has to be 28 February 2023 or earlier."
    )


def test_age_of_the_applicant_alone_leaves_partners_out():
    young = party("B", founded_on=date(2026, 1, 1))
    old = party(founded_on=date(2000, 1, 1))

    assert judged("age", {**AGE, "who": "lead"}, old, young, deadline=date(2026, 3, 1)) == []
    assert judged("age", AGE, old, young, deadline=date(2026, 3, 1)) == [("broken", "B")]


def test_age_without_a_day_of_founding_is_not_known_yet():
    assert judged("age", AGE, deadline=date(2026, 3, 1)) == [("missing", "A")]


@pytest.mark.parametrize(("cents", "found"), [(85_999_99, [("broken", "")]), (86_000_00, [])])
def test_cap_34_smallest_total_cost(cents, found):
    assert judged("cost", {"cents": 86_000_00}, cost_cents=cents) == found


def test_cap_34_is_said_with_both_figures():
    assert said("cost", {"cents": 86_000_00}, cost_cents=85_999_99) == (
        f"The total cost is 85{NBSP}999.99; this call asks for a project that costs at least 86{NBSP}000."
    )


@pytest.mark.parametrize(
    ("nuts", "found"),
    [
        (None, [("confirm", "")]),
        ("", [("missing", "A")]),
        ("FRL04", []),
        ("FR1", [("broken", "A")]),
    ],
)
def test_regions(nuts, found):
    assert judged("nuts", {"regions": ["FRL", "ITC1"]}, party(nuts=nuts)) == found


@pytest.mark.parametrize(
    ("nace", "found"),
    [
        (None, [("confirm", "")]),
        ((), [("missing", "A")]),
        (("2.1:26.11",), []),
        (("2.1:55.10", "2.1:79.1"), []),
        (("2.0:26.11",), [("missing", "A")]),
        (("2.1:62.10",), [("broken", "A")]),
    ],
)
def test_activities_count_in_the_revision_of_the_rule(nace, found):
    assert judged("nace", {"revision": "2.1", "codes": ["26", "I55"]}, party(nace=nace)) == found


@pytest.mark.parametrize(
    ("codes", "own", "found"),
    [(["C"], "2.1:28.41", []), (["C"], "2.1:62.10", [("broken", "A")]), (["K", "28.4"], "2.1:28.41", [])],
)
def test_a_letter_takes_the_whole_section_and_a_code_what_is_in_it(codes, own, found):
    assert judged("nace", {"revision": "2.1", "codes": codes}, party(nace=(own,))) == found


@pytest.mark.parametrize(
    ("revision", "codes", "told"),
    [
        ("2.1", ["62.01"], "“62.01” does not exist in NACE Rev. 2.1."),
        ("2.1", ["45"], "“45” does not exist in NACE Rev. 2.1."),
        ("2.0", ["04"], "“04” does not exist in NACE Rev. 2."),
        ("2.1", ["J62"], "62 is in section K of NACE Rev. 2.1, not in J."),
        ("2.0", ["62.01", "45", "J62", "J"], None),
        ("2.1", ["62.10", "K62"], None),
    ],
)
def test_id_07_a_rule_takes_only_codes_that_exist_in_its_revision(revision, codes, told):
    faults = [fault.message for fault in KINDS["nace"].faults({"revision": revision, "codes": codes})]
    assert faults == ([] if told is None else [told])


def test_activities_are_told_with_their_names():
    told = KINDS["nace"].sentence({"revision": "2.1", "codes": ["C", "62"]})
    assert told == (
        "Works in an activity of this list (NACE Rev. 2.1): C Manufacturing; 62 Computer programming, consultancy and "
        "related activities."
    )


@pytest.mark.parametrize(
    ("trl", "found"),
    [(None, [("confirm", "")]), ((), [("missing", "")]), ((5, 8), []), ((4, 8), [("broken", "")]), ((8, 9), [])],
)  # fmt: skip
def test_readiness(trl, found):
    assert judged("trl", {"least": 5, "most": 9}, trl=trl) == found


@pytest.mark.parametrize(
    ("named", "had", "found"),
    [
        ([], ("DRM-26",), [("broken", "A")]),
        (["GRN-26"], ("DRM-26",), []),
        (["GRN-26", "DRM-26"], ("DRM-26",), [("broken", "A")]),
        ([], (), []),
    ],
)
def test_earlier_awards(named, had, found):
    assert judged("earlier_award", {"calls": named} if named else {}, party(awarded_in=had)) == found


@pytest.mark.parametrize(("others", "found"), [(0, []), (1, [("broken", "A")])])
def test_rank_55_one_application_per_organisation(others, found):
    assert judged("applications", {"most": 1}, party(applications=others)) == found


GROUP = [party(), party("B", country="FR"), party("C", country="FR", size="large")]


@pytest.mark.parametrize(
    ("kind", "given", "found"),
    [
        ("smes", {"least": 2}, []),
        ("smes", {"least": 3}, [("broken", "")]),
        ("smes", {"most": 1}, [("broken", "")]),
        ("different_countries", {"least": 2}, []),
        ("different_countries", {"least": 3}, [("broken", "")]),
        ("different_countries", {"most": 1}, [("broken", "")]),
        ("from_countries", {"least": 2, "countries": ["FR", "ES"]}, []),
        ("from_countries", {"least": 1, "countries": ["ES"]}, [("broken", "")]),
        ("unfunded", {"most": 0}, []),
        ("unfunded", {"least": 1}, [("broken", "")]),
        ("lead", {}, []),
    ],
)
def test_mix_of_the_group(kind, given, found):
    assert judged(kind, given, *GROUP) == found


def test_mix_counts_only_organisations_with_support():
    guest = party("D", country="ES", size="large", is_funded=False)

    assert judged("different_countries", {"most": 2}, *GROUP, guest) == []
    assert judged("unfunded", {"most": 0}, *GROUP, guest) == [("broken", "")]
    assert judged("lead", {}, party(size="large")) == [("broken", "A")]


@given(st.lists(st.sampled_from(["IT", "FR", "ES"]), min_size=1, max_size=5), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_more_partners_never_lower_the_number_of_countries(codes, least):
    group = [party(str(number), country=code) for number, code in enumerate(codes)]
    more = [*group, party("new", country="PT")]

    if judged("different_countries", {"least": least}, *group) == []:
        assert judged("different_countries", {"least": least}, *more) == []


def test_countries_that_negotiate_count_at_signature():
    given = {"countries": ["FR"], "pending": ["BA"], "as_of": "2026-11-01"}

    assert judged("countries", given, party(country="FR"), party("B", country="BA")) == [("later", "B")]
    assert judged("countries", given, party(country="IT")) == [("broken", "A")]
    assert KINDS["countries"].sentence(given) == (
        "Established in France; or in Bosnia and Herzegovina if the country's association to the programme is in force when the "
        "agreement is signed (list of 1 November 2026)."
    )  # fmt: skip
