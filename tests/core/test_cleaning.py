"""A cleaned copy says nothing of who wrote the file, shows the same, and is still a file that we would take."""

import io
import zipfile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, PngImagePlugin

from core import files
from core.cleaning import clean
from core.errors import DomainError
from core.files import KINDS, read_verified, serve_private, store_bytes
from core.inspection import inspect
from tests.core.hostile import office

pytestmark = pytest.mark.django_db

WHO = "CANARY-who-wrote-this"
PDF, PNG, JPEG, DOCX, XLSX = KINDS


def photo() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x0112] = WHO, WHO, 6
    picture = Image.linear_gradient("L").resize((40, 24)).convert("RGB")
    picture.save(out, "JPEG", exif=exif, comment=WHO, xmp=WHO.encode(), progressive=True)
    return out.getvalue() + WHO.encode()


def drawing() -> bytes:
    out = io.BytesIO()
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", WHO)
    said.add_itxt("XML:com.adobe.xmp", WHO)
    exif = Image.Exif()
    exif[0x013B] = WHO
    Image.linear_gradient("L").save(out, "PNG", pnginfo=said, exif=exif)
    return out.getvalue()


def paper() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        pdf.docinfo["/Author"] = WHO
        with pdf.open_metadata() as xmp:
            xmp["dc:creator"] = [WHO]
        shown = pdf.make_stream(photo(), Type=Name.XObject, Subtype=Name.Image, Width=40, Height=24)
        shown.stream_dict.Filter = Name.DCTDecode
        shown.stream_dict.Metadata = pdf.make_stream(WHO.encode())
        page.obj.Resources = Dictionary(XObject=Dictionary(Photo=shown))
        page.obj.PieceInfo = Dictionary(Program=Dictionary(Private=String(WHO)))
        note = Dictionary(Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), T=String(WHO), Contents=String("kept"))
        page.obj.Annots = Array([note])
        pdf.Root.Signed = Dictionary(ByteRange=Array([0, 1]), Name=String(WHO), Contents=String(WHO))
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return out.getvalue()


def document(main: str, extra: dict[str, str]) -> bytes:
    link = '<Relationship Id="r1" Type="http://x.org/package/2006/relationships/metadata/core-properties" Target="/odd/p.xml"/>'
    parts = {
        "docProps/core.xml": f"<a><creator>{WHO}</creator><lastModifiedBy>{WHO}</lastModifiedBy></a>",
        "docProps/app.xml": f"<a><Company>{WHO}</Company></a>",
        "docProps/custom.xml": f"<a>{WHO}</a>",
        "odd/p.xml": f"<a>{WHO}</a>",
        "_rels/.rels": f"<Relationships>{link}</Relationships>",
        **extra,
    }
    inside = {name: text.encode() for name, text in parts.items()}
    return office(main, extra={**inside, "media/image1.jpeg": photo()})


def text() -> bytes:
    change = f'<w:p><w:ins w:id="1" w:author="{WHO}" w:initials=\'{WHO}\'>said</w:ins></w:p>'
    return document("word/document.xml", {"word/comments.xml": change})


def table() -> bytes:
    people = f'<personList><person displayName="{WHO}" id="1" userId="{WHO}"/></personList>'
    comments = f"<comments><authors><author>{WHO}</author></authors>said</comments>"
    place = f'<workbook><x15ac:absPath url="C:\\{WHO}\\" xmlns:x15ac="urn:x"/></workbook>'
    named = '<table displayName="said"/>'
    extra = {
        "xl/tables/table1.xml": named,
        "xl/persons/person.xml": people,
        "xl/comments1.xml": comments,
        "xl/odd.xml": place,
    }
    return document("xl/workbook.xml", extra)


MADE = {PDF: paper, PNG: drawing, JPEG: photo, DOCX: text, XLSX: table}


def everything(content: bytes) -> bytes:
    """The bytes, and those of what is packed inside."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return content + b"".join(archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as pdf:
            streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
            raw = b"".join(one.read_raw_bytes() for one in streams)
            out = io.BytesIO()
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
            return content + raw + out.getvalue()
    return content


@pytest.mark.parametrize("media", MADE)
def test_a_cleaned_copy_does_not_say_who_wrote_it_and_the_stored_file_stays(media: str) -> None:
    content = MADE[media]()
    stored = store_bytes(content, name="offer" + KINDS[media][0], media_type=media, by=None)

    copy = b"".join(serve_private(stored, cleaned=True).streaming_content)  # type: ignore[arg-type]

    assert everything(content).count(WHO.encode()) >= 3
    assert WHO.encode() not in everything(copy)
    assert inspect(copy, media) == inspect(content, media)
    assert read_verified(stored) == content


@pytest.mark.parametrize("media", [PNG, JPEG])
def test_a_cleaned_picture_keeps_every_pixel_and_which_way_is_up(media: str) -> None:
    content = MADE[media]()
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(clean(content, media))) as after:
        assert after.tobytes() == before.tobytes()
        assert dict(after.getexif()) == ({0x0112: 6} if media == JPEG else {})


def test_a_cleaned_document_keeps_what_was_said() -> None:
    assert b"said" in everything(clean(text(), DOCX))
    assert everything(clean(table(), XLSX)).count(b"said") == 2
    with pikepdf.open(io.BytesIO(clean(paper(), PDF))) as pdf:
        assert str(pdf.pages[0].Annots[0].Contents) == "kept"  # type: ignore[index]


@pytest.mark.parametrize("media", MADE)
def test_what_cannot_be_cleaned_is_not_sent(media: str) -> None:
    stored = store_bytes(WHO.encode(), name="offer.pdf", media_type=media, by=None)
    with pytest.raises(DomainError, match="cannot be opened without showing who wrote it"):
        serve_private(stored, cleaned=True)


def test_cleaning_that_takes_too_long_is_not_sent(monkeypatch) -> None:
    monkeypatch.setattr(files.inspection, "SECONDS", 0.001)
    stored = store_bytes(drawing(), name="plan.png", media_type=PNG, by=None)
    with pytest.raises(DomainError, match="cannot be opened without showing who wrote it"):
        serve_private(stored, cleaned=True)
