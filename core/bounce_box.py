"""The mailbox into which mail comes back: a maildir beside us, or a folder of an IMAP server.

`BOUNCES_URL` names it: `maildir:///path` or `imaps://user:password@host/folder` (`imap://` on this machine alone). What was
read is marked as seen and stays; what could not be understood is marked as seen and flagged, so that a person finds it.
"""

import imaplib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

log = structlog.get_logger(__name__)

LARGEST = 2**20
"""Bytes of the largest mail that is opened; notifications are some thousands."""
MOST = 200
"""So many mails are read at a time."""
SECONDS = 20

Handle = Callable[[bytes], bool]
"""Reads one mail; returns whether it was understood."""


class NoMailbox(Exception):
    """The mailbox cannot be reached now."""


def is_configured() -> bool:
    return bool(settings.BOUNCES_URL)


def read_new(handle: Handle) -> int:
    """Give each new mail to `handle`, at most MOST; what is larger than LARGEST is not opened. Returns how many were read.

    Raises NoMailbox when it cannot be reached, ImproperlyConfigured when BOUNCES_URL names no mailbox.
    """
    url = urlsplit(settings.BOUNCES_URL)
    local = url.hostname in ("localhost", "127.0.0.1", "::1")
    try:
        if url.scheme == "maildir" and url.path.startswith("/"):
            return _read_maildir(Path(unquote(url.path)), handle)
        if url.hostname and (url.scheme == "imaps" or (url.scheme == "imap" and local)):
            return _read_imap(url.scheme == "imaps", handle)
    except (OSError, imaplib.IMAP4.error) as error:
        raise NoMailbox(str(error)) from error
    raise ImproperlyConfigured("BOUNCES_URL is maildir:///path or imaps://user:password@host/folder.")


# --- a maildir ------------------------------------------------------------------------------------------------
def _read_maildir(box: Path, handle: Handle) -> int:
    read = 0
    for path in sorted((box / "new").iterdir())[:MOST]:
        if path.is_symlink() or not path.is_file():
            continue
        try:
            understood = _opened(path.name, path.stat().st_size, path.read_bytes, handle)
            os.rename(path, box / "cur" / f"{path.name.partition(':')[0]}:2,{'S' if understood else 'FS'}")
        except FileNotFoundError:  # another worker was quicker
            continue
        read += 1
    return read


def _opened(name: str, size: int, content: Callable[[], bytes], handle: Handle) -> bool:
    if size > LARGEST:
        log.warning("bounce_too_large", mail=name, size=size)
        return False
    understood = handle(content())
    if not understood:
        log.warning("bounce_unreadable", mail=name)
    return understood


# --- an IMAP server -------------------------------------------------------------------------------------------
def _read_imap(secure: bool, handle: Handle) -> int:
    with _folder(secure) as box:
        _said, found = box.uid("SEARCH", "UNSEEN")
        uids = found[0].split()[:MOST] if found and found[0] else []
        for uid in uids:
            understood = _opened(uid.decode(), _size(box, uid), partial(_content, box, uid), handle)
            box.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)" if understood else r"(\Seen \Flagged)")
        return len(uids)


@contextmanager
def _folder(secure: bool) -> Iterator[imaplib.IMAP4]:
    url = urlsplit(settings.BOUNCES_URL)
    kind = imaplib.IMAP4_SSL if secure else imaplib.IMAP4
    box = kind(url.hostname or "", url.port or (993 if secure else 143), timeout=SECONDS)
    try:
        box.login(unquote(url.username or ""), unquote(url.password or ""))
        folder = unquote(url.path.strip("/")) or "INBOX"
        said, why = box.select('"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"')
        if said != "OK":
            raise NoMailbox(str(why))
        yield box
    finally:
        box.shutdown()


def _size(box: imaplib.IMAP4, uid: bytes) -> int:
    _said, found = box.uid("FETCH", uid.decode(), "(RFC822.SIZE)")
    words = (
        found[0].upper().replace(b"(", b" ").replace(b")", b" ").split()
        if isinstance(found[0], bytes)
        else []
    )
    digits = words[words.index(b"RFC822.SIZE") + 1] if b"RFC822.SIZE" in words[:-1] else b""
    return int(digits) if digits.isdigit() else LARGEST + 1


def _content(box: imaplib.IMAP4, uid: bytes) -> bytes:
    _said, found = box.uid("FETCH", uid.decode(), "(BODY.PEEK[])")
    return next((bytes(one[1]) for one in found if isinstance(one, tuple)), b"")
