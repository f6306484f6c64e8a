"""How files are judged and chosen: contradictions with their figures, sentences, verb, page, database."""

import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from calls import queries, services
from calls.models import Call
from calls.selection import (
    Limit,
    Scheme,
    Selection,
    faults,
    faults_against,
    faults_of_scheme,
    panel_places,
    sentences,
)
from core.errors import DomainError
from tests.calls import factories
from tests.calls.pages import part_url, rows_sent, sent_unchanged, text

EIQ = [("E", Decimal(1), Decimal(5)), ("I", Decimal("1.5"), Decimal(5)), ("Q", Decimal(1), Decimal(5))]


# --- contradictions ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("weights", "fault"),
    [(("30", "40", "30"), []), (("30", "40", "29"), ["The shares come to 99 %: 1 % is missing to exactly 100 %."])],
)  # fmt: skip
def test_rank_12_weights_are_exactly_100(weights, fault):
    scheme = Scheme(
        [(code, Decimal(weight), Decimal(5)) for code, weight in zip("EIQ", weights, strict=True)]
    )

    assert [one.message for one in faults_of_scheme(scheme)] == fault


@pytest.mark.parametrize(("overall", "fine"), [("17.5", True), ("17.51", False), ("0", True)])
def test_a_threshold_lies_on_the_scale_of_raw_points(overall, fine):
    found = faults_of_scheme(Scheme(EIQ, "sum", Decimal(overall)))

    assert [one.message for one in found] == (
        [] if fine else ["The threshold of the total, 17.51, is not on its scale from 0 to 17.5."]
    )


HALF = Decimal(50)


@pytest.mark.parametrize(
    ("settings", "place", "told"),
    [
        ({"tie_break": ["E", "weather"]}, "tie_break", "“weather” is the code of no criterion."),
        ({"tie_break": ["E", "E"]}, "tie_break", "“E” stands there twice."),
        ({"tie_break": ["draw", "E"]}, "tie_break", "A draw always decides: what stands after it, “E”, never counts."),
        ({"evaluators": 1, "divergence_limit": HALF}, "divergence_limit", "Only two evaluators or more can differ."),
        ({"evaluators": 1, "combine": "closest"}, "combine", "The two closest exist only among two evaluators or more."),
        ({"divergence_limit": Decimal(100), "divergence_of": "higher"}, "divergence_limit", "A difference of 100 % of the higher total never happens."),
        ({"panel_percent": 150}, "panel_percent", "It is a percentage of the largest number of awards: give that too."),
        ({"limits": [Limit("country", "IT")]}, "limits", "A limit is a number of awards, an amount, or both: Italy."),
        ({"limits": [Limit("country", "ITA", 1)]}, "limits", "“ITA” is no country of this list."),
        ({"limits": [Limit("country", "IT", 1), Limit("country", "IT", 2)]}, "limits", "There are two limits for Italy."),
        ({"limits": [Limit("country", "IT", 8)], "max_awards": 7}, "limits", "The limit of 8 for Italy is above the largest number of awards, 7."),
        ({"limits": [Limit("answer", "ai", 1)]}, "topic_question", "Name the question whose answers are limited."),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told_with_its_place(settings, place, told):
    found = faults(Selection(**settings), codes=["E", "I", "Q"])

    assert [(one.setting, one.message) for one in found] == [(place, told)]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"limits": [Limit("country", "IT", most_cents=140_000_01)]}, "The limit of 140 000.01 EUR for Italy is above the money in the call, 140 000.00."),
        ({"limits": [Limit("country", "ES", 1)]}, "There is a limit for Spain, which is not eligible."),
        ({"topic_question": "field", "limits": [Limit("answer", "bio", 1)]}, "There is a limit for “bio”, which is no answer to that question."),
        ({"topic_question": "colour"}, "“colour” is no question of the form with answers to choose from."),
    ],
)  # fmt: skip
def test_what_contradicts_the_other_parts_is_told(settings, told):
    found = faults_against(
        Selection(**settings), budget_cents=140_000_00, eligible=["IT"], choices={"field": ["ai", "iot"]}
    )

    assert [one.message.replace("\u00a0", " ") for one in found] == [told]


