"""Deferred effects: the database is the truth, the broker only rings the bell."""

import smtplib
from datetime import timedelta
from typing import Any

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from core import clock
from core.models import OutgoingMessage, Pace

log = structlog.get_logger(__name__)


def enqueue(task: Task, *args: int | str) -> None:
    """Ask a worker to run `task` after this transaction commits.

    A broker that is away is logged and never reaches the person: each task's work is found again by a sweep (QD8).
    """

    def ring() -> None:
        try:
            task.apply_async(args=args)
        except (
            Exception
        ) as error:  # the broker's client raises many kinds; none may break an act already saved
            log.warning("broker_away", task=task.name, args=args, error=str(error))

    transaction.on_commit(ring, robust=True)


@shared_task(name="core.deliver_message", acks_late=True)
def deliver_message(pk: int) -> bool:
    """Send one message of the outbox, once: its row is locked, and one that is sent is left alone.

    Returns whether this call sent it. A failure is kept on the row and tried again later, at growing intervals; what the
    server refuses for good is marked, and left alone until somebody asks for it again (core.outbox.send_again).
    """
    with transaction.atomic():
        message = (
            OutgoingMessage.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
        )
        if message is None or message.sent_at is not None or message.refused_at is not None:
            return False
        if message.pace != Pace.AT_ONCE:  # its reader chose otherwise since the bell rang
            return False
        message.attempts += 1
        try:
            _send(message)
        except OSError as error:  # smtplib's errors are OSErrors
            message.last_error = _told(error)[:1000]
            message.refused_at = clock.now() if is_final(error) else None
            message.next_attempt_at = clock.now() + _pause(message.attempts)
            log.warning("mail_not_sent", message=pk, attempts=message.attempts, error=message.last_error)
        else:
            message.sent_at, message.last_error = clock.now(), ""
        message.save(update_fields=["attempts", "last_error", "next_attempt_at", "sent_at", "refused_at"])
        return message.sent_at is not None


def is_final(error: OSError) -> bool:
    """Did the server refuse the address, or the mail, for good (RFC 5321: a code of 500 to 599)? What it says of us, our
    sign-in or our sender address, is a fault of the installation, and passes."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and 500 <= error.smtp_code < 600


def _told(error: OSError) -> str:
    """The server's own words, such as `550 no such user`."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return str(error)
    return "; ".join(f"{code} {words.decode(errors='replace')}" for code, words in error.recipients.values())


def _send(message: OutgoingMessage) -> None:
    headers = {**message.headers, "Message-ID": message.message_id}
    sender = settings.BOUNCE_ADDRESS or None
    if sender:  # who the envelope names, so that what comes back goes there; the reader sees the usual sender
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    mail = EmailMultiAlternatives(message.subject, message.text, sender, to=[message.to], headers=headers)
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    mail.send()


def _pause(attempts: int) -> timedelta:
    """20 s, 40 s, 80 s … up to an hour."""
    return timedelta(seconds=min(3600, 10 * 2**attempts))


def task_options(**more: Any) -> dict[str, Any]:
    """What every task of ours says of itself: acknowledged when done, given again when the worker dies."""
    return {"acks_late": True, "reject_on_worker_lost": True, **more}
