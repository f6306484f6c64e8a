"""Private files: checked and hashed on the way in, one door on the way out (QD22, QD25)."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import IO, Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from core import antivirus, erasing, inspection
from core.errors import DomainError
from core.locks import lock_shared
from core.models import StoredFile

logger = structlog.get_logger(__name__)

KINDS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}


def store_upload(
    upload: UploadedFile,
    *,
    by: Any,
    allowed: Collection[str] = tuple(KINDS),
    max_mb: int | None = None,
    max_pages: int | None = None,
) -> StoredFile:
    """Check an uploaded file (size, real type against its name, sane inside) and keep it. `max_mb` and `max_pages`
    (of a PDF) are this place's own limits, within the installation's.

    Raises DomainError with a sentence that names the file and what to do. The caller owns the transaction.
    """
    name = safe_name(upload.name or "")
    media_type = check_announced(name, upload.size or 0, allowed=allowed, max_mb=max_mb)
    content = upload.read()
    pages = _look_inside(content, media_type, name)
    if max_pages and pages > max_pages:
        raise DomainError(
            _("“%(name)s” has %(n)d pages; at most %(max)d are possible here.")
            % {"name": name, "n": pages, "max": max_pages},
            field="file",
        )
    return store_bytes(content, name=name, media_type=media_type, by=by, scan=_scanned(content, name))


def check_announced(
    name: str, size: int, *, allowed: Collection[str] = tuple(KINDS), max_mb: int | None = None
) -> str:
    """The media type that a file's name promises. Raises DomainError for a name or a size (bytes) that is not taken, before
    anything of the file is read."""
    name = safe_name(name)
    if not size:
        raise DomainError(
            _("“%(name)s” is empty (0 bytes). Choose the file again.") % {"name": name}, field="file"
        )
    most = min(settings.MAX_UPLOAD_BYTES, max_mb * 1024 * 1024) if max_mb else settings.MAX_UPLOAD_BYTES
    if size > most:
        raise DomainError(
            _("“%(name)s” has %(size)s MB; at most %(max)s MB are possible. Make it smaller, or split it.")
            % {
                "name": name,
                "size": f"{size / 1048576:.1f}",
                "max": f"{most / 1048576:.0f}",
            },
            field="file",
        )
    return _named_type(name, allowed)


def _scanned(content: bytes, name: str) -> str:
    """What the scanner says; a scanner that is away lets the file wait. Raises DomainError for what it refuses."""
    if not antivirus.is_configured():
        return ""
    try:
        found = antivirus.scan(content)
    except antivirus.Unavailable as error:
        logger.warning("virus_scanner_away", why=str(error))
        return StoredFile.Scan.WAITING
    if found:
        raise DomainError(
            _("The virus scanner refuses “%(name)s”: it found %(found)s.") % {"name": name, "found": found},
            field="file",
        )
    return StoredFile.Scan.CLEAN


@transaction.atomic(durable=True)
def scan_waiting(pk: int) -> bool:
    """Show one file that waits to the scanner again. Returns whether it answered."""
    row = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=pk, scan="waiting").first()
    if row is None:
        return False
    try:
        found = antivirus.scan(read_verified(row))
    except antivirus.Unavailable:
        return False
    row.scan = StoredFile.Scan.REFUSED if found else StoredFile.Scan.CLEAN
    row.save(update_fields=["scan"])
    if found:
        logger.warning("virus_found", file=row.pk, found=found)
    return True


def store_bytes(content: bytes, *, name: str, media_type: str, by: Any, scan: str = "") -> StoredFile:
    """Keep bytes of our own making or already checked. The file is durable before its row is written."""
    digest = hashlib.sha256(content).hexdigest()
    row = StoredFile(
        created_by=by if by is not None and by.pk else None,
        name=safe_name(name),
        media_type=media_type,
        size=len(content),
        sha256=digest,
        scan=scan,
    )
    with transaction.atomic(savepoint=False):
        lock_shared(*erasing.lock_of(digest))  # nobody deletes these bytes until this row is there
        row.content.save(f"{digest[:2]}/{digest}", ContentFile(content), save=False)
        row.save()
    return row


def read_verified(stored: StoredFile) -> bytes:
    """The file's bytes, if they are still those that were stored. Raises DomainError when they are not (QR8)."""
    with stored.content.open("rb") as handle:
        content = handle.read()
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise DomainError(
            _("This file no longer has the content it was stored with. The administrator is told.")
        )
    return content


