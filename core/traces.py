"""Taking a person's name and addresses out of what the product wrote down: the mails it sent and the audit trail."""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from core import clock
from core.models import AuditEvent, OutgoingMessage

DELETED = "[deleted]"
"""What stands where words were."""

SHORTEST_NAME = 4
"""A shorter name is part of too many other words to be looked for."""


@dataclass(frozen=True)
class Traces:
    """What names a person, and what stands there instead. Addresses are found in any case, names as whole words only."""

    addresses: tuple[str, ...]
    names: tuple[str, ...]
    instead: str
    instead_of_address: str

    def without(self, text: str) -> str:
        """The text without the person."""
        for address in self._longest_first(self.addresses):
            text = re.sub(
                rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", self.instead_of_address, text, flags=re.I
            )
        for name in self._longest_first(self.names):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", self.instead, text)
        return text

    def in_data(self, value: Any) -> Any:
        """The same for a value of JSON."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self.in_data(one) for one in value]
        if isinstance(value, dict):
            return {self.without(key): self.in_data(one) for key, one in value.items()}
        return value

    def looked_for(self, *fields: str) -> Q:
        """A rough filter: rows in which a field may name the person."""
        found = Q(pk__in=[])
        for field in fields:
            for word in [*self.addresses, *self.names]:
                found |= Q(**{f"{field}__icontains": word})
                found |= Q(**{f"{field}__icontains": json.dumps(word, ensure_ascii=False)[1:-1]})
        return found

    @staticmethod
    def _longest_first(words: Sequence[str]) -> list[str]:
        return sorted(words, key=len, reverse=True)


def traces(addresses: Collection[str], names: Collection[str], *, instead: str, address: str) -> Traces:
    """What to look for: each once, without what is too short."""
    return Traces(
        tuple(sorted({one.strip().lower() for one in addresses if one.strip()})),
        tuple(sorted({one.strip() for one in names if len(one.strip()) >= SHORTEST_NAME})),
        instead,
        address,
    )


def clear_mail_to(user: Any, person: Traces) -> int:
    """Mails to the person lose address and contents; that one was sent, of which kind and when, stays. What was not sent yet
    is not sent. Returns how many."""
    to_them = Q(recipient=user)
    for address in person.addresses:
        to_them |= Q(to__iexact=address)
    mails = OutgoingMessage.objects.filter(to_them)
    mails.filter(sent_at=None, refused_at=None).delete()
    return mails.update(to=person.instead_of_address, subject="", text="", html="", headers={}, last_error="")


def empty_mails(found: Q) -> int:
    """Mails to others that quote the person lose their bodies; to whom, of which kind and when stays. Returns how many."""
    return OutgoingMessage.objects.filter(found).update(text=DELETED, html="", last_error="")


def take_out_of_mails(person: Traces) -> int:
    """Mails to others that name the person name them no more. Returns how many changed."""
    fields = ("subject", "text", "html", "last_error")
    rows = OutgoingMessage.objects.select_for_update().filter(person.looked_for(*fields))
    changed = 0
    for mail in rows.order_by("pk").iterator(chunk_size=200):
        before = [getattr(mail, field) for field in fields]
        after = [person.without(text) for text in before]
        if after != before:
            for field, text in zip(fields, after, strict=True):
                setattr(mail, field, text)
            mail.save(update_fields=fields)
            changed += 1
    return changed


def empty_words(found: Q) -> int:
    """These events lose their words; who, what and when stay. In the caller's transaction. Returns how many."""
    with _erasing():
        return AuditEvent.objects.filter(found).update(note="", erased_at=clock.now())


def take_out_of_trail(person: Traces, *, emptied: Q | None = None) -> int:
    """Events whose words or data name the person name them no more; those that `emptied` finds lose their words
    altogether. Who, what and when stay. In the caller's transaction. Returns how many changed."""
    named = person.looked_for("note") | person.looked_for("told")
    events = AuditEvent.objects.annotate(told=Cast("data", TextField())).filter(
        named | (emptied or Q(pk__in=[]))
    )
    to_empty = set(AuditEvent.objects.filter(emptied).values_list("pk", flat=True)) if emptied else set()
    changed = 0
    for event in list(events.order_by("pk")):
        note = "" if event.pk in to_empty else person.without(event.note)
        data = person.in_data(event.data)
        if (note, data) != (event.note, event.data):
            with _erasing():
                AuditEvent.objects.filter(pk=event.pk).update(note=note, data=data, erased_at=clock.now())
            changed += 1
    return changed


@contextmanager
def _erasing() -> Iterator[None]:
    """PostgreSQL lets words of the trail go inside the block (core/migrations/0007)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.erasing = 'on'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.erasing = 'off'")
