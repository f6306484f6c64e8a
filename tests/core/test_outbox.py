"""Mail leaves once, late rather than never, and a lost broker or mail server never reaches the person."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from core import clock
from core.errors import InvalidTransition
from core.jobs import deliver_pending
from core.models import AuditEvent, OutgoingMessage
from core.outbox import send_again, store_message
from core.tasks import deliver_message, enqueue
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db


def message(subject: str = "Your receipt") -> OutgoingMessage:
    return store_message("test", to=people.user("Alice"), email="", subject=subject, text="Hello")


def test_store_message_sends_after_the_commit(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        stored = message()
        assert mail.outbox == []
    stored.refresh_from_db()
    assert [m.subject for m in mail.outbox] == ["Your receipt"]
    assert stored.sent_at is not None
    assert mail.outbox[0].extra_headers["Message-ID"] == stored.message_id


def test_store_message_in_a_transaction_that_fails_leaves_nothing() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        message()
        raise RuntimeError
    assert OutgoingMessage.objects.count() == 0


def test_deliver_message_twice_sends_once() -> None:
    stored = message()
    assert (deliver_message(stored.pk), deliver_message(stored.pk)) == (True, False)
    assert len(mail.outbox) == 1


def test_deliver_message_with_the_mail_server_away_tries_again_later(settings, now) -> None:
    stored = message()
    settings.EMAIL_BACKEND = "tests.core.test_outbox.AwayBackend"
    assert deliver_message(stored.pk) is False
    stored.refresh_from_db()
    assert (stored.attempts, stored.last_error) == (1, "away")
    assert stored.next_attempt_at == now + timedelta(seconds=20)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_pending() == 0
    with clock.stopped_at(now + timedelta(seconds=20)):
        assert deliver_pending() == 1


class AwayBackend:
    """A mail server that is not there."""

    def __init__(self, **kwargs: object) -> None:
        pass

    def send_messages(self, messages: list) -> int:
        raise smtplib.SMTPException("away")


def test_a_line_break_in_a_subject_adds_no_header() -> None:
    stored = message("Hello\r\nBcc: everyone@example.org")
    deliver_message(stored.pk)
    assert mail.outbox[0].subject == "Hello Bcc: everyone@example.org"
    assert mail.outbox[0].recipients() == [stored.to]


def test_enqueue_with_the_broker_away_does_not_break_the_request(
    settings, django_capture_on_commit_callbacks
) -> None:
    from funding.celery import app

    app.conf.task_always_eager = False
    broker, app.conf.broker_url = app.conf.broker_url, "redis://127.0.0.1:1/0"
    try:
        with django_capture_on_commit_callbacks(execute=True):
            enqueue(deliver_message, 1)
    finally:
        app.conf.task_always_eager, app.conf.broker_url = True, broker


class RefusingBackend:
    """A mail server that says `code` about every recipient."""

    code = 550
    error: smtplib.SMTPException | None = None

    def __init__(self, **kwargs: object) -> None:
        pass

    def send_messages(self, messages: list) -> int:
        to = messages[0].to[0]
        raise self.error or smtplib.SMTPRecipientsRefused({to: (self.code, b"no such user")})


@pytest.fixture
def refusing(settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.core.test_outbox.RefusingBackend"
    return lambda **said: [monkeypatch.setattr(RefusingBackend, key, one) for key, one in said.items()]


def test_what_the_server_refuses_for_good_is_marked_and_not_tried_again(refusing, now) -> None:
    stored = message()
    assert deliver_message(stored.pk) is False
    stored.refresh_from_db()
    assert (stored.refused_at, stored.last_error) == (now, "550 no such user")
    with clock.stopped_at(now + timedelta(days=1)):
        assert (deliver_pending(), deliver_message(stored.pk)) == (0, False)
    stored.refresh_from_db()
    assert stored.attempts == 1


@pytest.mark.parametrize(
    "said",
    [
        {"code": 450},
        {"error": smtplib.SMTPAuthenticationError(535, b"bad sign-in")},
        {"error": smtplib.SMTPSenderRefused(550, b"who are you", "calls@example.org")},
    ],
)
def test_what_may_pass_is_tried_again(refusing, now, said) -> None:
    refusing(**said)
    stored = message()
    deliver_message(stored.pk)
    stored.refresh_from_db()
    assert (stored.refused_at, stored.next_attempt_at) == (None, now + timedelta(seconds=20))


def test_what_came_back_is_sent_again_to_the_address_of_today_once(refusing, settings, now) -> None:
    stored = message()
    deliver_message(stored.pk)
    alice = stored.recipient
    alice.email = "alice@new.example"
    alice.save()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_again(stored, by=alice)
    with pytest.raises(InvalidTransition, match="on its way already"):
        send_again(stored, by=alice)
    assert (deliver_pending(), mail.outbox[0].to) == (1, ["alice@new.example"])


@pytest.mark.parametrize("moved", [False, True])
def test_who_had_it_sent_again_is_recorded_once_and_whether_the_address_is_another(refusing, moved) -> None:
    stored = message()
    deliver_message(stored.pk)
    alice, mia = stored.recipient, people.user("Mia Keller")
    if moved:
        alice.email = "alice@new.example"
        alice.save()
    send_again(stored, by=mia)
    with pytest.raises(InvalidTransition):
        send_again(stored, by=alice)
    event = AuditEvent.objects.get(verb="mail.sent_again")
    told = {"kind": "test", "moved": moved, "message_id": stored.message_id}
    assert (event.target, event.actor, event.data) == (stored, mia, told)