def test_a_full_set_up_has_no_fault():
    full = Selection(
        evaluators=3,
        combine="closest",
        divergence_limit=Decimal(30),
        divergence_of="higher",
        tie_break=["I", "E", "sme-share", "arrival", "draw"],
        max_awards=70,
        panel_percent=150,
        topic_question="field",
        limits=[Limit("country", most=12), Limit("country", "IT", 7), Limit("answer", "ai", most_cents=1)],
    )

    assert faults(full, codes=["E", "I"]) == []
    assert faults_against(full, budget_cents=1, eligible=["IT"], choices={"field": ["ai"]}) == []


@pytest.mark.parametrize(("awards", "percent", "places"), [(70, 150, 105), (7, 150, 11), (10, 100, 10)])
def test_rank_24_places_of_a_panel(awards, percent, places):
    assert panel_places(awards, percent) == places


def test_the_set_up_is_told_in_sentences():
    told = sentences(
        Selection(
            evaluators=3,
            combine="median",
            country_rule="lead",
            divergence_limit=Decimal("30.00"),
            divergence_of="higher",
            tie_break=["I", "draw"],
            max_awards=70,
            panel_percent=150,
            limits=[Limit("country", "IT", 7), Limit("answer", most_cents=100_000_00, transfer=True)],
        ),
        {"I": "Impact"},
        seed="7f3a",
    )

    assert [one.replace("\u00a0", " ") for one in told] == [
        "Of several evaluators the median of each criterion counts.",
        "An evaluator is not from the country of the applicant.",
        "If totals differ by more than 30 percent of the higher total, one more evaluator scores the file before there is a list.",
        "Equal totals are parted by Impact and a draw with a sealed seed.",
        f"The seed of the draw is fixed and sealed: its SHA-256 is {hashlib.sha256(b'7f3a').hexdigest()}.",
        "The best 105 files, with all that equal the last of them, go to a panel.",
        "At most 7 awards for Italy; unused places stay empty.",
        "At most 100 000 EUR for each answer; unused places go to others.",
    ]


# --- verb -------------------------------------------------------------------------------------------------
PLAIN: dict[str, Any] = {"evaluators_per_file": 2, "tie_break": [], "cut_rule": "stop", "max_awards": None}


def test_change_selection_keeps_everything(ready, team):
    services.change_selection(
        ready,
        evaluators_per_file=3,
        evaluator_profile="One technical, one business expert.",
        country_rule="lead",
        combine="median",
        divergence_limit=Decimal(20),
        divergence_then="tell",
        tie_break=["impact", "draw"],
        cut_rule="offer",
        max_awards=12,
        panel_percent=150,
        topic_question="field",
        limits=[Limit("country", "IT", 7), Limit("answer", "ai", most_cents=50_000_00, transfer=True)],
        by=team.mia,
    )

    stored = Call.objects.get(pk=ready.pk)
    assert stored.selection == Selection(
        evaluators=3,
        combine="median",
        country_rule="lead",
        divergence_limit=Decimal("20.00"),
        divergence_then="tell",
        tie_break=["impact", "draw"],
        cut="offer",
        max_awards=12,
        panel_percent=150,
        topic_question="field",
        limits=[Limit("country", "IT", 7), Limit("answer", "ai", None, 50_000_00, True)],
    )
    assert str(stored.evaluator_profile) == "One technical, one business expert."


def test_change_selection_refuses_a_cap_above_the_envelope(ready, team):
    with pytest.raises(DomainError) as caught:
        services.change_selection(
            ready, **PLAIN, limits=[Limit("country", "IT", most_cents=ready.budget_cents + 1)], by=team.mia
        )

    assert (caught.value.field, "above the money in the call" in caught.value.message) == ("limits", True)


