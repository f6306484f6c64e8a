"""Drafts that were never submitted: told, then deleted, by a clock that may pause or tick twice (feature A42)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from applicants import services
from applicants.jobs import announce_call_changes, expire_drafts
from applicants.keeping import WARNING, Keeping
from applicants.models import Attachment, Partner, SectionAnswers, Version
from calls.models import Call
from core import clock
from core.files import store_bytes
from core.jobs import delete_doomed_files
from core.models import AuditEvent, DoomedFile, OutgoingMessage, StoredFile
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

DAYS = 180
T0 = datetime(2027, 3, 1, 16, 0, tzinfo=UTC)


@given(
    told=st.one_of(st.none(), st.integers(-400, 400)), at=st.integers(-400, 800), days=st.integers(14, 400)
)
def test_nothing_is_deleted_before_its_term_nor_within_fourteen_days_of_the_letter(told, at, days):
    told_at = T0 + timedelta(days=told) if told is not None else None
    keeping, now = Keeping(T0, days, told_at), T0 + timedelta(days=at)
    if keeping.is_over(now):
        assert now >= T0 + timedelta(days=days)
        assert told_at is not None and now >= told_at + WARNING
        assert told_at >= T0  # told of this term, not of an earlier one
        assert not keeping.is_to_tell(now)
    if keeping.is_to_tell(now):
        assert now >= T0 + timedelta(days=days) - WARNING


@pytest.fixture
def call(now):
    return calls.call(team(), closes_at=now + timedelta(days=10))


def at(instant: datetime) -> int:
    """Two beats."""
    with clock.stopped_at(instant):
        return expire_drafts() + expire_drafts()


def words_of(client, application) -> str:
    """What the application's page says, without its tags."""
    return re.sub(r"<[^>]+>", "", client.get(application.get_absolute_url()).content.decode())


def letters(kind: str = "draft_expires") -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(kind=kind).order_by("pk"))


def bytes_of(stored: StoredFile) -> Path:
    return Path(settings.PRIVATE_FILES_DIR) / stored.content.name


def attach(application, alice, words="Offer") -> StoredFile:
    made = services.add_attachment(application, question="offer", upload=steps.pdf(words=words), by=alice)
    return made.file


def sweep(instant: datetime) -> int:
    with clock.stopped_at(instant):
        return delete_doomed_files() + delete_doomed_files()


@pytest.mark.django_db
def test_a_draft_left_behind_is_told_at_the_deadline_and_14_days_before_and_then_deleted_once(call):
    alice = people.user("Alice")
    application = steps.fill(steps.start(call, alice), alice, title="Secret plan")
    stored = attach(application, alice, "never submitted")
    path = bytes_of(stored)
    end = call.closes_at + timedelta(days=DAYS)
    with clock.stopped_at(call.closes_at + timedelta(minutes=6)):
        assert announce_call_changes() == 1
    (first,) = letters("draft_not_submitted")
    assert "What you wrote is kept until" in first.text and "27 August 2027" in first.text

    assert at(end - WARNING - timedelta(seconds=1)) == 0
    assert at(end - WARNING) == 1
    (told,) = letters()
    assert (told.to, told.subject) == (
        alice.email,
        f"Your draft {application.ref} is deleted on 27 August 2027",
    )
    assert "Its texts, amounts and files are deleted on Friday 27 August 2027" in told.text
    assert at(end - timedelta(seconds=1)) == 0
    assert application.draft().title == "Secret plan" and path.exists()

    assert at(end) == 1
    version = Version.objects.get(application=application)
    assert (version.status, version.title, version.emptied_at) == ("discarded", "", end)
    for table in (SectionAnswers, Attachment, Partner):
        assert not table.objects.filter(version=version).exists()
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert AuditEvent.objects.filter(verb="application.draft_expired").count() == 1
    assert sweep(end) == 1
    assert not path.exists() and not DoomedFile.objects.exists()
    assert at(end + timedelta(days=400)) == 0


@pytest.mark.django_db
def test_after_a_pause_of_the_clock_the_letter_comes_first_and_the_fourteen_days_are_kept(call):
    alice = people.user("Alice")
    application = steps.start(call, alice)
    late = call.closes_at + timedelta(days=1000)
    assert at(late) == 1
    assert at(late + WARNING - timedelta(seconds=1)) == 0
    assert application.draft() is not None
    assert at(late + WARNING) == 1
    assert application.draft() is None


