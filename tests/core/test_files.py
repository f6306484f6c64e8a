"""What comes in is what it says, or is refused with a sentence; what goes out is what came in."""

import hashlib
import io
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import files, inspection
from core.errors import DomainError
from core.files import read_verified, safe_name, serve_private, store_bytes, store_upload
from core.models import StoredFile
from tests.accounts import factories as people
from tests.core import hostile
from tests.core.hostile import office
from tests.samples import pdf

pytestmark = pytest.mark.django_db


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    out = io.BytesIO()
    Image.new("1" if kind == "PNG" else "L", size).save(out, kind)
    return out.getvalue()


GOOD = {
    "offer.pdf": pdf(),
    "plan.png": picture(),
    "photo.JPG": picture("JPEG"),
    "budget.xlsx": office("xl/workbook.xml"),
    "text.docx": office("word/document.xml"),
}
BAD = {
    "empty.pdf": (b"", "is empty"),
    "evil.exe": (b"MZ", "not a kind of file"),
    "page.html": (b"<script>", "not a kind of file"),
    "picture.svg": (b"<svg/>", "not a kind of file"),
    "offer.pdf.exe": (pdf(), "not a kind of file"),
    "noending": (pdf(), "not a kind of file"),
    "lie.pdf": (b"<html>hello</html>", "not really a PDF"),
    "lie.png": (pdf(), "not really a PNG"),
    "lie.docx": (pdf(), "not really a DOCX"),
    "locked.pdf": (pdf(password="secret"), "protected by a password"),
    "broken.pdf": (b"%PDF-1.7\nnothing", "damaged"),
    "broken.png": (picture()[:40], "damaged"),
    "bomb.png": (picture(size=(9000, 9000)), "far more inside"),
    "zip.docx": (office("other.txt"), "damaged"),
    "macro.docx": (office("word/document.xml", extra={"word/vbaProject.bin": b"x"}), "carries a script"),
    "bomb.xlsx": (office("xl/workbook.xml", extra={"xl/a.bin": bytes(210 * 1024 * 1024)}), "far more inside"),
}


@pytest.mark.parametrize("name", GOOD)
def test_store_upload_keeps_a_sound_file_whole(name: str) -> None:
    stored = store_upload(SimpleUploadedFile(name, GOOD[name]), by=people.user())
    assert (stored.name, stored.size, stored.sha256) == (
        name,
        len(GOOD[name]),
        hashlib.sha256(GOOD[name]).hexdigest(),
    )
    assert read_verified(stored) == GOOD[name]


@pytest.mark.parametrize("name", BAD)
def test_store_upload_refuses_with_a_sentence_that_names_the_file(name: str) -> None:
    content, why = BAD[name]
    with pytest.raises(DomainError, match=why) as refusal:
        store_upload(SimpleUploadedFile(name, content), by=people.user())
    assert f"“{name}”" in refusal.value.message
    assert StoredFile.objects.count() == 0


def test_store_upload_of_a_kind_that_this_question_does_not_take_names_what_it_takes() -> None:
    with pytest.raises(DomainError, match="Possible: PDF"):
        store_upload(SimpleUploadedFile("plan.png", picture()), by=people.user(), allowed=["application/pdf"])


def test_store_upload_above_the_limit_names_the_figures(settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(DomainError, match=r"has 1\.5 MB; at most 1 MB"):
        store_upload(SimpleUploadedFile("big.pdf", bytes(1536 * 1024)), by=people.user())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../x.pdf", "x.pdf"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("  naïve plan.pdf ", "naïve_plan.pdf"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 140 + ".pdf"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
    ],
)
def test_safe_name(typed: str, kept: str) -> None:
    assert safe_name(typed) == kept


def test_serve_private_is_an_attachment_that_nothing_runs_in() -> None:
    answer = serve_private(store_bytes(pdf(), name="offer.pdf", media_type="application/pdf", by=None))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="offer.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_one_flipped_byte_on_the_disk_is_found_when_the_file_is_opened() -> None:
    stored = store_bytes(
        pdf() + b"% of its own: files of one content are one",
        name="offer.pdf",
        media_type="application/pdf",
        by=None,
    )
    with open(stored.content.path, "r+b") as handle:
        handle.seek(20)
        byte = handle.read(1)
        handle.seek(20)
        handle.write(bytes([byte[0] ^ 1]))
    with pytest.raises(DomainError, match="no longer has the content"):
        serve_private(stored)


def test_two_files_with_the_same_bytes_lie_once_on_the_disk() -> None:
    first = store_bytes(b"same", name="a.pdf", media_type="application/pdf", by=None)
    second = store_bytes(b"same", name="b.pdf", media_type="application/pdf", by=None)
    assert (first.content.name, first.pk != second.pk) == (second.content.name, True)


def taken(name: str, content: bytes) -> bool:
    """Would the file be kept? What the process of its own does is done here, without its cost for each file."""
    try:
        if not content:
            return False
        media = files._named_type(safe_name(name), files.KINDS)
        inspection.inspect(content, media)
    except (DomainError, inspection.Refused):
        return False
    return True


def test_qs_05_no_file_of_the_hostile_corpus_is_taken() -> None:
    made = dict(hostile.corpus())
    assert [name for name, content in made.items() if taken(name, content)] == []
    assert len(made) >= 80
    assert [name for name, content in GOOD.items() if not taken(name, content)] == []


def test_qs_05_the_process_that_looks_has_little_memory_and_time(monkeypatch) -> None:
    """A file that would take more than its limits is refused, and nothing of it is kept."""
    monkeypatch.setattr(inspection, "SECONDS", 0.001)
    with pytest.raises(DomainError, match="takes too long to look at"):
        store_upload(SimpleUploadedFile("offer.pdf", pdf()), by=people.user())
    assert StoredFile.objects.count() == 0
    code = "import sys; sys.argv = ['x', 'image/png']; import core.inspection as i; i.inspect = lambda *a: bytearray(300 << 20); i.main()"
    done = subprocess.run([sys.executable, "-c", code], input=b"x", capture_output=True, check=True)
    assert done.stdout == b'{"refused": "huge"}\n'
