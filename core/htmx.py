"""One template for the page and for its parts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_page


def render(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """The whole page, or for an HTMX request its named partial (`{% partialdef %}`)."""
    if partial and getattr(request, "htmx", False) and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        template = f"{template}#{partial}"
    return render_page(request, template, context, status=status)
