"""HTML to PDF, sealed: nothing is fetched but our own fonts, style sheet and pictures, and pictures that were uploaded and
checked, each by its SHA-256; same input, same bytes.

WeasyPrint is imported here only, when it is used, so that a web worker stays small (QD46).
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from core.files import read_verified
from core.models import StoredFile

BUNDLE = "bundle:"
STORED = "stored/"
_FOLDER = Path(settings.BASE_DIR) / "static"
_BUNDLE_FILES = {"css/pdf.css": "text/css", "img/eu-emblem.svg": "image/svg+xml"}


def render_pdf(template: str, context: Mapping[str, Any], *, title: str) -> bytes:
    """Render a template that extends `layouts/pdf.html`.

    Everything that varies comes in `context`: there is no "now" in a PDF. The document identifier is made of the
    HTML, so that two renderings of the same data are the same bytes (QR15).
    """
    return print_html(compose(template, context, title=title))


def compose(template: str, context: Mapping[str, Any], *, title: str) -> str:
    """The HTML of a document, which is all that its bytes depend on besides our own bundle: cheap to make anywhere."""
    return render_to_string(template, {"title": title, "bundle": BUNDLE, **context})


def fingerprint(html: str) -> str:
    """The SHA-256 of a document's HTML with the bundle it is printed with: the same, the same document."""
    digest = hashlib.sha256(html.encode())
    for name in sorted(_BUNDLE_FILES):
        digest.update((_FOLDER / name).read_bytes())
    return digest.hexdigest()


def print_html(html: str) -> bytes:
    """The PDF (PDF/UA-1) of a composed document."""
    from weasyprint import HTML, Attachment  # noqa: F401, PLC0415  (heavy: only where it is used)
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415  (heavy: only where it is used)

    class Sealed(URLFetcher):
        """Answers for the few files of our own bundle and for kept pictures, refuses everything else (QD26)."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            name = url.removeprefix(BUNDLE)
            if url.startswith(BUNDLE + STORED):
                body, media_type = _picture(name.removeprefix(STORED))
                return URLFetcherResponse(url, body, {"Content-Type": media_type})
            if not url.startswith(BUNDLE) or name not in _BUNDLE_FILES:
                raise ValueError(f"a document may not fetch {url[:80]}")
            body = (_FOLDER / name).read_bytes()
            return URLFetcherResponse(url, body, {"Content-Type": _BUNDLE_FILES[name]})

    document = HTML(string=html, base_url=BUNDLE, url_fetcher=Sealed())
    identifier = hashlib.sha256(html.encode()).digest()[:16]
    return document.write_pdf(pdf_identifier=identifier, pdf_variant="pdf/ua-1")


def _picture(sha256: str) -> tuple[bytes, str]:
    """A kept picture and its media type. Raises ValueError for what is no picture that was checked."""
    pictures = StoredFile.objects.filter(sha256=sha256, media_type__in=("image/png", "image/jpeg"))
    kept = pictures.exclude(scan__in=(StoredFile.Scan.WAITING, StoredFile.Scan.REFUSED)).first()
    if kept is None:
        raise ValueError(f"no picture is kept as {sha256[:64]}")
    return read_verified(kept), kept.media_type
