"""An outage near the deadline: the log, what is published of it, and a fair extension for everybody (A33, time-28)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import queries, services
from calls.fairness import fair_deadline, time_lost
from calls.models import CallChange, Incident
from core import audit, clock
from core.errors import DomainError, InvalidTransition
from tests.calls import factories
from tests.calls.pages import page_url, text

HOURS = timedelta(hours=1)
THURSDAY = datetime(2027, 4, 15, 15, tzinfo=UTC)
"""17:00 in Brussels."""


# --- the pure rule ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("closes_at", "lost", "expected"),
    [
        (THURSDAY, timedelta(0), THURSDAY),
        (THURSDAY, 2 * HOURS, THURSDAY + timedelta(days=1)),  # 19:00 is evening: Friday, 17:00
        (THURSDAY - 5 * HOURS, timedelta(minutes=90), THURSDAY - 3 * HOURS),  # 12:00 becomes 14:00
        (THURSDAY + timedelta(days=1), HOURS, THURSDAY + timedelta(days=4)),  # Friday becomes Monday
        (THURSDAY, 25 * HOURS, THURSDAY + timedelta(days=4)),
        (THURSDAY - 1 * HOURS, HOURS, THURSDAY),  # 16:00 becomes 17:00, still a working hour
        (
            datetime(2026, 10, 23, 15, tzinfo=UTC),
            HOURS,
            datetime(2026, 10, 26, 16, tzinfo=UTC),
        ),  # over the clocks' change
    ],
)
def test_fair_deadline_is_the_next_full_working_hour_or_day(closes_at, lost, expected):
    assert fair_deadline(closes_at, lost, "Europe/Brussels") == expected


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=10)),
    st.sampled_from(["Europe/Brussels", "Atlantic/Azores", "Europe/Bucharest"]),
)
def test_fair_deadline_never_gives_back_less_and_never_a_week_more(closes_at, lost, zone):
    fair = fair_deadline(closes_at, lost, zone)

    assert closes_at + lost <= fair <= closes_at + lost + timedelta(days=4, hours=2)


def test_time_lost_counts_to_the_end_to_now_and_from_what_was_given_back():
    began = THURSDAY
    assert time_lost(began, began + 2 * HOURS, now=began + 9 * HOURS) == 2 * HOURS
    assert time_lost(began, None, now=began + 3 * HOURS) == 3 * HOURS
    assert time_lost(began, None, now=began + 3 * HOURS, since=began + 2 * HOURS) == HOURS
    assert time_lost(began, began + HOURS, now=began + 3 * HOURS, since=began + HOURS) == timedelta(0)


# --- the log ----------------------------------------------------------------------------------------------
def _record(call, by, *, began, ended):
    words = {"what": "The site was away.", "evidence": "Monitoring.", "affected": "Everybody."}
    return services.record_incident(call, began_at=began, ended_at=ended, by=by, **words)


@pytest.fixture
def call(team):
    return factories.call(team)


@pytest.fixture
def outage(call, team, now):
    """Three hours, over, not published."""
    return _record(call, team.mia, began=now - 3 * HOURS, ended=now)


def test_an_incident_is_numbered_audited_and_not_public(call, outage, team, mia, client, now):
    second = _record(call, team.mia, began=now - HOURS, ended=None)

    assert (outage.number, second.number) == (1, 2)
    assert audit.history(call).last().verb == "call.incident_recorded"
    assert not CallChange.objects.filter(call=call).exists()
    assert "The site was away." not in text(client.get(call.get_absolute_url()))
    assert "The site was away." in text(mia.get(page_url("incident_list", call)))


@pytest.mark.parametrize(
    ("began", "ended", "field"), [(1, None, "began_day"), (-2, -3, "ended_day"), (-2, 1, "ended_day")]
)
def test_an_incident_is_of_the_past_and_ends_after_it_begins(call, team, now, began, ended, field):
    with pytest.raises(DomainError) as caught:
        _record(
            call, team.mia, began=now + began * HOURS, ended=None if ended is None else now + ended * HOURS
        )

    assert (caught.value.field, Incident.objects.count()) == (field, 0)


def test_a_draft_has_no_log(ready, team, now):
    with pytest.raises(InvalidTransition):
        _record(ready, team.mia, began=now - HOURS, ended=None)


def test_the_end_is_written_down_once(call, team, now):
    lasting = _record(call, team.mia, began=now - HOURS, ended=None)

    services.end_incident(lasting, ended_at=now, by=team.mia)

    with pytest.raises(InvalidTransition):
        services.end_incident(lasting, ended_at=now, by=team.mia)
    assert Incident.objects.get().ended_at == now


def test_what_is_published_stands_on_the_public_page_and_is_announced(call, outage, team, client):
    services.publish_incident(outage, public_text="We were away for three hours.", by=team.mia)

    page = text(client.get(call.get_absolute_url()))
    assert "We were away for three hours." in page
    assert "Monitoring." not in page
    change = CallChange.objects.get(call=call)
    assert (change.kind, change.announced_at) == ("incident", None)
    with pytest.raises(InvalidTransition):
        services.publish_incident(outage, public_text="Again.", by=team.mia)


# --- the fair extension -----------------------------------------------------------------------------------
def _extend(call, incident, by, *, hours):
    return services.extend_deadline(
        call, closes_at=call.closes_at + hours * HOURS, reason="We were away.", by=by, incident=incident
    )


def test_an_extension_names_its_incident_and_gives_all_of_it_back(call, outage, team, now):
    services.publish_incident(outage, public_text="We were away.", by=team.mia)
    with pytest.raises(DomainError) as caught:
        _extend(call, outage, team.mia, hours=2.9)
    assert caught.value.field == "closes_day"

    _extend(call, outage, team.mia, hours=3)

    assert Incident.objects.get().made_good_at == now
    assert audit.history(call).last().data["incident"] == 1
    call.refresh_from_db()
    with pytest.raises(DomainError) as caught:
        _extend(call, outage, team.mia, hours=3)
    assert caught.value.field == "incident"


def test_what_is_not_published_or_of_another_call_is_no_reason(call, outage, team, now):
    other = factories.call(team, slug="other", code="OTH-27")
    foreign = _record(other, team.mia, began=now - HOURS, ended=now)
    services.publish_incident(foreign, public_text="Away.", by=team.mia)

    for incident in (outage, foreign):
        with pytest.raises(DomainError) as caught:
            _extend(call, incident, team.mia, hours=9)
        assert caught.value.field == "incident"


def test_an_incident_that_lasts_is_given_back_piece_by_piece(call, team, now):
    lasting = _record(call, team.mia, began=now - 2 * HOURS, ended=None)
    services.publish_incident(lasting, public_text="We are away.", by=team.mia)
    _extend(call, lasting, team.mia, hours=2)

    with clock.stopped_at(now + HOURS):
        [line] = queries.incident_lines(call)

    assert line.lost == HOURS


def test_the_page_proposes_what_is_fair_and_keeps_it(call, outage, team, mia):
    services.publish_incident(outage, public_text="We were away for three hours.", by=team.mia)

    page = mia.get(page_url("call_extend", call) + "?incident=1")

    assert "Incident 1 took 3 hours." in text(page)
    assert "Told by mail: everybody with a draft or submission, and 0 subscribers." in text(page)
    form = page.context["form"]
    sent = {
        "closes_day": form["closes_day"].value().isoformat(),
        "closes_hour": f"{form['closes_hour'].value():%H:%M}",
        "reason": form["reason"].value(),
        "incident": str(outage.pk),
    }
    assert sent["reason"] == "We were away for three hours."
    assert mia.post(page_url("call_extend", call), sent).status_code == 302
    before = call.closes_at
    call.refresh_from_db()
    assert call.closes_at == fair_deadline(before, 3 * HOURS, call.zone)
    assert Incident.objects.get().made_good_at is not None


def test_pages_write_the_log_and_keep_what_was_typed(call, mia):
    url = page_url("incident_record", call)
    given = {
        "began_day": "2027-02-17",
        "began_hour": "08:00",
        "ended_day": "2027-02-17",
        "ended_hour": "",
        "what": "Away.",
        "evidence": "Monitoring.",
        "affected": "All.",
    }
    refused = mia.post(url, given)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["ended_hour"])
    assert "Monitoring." in text(refused)

    assert mia.post(url, {**given, "ended_hour": "09:30"}).status_code == 302
    assert Incident.objects.get().ended_at == datetime(2027, 2, 17, 8, 30, tzinfo=UTC)


def test_a_reader_of_the_project_reads_the_log_and_does_not_write(call, outage, team, signed_in):
    reader = signed_in(team.ann)

    assert reader.get(page_url("incident_list", call)).status_code == 200
    for name, rest in (("incident_record", []), ("incident_end", [1]), ("incident_publish", [1])):
        assert reader.post(page_url(name, call, *rest)).status_code == 404
