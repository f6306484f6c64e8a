"""Reminders of the deadline: when they are due, and that nobody gets one twice."""

from datetime import UTC, datetime, timedelta

import pytest

from applicants import services
from applicants.jobs import remind_of_deadlines
from applicants.reminders import latest_due
from core import clock
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

BRUSSELS = "Europe/Brussels"
AFTER_THE_CHANGE = datetime(2026, 10, 26, 11, 0, tzinfo=UTC)  # 12:00 in Brussels
ON_THE_DAY = datetime(2026, 10, 25, 11, 0, tzinfo=UTC)  # 12:00 in Brussels, hours after the clocks went back


@pytest.mark.parametrize(
    ("deadline", "now", "due"),
    [
        # time-18: 24 hours before Monday noon is Sunday noon
        (
            AFTER_THE_CHANGE,
            datetime(2026, 10, 25, 11, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 11, 0, tzinfo=UTC),
        ),
        # time-19: 24 hours that pass before Sunday noon begin at 13:00 of Saturday, not at noon
        (ON_THE_DAY, datetime(2026, 10, 24, 10, 59, tzinfo=UTC), datetime(2026, 10, 23, 10, 0, tzinfo=UTC)),
        (ON_THE_DAY, datetime(2026, 10, 24, 11, 0, tzinfo=UTC), datetime(2026, 10, 24, 11, 0, tzinfo=UTC)),
        # seven days by the calendar: noon to noon, an hour more of elapsed time
        (ON_THE_DAY, datetime(2026, 10, 18, 9, 59, tzinfo=UTC), None),
        (ON_THE_DAY, datetime(2026, 10, 18, 10, 0, tzinfo=UTC), datetime(2026, 10, 18, 10, 0, tzinfo=UTC)),
        (ON_THE_DAY, ON_THE_DAY - timedelta(hours=6), ON_THE_DAY - timedelta(hours=6)),
        (ON_THE_DAY, ON_THE_DAY - timedelta(minutes=1), ON_THE_DAY - timedelta(hours=1)),
        (ON_THE_DAY, ON_THE_DAY, None),
    ],
)
def test_latest_due(deadline, now, due):
    assert latest_due(deadline, BRUSSELS, now=now) == due


@pytest.fixture
def call(now):
    return calls.call(team(), closes_at=now + timedelta(days=30))


def reminders() -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(kind="draft_reminder").order_by("pk"))


def run_at(instant: datetime) -> int:
    with clock.stopped_at(instant):
        return remind_of_deadlines() + remind_of_deadlines()  # two beats


@pytest.mark.django_db
def test_each_moment_is_told_once_with_what_is_missing(call):
    alice = people.user("Alice")
    application = steps.start(call, alice)
    counts = [run_at(call.closes_at - before) for before in map(timedelta, (8, 7, 6, 2, 1))]
    counts += [run_at(call.closes_at - timedelta(hours=hours)) for hours in (23, 6, 2, 1, 0, -1)]
    assert counts == [0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0]
    first = reminders()[0]
    assert (first.to, len(reminders())) == (alice.email, 5)
    assert first.subject.startswith(f"Not submitted yet: {application.ref}, deadline ")
    assert "in 7 days." in first.text
    assert "- The project has no title yet." in first.text


@pytest.mark.django_db
def test_after_a_pause_one_reminder_stands_for_those_that_were_missed(call):
    steps.start(call, people.user("Alice"))
    assert run_at(call.closes_at - timedelta(hours=5)) == 1


@pytest.mark.django_db
def test_a_draft_begun_after_the_moment_waits_for_the_next(call):
    alice = people.user("Alice")
    with clock.stopped_at(call.closes_at - timedelta(days=3)):
        steps.start(call, alice)
    assert [run_at(call.closes_at - timedelta(days=days)) for days in (3, 2)] == [0, 1]


@pytest.mark.django_db
def test_who_has_submitted_hears_of_a_newer_draft_only(call):
    alice = people.user("Alice")
    application = steps.submitted(call, alice)
    assert run_at(call.closes_at - timedelta(days=2)) == 0
    services.change_application(application, by=alice)
    assert run_at(call.closes_at - timedelta(hours=20)) == 1
    text = reminders()[0].text
    assert "Version 1, which you submitted before, counts until you submit this one." in text
    assert "Nothing is missing: you can submit it now." in text


@pytest.mark.django_db
def test_a_longer_deadline_is_reminded_of_again(call):
    steps.start(call, people.user("Alice"))
    assert run_at(call.closes_at - timedelta(hours=1)) == 1
    later = call.closes_at + timedelta(days=7)
    steps.extend(call, later)
    assert [run_at(later - timedelta(days=8)), run_at(later - timedelta(days=7))] == [0, 1]


@pytest.mark.django_db
def test_a_cancelled_call_reminds_nobody(call):
    steps.start(call, people.user("Alice"))
    type(call).objects.filter(pk=call.pk).update(state="cancelled")
    assert run_at(call.closes_at - timedelta(days=2)) == 0
