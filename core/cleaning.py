"""A copy of a file without what it says about its author, made in a process with little memory and little time (QD23).

Imports nothing of the product but the limits: `python -m core.cleaning <media type>` reads the file from its input and
writes the copy to its output; it ends with an error, and no copy, when it cannot. Pictures keep every pixel: only what stands
beside the picture is left out, except which way is up.
"""

import io
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from core import inspection

PNG = b"\x89PNG\r\n\x1a\n"
PNG_PARTS = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs")
)
PDF_KEYS = ("/Metadata", "/PieceInfo", "/Author", "/LastModified")
SIGNATURE_KEYS = ("/Name", "/Location", "/Reason", "/ContactInfo", "/Cert", "/Contents", "/ByteRange")
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
BLANK = {
    "core-properties": f'<cp:coreProperties xmlns:cp="{CORE}"/>',
    "extended-properties": f'<Properties xmlns="{OFFICE}/extended-properties"/>',
    "custom-properties": f'<Properties xmlns="{OFFICE}/custom-properties"/>',
}
PROPERTIES = {"core": "core-properties", "app": "extended-properties", "custom": "custom-properties"}
PEOPLE = re.compile(rb"""(\s(?:\w+:(?:author|initials)|(?:\w+:)?userId|userName)\s*=\s*)("[^"]*"|'[^']*')""")
SHOWN = re.compile(rb"""(\sdisplayName\s*=\s*)("[^"]*"|'[^']*')""")
PATH = re.compile(rb"""(<\w+:absPath\b[^>]*?\surl\s*=\s*)("[^"]*"|'[^']*')""")
NAMES = re.compile(rb"(<(?:\w+:)?author>)[^<]*(</)")


def clean(content: bytes, media: str) -> bytes:
    """The same document without author, company, program, place and editors. Raises ValueError, or the library's error."""
    if media == "application/pdf":
        return _pdf(content)
    if media.startswith("image/"):
        return _picture(content)
    return _office(content)


def _pdf(content: bytes) -> bytes:
    """Without the document's information and XMP, those of its pictures, and the names in its notes and signatures."""
    import pikepdf  # noqa: PLC0415  (heavy: only where it is used)

    with pikepdf.open(io.BytesIO(content)) as pdf:
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        for one in pdf.objects:
            _strip(one)
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def _strip(one: Any, depth: int = 0) -> None:
    """Take the keys that tell of people from an object and from what stands inside it."""
    import pikepdf  # noqa: PLC0415  (heavy: only where it is used)

    if isinstance(one, pikepdf.Stream):
        if one.stream_dict.get("/Filter") == pikepdf.Name.DCTDecode:
            _strip_photo(one)
        one = one.stream_dict
    if isinstance(one, pikepdf.Dictionary):
        note = "/Subtype" in one and "/Rect" in one and one.Subtype != pikepdf.Name.Widget
        gone = PDF_KEYS + (("/T",) if note else ()) + (SIGNATURE_KEYS if "/ByteRange" in one else ())
        for key in gone:
            if key in one:
                del one[key]
        inside = list(one.values())
    else:
        inside = list(one) if isinstance(one, pikepdf.Array) else []  # type: ignore[call-overload]
    for value in inside if depth < 8 else ():
        if not getattr(value, "is_indirect", False):
            _strip(value, depth + 1)


def _strip_photo(stream: Any) -> None:
    import pikepdf  # noqa: PLC0415  (heavy: only where it is used)

    settings = stream.stream_dict.get("/DecodeParms")
    stream.write(_picture(stream.read_raw_bytes()), filter=pikepdf.Name.DCTDecode, decode_parms=settings)


def _picture(content: bytes) -> bytes:
    if content.startswith(PNG):
        return PNG + b"".join(_png_parts(content))
    if content.startswith(b"\xff\xd8"):
        return b"\xff\xd8" + b"".join(_jpeg_parts(content))
    raise ValueError("not a picture we know")


