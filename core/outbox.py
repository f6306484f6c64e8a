"""Writing to people: render, store in the same transaction, send after it commits."""

import uuid
from collections.abc import Mapping, Sequence
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock, notices
from core.audit import record
from core.errors import InvalidTransition
from core.locks import lock_row
from core.models import OutgoingMessage, Pace
from core.tasks import deliver_message, enqueue


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
        message_id=make_msgid(uuid.uuid4().hex, domain=settings.MAIL_DOMAIN),
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
    """Try once more what was refused, at the recipient's address of today. Raises InvalidTransition when it was not refused,
    or somebody asked already."""
    message = lock_row(message)
    if message.refused_at is None:
        raise InvalidTransition(_("This mail is on its way already."))
    before = message.to
    message.to = getattr(message.recipient, "email", "") or message.to
    message.refused_at, message.attempts, message.next_attempt_at = None, 0, clock.now()
    message.save(update_fields=["to", "refused_at", "attempts", "next_attempt_at"])
    record(message, "mail.sent_again", by=by, data={"kind": message.kind, "moved": before != message.to})
    enqueue(deliver_message, message.pk)
    return message


def _exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
