"""Writing to people: render, store in the same transaction, send after it commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core import bounce_box, clock, notices
from core.audit import record
from core.bounces import Unreadable, new_message_id, read_bounce
from core.errors import InvalidTransition
from core.locks import lock_row
from core.models import OutgoingMessage, Pace
from core.tasks import deliver_message, enqueue

log = structlog.get_logger(__name__)


def write_message(
    kind: str,
    template: str,
    *,
    to: Any,
    context: Mapping[str, Any],
    about: Model | None = None,
    email: str = "",
    headers: Mapping[str, str] | None = None,
    group: Sequence[Any] = (),
) -> OutgoingMessage:
    """Store one message to the user `to` (or to the bare address `email`), in the person's language.

    `template` names three files: `<template>.subject.txt`, `<template>.txt` and, optionally, `<template>.html`.
    `headers` are sent besides those every mail has; `group` are the headings under which a daily mail puts it, outermost
    first, as things that have a name in each language.
    """
    language = getattr(to, "language", "") or settings.LANGUAGE_CODE
    has_choice = not email and getattr(to, "pk", None) is not None
    notices_url = notices.choices_url(kind) if has_choice else ""
    ways_out = notices.headers_for(kind, to) if has_choice else {}
    with translation.override(language):
        full = {"site_url": settings.SITE_URL, "recipient": to, "notices_url": notices_url, **context}
        headings = [str(one) for one in group]
        subject = render_to_string(f"{template}.subject.txt", full)
        text = render_to_string(f"{template}.txt", full).strip() + "\n"
        html = render_to_string(f"{template}.html", full) if _exists(f"{template}.html") else ""
    return store_message(
        kind,
        to=to,
        email=email,
        subject=subject,
        text=text,
        html=html,
        about=about,
        headers={**ways_out, **(headers or {})},
        group=headings,
    )


def store_message(
    kind: str,
    *,
    to: Any,
    email: str,
    subject: str,
    text: str,
    html: str = "",
    about: Model | None = None,
    headers: Mapping[str, str] | None = None,
    group: Sequence[str] = (),
) -> OutgoingMessage:
    """Store one finished message in the caller's transaction; it leaves after the commit, or as its reader chose for its
    kind (core/notices.py). What goes to a bare address leaves at once."""
    pace = Pace.AT_ONCE if email else notices.pace_for(to, kind)
    message = OutgoingMessage.objects.create(
        kind=kind,
        to=email or to.email,
        recipient=to if getattr(to, "pk", None) else None,
        subject=" ".join(subject.split())[:250],
        text=text,
        html=html,
        headers=dict(headers or {}),
        message_id=new_message_id(),
        about_type=ContentType.objects.get_for_model(about) if about is not None else None,
        about_id=about.pk if about is not None else None,
        pace=pace,
        group=list(group),
    )
    if pace == Pace.AT_ONCE:
        enqueue(deliver_message, message.pk)
    return message


def refused_for(user: Any) -> QuerySet[OutgoingMessage]:
    """The person's mail that the server refused for good, newest first."""
    return OutgoingMessage.objects.filter(recipient=user, refused_at__isnull=False).order_by("-pk")


@transaction.atomic(durable=True)
def send_again(message: OutgoingMessage, *, by: Any) -> OutgoingMessage:
    """Try once more what was refused or came back, at the recipient's address of today and as a new mail, which what comes back
    of the old one does not touch. Raises InvalidTransition when it was not refused,
    or somebody asked already."""
    message = lock_row(message)
    if message.refused_at is None:
        raise InvalidTransition(_("This mail is on its way already."))
    before = message.to
    message.to = getattr(message.recipient, "email", "") or message.to
    data = {"kind": message.kind, "moved": before != message.to, "message_id": message.message_id}
    message.refused_at, message.attempts, message.next_attempt_at = None, 0, clock.now()
    message.sent_at, message.message_id = None, new_message_id()
    message.save(update_fields=["to", "refused_at", "attempts", "next_attempt_at", "sent_at", "message_id"])
    record(message, "mail.sent_again", by=by, data=data)
    enqueue(deliver_message, message.pk)
    return message


@dataclass(frozen=True)
class CameBack:
    """What reading the mailbox came to."""

    read: int
    marked: int


def take_back_undelivered() -> CameBack:
    """Read the mail that came back since, and mark those of ours that were not delivered for good, like those that the server
    refused at once. Idempotent: what is marked stays as it is.

    Raises core.bounce_box.NoMailbox when the mailbox cannot be reached: what is in it waits.
    """
    marked = 0

    def handle(raw: bytes) -> bool:
        nonlocal marked
        try:
            bounce = read_bounce(raw)
        except Unreadable:
            return False
        if bounce is not None:
            marked += mark_undelivered(bounce.message_id, told=bounce.told)
        return True

    return CameBack(bounce_box.read_new(handle), marked)


@transaction.atomic
def mark_undelivered(message_id: str, *, told: str) -> bool:
    """A mail that had left was not delivered for good. Returns whether it was marked now: not when there is no such mail, or
    it is marked or on its way again already."""
    message = OutgoingMessage.objects.filter(message_id=message_id).first()
    if message is None:
        return False
    message = lock_row(message)
    if message.message_id != message_id or message.refused_at is not None or message.sent_at is None:
        return False
    message.refused_at, message.last_error = clock.now(), told[:1000]
    message.save(update_fields=["refused_at", "last_error"])
    record(message, "mail.came_back", by=None, data={"kind": message.kind, "status": told})
    log.info("mail_came_back", message=message.pk, status=told)
    return True


def _exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
