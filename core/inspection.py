"""What is inside an uploaded file, looked at in a process of its own with little memory and little time (QS5).

Imports nothing of the product: `python -m core.inspection <media type>` reads the file from its input and answers with one
line of JSON: {"pages": n}, or {"refused": code}. A code is "kind" (not what its name says), "damaged", "active" (it carries
scripts, macros, programs or links that a reader's machine would follow) or "huge" (far more inside than outside).
"""

import io
import json
import re
import sys
import zipfile
from pathlib import PurePosixPath
from typing import Any

MAX_UNZIPPED = 200 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PAGES = 2000
MAX_ENTRIES = 5000
MEMORY = 256 * 1024 * 1024
SECONDS = 5

ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/RichMediaExecute")
ARCHIVES = (
    ".zip",
    ".docx",
    ".xlsx",
    ".pptx",
    ".7z",
    ".rar",
    ".jar",
    ".exe",
    ".dll",
    ".js",
    ".vbs",
    ".ps1",
    ".bat",
)
ACTIVE_PARTS = ("vbaproject", "activex", "macrosheets", "/externallinks/", "oleobject")
OUTSIDE = re.compile(rb"attachedTemplate|/oleObject\"|/frame\"|/subDocument\"", re.IGNORECASE)


class Refused(Exception):
    """The file is not taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inspect(content: bytes, media: str) -> int:
    """The pages of a PDF, 0 for what has none. Raises Refused."""
    if media == "application/pdf":
        return _pdf(content)
    if media.startswith("image/"):
        return _image(content, media)
    return _office(content, media)


def _pdf(content: bytes) -> int:
    import pikepdf  # noqa: PLC0415  (heavy: only where it is used)

    if not content.startswith(b"%PDF-"):
        raise Refused("kind")
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = len(pdf.pages)
            if pdf.is_encrypted or pages == 0:
                raise Refused("damaged")
            if pages > MAX_PAGES:
                raise Refused("huge")
            if "/Names" in pdf.Root and any(
                name in pdf.Root.Names for name in ("/JavaScript", "/EmbeddedFiles")
            ):
                raise Refused("active")
            if any(_acts(one) for one in pdf.objects):
                raise Refused("active")
            return pages
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError) as error:
        raise Refused("damaged") from error


def _acts(one: Any, depth: int = 0) -> bool:
    """Does this object, or one that stands inside it, run a script or start a program?"""
    import pikepdf  # noqa: PLC0415  (heavy: only where it is used)

    if isinstance(one, pikepdf.Stream):
        one = one.stream_dict
    if isinstance(one, pikepdf.Dictionary):
        if "/JS" in one or str(one.get("/S", "")) in ACTIONS or "/XFA" in one:
            return True
        return depth < 8 and any(_acts(value, depth + 1) for value in one.values() if _direct(value))
    if isinstance(one, pikepdf.Array):
        return depth < 8 and any(_acts(value, depth + 1) for value in one if _direct(value))  # type: ignore[attr-defined]
    return False


def _direct(value: Any) -> bool:
    """Objects with a number of their own come by themselves."""
    return not getattr(value, "is_indirect", False)


def _image(content: bytes, media: str) -> int:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  (heavy: only where it is used)

    begins = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}[media]
    if not content.startswith(begins):
        raise Refused("kind")
    try:
        with Image.open(io.BytesIO(content), formats=[media.removeprefix("image/").upper()]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused("huge")
            image.verify()
    except Image.DecompressionBombError as error:
        raise Refused("huge") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("damaged") from error
    return 0


def _office(content: bytes, media: str) -> int:
    if not content.startswith(b"PK\x03\x04"):
        raise Refused("kind")
    main = "word/document.xml" if "wordprocessing" in media else "xl/workbook.xml"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNZIPPED:
                raise Refused("huge")
            if main not in {entry.filename for entry in entries}:
                raise Refused("damaged")
            left = MAX_UNZIPPED
            for entry in entries:
                _named_well(entry)
                left -= _read(archive, entry, left)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused("damaged") from error
    return 0


def _named_well(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in entry.filename:
        raise Refused("damaged")
    if entry.external_attr >> 28 == 0xA or entry.flag_bits & 1:  # a link, or a locked part
        raise Refused("damaged")
    name = entry.filename.lower()
    if name.endswith(ARCHIVES) or any(part in name for part in ACTIVE_PARTS):
        raise Refused("active")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """How many bytes the part really has, whatever its head says; what it may not say is looked for as it comes."""
    total, before = 0, b""
    words = entry.filename.lower().endswith((".xml", ".rels"))
    with archive.open(entry) as part:
        while chunk := part.read(1 << 16):
            total += len(chunk)
            if total > left:
                raise Refused("huge")
            if words:
                _plain_xml(before + chunk, entry.filename)
                before = chunk[-64:]
    return total


def _plain_xml(text: bytes, name: str) -> None:
    text = text.replace(b"\0", b"")  # UTF-16 hides words from a search
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"macroEnabled" in text:
        raise Refused("active")
    if name.endswith(".rels") and b'TargetMode="External"' in text and OUTSIDE.search(text):
        raise Refused("active")


def limit() -> None:
    """From here on this process has little memory and time, and writes no file."""
    import resource  # noqa: PLC0415  (such a process only)

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Read, look, answer: within the limits of this process."""
    limit()
    try:
        answer: dict[str, Any] = {"pages": inspect(sys.stdin.buffer.read(), sys.argv[1])}
    except Refused as refused:
        answer = {"refused": refused.code}
    except MemoryError:
        answer = {"refused": "huge"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