def test_publishing_draws_a_seed_only_for_a_draw(ready, team):
    services.change_selection(ready, **{**PLAIN, "tie_break": ["impact", "draw"]}, by=team.mia)
    services.propose_publication(ready, by=team.mia)
    services.publish_call(ready, by=team.luc)

    published = Call.objects.get(pk=ready.pk)
    assert len(published.draw_seed) == 32
    assert factories.call(team).draw_seed == ""


@pytest.mark.parametrize(
    "change",
    [
        "total_method = 'sum'", "combine = 'median'", "country_rule = 'none'", "divergence_limit = 1",
        "divergence_then = 'tell'", "panel_percent = 200", "topic_question = 'field'", "limits = '[1]'",
        "draw_seed = 'mine'", "award_unit = 'lump'", "party_min_cents = 1", "unit_cents = 1",
    ],
)  # fmt: skip
def test_the_set_up_of_a_published_call_is_kept_by_the_database(team, change):
    call = factories.call(team)

    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE calls_call SET {change} WHERE id = %s", [call.pk])


# --- page -------------------------------------------------------------------------------------------------
SENT = {
    "evaluators_per_file": "2",
    "country_rule": "every",
    "combine": "mean",
    "divergence_of": "points",
    "divergence_then": "third",
    "tie_break": "impact, sme-share",
    "cut_rule": "skip",
}
IT7 = {"by": "country", "value": "it", "most": "7", "most_cents": "", "ORDER": "1"}


def test_the_page_saves_limits_and_shows_them_again(ready, mia):
    rows = [IT7, {"by": "answer", "value": "ai", "most": "", "most_cents": "50 000", "transfer": "on"}]

    response = mia.post(
        part_url(ready, "selection"), {**SENT, "topic_question": "field", **rows_sent(rows, 0)}
    )

    assert response.status_code == 302
    before = Call.objects.get(pk=ready.pk).selection
    assert queries.limit_plans(Call.objects.get(pk=ready.pk)) == [
        Limit("country", "IT", 7),
        Limit("answer", "ai", None, 50_000_00, True),
    ]
    again = mia.post(part_url(ready, "selection"), sent_unchanged(mia.get(part_url(ready, "selection"))))
    assert (again.status_code, Call.objects.get(pk=ready.pk).selection) == (302, before)
    assert "At most 7 awards for Italy" in text(mia.get(ready.get_absolute_url()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"evaluators_per_file": "10"}, "evaluators_per_file"),
        ({"evaluators_per_file": "0"}, "tie_break"),
        ({"tie_break": "weather"}, "tie_break"),
        ({"divergence_limit": "0"}, "divergence_limit"),
        ({"divergence_limit": "x"}, "divergence_limit"),
        ({"panel_percent": "99"}, "panel_percent"),
        ({"panel_percent": "150"}, "panel_percent"),
        ({"combine": "best"}, "combine"),
        ({"topic_question": "colour"}, "topic_question"),
    ],
)
def test_a_mistake_is_said_beside_its_field(ready, mia, changes, field):
    response = mia.post(part_url(ready, "selection"), {**SENT, **changes, **rows_sent([IT7], 0)})

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert 'value="7"' in response.content.decode()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({**IT7, "value": "ITA"}, "value"),
        ({**IT7, "most": ""}, "most"),
        ({**IT7, "by": "moon"}, "by"),
        ({**IT7, "most_cents": "x"}, "most_cents"),
    ],
)
def test_a_mistake_in_a_limit_is_said_in_its_row(ready, mia, row, field):
    response = mia.post(part_url(ready, "selection"), {**SENT, **rows_sent([row], 0)})

    assert response.status_code == 422
    assert list(response.context["form"].rows.forms[0].errors) == [field]


def test_raw_points_are_told_as_points(team, client):
    call = factories.call(team, total_method="sum", overall_threshold=Decimal(300), published=False)
    factories.publish(call, team)

    page = text(client.get(call.get_absolute_url()))

    assert "300 of 500 points in all" in page
    assert "Points at most" in page
