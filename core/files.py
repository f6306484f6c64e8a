"""Private files: checked and hashed on the way in, one door on the way out (QD22, QD25)."""

import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import IO, Any

import puremagic
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.models import StoredFile

KINDS: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
MAX_UNZIPPED = 200 * 1024 * 1024
MAX_PIXELS = 50_000_000


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
    if not upload.size:
        raise DomainError(
            _("“%(name)s” is empty (0 bytes). Choose the file again.") % {"name": name}, field="file"
        )
    most = min(settings.MAX_UPLOAD_BYTES, max_mb * 1024 * 1024) if max_mb else settings.MAX_UPLOAD_BYTES
    if upload.size > most:
        raise DomainError(
            _("“%(name)s” has %(size)s MB; at most %(max)s MB are possible. Make it smaller, or split it.")
            % {
                "name": name,
                "size": f"{upload.size / 1048576:.1f}",
                "max": f"{most / 1048576:.0f}",
            },
            field="file",
        )
    content = upload.read()
    media_type = _real_type(content, name, allowed)
    pages = _look_inside(content, media_type, name)
    if max_pages and pages > max_pages:
        raise DomainError(
            _("“%(name)s” has %(n)d pages; at most %(max)d are possible here.")
            % {"name": name, "n": pages, "max": max_pages},
            field="file",
        )
    return store_bytes(content, name=name, media_type=media_type, by=by)


def store_bytes(content: bytes, *, name: str, media_type: str, by: Any) -> StoredFile:
    """Keep bytes of our own making or already checked. The file is durable before its row is written."""
    digest = hashlib.sha256(content).hexdigest()
    row = StoredFile(
        created_by=by if by is not None and by.pk else None,
        name=safe_name(name),
        media_type=media_type,
        size=len(content),
        sha256=digest,
    )
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


def serve_private(stored: StoredFile, *, name: str = "", inline: bool = False) -> FileResponse:
    """The one door for downloads. The caller has fetched the owner through `visible_to`.

    Sent as an attachment under our name, never sniffed, in a sandbox; `inline` only for PDFs of our own making.
    """
    response = FileResponse(
        io.BytesIO(read_verified(stored)),
        as_attachment=not inline,
        filename=name or stored.name,
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


def _real_type(content: bytes, name: str, allowed: Collection[str]) -> str:
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
    if not _matches(content, media):
        raise DomainError(
            _("“%(name)s” is not really a %(kind)s file inside. Save it again as %(kind)s, then upload it.")
            % {"name": name, "kind": ending.lstrip(".").upper()},
            field="file",
        )
    return media


def _matches(content: bytes, media: str) -> bool:
    try:
        guesses = {match.mime_type for match in puremagic.magic_string(content[:8192])}
    except puremagic.PureError:
        guesses = set()
    if media.startswith("application/vnd.openxmlformats"):
        return content[:4] == b"PK\x03\x04"
    return media in guesses or content.startswith({"application/pdf": b"%PDF-"}.get(media, b"\0\0never"))


def _look_inside(content: bytes, media: str, name: str) -> int:
    """Refuse what is damaged; returns the pages of a PDF, 0 for what has none."""
    broken = DomainError(
        _("“%(name)s” cannot be opened: it is damaged, or protected by a password. Save a copy without it.")
        % {"name": name},
        field="file",
    )
    if media == "application/pdf":
        return _check_pdf(content, broken)
    elif media.startswith("image/"):
        _check_image(content, broken)
    else:
        _check_zip(content, media, broken)
    return 0


def _check_pdf(content: bytes, broken: DomainError) -> int:
    import pikepdf  # noqa: PLC0415  (heavy: only where it is used)

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted or len(pdf.pages) == 0:
                raise broken
            return len(pdf.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise broken from error


def _check_image(content: bytes, broken: DomainError) -> None:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  (heavy: only where it is used)

    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise broken
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise broken from error


def _check_zip(content: bytes, media: str, broken: DomainError) -> None:
    main = "word/document.xml" if "wordprocessing" in media else "xl/workbook.xml"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if main not in names or any(n.endswith("vbaProject.bin") for n in names):
                raise broken
            if sum(entry.file_size for entry in entries) > MAX_UNZIPPED or len(entries) > 5000:
                raise broken
    except (zipfile.BadZipFile, ValueError) as error:
        raise broken from error