def serve_private(
    stored: StoredFile, *, name: str = "", inline: bool = False, cleaned: bool = False
) -> FileResponse:
    """The one door for downloads. The caller has fetched the owner through `visible_to`.

    Raises DomainError for what the virus scanner refuses, or has not seen yet. Sent as an attachment under our name, never sniffed, in a sandbox; `inline` only for PDFs of our own making; `cleaned` sends a copy without what the file says about
    its author (raises DomainError when none can be made), the stored file stays as it is.
    """
    shown = name or stored.name
    if stored.scan == StoredFile.Scan.REFUSED:
        raise DomainError(_("The virus scanner refuses “%(name)s”: nobody can open it.") % {"name": shown})
    if stored.scan == StoredFile.Scan.WAITING:
        raise DomainError(
            _("“%(name)s” waits for the virus scanner. Try again in a few minutes.") % {"name": shown}
        )
    content = read_verified(stored)
    response = FileResponse(
        io.BytesIO(_without_author(content, stored, shown) if cleaned else content),
        as_attachment=not inline,
        filename=shown,
        content_type=stored.media_type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": []}  # type: ignore[attr-defined]
    return response


def serve_made(file: IO[bytes], *, name: str, media_type: str) -> FileResponse:
    """A file made for this answer alone; it is closed, and gone, when it was sent."""
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=media_type)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def safe_name(name: str) -> str:
    """The last part of a name without control or direction characters, at most 150 characters, never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    cleaned = re.sub(r"\.{2,}", ".", visible).strip(" .")
    if not cleaned:
        return "file"
    stem, dot, ending = cleaned.rpartition(".")
    short = f"{stem[:140]}{dot}{ending[:9]}" if dot else cleaned[:150]
    return get_valid_filename(short) or "file"


def _named_type(name: str, allowed: Collection[str]) -> str:
    ending = PurePosixPath(name).suffix.lower()
    found = {media for media in KINDS if media in allowed and ending in KINDS[media]}
    endings = ", ".join(sorted(e.lstrip(".").upper() for media in allowed for e in KINDS.get(media, ())))
    if not found:
        raise DomainError(
            _("“%(name)s” is not a kind of file we can take here. Possible: %(kinds)s.")
            % {"name": name, "kinds": endings},
            field="file",
        )
    (media,) = found
    return media


def _look_inside(content: bytes, media: str, name: str) -> int:
    """Refuse what is not what it says, damaged, active or huge; returns the pages of a PDF, 0 for what has none.

    The looking is done by a process of its own, with little memory and time (core/inspection.py).
    """
    try:
        answer: dict[str, Any] = json.loads(_apart("core.inspection", content, media))
    except (subprocess.SubprocessError, ValueError):
        answer = {"refused": "huge"}
    if "refused" in answer:
        kind = PurePosixPath(name).suffix.lstrip(".").upper()
        sentence = _reasons().get(answer["refused"], _reasons()["damaged"])
        raise DomainError(sentence % {"name": name, "kind": kind}, field="file")
    return int(answer["pages"])


def _without_author(content: bytes, stored: StoredFile, name: str) -> bytes:
    """A copy without author data (core/cleaning.py). Raises DomainError rather than give the file as it is."""
    try:
        return _apart("core.cleaning", content, stored.media_type)
    except subprocess.SubprocessError as error:
        logger.warning("file_not_cleaned", file=stored.pk, why=str(error))
        raise DomainError(
            _("“%(name)s” cannot be opened without showing who wrote it. Ask the call office for a copy.")
            % {"name": name}
        ) from error


def _apart(module: str, content: bytes, media: str) -> bytes:
    """What a module of ours answers about a file, in a process of its own. Raises SubprocessError."""
    done = subprocess.run(  # noqa: S603  (our own interpreter and module; the file goes in as its input)
        [sys.executable, "-m", module, media],
        input=content,
        capture_output=True,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", "")},
        timeout=inspection.SECONDS,
        check=True,
    )
    return done.stdout


def _reasons() -> dict[str, str]:
    return {
        "kind": _(
            "“%(name)s” is not really a %(kind)s file inside. Save it again as %(kind)s, then upload it."
        ),
        "damaged": _(
            "“%(name)s” cannot be opened: it is damaged, or protected by a password. Save a copy without it."
        ),
        "active": _(
            "“%(name)s” carries a script, a macro, another file or a link to a program. Save a plain copy, for example by "
            "printing it as a PDF."
        ),
        "huge": _(
            "“%(name)s” has far more inside than it seems, or takes too long to look at. Save a smaller copy, or split it."
        ),
    }