def _png_parts(content: bytes) -> Iterator[bytes]:
    at = len(PNG)
    while at < len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if kind in PNG_PARTS:
            yield content[at : at + size + 12]
        if kind == b"IEND":
            return
        at += size + 12


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """The segments that make the picture (ITU-T T.81, annex B); of the others only the turn of the camera is kept."""
    turn = _turn(content)
    if turn:
        yield turn
    at = 2
    while at + 4 <= len(content):
        marker = content[at + 1]
        if content[at] != 0xFF:
            raise ValueError("not a segment")
        if marker == 0xFF:  # a filler
            at += 1
            continue
        if marker == 0xD9:
            break
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        if marker == 0xDA:
            end = _scan_end(content, end)
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            yield content[at:end]
        elif marker == 0xEE and content[at + 4 : at + 9] == b"Adobe":  # how its colours are kept
            yield (
                content[at:end]
                if end - at <= 16
                else content[at : at + 2] + b"\0\x0e" + content[at + 4 : at + 16]
            )
        elif marker == 0xE0 and content[at + 4 : at + 9] == b"JFIF\0":
            yield (
                b"\xff\xe0\0\x10" + content[at + 4 : at + 16] + b"\0\0"
            )  # without a small picture of its own
        at = end
    yield b"\xff\xd9"


def _scan_end(content: bytes, start: int) -> int:
    """Where the picture's data ends: at the first marker that is neither a stuffed byte nor a restart."""
    found = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]", re.DOTALL).search(content, start)
    return found.start() if found else len(content)


def _turn(content: bytes) -> bytes:
    """A segment that says which way is up, and nothing else; empty when the picture stands upright."""
    from PIL import Image  # noqa: PLC0415  (heavy: only where it is used)

    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        turn = image.getexif().get(0x0112)
    if not isinstance(turn, int) or not 2 <= turn <= 8:
        return b""
    tags = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">HHI", turn, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(tags) + 2) + tags


def _office(content: bytes) -> bytes:
    """Without properties, names of editors in changes and comments, and what its pictures say beside the picture."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        blank = _properties(old)
        for entry in old.infolist():
            part = zipfile.ZipInfo(entry.filename)  # with no date, no remark
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, _part(entry.filename.lower(), old.read(entry), blank))
    return out.getvalue()


def _properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part (lower case) to what stands there instead: where properties are by custom, and where the file says they are."""
    found = {f"docprops/{name}.xml": BLANK[kind] for name, kind in PROPERTIES.items()}
    if "_rels/.rels" not in archive.namelist():
        return found
    for link in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", archive.read("_rels/.rels").decode()):
        target = re.search(r"""\sTarget\s*=\s*["']/?([^"']*)""", link)
        kind = re.search(r"""\sType\s*=\s*["'][^"']*/([^"'/]*)["']""", link)
        if target and kind and kind[1] in BLANK:
            found[target[1].lower()] = BLANK[kind[1]]
    return found


def _part(name: str, content: bytes, blank: dict[str, str]) -> bytes:
    if name in blank:
        return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + blank[name].encode()
    if content.startswith((PNG, b"\xff\xd8\xff")):
        return _picture(content)
    if not name.endswith(".xml"):
        return content
    if b"\0" in content[:64]:  # UTF-16 hides words from a search
        raise ValueError("not UTF-8")
    content = PATH.sub(rb'\1""', PEOPLE.sub(rb'\1""', content))
    if "/persons/" in name:  # elsewhere it is the name of a table
        content = SHOWN.sub(rb'\1""', content)
    return NAMES.sub(rb"\1\2", content) if "comments" in name else content


def main() -> None:
    """Read, clean, write: within the limits of this process. What goes wrong ends it with an error."""
    inspection.limit()
    sys.stdout.buffer.write(clean(sys.stdin.buffer.read(), sys.argv[1]))


if __name__ == "__main__":
    main()
