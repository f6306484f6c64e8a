"""Deadlines for a calendar, news for a reader."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from icalendar import Calendar

from calls import services
from tests.calls import factories as make
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def crew():
    return team()


def events(answer):
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_calendar_has_what_is_open_and_upcoming_and_nothing_else(client, crew, now):
    opened = make.call(crew, budget_cents=30_000_00)
    coming = make.call(
        crew, budget_cents=30_000_00, opens_at=now + timedelta(days=2), closes_at=now + timedelta(days=90)
    )
    make.call(crew, published=False)
    make.call(
        crew, budget_cents=30_000_00, opens_at=now - timedelta(days=90), closes_at=now - timedelta(days=1)
    )
    found = events(client.get("/calls.ics"))
    assert set(found) == {
        f"{what}: {call.title}" for call in (opened, coming) for what in ("Opens", "Deadline")
    }
    deadline = found[f"Deadline: {opened.title}"]
    assert (deadline["dtend"].dt, str(deadline["url"])) == (
        opened.closes_at.replace(microsecond=0),
        f"http://testserver/calls/{opened.slug}/",
    )
    assert "Brussels time" in str(deadline["description"])


def test_a_later_deadline_moves_the_same_entry(client, crew, now):
    call = make.call(crew)
    url = f"/calls/{call.slug}/calendar.ics"
    before = events(client.get(url))[f"Deadline: {call.title}"]
    later = call.closes_at + timedelta(days=7)
    services.extend_deadline(call, closes_at=later, reason="Requests.", by=crew.mia)
    after = events(client.get(url))[f"Deadline: {call.title}"]
    assert (after["uid"], after["dtend"].dt) == (before["uid"], later.replace(microsecond=0))


def test_calendar_of_a_draft_does_not_exist(client, crew):
    call = make.call(crew, published=False)
    assert client.get(f"/calls/{call.slug}/calendar.ics").status_code == 404
    client.force_login(crew.mia)
    assert client.get(f"/calls/{call.slug}/calendar.ics").status_code == 404


def test_news_tell_what_changed_in_the_open_newest_first(client, crew, now):
    call = make.call(crew)
    later = call.closes_at + timedelta(days=7)
    services.extend_deadline(call, closes_at=later, reason="Many <requests> & questions.", by=crew.mia)
    make.call(crew, published=False)
    answer = client.get("/calls.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    entries = ET.fromstring(answer.content).findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles[0] == f"{call.title}: Deadline extended"
    assert "Many <requests> & questions." in entries[0].findtext(f"{ATOM}summary")
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


@pytest.mark.parametrize("rows", [1, 10])
def test_feeds_ask_the_same_for_any_number(client, crew, rows, django_assert_num_queries, now):
    for _row in range(rows):
        make.call(crew, budget_cents=30_000_00)
    for path in ("/calls.ics", "/calls.atom"):
        with django_assert_num_queries(1):
            assert client.get(path).status_code == 200
