"""The renderer is sealed and repeatable."""

import http.server
import io
import threading
from collections.abc import Iterator

import pytest
from PIL import Image
from pypdf import PdfReader

from core.files import store_bytes
from core.pdf import render_pdf

VECTORS = [
    '<link rel="stylesheet" href="{0}/a.css">',
    '<link rel="attachment" href="{0}/a.txt">',
    '<link rel="attachment" href="file:///etc/passwd">',
    "<style>@import url({0}/b.css);</style>",
    "<style>@font-face {{ font-family: x; src: url({0}/c.woff) }} p {{ font-family: x }}</style><p>x</p>",
    '<p style="background: url({0}/d.png)">x</p>',
    '<p style="list-style-image: url({0}/e.png); display: list-item">x</p>',
    '<p style="content: url({0}/f.png)">x</p>',
    '<img src="{0}/g.png">',
    '<img src="//127.0.0.1:1/g.png">',
    '<img src="file:///etc/hostname">',
    '<img src="/etc/hostname">',
    '<img src="ftp://127.0.0.1/x">',
    '<object data="{0}/h.svg" type="image/svg+xml"></object>',
    '<embed src="{0}/i.svg" type="image/svg+xml">',
    '<iframe src="{0}/j.html"></iframe>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}/k.png" width="9" height="9"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><use href="{0}/l.svg#x"/></svg>',
    '<img src="bundle:../settings.py">',
    '<img src="bundle:css/theme.css">',
    '<base href="{0}/"><img src="m.png">',
    '<video poster="{0}/n.png"></video>',
    '<input type="image" src="{0}/o.png">',
    '<p style="border-image: url({0}/p.png) 1">x</p>',
    '<p style="mask-image: url({0}/q.png)">x</p>',
]


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who comes; nobody should."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


def render(html: str, settings, tmp_path) -> bytes:
    (tmp_path / "hostile.html").write_text(
        f"<!doctype html><html lang='en'><title>x</title><body>{html}</body></html>"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    return render_pdf("hostile.html", {}, title="x")


def test_no_vector_reaches_the_network_or_the_disk(settings, tmp_path, visits) -> None:
    address, seen = visits
    body = "\n".join(vector.format(address) for vector in VECTORS)
    pdf = PdfReader(io.BytesIO(render(body, settings, tmp_path)))
    assert seen == []
    assert pdf.attachments == {}
    assert "root:" not in "".join(page.extract_text() for page in pdf.pages)


def image(media_type: str = "image/png", scan: str = "") -> str:
    """A kept picture of 40 by 20 pixels as a document names it; as what it is kept may be a lie."""
    handle = io.BytesIO()
    Image.new("RGB", (40, 20), "#1d4f91").save(handle, "PNG")
    kept = store_bytes(handle.getvalue(), name="logo.png", media_type=media_type, by=None, scan=scan)
    return f'<img src="bundle:stored/{kept.sha256}" alt="logo">'


def pictures_in(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.django_db
def test_a_kept_picture_is_printed(settings, tmp_path) -> None:
    assert pictures_in(render(image(), settings, tmp_path)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "what", [{"media_type": "application/pdf"}, {"scan": "waiting"}, {"scan": "refused"}], ids=str
)
def test_what_is_no_picture_or_was_not_cleared_is_not_printed(settings, tmp_path, what) -> None:
    assert pictures_in(render(image(**what), settings, tmp_path)) == 0


def test_the_same_data_give_the_same_bytes(settings, tmp_path) -> None:
    assert render("<h1>Receipt</h1>", settings, tmp_path) == render("<h1>Receipt</h1>", settings, tmp_path)


def test_other_data_give_other_bytes(settings, tmp_path) -> None:
    assert render("<h1>Receipt 1</h1>", settings, tmp_path) != render(
        "<h1>Receipt 2</h1>", settings, tmp_path
    )


def test_a_document_is_tagged_and_says_its_language_and_title(settings, tmp_path) -> None:
    pdf = PdfReader(io.BytesIO(render("<h1>Receipt</h1>", settings, tmp_path)))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712  (a PDF boolean)
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert pdf.metadata.title == "x"
