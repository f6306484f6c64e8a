"""Mail that was taken and came back later: what a delivery status notification (RFC 3464) says, read without believing it.

Anybody may write to the mailbox. A notification is believed in one thing alone, that a mail of ours was not delivered for
good, and only when it names that mail by its Message-ID, which carries a signature of ours. Nothing else of it is kept: not
its words, not the address it complains about.
"""

import hmac
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

_ID = re.compile(r"<([0-9a-f]{32})\.([0-9a-f]{32})@[^<>\s]{1,100}>")
_STATUS = re.compile(r"\s*5\.(\d{1,3})\.(\d{1,3})(?!\d)")
_COPIES = {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"}
_REPORTS = {"message/delivery-status", "message/global-delivery-status"}

MEANINGS = {
    "1": "bad address",
    "1.1": "no such mailbox",
    "1.2": "no such domain",
    "1.6": "the mailbox has moved",
    "1.10": "the domain takes no mail",
    "2": "the mailbox takes no mail",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large",
    "3": "the mail system takes no mail",
    "4": "the mail system could not be reached",
    "4.7": "it could not be delivered in time",
    "6": "the mail could not be read",
    "7": "refused by a rule of the mail system",
}
"""What the second and third number of an enhanced status code mean (RFC 3463), in English like the words of mail servers."""


@dataclass(frozen=True)
class Bounce:
    """A mail that was not delivered for good: its Message-ID, and the status code with its meaning in our own words."""

    message_id: str
    told: str


class Unreadable(Exception):
    """Not to be understood: somebody should look at it."""


def new_message_id() -> str:
    """A Message-ID that we recognise as ours."""
    key = uuid.uuid4().hex
    return f"<{key}.{_signature(key, settings.SECRET_KEY)}@{settings.MAIL_DOMAIN}>"


def _signature(key: str, secret: str) -> str:
    return salted_hmac("core.bounces", key, secret=secret, algorithm="sha256").hexdigest()[:32]


def _is_ours(key: str, signature: str) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_signature(key, secret), signature) for secret in secrets)


def read_bounce(raw: bytes) -> Bounce | None:
    """What a mail says of one of ours: that it was not delivered for good, or None for anything else (a delay, a success, an
    answer written by a person or an absence, a notification about mail that is not ours).

    Raises Unreadable, and nothing else, for a mail whose form is broken.
    """
    try:
        return _read(message_from_bytes(raw))
    except Unreadable:
        raise
    except Exception as error:  # the standard library's parser raises many kinds on broken mail
        raise Unreadable(type(error).__name__) from error


def _read(mail: Message) -> Bounce | None:
    report = str(mail.get_param("report-type") or "").lower()
    if mail.get_content_type() != "multipart/report" or report != "delivery-status":
        return None
    parts = mail.get_payload()
    if not isinstance(parts, list):
        raise Unreadable("a report without parts")
    told = _status(parts)
    ids = {found.group() for found in _ids(mail, parts) if _is_ours(found[1], found[2])} if told else set()
    return Bounce(ids.pop(), told) if len(ids) == 1 else None


def _status(parts: list[Any]) -> str:
    """The code and its meaning when every recipient was failed for good; empty otherwise. A mail of ours has one recipient,
    which may stand for several behind it: one who got it is enough."""
    found: list[Message] = []
    for part in parts:
        if part.get_content_type() in _REPORTS:
            blocks = part.get_payload()
            if not isinstance(blocks, list):
                raise Unreadable("a status that is none")
            found += [block for block in blocks if block.get("Action") is not None]
    if not found:
        raise Unreadable("a report without a status")
    codes = [_STATUS.match(str(block.get("Status", ""))) for block in found]
    failed = all(str(block["Action"]).strip().lower() == "failed" for block in found)
    if not failed or not all(codes):
        return ""
    subject, detail = codes[0].groups()  # type: ignore[union-attr]  # looked at above
    meaning = MEANINGS.get(f"{subject}.{detail}") or MEANINGS.get(subject, "not delivered")
    return f"5.{subject}.{detail} {meaning}"


def _ids(mail: Message, parts: list[Any]) -> Iterator[re.Match[str]]:
    """Message-IDs of the mail that came back: of the copy in the report, else of what the report answers."""
    copies = [copy for part in parts if part.get_content_type() in _COPIES for copy in _copy(part)]
    named = [str(copy.get("Message-ID", "")) for copy in copies]
    if not any(_ID.search(one) for one in named):
        named = [str(mail.get("In-Reply-To", "")), str(mail.get("References", ""))]
    for one in named:
        yield from _ID.finditer(one[:10_000])


def _copy(part: Message) -> list[Message]:
    """The mail that came back, or its headers."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return [copy for copy in inner[:1] if isinstance(copy, Message)]
    text = part.get_payload(decode=True)
    return [message_from_string(text.decode("ascii", "replace"))] if isinstance(text, bytes) else []