@pytest.mark.django_db
def test_what_was_submitted_stays_with_its_files_when_a_later_draft_expires(call):
    alice = people.user("Alice")
    application = steps.fill(steps.start(call, alice), alice)
    stored = attach(application, alice)
    steps.submit(application, alice)
    services.change_application(application, by=alice)
    end = call.closes_at + timedelta(days=DAYS)
    assert [at(end - WARNING), at(end)] == [1, 1]
    assert "Version 1, which you submitted, is not touched." in letters()[0].text
    final = Version.objects.get(application=application, status="final")
    assert final.attachments.get().file == stored and final.answers.exists() and final.partners.exists()
    assert sweep(end) == 0 and bytes_of(stored).exists()


@pytest.mark.django_db
def test_an_extended_deadline_begins_a_new_term_and_a_new_letter(call):
    steps.start(call, people.user("Alice"))
    assert at(call.closes_at + timedelta(days=DAYS) - WARNING) == 1
    later = call.closes_at + timedelta(days=200)
    steps.extend(call, later)
    assert at(later + timedelta(days=DAYS) - WARNING - timedelta(days=1)) == 0
    assert at(later + timedelta(days=DAYS) - WARNING) == 1
    assert at(later + timedelta(days=DAYS)) == 1


@pytest.mark.django_db
def test_first_come_first_served_counts_from_the_last_change(now):
    alice = people.user("Alice")
    call = calls.call(team(), closes_at=now + timedelta(days=900), call_model="claim")
    application = steps.start(call, alice)
    changed = now + timedelta(days=100)
    with clock.stopped_at(changed):
        services.save_answers(application, section="idea", values={"problem": "x"}, bases={}, by=alice)
    assert at(now + timedelta(days=DAYS)) == 0
    assert at(changed + timedelta(days=DAYS) - WARNING) == 1
    with clock.stopped_at(changed + timedelta(days=DAYS) - timedelta(days=1)):  # the letter worked
        services.save_answers(
            application, section="idea", values={"problem": "y"}, bases={"problem": 1}, by=alice
        )
    assert at(changed + timedelta(days=DAYS)) == 0
    assert application.draft() is not None


@pytest.mark.django_db
def test_an_open_call_with_a_deadline_keeps_every_draft(call):
    steps.start(call, people.user("Alice"))
    steps.extend(call, call.closes_at + timedelta(days=2000))
    assert at(call.closes_at - timedelta(days=1)) == 0


@pytest.mark.django_db
def test_a_cancelled_call_lets_its_drafts_go_too(call, now):
    steps.start(call, people.user("Alice"))
    Call.objects.filter(pk=call.pk).update(state="cancelled")
    end = call.closes_at + timedelta(days=DAYS)
    assert [at(end - WARNING), at(end)] == [1, 1]


@pytest.mark.django_db
def test_throwing_away_deletes_at_once_and_also_after_the_deadline(call, client):
    alice = people.user("Alice")
    application = steps.fill(steps.start(call, alice), alice)
    stored = attach(application, alice)
    client.force_login(alice)
    after = call.closes_at + timedelta(days=3)
    with clock.stopped_at(after):
        page = words_of(client, application)
        assert "What you wrote is kept until 27 August 2027" in page
        assert "Delete it now" in page and "Download your data" in page
        client.post(f"{application.get_absolute_url()}discard/")
        page = words_of(client, application)
    assert "Its draft was deleted on 3 March 2027." in page
    assert not SectionAnswers.objects.filter(version__application=application).exists()
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert sweep(after) == 1


@pytest.mark.django_db
def test_what_was_thrown_away_before_this_rule_is_emptied_by_the_clock(call, now):
    application = steps.fill(steps.start(call, people.user("Alice")), people.user("Alice"))
    Version.objects.filter(application=application).update(status="discarded")
    assert at(now) == 1
    assert not SectionAnswers.objects.filter(version__application=application).exists()
    assert at(now) == 0


@pytest.mark.django_db
def test_bytes_that_came_again_are_not_deleted(call, now):
    alice = people.user("Alice")
    application = steps.start(call, alice)
    stored = attach(application, alice)
    content = bytes_of(stored).read_bytes()
    services.discard_draft(application, by=alice)
    again = store_bytes(content, name="again.pdf", media_type="application/pdf", by=None)
    assert again.content.name == DoomedFile.objects.get().name
    assert sweep(now) == 0
    assert bytes_of(again).exists() and not DoomedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_instant_delete_once(call):
    """The second finds the row locked, or empty already."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    application = steps.fill(steps.start(call, people.user("Alice")), people.user("Alice"))
    end = call.closes_at + timedelta(days=DAYS)
    pk = application.draft().pk

    def beat(verb) -> bool:
        try:
            return verb(pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        with clock.stopped_at(end - WARNING):
            assert sum(pool.map(beat, [services.warn_of_expiry] * 4)) == 1
        with clock.stopped_at(end):
            assert sum(pool.map(beat, [services.expire_draft] * 4)) == 1
    assert (len(letters()), AuditEvent.objects.filter(verb="application.draft_expired").count()) == (1, 1)
