"""What the clock tells people with drafts and submissions."""

from datetime import timedelta

import pytest

from applicants import services
from applicants.jobs import announce_call_changes
from calls.models import CallChange
from core import clock
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    return calls.call(crew)


def change(call, crew, kind="deadline", text="The deadline moves to 5 May 2027, 17:00."):
    return CallChange.objects.create(call=call, by=crew.mia, kind=kind, text=text)


def sent(kind):
    return list(OutgoingMessage.objects.filter(kind=kind).order_by("to").values_list("to", flat=True))


def test_a_change_is_told_once_to_everybody_with_a_draft_or_a_submission(call, crew):
    alice, bob, charlie = people.user("Alice"), people.user("Bob"), people.user("Charlie")
    steps.start(call, alice)
    steps.submitted(call, bob)
    steps.start(calls.call(crew), charlie)
    change(call, crew)
    assert announce_call_changes() == 2
    assert announce_call_changes() == 0
    assert sent("call_changed") == sorted([alice.email, bob.email])
    mail = OutgoingMessage.objects.filter(kind="call_changed").first()
    assert mail.subject == f"Deadline extended: {call}"
    assert "The deadline moves to 5 May 2027, 17:00." in mail.text


def test_one_person_of_two_organisations_is_told_once(call, crew):
    alice = people.user("Alice")
    steps.start(call, alice)
    steps.start(call, alice)
    change(call, crew)
    assert (announce_call_changes(), sent("call_changed")) == (1, [alice.email])


def test_who_threw_the_draft_away_is_not_told(call, crew):
    alice = people.user("Alice")
    services.discard_draft(steps.start(call, alice), by=alice)
    change(call, crew)
    assert (announce_call_changes(), sent("call_changed")) == (0, [])


def test_a_publication_is_announced_to_nobody(call, crew):
    steps.start(call, people.user("Alice"))
    row = change(call, crew, kind="published", text="Published")
    assert announce_call_changes() == 0
    row.refresh_from_db()
    assert row.announced_at is not None


def test_time_09_a_draft_at_the_deadline_is_not_submitted_and_its_writers_are_told_once(call):
    alice = people.user("Alice")
    application = steps.fill(steps.start(call, alice), alice)
    with clock.stopped_at(call.closes_at + timedelta(minutes=4)):
        assert announce_call_changes() == 0
    with clock.stopped_at(call.closes_at + timedelta(minutes=6)):
        assert (announce_call_changes(), announce_call_changes()) == (1, 0)
    assert (application.valid_version(), application.draft().status) == (None, "draft")
    mail = OutgoingMessage.objects.get(kind="draft_not_submitted")
    assert mail.subject == f"Not submitted: {application.ref}, version 1"
    assert "So nothing of this application counts." in mail.text


def test_a_changed_draft_left_behind_names_the_version_that_counts(call):
    alice = people.user("Alice")
    application = steps.submitted(call, alice)
    services.change_application(application, by=alice)
    with clock.stopped_at(call.closes_at + timedelta(minutes=6)):
        announce_call_changes()
    mail = OutgoingMessage.objects.get(kind="draft_not_submitted")
    assert "Version 1, which you submitted before, counts." in mail.text


def test_after_an_extension_the_new_deadline_is_told_again(call):
    alice = people.user("Alice")
    application = steps.start(call, alice)
    with clock.stopped_at(call.closes_at + timedelta(minutes=6)):
        announce_call_changes()
    later = call.closes_at + timedelta(days=7)
    steps.extend(call, later)
    with clock.stopped_at(later + timedelta(minutes=6)):
        assert (announce_call_changes(), announce_call_changes()) == (1, 0)
    assert services.tell_not_submitted(application.draft().pk) is False


def test_a_cancelled_call_leaves_no_draft_behind(call):
    steps.start(call, people.user("Alice"))
    type(call).objects.filter(pk=call.pk).update(state="cancelled")
    with clock.stopped_at(call.closes_at + timedelta(minutes=6)):
        assert announce_call_changes() == 0
