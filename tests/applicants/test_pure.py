"""Eligibility, merging and the frozen payload: arithmetic on plain values."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applicants import merging, payload, words
from applicants.eligibility import Party, ToConfirm, blocking_findings, findings, to_confirm
from calls.rules import Facts, Outcome, Rule

TOWNS = [
    Rule("countries", "countries", {"countries": ["FR", "IT"]}),
    Rule("sizes", "sizes", {"sizes": ["micro", "small", "medium"]}),
]


def party(**fields) -> Party:
    return Party(
        **{
            "key": "A",
            "name": "Rossi",
            "country": "IT",
            "country_name": "Italy",
            "size": "small",
            "size_name": "small enterprise",
            "town": "Brescia",
            "registration_number": "1",
            "is_lead": True,
            **fields,
        }
    )


def test_eligible_parties_leave_no_finding():
    assert blocking_findings(Facts([party()]), TOWNS) == []


@pytest.mark.parametrize(
    "fields, code, sentence",
    [
        (
            {"country": "NO", "country_name": "Norway"},
            "countries",
            "Rossi is established in Norway; this call supports organisations in France, Italy.",
        ),
        (
            {"size": "large", "size_name": "large enterprise"},
            "sizes",
            "Rossi is declared as large enterprise; this call supports SMEs.",
        ),
        ({"town": " "}, "town_missing", "The town of Rossi is missing."),
        (
            {"registration_number": ""},
            "registration_missing",
            "The registration number of Rossi is missing.",
        ),
    ],
)
def test_a_party_outside_the_rules_is_told(fields, code, sentence):
    (finding,) = blocking_findings(Facts([party(**fields)]), TOWNS)
    assert (finding.code, finding.party, finding.message) == (code, "A", sentence)


def test_a_partner_without_support_may_come_from_anywhere():
    abroad = party(key="B", country="NO", size="large", is_lead=False, is_funded=False)
    assert blocking_findings(Facts([party(), abroad]), TOWNS) == []


def test_a_call_without_lists_takes_all():
    assert blocking_findings(Facts([party(country="NO", size="large")]), []) == []


def test_one_organisation_alone_means_one():
    alone = [Rule("organisations", "organisations", {"least": 1, "most": 1})]
    (finding,) = blocking_findings(Facts([party(), party(key="B", is_lead=False)]), alone)
    assert (finding.code, finding.party) == ("organisations", "")


def test_findings_stand_group_first_then_party_by_party():
    parties = [party(country="NO"), party(key="B", town="", is_lead=False)]
    call_rules = [*TOWNS, Rule("r1", "different_countries", {"most": 1})]
    found = blocking_findings(Facts(parties), call_rules)
    assert [(one.code, one.party) for one in found] == [
        ("different_countries", ""),
        ("countries", "A"),
        ("town_missing", "B"),
    ]


def test_a_country_that_negotiates_its_association_is_told_and_does_not_block():
    pending = [Rule("countries", "countries", {"countries": ["FR"], "pending": ["BA"]})]
    facts = Facts([party(country="BA", country_name="Bosnia and Herzegovina")])
    (finding,) = findings(facts, pending)
    assert (finding.outcome, finding.blocks, blocking_findings(facts, pending)) == (Outcome.LATER, False, [])


def test_what_no_fact_can_tell_is_left_to_the_applicant():
    free = [Rule("r7", "free", {"sentence": {"en": "A woman leads the company."}})]
    assert (findings(Facts([party()]), free), to_confirm(Facts([party()]), free)) == (
        [],
        [ToConfirm("rule_r7", "A woman leads the company.")],
    )


def test_merge_takes_fields_that_nobody_else_changed():
    merged = merging.merge({"a": "1", "b": "1"}, {"a": 1, "b": 4}, {"a": "2"}, {"a": 1, "b": 1})
    assert (merged.values, merged.numbers, merged.changed, merged.conflicts) == (
        {"a": "2", "b": "1"},
        {"a": 2, "b": 4},
        ["a"],
        {},
    )


def test_merge_refuses_a_field_that_was_changed_since():
    merged = merging.merge({"a": "theirs"}, {"a": 2}, {"a": "mine"}, {"a": 1})
    assert (merged.values, merged.changed, merged.conflicts) == ({"a": "theirs"}, [], {"a": "theirs"})


def test_merge_of_the_same_text_is_no_conflict():
    assert merging.merge({"a": "x"}, {"a": 7}, {"a": "x"}, {"a": 1}).conflicts == {}


def test_merge_keeps_no_and_zero_and_drops_what_is_empty():
    merged = merging.merge({"c": "x"}, {"c": 1}, {"a": False, "b": 0, "c": ""}, {"c": 1})
    assert (merged.values, sorted(merged.changed)) == ({"a": False, "b": 0}, ["a", "b", "c"])


names, texts = st.sampled_from("abcd"), st.text(max_size=5)


@given(st.lists(st.tuples(names, texts, st.booleans()), max_size=20))
def test_merge_never_loses_an_acknowledged_text(saves):
    """Writers with a fresh or a stale page: what was acknowledged last is stored, what was not is in `conflicts`."""
    values, numbers, acknowledged = {}, {}, {}
    for name, text, is_stale in saves:
        base = max(0, numbers.get(name, 0) - 1) if is_stale else numbers.get(name, 0)
        merged = merging.merge(values, numbers, {name: text}, {name: base})
        if name in merged.conflicts:
            assert (merged.conflicts[name] or "") == acknowledged.get(name, "")
        else:
            acknowledged[name] = text
        values, numbers = merged.values, merged.numbers
    assert {k: v for k, v in acknowledged.items() if v} == values


ARRIVED = datetime(2027, 2, 18, 10, 4, 27, 318000, tzinfo=UTC)


def built(**fields):
    return payload.build(
        **{
            "call": "DRM-27",
            "application": "DRM-27-0042",
            "version": 1,
            "title": "Contrôle",
            "form_revision": 1,
            "arrived_at": ARRIVED,
            "sections": {"idea": {"problem": "a\nb", "trl": 5}},
            "partners": [],
            "files": [],
            "declarations": {"truth": "All is true."},
            **fields,
        }
    )


def test_fingerprint_is_of_the_canonical_form_that_anyone_can_make():
    assert payload.canonical(built()).decode() == (
        '{"application":"DRM-27-0042","arrived_at":"2027-02-18T10:04:27.318Z","call":"DRM-27",'
        '"declarations":{"truth":"All is true."},"files":[],"form_revision":1,"partners":[],'
        '"sections":{"idea":{"problem":"a\\nb","trl":5}},"title":"Contrôle","version":1}'
    )
    assert payload.fingerprint(built()) == hashlib.sha256(payload.canonical(built())).hexdigest()


answers = st.dictionaries(
    st.from_regex(r"[a-z]{1,5}", fullmatch=True),
    st.one_of(st.text(max_size=10), st.integers(-(10**14), 10**14), st.booleans()),
    max_size=4,
)


@given(answers, st.text(max_size=20))
def test_fingerprint_survives_the_way_through_json(section, title):
    made = built(sections={"idea": section}, title=title)
    assert payload.fingerprint(json.loads(json.dumps(made))) == payload.fingerprint(made)


@given(answers, answers)
def test_fingerprint_differs_when_an_answer_differs(one, two):
    first, second = built(sections={"idea": one}), built(sections={"idea": two})
    same = json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    assert (payload.fingerprint(first) == payload.fingerprint(second)) == same


def test_instants_are_told_to_the_millisecond():
    deadline = datetime(2024, 4, 30, 15, 0, 0, 1000, tzinfo=UTC)
    assert words.exact(deadline, "Europe/Brussels") == "30 April 2024, 17:00:00.001 Brussels time"
    assert words.exact_utc(deadline) == "30 April 2024, 15:00:00.001 UTC"
