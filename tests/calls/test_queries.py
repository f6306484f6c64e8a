"""What pages read: how many statements, and what they find."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from calls import queries, services
from calls.models import CallChange, CallDocument, CutOff
from calls.plans import ChannelPlan
from core import clock, files
from core.localised import localised
from tests.accounts import factories as people
from tests.calls import factories
from tests.calls.conftest import ready_call


def _some(team: Any, number: int, **fields: Any) -> None:
    for _one in range(number):
        factories.call(team, budget_cents=100_00, project_min_cents=0, project_max_cents=100_00, **fields)


@pytest.mark.parametrize("number", [1, 30])
def test_public_lists_ask_as_much_for_one_call_as_for_thirty(
    team, now, client, number, django_assert_num_queries
):
    _some(team, number)
    _some(team, number, opens_at=now + timedelta(days=1))
    _some(team, number, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))

    with django_assert_num_queries(2):
        response = client.get("/calls/")
    assert response.content.count(b"<li>\n            <div>") >= 2 * number
    with django_assert_num_queries(1):
        client.get("/")


@pytest.mark.parametrize("number", [1, 30])
def test_page_of_a_call_asks_as_much_with_one_document_as_with_thirty(
    team, client, number, django_assert_num_queries
):
    call = factories.call(team)
    stored = files.store_bytes(b"%PDF-1.4", name="guide.pdf", media_type="application/pdf", by=team.mia)
    for position in range(number):
        CallDocument.objects.create(call=call, title=localised("Guide"), file=stored, position=position)
        CallChange.objects.create(call=call, by=team.mia, kind="text", text="Changed.")

    with django_assert_num_queries(5):
        response = client.get(call.get_absolute_url())
    assert response.content.decode().count("guide.pdf") == 0
    assert response.content.decode().count(">Guide</a>") == number
    assert response.content.decode().count("Text changed") == number


def test_page_of_questions_asks_twice(team, client, django_assert_num_queries):
    call = factories.call(team)

    with django_assert_num_queries(2):
        client.get(reverse("calls:call_questions", args=[call.slug]))


@pytest.mark.parametrize("number", [1, 30])
def test_list_of_staff_asks_as_much_for_one_call_as_for_thirty(
    team, signed_in, number, django_assert_max_num_queries
):
    _some(team, number)
    client = signed_in(team.mia)

    with django_assert_max_num_queries(12) as asked:
        response = client.get("/our-calls/")
    assert response.content.count(b'<th scope="row">') == number
    assert sum("calls_call" in one["sql"] for one in asked.captured_queries) == 1


def test_workshop_asks_at_most_twenty_times(ready, team, signed_in, django_assert_max_num_queries):
    client = signed_in(team.mia)

    with django_assert_max_num_queries(20):
        client.get(reverse("calls:call_edit", args=[ready.slug]))


def test_board_sorts_by_the_next_deadline_and_the_next_opening(team, now):
    def made(opens: int, closes: int) -> Any:
        return factories.call(
            team,
            budget_cents=100_00,
            project_min_cents=0,
            project_max_cents=100_00,
            opens_at=now + timedelta(days=opens),
            closes_at=now + timedelta(days=closes),
        )

    late, soon = made(-1, 60), made(-9, 3)
    next_one, far = made(1, 90), made(30, 80)
    past = made(-90, -1)
    ready_call(team, now)

    board = queries.board(now)

    assert [line.call for line in board.open] == [soon, late]
    assert [line.call for line in board.upcoming] == [next_one, far]
    assert [line.call for line in queries.closed_calls(now)] == [past]


def test_board_at_the_deadline_is_open_and_a_millisecond_later_closed(team):
    call = factories.call(team)

    assert [line.call for line in queries.board(call.closes_at).open] == [call]
    later = call.closes_at + timedelta(milliseconds=1)
    assert queries.board(later).open == []
    assert [line.call for line in queries.closed_calls(later)] == [call]


def test_closed_calls_come_by_pages_without_gap_or_repeat(team, now, client):
    days = [3, 3, 3, *range(4, 24)]
    for day in days:
        factories.call(
            team,
            budget_cents=100_00,
            project_min_cents=0,
            project_max_cents=100_00,
            opens_at=now - timedelta(days=90),
            closes_at=now - timedelta(days=day),
        )

    first = client.get("/calls/")
    seen = [line.call.pk for line in first.context["closed"]]
    second = client.get("/calls/" + first.context["next_url"])
    seen += [line.call.pk for line in second.context["closed"]]

    assert (len(first.context["closed"]), len(second.context["closed"])) == (20, 3)
    assert len(set(seen)) == 23
    assert (second.context["next_url"], second.context["first_url"]) == ("", "/calls/")


@pytest.mark.parametrize(
    "asked",
    ["before=x&number=1", "before=2027-02-30T00:00Z&number=1", "before=2027-02-01&number=1", "number=1",
     "before=2027-02-01T00:00:00&number=1", "before=2027-02-01T00:00:00Z&number=-1", "before=2027-02-01T00:00:00Z&number=²"],
)  # fmt: skip
def test_list_with_a_broken_place_is_the_first_page(team, client, asked):
    factories.call(team)

    response = client.get(f"/calls/?{asked}")

    assert response.status_code == 200
    assert len(response.context["board"].open) == 1


def test_list_of_staff_comes_by_pages(team, signed_in):
    _some(team, 51)
    client = signed_in(team.mia)

    first = client.get("/our-calls/")
    second = client.get("/our-calls/" + first.context["next_url"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 1)
    assert client.get("/our-calls/?before=x").status_code == 200


# --- what waits for whom ----------------------------------------------------------------------------------
def _lines(user: Any) -> list[tuple[str, str, bool]]:
    return [(one.title, one.url, one.waiting_for_others) for one in queries.next_actions(user)]


def test_next_actions_ask_managers_to_finish_a_draft(team, ready):
    expected = [(f"Finish the call {ready}", f"/calls/{ready.slug}/edit/", False)]

    assert (_lines(team.mia), _lines(team.luc)) == (expected, expected)
    assert [_lines(user) for user in (team.fred, team.ann, people.user())] == [[], [], []]


def test_next_actions_ask_the_second_manager_to_publish(team, ready):
    services.propose_publication(ready, by=team.mia)

    assert _lines(team.luc) == [
        (f"Publish {ready}, or say what is missing", f"/calls/{ready.slug}/edit/publication/", False)
    ]
    assert _lines(team.mia) == [
        (f"Another manager confirms the publication of {ready}", f"/calls/{ready.slug}/edit/", True)
    ]


def test_next_actions_announce_a_cut_off_before_the_deadline(team, now):
    call = factories.call(team, published=False, call_model="cut-offs", closes_at=now + timedelta(days=90))
    CutOff.objects.bulk_create(
        CutOff(call=call, position=place, closes_at=now + timedelta(days=days))
        for place, days in enumerate((-10, 9, 90), start=1)
    )
    factories.publish(call, team)

    assert _lines(team.mia) == [(f"A cut-off of {call} passes", call.get_absolute_url(), True)]


def test_next_actions_announce_what_opens_and_closes_within_two_weeks(team, now):
    opening = factories.call(team, opens_at=now + timedelta(days=14), closes_at=now + timedelta(days=90))
    closing = factories.call(team, closes_at=now + timedelta(days=14))
    factories.call(team, closes_at=now + timedelta(days=15))
    factories.call(team, opens_at=now - timedelta(days=15), closes_at=now - timedelta(days=1))

    assert sorted(_lines(team.mia)) == sorted(
        [
            (f"{opening} opens by itself", opening.get_absolute_url(), True),
            (f"{closing} closes for applicants", closing.get_absolute_url(), True),
        ]
    )


def test_next_actions_ask_for_the_evidence_of_the_portal(team, ready, now):
    call = factories.publish(ready, team)
    wanted = (f"Record where {call} is published", f"/calls/{call.slug}/edit/channels/", False)
    assert wanted in _lines(team.luc)
    with clock.stopped_at(call.closes_at + timedelta(minutes=1)):
        assert _lines(team.luc) == []

    on_portal = ChannelPlan("portal", "", now.date(), "https://ec.europa.eu/1")
    services.change_channels(call, channels=[on_portal, ChannelPlan("website")], by=team.mia)

    assert wanted not in _lines(team.luc)


@pytest.mark.parametrize("number", [1, 10])
def test_next_actions_ask_once(team, now, number, django_assert_num_queries):
    for _one in range(number):
        ready_call(team, now)
        factories.call(team, budget_cents=100_00, project_min_cents=0, project_max_cents=100_00, closes_at=now + timedelta(days=2))  # fmt: skip

    with django_assert_num_queries(1):
        assert len(queries.next_actions(team.mia)) == 2 * number


# --- the page of a call -----------------------------------------------------------------------------------
def test_call_page_tells_facts_steps_and_thresholds(team, ready, now):
    services.add_document(ready, title="Guide", file=_pdf(), by=team.mia)
    call = factories.publish(ready, team)
    page = queries.call_page(call, now)

    nbsp = "\u00a0"
    assert page.facts == [
        ("Per project", f"10{nbsp}000 to 30{nbsp}000{nbsp}EUR"),
        ("Per SME", f"up to 30{nbsp}000{nbsp}EUR"),
        ("Share of the costs", f"up to 70{nbsp}%"),
        ("Money in this call", f"100{nbsp}000{nbsp}EUR, about 3 projects"),
        ("Who", "SMEs"),
        ("Where", "Belgium, France, Italy, Romania"),
        ("Together", "one organisation, or up to 3 together"),
        ("How long", "projects of at most 12 months"),
        ("Paid", "40 % at signature, 60 % once “Final report” of month 9 is accepted"),
        ("State aid", "No: central EU money"),
    ]
    assert [(step.label, step.note, step.state) for step in page.steps] == [
        ("Opens", "25 Feb 2027", "now"),
        ("Deadline", "29 Apr 2027, 11:00", ""),
        ("Answer", "by 1 Jul 2027", ""),
        ("Agreement", "by 1 Aug 2027", ""),
        ("Last payment", "by August 2028", ""),
    ]
    assert page.scoring == "Two independent evaluators score each file from 0 to 5 in half points."
    assert page.thresholds == "To be funded a file reaches 3 in each criterion; then the money decides."
    assert [step.state for step in queries.call_page(call, call.closes_at).steps] == [
        "done",
        "now",
        "",
        "",
        "",
    ]
    after = call.closes_at + timedelta(milliseconds=1)
    assert [step.state for step in queries.call_page(call, after).steps] == ["done", "done", "now", "", ""]


def test_call_page_of_a_call_published_late_opened_when_it_was_published(team, ready, now):
    ready.opens_at = now - timedelta(days=30)
    call = factories.publish(ready, team)

    step = queries.call_page(call, clock.now()).steps[0]

    assert (step.label, step.note) == ("Opened", "18 Feb 2027")


def _pdf() -> SimpleUploadedFile:
    from tests.calls.test_services_publishing import pdf

    return pdf()
