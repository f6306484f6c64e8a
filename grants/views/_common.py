"""What the pages of all audiences share."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from calls.models import Call
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


def call_or_404(request: HttpRequest, slug: str) -> Call:
    """The call, for the people of its project."""
    return get_object_or_404(Call.objects.staffed_by(request.user).select_related("project"), slug=slug)
