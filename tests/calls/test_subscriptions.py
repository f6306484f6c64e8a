"""News by mail: confirmed, told once, ended with one click."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from applicants.jobs import announce_call_changes
from calls import queries, services
from calls.jobs import forget_addresses, tell_subscribers
from calls.models import Enquiry, Subscription
from core import clock
from core.errors import InvalidTransition
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories
from tests.calls.pages import text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def call(team, now) -> Any:
    return factories.call(team, budget_cents=30_000_00)


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMessage.objects.filter(kind=kind).values_list("to", flat=True))


def last_news() -> str:
    return OutgoingMessage.objects.filter(kind="news_of_call").latest("pk").text


def subscribed(email: str = "rosa@example.org", **more: Any) -> Subscription:
    return services.confirm_subscription(services.subscribe(email=email, **more))


def extended(call: Any, days: int = 7) -> None:
    later = call.closes_at + timedelta(days=days)
    services.extend_deadline(call, closes_at=later, reason="Requests.", by=call.created_by)
    call.refresh_from_db()


def test_an_address_gets_nothing_before_it_confirms(call, client, django_capture_on_commit_callbacks):
    page = f"{reverse('calls:subscription_create')}?call={call.slug}"
    assert client.post(page, {"email": "no address"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        for _again in range(2):
            assert "We wrote to Rosa@example.org" in text(client.post(page, {"email": "Rosa@example.org"}))
    one = Subscription.objects.get()
    assert mails("subscription_to_confirm") == ["rosa@example.org"]
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    extended(call)
    announce_call_changes()
    assert tell_subscribers() == 0
    assert one.get_absolute_url() in mail.outbox[0].body
    assert "Yes, send me these news" in text(client.get(one.get_absolute_url()))
    one.refresh_from_db()
    assert one.confirmed_at is None  # looking at the link is not a yes
    client.post(reverse("calls:subscription_confirm", args=[one.ref]))
    assert tell_subscribers() == 0  # what happened before is no news
    extended(call)
    announce_call_changes()
    with django_capture_on_commit_callbacks(execute=True):
        assert (tell_subscribers(), tell_subscribers()) == (1, 0)
    assert mail.outbox[-1].subject == f"Deadline extended: {call}"


def test_every_mail_can_be_ended_with_one_click(call, django_capture_on_commit_callbacks):
    one = subscribed(call=call)
    extended(call)
    announce_call_changes()
    with django_capture_on_commit_callbacks(execute=True):
        tell_subscribers()
    headers = mail.outbox[-1].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")
    program = Client(enforce_csrf_checks=True)
    assert (program.get(link).status_code, Subscription.objects.count()) == (302, 1)
    answer = program.post(link, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.cookies, Subscription.objects.count()) == (200, {}, 0)
    assert program.post(link).status_code == 200
    confirm = reverse("calls:subscription_confirm", args=[one.ref])
    assert program.post(confirm).status_code == 403


def test_who_writes_or_asked_is_told_of_a_change_once(call, team):
    alice = people.user("Alice Bianchi")
    steps.start(call, alice)
    services.subscribe(call=call, by=alice)
    subscribed(call=call)
    subscribed("zoe@example.org", call=call)
    asked = services.ask_question(call, text="A laser?", email="rosa@example.org")
    services.publish_answer(call, enquiries=[asked.ref], question="A laser?", text="Yes.", by=team.mia)
    assert (tell_subscribers(), announce_call_changes(), tell_subscribers()) == (0, 2, 1)
    assert (mails("call_changed"), mails("question_answered")) == ([alice.email], ["rosa@example.org"])
    assert mails("news_of_call") == ["zoe@example.org"]
    extended(call)
    extended(call)
    announce_call_changes()
    assert (tell_subscribers(), tell_subscribers()) == (2, 0)  # two changes, one mail each to Rosa and Zoe
    assert last_news().count("The deadline moved") == 2
    extended(call)
    announce_call_changes()
    extended(call)  # people with drafts do not know of this one yet: it waits
    assert (tell_subscribers(), last_news().count("The deadline moved")) == (2, 1)
    announce_call_changes()
    assert (tell_subscribers(), tell_subscribers()) == (2, 0)


def test_opening_deadline_and_results_are_told_each_once(team, now):
    call = factories.call(team, opens_at=now + 2 * DAY, closes_at=now + 60 * DAY)
    one = subscribed(call=call)
    told = []
    moments = [1, 2, 3, 52, 53, 54]
    for day in moments:
        with clock.stopped_at(now + day * DAY):
            told.append(tell_subscribers())
    assert dict(zip(moments, told, strict=True)) == {1: 0, 2: 1, 3: 0, 52: 0, 53: 1, 54: 0}
    with clock.stopped_at(now + 55 * DAY):
        late = subscribed("late@example.org", call=call)
        assert tell_subscribers() == 0  # five days before the deadline nobody has to be told that it is near
        services.end_subscription(late)
        extended(call, 10)
        announce_call_changes()
        assert tell_subscribers() == 1
    with clock.stopped_at(now + 63 * DAY):
        assert (tell_subscribers(), tell_subscribers()) == (1, 0)  # the later deadline has its own reminder
    with clock.stopped_at(now + 100 * DAY):
        call.results_published_at = clock.now()
        call.save()
        assert (tell_subscribers(), Subscription.objects.filter(pk=one.pk).exists()) == (1, False)
        with pytest.raises(InvalidTransition, match="no more news"):
            subscribed(call=call)
    subjects = [m.subject for m in OutgoingMessage.objects.filter(kind="news_of_call").order_by("pk")]
    assert [one.partition(":")[0] for one in subjects] == [
        "Open now",
        "Closes in a week",
        "Deadline extended",
        "Closes in a week",
        "Results",
    ]


def test_a_cancelled_call_ends_its_subscriptions(call, team):
    subscribed(call=call)
    services.cancel_call(call, reason="Merged.", by=team.mia)
    announce_call_changes()
    assert (tell_subscribers(), Subscription.objects.count()) == (1, 0)


def test_new_calls_that_fit_come_in_one_mail_a_day(team, now):
    """At 10:00 in Brussels; news are told at 7:00."""
    for search in ({"country": "IT"}, {"country": "DE"}, {"text": "number", "size": "micro"}, {}):
        subscribed(search=search)
    services.subscribe(search={"country": "IT"}, email="zoe@example.org")
    with clock.stopped_at(now + timedelta(minutes=1)):
        for _two in range(2):
            factories.call(team, budget_cents=30_000_00)
        factories.call(team, published=False)
    assert tell_subscribers() == 0
    with clock.stopped_at(now + timedelta(hours=20, minutes=59)):
        assert tell_subscribers() == 0
    with clock.stopped_at(now + timedelta(hours=21, minutes=1)):
        assert (tell_subscribers(), tell_subscribers()) == (3, 0)
        factories.call(team, budget_cents=30_000_00)
        assert tell_subscribers() == 0
    with clock.stopped_at(now + timedelta(hours=45, minutes=1)):
        assert (tell_subscribers(), tell_subscribers()) == (3, 0)
    sent = OutgoingMessage.objects.filter(kind="new_calls").order_by("pk")
    assert [one.subject for one in sent] == ["2 new calls for you"] * 3 + ["1 new call for you"] * 3
    assert "You asked to be told of new calls: open to Italy." in sent[0].text
    assert sent[0].headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2027, 3, 27, 6, 1, tzinfo=UTC), datetime(2027, 3, 27, 6, tzinfo=UTC)),
        (datetime(2027, 3, 27, 6, 0, 59, tzinfo=UTC), datetime(2027, 3, 26, 6, tzinfo=UTC)),
        (datetime(2027, 3, 28, 5, 1, tzinfo=UTC), datetime(2027, 3, 28, 5, tzinfo=UTC)),  # summer time
        (datetime(2027, 3, 28, 5, 0, 59, tzinfo=UTC), datetime(2027, 3, 27, 6, tzinfo=UTC)),
    ],
)
def test_the_hour_of_news_is_that_of_brussels(at, until):
    assert queries.searches_until(at) == until


def test_a_person_sees_and_ends_the_own_ones(call, signed_in):
    alice = people.user("Alice Bianchi")
    browser = signed_in(alice)
    for query in (f"?call={call.slug}", "?country=it&text=light", "?country=it&text=light"):
        assert browser.post(reverse("calls:subscription_create") + query).status_code == 302
    subscribed("other@example.org", call=call)
    page = text(browser.get(reverse("calls:subscription_list")))
    assert "with “light”, open to Italy" in page and page.count('">End<') == page.count(">End<") == 2
    for one in queries.own_subscriptions(alice):
        browser.post(reverse("calls:subscription_end", args=[one.ref]))
    assert [one.email for one in Subscription.objects.all()] == ["other@example.org"]


def test_addresses_are_forgotten_when_they_are_no_longer_needed(call, now):
    services.subscribe(call=call, email="never@example.org")
    kept = subscribed(call=call)
    services.ask_question(call, text="A laser?", email="asker@example.org")
    with clock.stopped_at(now + 8 * DAY):
        assert forget_addresses() == 1
    assert list(Subscription.objects.all()) == [kept]
    with clock.stopped_at(call.closes_at + 89 * DAY):
        assert forget_addresses() == 0
    with clock.stopped_at(call.closes_at + 91 * DAY):
        assert (forget_addresses(), Enquiry.objects.get().email) == (1, "")


def test_subscriptions_from_one_address_are_limited(call, client):
    page = f"{reverse('calls:subscription_create')}?call={call.slug}"
    for number in range(11):
        answer = client.post(page, {"email": f"r{number}@example.org"})
    assert (answer.status_code, Subscription.objects.count()) == (429, 10)
