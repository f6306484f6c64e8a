"""A draft as PDF."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from applicants import services
from applicants.views._own import draft_of, frame, own
from core.files import serve_private
from core.waiting import being_made


@require_safe
def application_draft_pdf(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The PDF of the draft as it is now, also after the deadline, or a page that waits for it."""
    one = own(request, ref)
    if one.draft is None:
        return redirect(one.application)
    draft = draft_of(one)
    made = services.ask_for_draft(draft, get_language() or "en")
    if made is not None:
        return serve_private(made, inline=True)
    return being_made(request, "applicants/application_draft_waiting.html", frame(one, version=draft))
