"""The daily mail: what waits for it, of each reader, at seven in the morning of the reader's own zone.

What is due follows from rows alone: everything that waits and was written before the last seven o'clock. So a morning
without a beat is made up for later, and two beats tell nothing twice: the rows are locked and marked in the transaction
that stores the mail.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Min

from core import notices
from core.models import OutgoingMessage
from core.outbox import write_message

HOUR = 7
MOST = 200
"""So many messages stand in one daily mail; what is more comes in another of the same morning."""


@dataclass(frozen=True)
class Item:
    """One message in a daily mail: what it says, and where the rest stands (or its whole text, where it leads nowhere)."""

    sentence: str
    url: str
    text: str


@dataclass
class Part:
    """What stands under one pair of headings."""

    outer: str
    inner: str
    items: list[Item] = field(default_factory=list)
    is_first: bool = True  # of its outer heading


def last_morning(zone: str, at: datetime) -> datetime:
    """The last seven o'clock in `zone` that is not after `at`. A zone that does not exist is the installation's own."""
    try:
        place = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        place = ZoneInfo(settings.DEFAULT_ZONE)
    local = at.astimezone(place)
    today = local.replace(hour=HOUR, minute=0, second=0, microsecond=0, fold=0)
    return today if today <= local else today - timedelta(days=1)


def due(at: datetime) -> list[tuple[int, datetime]]:
    """Whose daily mail is due (primary keys), and until when what they were written is told: one query."""
    waiting = OutgoingMessage.objects.waiting_for_digest().filter(recipient__is_active=True)
    people = waiting.order_by().values_list("recipient", "recipient__zone").annotate(first=Min("created_at"))
    mornings = [(pk, last_morning(zone, at), first) for pk, zone, first in people.order_by("recipient")]
    return [(pk, until) for pk, until, first in mornings if first < until]


@transaction.atomic(durable=True)
def tell(user: int, *, until: datetime) -> bool:
    """Write the person's daily mail of what was written before `until`. Returns whether there was anything that nobody
    else is telling right now."""
    waiting = OutgoingMessage.objects.waiting_for_digest().filter(recipient=user, created_at__lt=until)
    locked = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    messages = list(locked[:MOST])
    if not messages:
        return False
    reader: Any = get_user_model()._default_manager.get(pk=user)
    context = {
        "parts": parts_of(messages),
        "count": len(messages),
        "notices_url": notices.page_url(),
    }
    digest = write_message(notices.DIGEST, "core/email/daily_digest", to=reader, context=context)
    OutgoingMessage.objects.filter(pk__in=[one.pk for one in messages]).update(told_in=digest)
    return True


def parts_of(messages: list[OutgoingMessage]) -> list[Part]:
    """The messages under their headings, in the order in which the headings were first written about."""
    by_outer: dict[str, dict[str, Part]] = {}
    for message in messages:
        outer, inner = (*message.group, "", "")[:2]
        inners = by_outer.setdefault(outer, {})
        part = inners.setdefault(inner, Part(outer, inner, is_first=not inners))
        part.items.append(item_of(message))
    return [part for inners in by_outer.values() for part in inners.values()]


def item_of(message: OutgoingMessage) -> Item:
    """A stored message as a line: its subject, and the first address of ours that its text names."""
    body = message.text.partition("\n-- \n")[0].strip()
    found = re.search(rf"{re.escape(settings.SITE_URL)}/\S+", body)
    url = found.group().rstrip(".,;:)”»") if found else ""
    return Item(message.subject, url, "" if url else body)
