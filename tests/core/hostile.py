"""A corpus of hostile files, made by code (QS5): names with what is inside. None of them is ever taken."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import product

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.samples import pdf

WORD, SHEET = "word/document.xml", "xl/workbook.xml"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MARKUP = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PROGRAM = b"MZ" + bytes(64)
SHELL = b"#!/bin/sh\nrm -rf /\n"

Corpus = Iterator[tuple[str, bytes]]


def corpus() -> Corpus:
    """Every file, with a name that is its own."""
    yield from _other_kinds()
    yield from _lies()
    yield from _acting_pdfs()
    yield from _pdfs()
    yield from _archives()
    yield from _pictures()


def _other_kinds() -> Corpus:
    endings = "exe svg html htm js jar bat cmd ps1 vbs scr msi zip 7z rar iso lnk hta docm xlsm pptm dotm xml swf".split()
    yield from ((f"offer.{ending}", PROGRAM) for ending in endings)
    yield from ((f"offer.pdf.{ending}", pdf()) for ending in ("exe", "html", "js", "svg"))
    yield "offer\u202efdp.exe", PROGRAM
    yield "offer.pdf\u200b.exe", PROGRAM
    yield "offer.pdf ", b""
    yield "offer.pdf\x00.exe", PROGRAM


def _lies() -> Corpus:
    inside = {
        "html": MARKUP,
        "svg": SVG,
        "program": PROGRAM,
        "shell": SHELL,
        "eicar": EICAR,
        "nothing": b"\0",
    }
    for (what, content), ending in product(inside.items(), ("pdf", "png", "jpg", "docx", "xlsx")):
        yield f"{what}.{ending}", content
    yield "html-then-pdf.pdf", MARKUP + pdf()
    yield "zip-then-pdf.pdf", office(WORD) + pdf()
    yield "pdf.docx", pdf()
    yield "docx.pdf", office(WORD)
    yield "sheet.docx", office(SHEET)


def made(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        change(document)
        document.save(out)
    return out.getvalue()


def _acting_pdfs() -> Corpus:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    launch = Dictionary(S=Name.Launch, F=String("calc.exe"))

    def root(key: str, value: object) -> Callable[[pikepdf.Pdf], None]:
        return lambda document: setattr(document.Root, key, value)

    def link(action: Dictionary) -> Callable[[pikepdf.Pdf], None]:
        def change(document: pikepdf.Pdf) -> None:
            note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
            document.pages[0].obj.Annots = Array([note])

        return change

    yield "script-on-opening.pdf", made(root("OpenAction", script))
    yield "program-on-opening.pdf", made(root("OpenAction", launch))
    yield "script-on-closing.pdf", made(root("AA", Dictionary(WC=script)))
    yield (
        "script-by-name.pdf",
        made(root("Names", Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script]))))),
    )
    yield "file-inside.pdf", made(root("Names", Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))))
    yield "dynamic-form.pdf", made(root("AcroForm", Dictionary(XFA=Array([]))))
    yield "script-in-a-link.pdf", made(link(script))
    yield "program-in-a-link.pdf", made(link(launch))
    yield "script-behind-a-link.pdf", made(link(Dictionary(S=Name.GoTo, D=Array([]), Next=script)))
    yield "import-in-a-link.pdf", made(link(Dictionary(S=Name.ImportData, F=String("x"))))


def _pdfs() -> Corpus:
    whole = pdf()
    yield "locked.pdf", pdf(password="secret")
    yield "cut.pdf", whole[: len(whole) // 3]
    yield "only-a-head.pdf", b"%PDF-1.7\n"
    yield "noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40
    yield "no-page.pdf", made(lambda document: document.pages.__delitem__(0))
    yield "ten-thousand-pages.pdf", _many_pages(10_000)


def _many_pages(pages: int) -> bytes:
    """One page that stands in the tree so many times."""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        document.Root.Pages.Kids = Array([page] * pages)
        document.Root.Pages.Count = pages

    return made(change)


def office(main: str, *, extra: dict[str, bytes] | None = None, body: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(main, body)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def _archives() -> Corpus:
    outside = (
        b'<Relationships><Relationship Type=".../attachedTemplate" Target="http://x" TargetMode="External"/>'
    )
    hidden = "<!DOCTYPE x>".encode("utf-16-le")
    parts = {
        "macro": {"word/vbaProject.bin": b"x"},
        "control": {"word/activeX/activeX1.xml": b"<x/>"},
        "object": {"word/embeddings/oleObject1.bin": b"x"},
        "nested": {"word/media/more.zip": office(WORD)},
        "program": {"word/media/calc.exe": PROGRAM},
        "way-out": {"../../etc/passwd": b"x"},
        "absolute": {"/etc/passwd": b"x"},
        "template": {"word/_rels/settings.xml.rels": outside},
        "macro-by-type": {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"},
        "entities": {
            "word/styles.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        },
        "entities-in-utf-16": {"word/styles.xml": hidden},
        "entities-far-inside": {"word/styles.xml": b" " * 70_000 + b"<!DOCTYPE x>"},
        "bomb": {"word/media/a.bin": bytes(210 * 1024 * 1024)},
        "entries": {f"word/{n}": b"" for n in range(5001)},
    }
    for name, extra in parts.items():
        yield f"{name}.docx", office(WORD, extra=extra)
    for name in ("macro", "control", "nested", "way-out", "entities"):
        yield f"{name}.xlsx", office(SHEET, extra=parts[name])
    whole = office(WORD)
    yield "cut.docx", whole[: len(whole) // 2]
    yield "locked.docx", _flagged(whole)
    yield "link.docx", _linked()
    yield "lie-about-size.docx", _lying_size()


def _flagged(content: bytes) -> bytes:
    """The same archive, its parts marked as locked."""
    local, central = content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8
    changed = bytearray(content)
    changed[local] |= 1
    changed[central] |= 1
    return bytes(changed)


def _linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(WORD, "<x/>")
        link = zipfile.ZipInfo("word/link")
        link.create_system, link.external_attr = 3, 0xA1FF << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def _lying_size() -> bytes:
    """A part that says it has one byte and has many."""
    content = bytearray(office(WORD, body=bytes(5_000_000)))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 1)
    return bytes(content)


def _pictures() -> Corpus:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    def png(width: int, height: int) -> bytes:
        head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
        return (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", head)
            + chunk(b"IDAT", zlib.compress(b"\0"))
            + chunk(b"IEND", b"")
        )

    yield "pixels.png", png(60_000, 60_000)
    yield "wide.png", png(2_000_000_000, 1)
    yield "tall.png", png(1, 2_000_000_000)
    yield "cut.png", png(4, 4)[:30]
    yield "broken-sum.png", png(4, 4).replace(b"IDAT", b"IDAT\xff")
    yield "head-only.jpg", b"\xff\xd8\xff\xe0"
    yield "gif.png", b"GIF89a" + bytes(20)
    yield "webp.jpg", b"RIFF\0\0\0\0WEBP"
    yield "picture-of-html.jpg", b"\xff\xd8\xff" + MARKUP
