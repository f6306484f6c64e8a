"""What the tests of pages share: addresses, text, and what a page of rows sends."""

from html.parser import HTMLParser
from typing import Any

from django.urls import reverse

from calls.models import Call

NBSP = "\u00a0"


def page_url(name: str, call: Call, *more: str) -> str:
    """The address of a page of the call."""
    return reverse(f"calls:{name}", args=[call.slug, *more])


def part_url(call: Call, part: str) -> str:
    """The address of a part's form."""
    return reverse("calls:call_part", args=[call.slug, part])


def text(response: Any) -> str:
    """The page with its white space evened out."""
    return " ".join(response.content.decode().split())


def told(response: Any) -> list[str]:
    """The messages on the page."""
    return [str(message) for message in response.context["messages"]]


def rows_sent(rows: list[dict[str, Any]], stored: int = 2) -> dict[str, Any]:
    """What a page of rows sends: those that were there and new ones."""
    sent: dict[str, Any] = {"row-TOTAL_FORMS": len(rows), "row-INITIAL_FORMS": stored}
    for number, row in enumerate(rows):
        sent |= {f"row-{number}-{name}": value for name, value in row.items()}
    return sent


def instalment(percent: str, **more: Any) -> dict[str, Any]:
    return {"label": f"Part of {percent}", "percent": percent, "due": "report", "month": "6", **more}


def criterion(code: str, weight: str, **more: Any) -> dict[str, Any]:
    return {
        "name": code.title(),
        "code": code,
        "description": "",
        "weight": weight,
        "max_score": "5",
        "step": "0,5",
        "threshold": "",
        "min_words": "10",
        **more,
    }


class _Browser(HTMLParser):
    """Collects what a browser sends when the page's own form is sent as it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sent: dict[str, list[str]] = {}
        self._text = self._select = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._inside = "novalidate" in given
        if not self._inside or "disabled" in given:
            return
        if tag == "input" and name and given.get("type") not in ("checkbox", "radio", "file", "submit"):
            self._add(name, given.get("value") or "")
        elif tag == "input" and name and "checked" in given:
            self._add(name, given.get("value") or "on")
        elif tag == "textarea":
            self._text = name
            self._add(name, "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self._add(self._select, given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text:
            self.sent[self._text][-1] = self.sent[self._text][-1].removeprefix("\n").replace("\n", "\r\n")
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.sent[self._text][-1] += data

    def _add(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)


def sent_unchanged(response: Any) -> dict[str, list[str]]:
    """What a browser sends when somebody opens the page and presses its button at once."""
    browser = _Browser()
    browser.feed(response.content.decode())
    return browser.sent
