"""What the tests of pages share: addresses, text, and what a page of rows sends."""

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
