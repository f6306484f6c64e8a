"""Evaluator profiles that a call asks for, and scores of strict and generous evaluators on one scale."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.profiles import (
    Profile,
    as_data,
    as_lines,
    fault_of_profiles,
    from_lines,
    lacking,
    profiles_of,
    sentence,
)
from core.errors import DomainError, Incomplete
from core.localised import localised
from evaluation import queries, services
from evaluation.assignment import File, Person, propose
from evaluation.levelling import shifts
from evaluation.models import Decision, Evaluator
from evaluation.scoring import Criterion, Scale, Scheme, combined_result
from tests.evaluation import factories

TECHNICAL = Profile(localised("technical expert"))
BUSINESS = Profile(localised("business expert"))
BOTH = [TECHNICAL, BUSINESS]


# --- profiles ----------------------------------------------------------------------------------------------
def test_profiles_are_typed_one_a_line_and_kept():
    typed = from_lines(" 1 technical expert\r\n\n2 business expert ")
    assert typed == [TECHNICAL, Profile(localised("business expert"), 2)]
    assert from_lines(as_lines(typed)) == typed == profiles_of(as_data(typed))
    assert typed[0].code == "technical-expert"


def test_a_profile_keeps_its_other_languages():
    before = [Profile(localised({"en": "Technical expert", "fr": "Expert technique"}))]
    (found,) = from_lines("2 technical expert", before)
    assert found == Profile(localised({"fr": "Expert technique", "en": "technical expert"}), 2)


@pytest.mark.parametrize("line", ["technical expert", "1", "one expert", "1 ???", "1 " + "x" * 81])
def test_a_line_that_is_no_profile_is_refused(line):
    with pytest.raises(ValueError, match="is no profile"):
        from_lines(line)


def test_profiles_make_up_the_evaluators_of_a_file():
    assert fault_of_profiles([], 3) == fault_of_profiles(BOTH, 2) == ""
    assert fault_of_profiles(BOTH, 3) == "The profiles come to 2 evaluators; each file has 3."
    assert fault_of_profiles([TECHNICAL, TECHNICAL], 2) == "There are two profiles “technical expert”."
    assert sentence([TECHNICAL, Profile(localised("business expert"), 2)]) == (
        "Each file is judged by: technical expert and business expert (2)."
    )


def test_what_a_full_file_lacks():
    assert lacking(BOTH, ["technical-expert"], 2) == []  # it lacks a person anyway
    assert lacking(BOTH, ["technical-expert", "business-expert"], 2) == []
    assert lacking(BOTH, ["technical-expert"] * 2, 2) == ["1 more: business expert"]
    assert lacking(BOTH, ["technical-expert"] * 3, 2) == ["1 more: business expert"]


@settings(max_examples=40, deadline=None)
@given(
    files=st.integers(1, 6),
    technical=st.integers(0, 3),
    business=st.integers(0, 3),
    held=st.data(),
)
def test_proposal_gives_each_file_its_profiles_and_spreads_them(files, technical, business, held):
    kinds = ["t"] * technical + ["b"] * business
    people = [Person(key, f"P{key}", profile=kind) for key, kind in enumerate(kinds, start=1)]
    wanted = {"t": 1, "b": 1}
    there = [
        frozenset(held.draw(st.sets(st.sampled_from([p.key for p in people]), max_size=1)))
        if people
        else frozenset()
        for _n in range(files)
    ]
    made = propose(
        [File(f"F{number}", assigned=keys) for number, keys in enumerate(there)], people, 2, profiles=wanted
    )
    kind_of = {person.key: person.profile for person in people}
    for number, keys in enumerate(there):
        got = [key for ref, key in made.pairs if ref == f"F{number}"]
        assert len({*got, *keys}) == len(got) + len(keys)
        short = {one.profile: one.missing for one in made.shortages if one.ref == f"F{number}"}
        for kind, count in (("t", technical), ("b", business)):
            have = sum(kind_of[key] == kind for key in (*got, *keys))
            assert have + short.get(kind, 0) == 1
            assert (kind in short) == (count == 0)
    for kind in wanted:
        if not any(there):
            loads = [made.load[key] for key in made.load if kind_of[key] == kind]
            assert not loads or max(loads) - min(loads) <= 1


@pytest.fixture
def profiled(db, now):
    made = factories.scene(files=1, evaluators=0, profiles=as_data(BOTH))
    for name, code in (("Eva", "technical-expert"), ("Ida", "technical-expert"), ("Bo", "business-expert")):
        made.evaluators.append(factories.evaluator(made.round, name, profile=code))
    return factories.screened(made)


def test_a_file_with_two_technical_experts_is_refused_by_hand_and_not_proposed(profiled):
    eva, ida, bo = profiled.evaluators
    (ref,) = [file.ref for file in profiled.files]
    with pytest.raises(Incomplete) as error:
        services.assign_evaluators(profiled.round, wanted={ref: [eva.pk, ida.pk]}, by=profiled.team.mia)
    assert [(gap.target, "1 more: business expert" in gap.message) for gap in error.value.gaps] == [
        (ref, True)
    ]

    pairs = queries.proposal_for(profiled.round).pairs
    assert {key for _ref, key in pairs} in ({eva.pk, bo.pk}, {ida.pk, bo.pk})
    services.assign_evaluators(profiled.round, wanted={ref: [eva.pk, bo.pk]}, by=profiled.team.mia)
    Evaluator.objects.filter(pk=bo.pk).update(profile="technical-expert")
    with pytest.raises(Incomplete, match="evaluators that the call asks for"):
        services.start_scoring(profiled.round, due_at=profiled.due, by=profiled.team.mia)


def test_who_is_invited_has_a_profile_of_the_call(profiled, client):
    given = {"name": "Zoe", "email": "zoe@uni.example", "organisation_name": "Uni", "country": "SI"}
    with pytest.raises(DomainError, match="Choose one of the profiles"):
        services.invite_evaluator(profiled.round, **given, profile="lawyer", by=profiled.team.mia)

    client.force_login(profiled.team.mia)
    url = reverse("evaluation:evaluator_list", args=[profiled.round.address])
    assert client.post(url, given).status_code == 422
    assert client.post(url, {**given, "profile": "business-expert"}).status_code == 302
    assert Evaluator.objects.get(email="zoe@uni.example").profile == "business-expert"
    assert "business expert" in client.get(url).content.decode()


# --- one scale ---------------------------------------------------------------------------------------------
SCHEME = Scheme(
    tuple(Criterion(code, code, Scale(Decimal(0), Decimal(10), Decimal(1))) for code in ("a", "b"))
)
SHEET = st.fixed_dictionaries({code: st.integers(0, 10).map(Decimal) for code in ("a", "b")})


def test_strict_and_generous_evaluators_meet_at_the_mean_of_all():
    def sheets(*values):
        return [{"a": Decimal(value), "b": Decimal(5)} for value in values]

    moved = shifts(SCHEME, {"strict": sheets(1, 2, 3), "generous": sheets(6, 7, 8), "new": sheets(9, 9)})
    mean = Fraction(1 + 2 + 3 + 6 + 7 + 8 + 9 + 9, 8)
    assert moved["strict"] == {"a": mean - 2, "b": Fraction(0)}
    assert moved["generous"]["a"] == mean - 7
    assert "new" not in moved
    both = combined_result(SCHEME, [*sheets(2), *sheets(7)], [moved["strict"], moved["generous"]])
    assert both.scores == {"a": Decimal("5.625"), "b": Decimal("5.000")}


def test_a_moved_score_stays_on_the_scale():
    result = combined_result(
        SCHEME, [{"a": Decimal(9), "b": Decimal(0)}], [{"a": Fraction(3), "b": Fraction(-1)}]
    )
    assert result.scores == {"a": Decimal("10.000"), "b": Decimal("0.000")}


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.integers(1, 4), st.lists(SHEET, min_size=1, max_size=5), max_size=4))
def test_after_the_shift_everybody_has_the_mean_of_all_and_keeps_their_order(sheets):
    moved = shifts(SCHEME, sheets)
    every = [Fraction(one["a"]) for own in sheets.values() for one in own]
    for person, shift in moved.items():
        own = [Fraction(one["a"]) + shift["a"] for one in sheets[person]]
        assert sum(own) / len(own) == sum(every) / len(every)
    assert set(moved) == {person for person, own in sheets.items() if len(own) >= 3}
    if len({tuple(map(repr, own)) for own in sheets.values()}) <= 1:
        assert all(value == 0 for shift in moved.values() for value in shift.values())


def test_the_list_and_the_letter_are_made_of_normalised_scores(db, now):
    made = factories.scene(files=3, evaluators=2, normalise=True)
    strict, generous = made.evaluators
    factories.declared(made)
    for file, low, high in zip(made.files, ("3", "3.5", "4"), ("4", "4.5", "5"), strict=True):
        for person, value in ((strict, low), (generous, high)):
            factories.give(person.assignments.get(application=file), value, value)

    rows = {row.key: row.total for row in queries.ranking_of(made.round).rows}
    assert rows == {
        file.ref: total
        for file, total in zip(made.files, map(Decimal, ("70.000", "80.000", "90.000")), strict=True)
    }
    lone = made.files[0].assignments.get(evaluator=strict)
    moved = queries.shifts_of(made.round, queries.rules_of(made.call, budget_cents=0))
    assert moved == {
        strict.pk: {"excellence": Fraction(1, 2), "impact": Fraction(1, 2)},
        generous.pk: {"excellence": Fraction(-1, 2), "impact": Fraction(-1, 2)},
    }
    services.rank_round(made.round, by=made.team.mia)
    services.propose_decisions(made.round, by=made.team.mia)
    letter = Decision.objects.get(application=made.files[0]).letter
    assert "The scores of strict and generous evaluators are put on one scale." in letter
    assert lone.total == Decimal("60.000")
