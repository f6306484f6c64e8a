"""Who chooses to be written to once a day is, with nothing lost and nothing twice; what has consequences never waits."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from applicants import services
from calls import notifications
from core import clock, digests, notices
from core.errors import DomainError
from core.jobs import deliver_pending, send_digests
from core.models import AuditEvent, NoticeChoice, OutgoingMessage, Pace
from core.notices import Category
from core.outbox import store_message
from funding.models import ProjectMember
from tests.accounts import factories as people
from tests.applicants import factories as make
from tests.calls import factories as calls
from tests.calls.pages import text
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db
NEXT_MORNING = datetime(2027, 2, 19, 6, 0, tzinfo=UTC)
"""Seven o'clock in Brussels after the stopped clock of the tests."""


@pytest.fixture
def team(now: Any) -> Any:
    return funding.team()


def browser_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def written(to: Any, kind: str = "office_wrote", subject: str = "A message", **more: Any) -> OutgoingMessage:
    body = "Hello\n\nRead it:\nhttp://testserver/there/\n\n-- \nhttp://testserver\n"
    return store_message(kind, to=to, email="", subject=subject, text=body, **more)


def daily(user: Any, category: str = "work", pace: str = "daily", audience: str = "organisation") -> None:
    notices.choose(user, {(audience, category): pace})


def digests_of(user: Any) -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(recipient=user, kind="daily_digest").order_by("pk"))


def test_work_waits_for_the_morning_and_comes_in_one_mail(now, django_capture_on_commit_callbacks) -> None:
    alice = people.user("Alice Bianchi")
    daily(alice)
    with django_capture_on_commit_callbacks(execute=True):
        written(alice, subject="First", group=["LUMEN", "Light"])
        written(alice, subject="Other", group=["SOLAR", "Sun"])
        written(alice, subject="Third", group=["LUMEN", "Dark"])
        written(alice, subject="Second", group=["LUMEN", "Light"])
    assert (mail.outbox, deliver_pending(), send_digests()) == ([], 0, 0)
    with clock.stopped_at(NEXT_MORNING - timedelta(milliseconds=1)):
        assert send_digests() == 0
    with clock.stopped_at(NEXT_MORNING), django_capture_on_commit_callbacks(execute=True):
        assert (send_digests(), send_digests()) == (1, 0)
    assert [one.subject for one in mail.outbox] == ["Your daily mail: 4 messages"]
    body = mail.outbox[0].body
    order = [
        body.index(word) for word in ("LUMEN", "Light", "First", "Second", "Dark", "Third", "SOLAR", "Sun")
    ]
    assert order == sorted(order) and body.count("LUMEN") == 1
    assert body.count("  http://testserver/there/") == 4
    assert OutgoingMessage.objects.waiting_for_digest().count() == 0
    assert {one.told_in_id for one in OutgoingMessage.objects.filter(kind="office_wrote")} == {
        digests_of(alice)[0].pk
    }


def test_a_missed_morning_is_made_up_for_and_what_came_after_it_waits(now) -> None:
    alice = people.user("Alice Bianchi")
    daily(alice)
    written(alice, subject="Before")
    with clock.stopped_at(NEXT_MORNING + timedelta(hours=3)):
        written(alice, subject="After")
        assert (send_digests(), send_digests()) == (1, 0)
        assert "Before" in digests_of(alice)[0].text and "After" not in digests_of(alice)[0].text
    with clock.stopped_at(NEXT_MORNING + timedelta(days=1)):
        assert send_digests() == 1
    assert "After" in digests_of(alice)[1].text and "Before" not in digests_of(alice)[1].text


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_time_tell_once(now) -> None:
    alice = people.user("Alice Bianchi")
    daily(alice)
    for number in range(5):
        written(alice, subject=f"Number {number}")
    held, go = threading.Event(), threading.Event()
    told: list[bool] = []

    def other_beat() -> None:
        held.wait(10)
        told.append(digests.tell(alice.pk, until=NEXT_MORNING))
        go.set()
        connection.close()

    thread = threading.Thread(target=other_beat)
    thread.start()
    with transaction.atomic():
        list(OutgoingMessage.objects.waiting_for_digest().select_for_update(of=("self",)))
        held.set()
        assert go.wait(10)  # the other beat finds all rows held, and does not wait
    thread.join(10)
    assert told == [False]
    assert (digests.tell(alice.pk, until=NEXT_MORNING), len(digests_of(alice))) == (True, 1)


