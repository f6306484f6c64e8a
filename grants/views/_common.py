"""What the pages of all audiences share."""

from typing import Any

from django.http import HttpRequest

from grants.models import Agreement


def typed(request: HttpRequest, *, files: bool = False) -> list[Any]:
    """What a form is bound to: what was sent, be it empty; nothing when the page is only opened."""
    if request.method != "POST":
        return []
    return [request.POST, request.FILES] if files else [request.POST]


def page(agreement: Agreement, **context: Any) -> dict[str, Any]:
    """What every page about one agreement shows in its frame."""
    call = agreement.application.call
    return {"agreement": agreement, "call": call, "project": call.project, **context}