@pytest.mark.django_db(transaction=True)
def test_a_crash_while_it_is_written_loses_nothing(now, monkeypatch) -> None:
    alice = people.user("Alice Bianchi")
    daily(alice)
    written(alice)

    def crash(*_given: Any, **_named: Any) -> None:
        raise RuntimeError("gone")

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(OutgoingMessage.objects.waiting_for_digest().__class__, "update", crash)
        digests.tell(alice.pk, until=NEXT_MORNING)
    assert digests_of(alice) == []
    assert digests.tell(alice.pk, until=NEXT_MORNING) is True
    assert len(digests_of(alice)) == 1


@pytest.mark.parametrize(
    ("zone", "at", "morning"),
    [
        ("Europe/Brussels", "2027-02-18T06:00:00", "2027-02-18T06:00:00"),
        ("Europe/Brussels", "2027-02-18T05:59:59", "2027-02-17T06:00:00"),
        ("Europe/Bucharest", "2027-02-18T05:00:00", "2027-02-18T05:00:00"),
        ("Europe/Brussels", "2027-03-28T04:59:59", "2027-03-27T06:00:00"),  # summer time began in the night
        ("Europe/Brussels", "2027-03-28T05:00:00", "2027-03-28T05:00:00"),
        ("Europe/Brussels", "2027-10-31T05:59:59", "2027-10-30T05:00:00"),  # and ended
        ("Nowhere/At all", "2027-02-18T06:00:00", "2027-02-18T06:00:00"),
        ("", "2027-02-18T06:00:00", "2027-02-18T06:00:00"),
    ],
)
def test_seven_in_the_readers_own_zone(zone, at, morning) -> None:
    found = digests.last_morning(zone, datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(morning).replace(tzinfo=UTC)


def test_what_waits_follows_a_new_choice(now, django_capture_on_commit_callbacks) -> None:
    alice = people.user("Alice Bianchi")
    daily(alice)
    daily(alice, "news")
    written(alice, subject="Work")
    news = written(alice, kind="partner_answered", subject="News")
    with django_capture_on_commit_callbacks(execute=True):
        notices.choose(alice, {("organisation", "work"): "at_once", ("organisation", "news"): "never"})
    assert [one.subject for one in mail.outbox] == ["Work"]
    news.refresh_from_db()
    assert (news.pace, news.sent_at) == (Pace.NEVER, None)
    with clock.stopped_at(NEXT_MORNING):
        assert (send_digests(), deliver_pending()) == (0, 0)
    assert AuditEvent.objects.filter(verb="user.notices_chosen").count() == 3


def test_what_has_consequences_waits_for_nobody(now, django_capture_on_commit_callbacks) -> None:
    alice = people.user("Alice Bianchi")
    for category, pace in [
        ("legal", "daily"),
        ("work", "never"),
        ("asked", "daily"),
        ("work", "often"),
        ("x", "daily"),
    ]:
        with pytest.raises(DomainError, match="cannot be put off"):
            daily(alice, category, pace)
    for category in Category:
        NoticeChoice.objects.create(user=alice, audience="organisation", category=category, pace="never")
    with django_capture_on_commit_callbacks(execute=True):
        for kind in ("outcome_released", "payment_paid", "account.login_code", "a kind nobody registered"):
            written(alice, kind=kind)
    assert len(mail.outbox) == 4


def test_who_holds_two_roles_is_told_at_the_sooner_pace(now, team) -> None:
    daily(team.mia, "work", audience="manager")
    assert notices.pace_for(team.mia, "report_received") == Pace.DAILY
    assert notices.pace_for(team.mia, "payments_proposed") == Pace.AT_ONCE
    assert notices.pace_for(team.mia, "payment_failed_staff") == Pace.DAILY  # she is no finance officer
    ProjectMember.objects.create(user=team.mia, project=team.project, role=ProjectMember.Role.FINANCE)
    del team.mia._roles
    assert notices.pace_for(team.mia, "payment_failed_staff") == Pace.AT_ONCE


def test_a_kind_is_one_thing_only() -> None:
    with pytest.raises(ImproperlyConfigured, match="two categories"):
        notices.register(Category.LEGAL, kinds=["office_wrote"])
    with pytest.raises(ImproperlyConfigured, match="needs an audience"):
        notices.register(Category.WORK, kinds=["something_new"])
    with pytest.raises(ImproperlyConfigured, match="leaves at once"):
        notices.register_family("x.", Category.NEWS)


def test_the_page_offers_what_the_person_may_choose(team) -> None:
    alice = people.user("Alice Bianchi")
    browser, page = browser_of(alice), reverse("accounts:notices")
    shown = text(browser.get(page))
    assert "For your organisation" in shown and "As manager of a project" not in shown
    assert "cannot be put off or switched off" in shown
    work, news = "organisation-work", "organisation-news"
    assert browser.post(page, {work: "never", news: "never"}).status_code == 422
    assert NoticeChoice.objects.count() == 0
    assert browser.post(page, {work: "daily", news: "never"}).status_code == 302
    assert {row.key: row.pace for row in notices.choices_of(alice)} == {work: "daily", news: "never"}
    for role, key in ((team.mia, "manager-work"), (team.fred, "finance-work")):
        assert key in [row.key for row in notices.choices_of(role)]
        assert work not in [row.key for row in notices.choices_of(role)]
    assert page in browser.get(reverse("accounts:profile")).content.decode()


def test_a_real_message_of_a_call_stands_under_its_project_in_the_readers_language(team, now) -> None:
    call = calls.call(team, budget_cents=30_000_00)
    alice = people.user("Alice Bianchi")
    alice.language = "it"
    alice.save()
    file = make.application(call, by=alice)
    daily(alice)
    services.write_to_applicant(file, text="Please call us.", by=team.mia)
    with clock.stopped_at(NEXT_MORNING):
        assert send_digests() == 1
    body = digests_of(alice)[0].text
    assert call.project.acronym in body and str(call) in body
    assert reverse("applicants:application_messages", args=[file.ref]) in body


def test_optional_mail_ends_with_one_click_and_no_other(now, team) -> None:
    call = calls.call(team, budget_cents=30_000_00)
    call.published_by_id = None
    notifications.call_published(call)
    headers = OutgoingMessage.objects.filter(kind="call_published", recipient=team.mia).get().headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    program = Client(enforce_csrf_checks=True)
    assert "Do you want no more mail" in text(program.get(link))
    assert NoticeChoice.objects.count() == 0  # looking at the link ends nothing
    for _again in range(2):
        assert "no more mail of this kind" in text(program.post(link, {"List-Unsubscribe": "One-Click"}))
    assert notices.pace_for(team.mia, "call_published") == Pace.NEVER
    assert notices.pace_for(team.mia, "publication_proposed") == Pace.AT_ONCE
    assert program.post(link.replace("/end/", "x/end/")).status_code == 404
    call.publication_proposed_by_id = None
    notifications.publication_proposed(call)
    work = OutgoingMessage.objects.filter(kind="publication_proposed", recipient=team.mia).get()
    assert "List-Unsubscribe" not in work.headers
    assert "Choose how often we write to you:\nhttp://testserver/me/notices/" in work.text
