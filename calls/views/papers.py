"""Documents made of a call's settings."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from calls import queries, services
from calls.models import Call, CallPaper, Paper
from calls.views._staff import own_call
from core.files import serve_private
from core.waiting import being_made
from funding.visibility import visibility_of


@login_not_required
@require_safe
def paper(request: HttpRequest, slug: str, paper: Paper, language: str) -> HttpResponseBase:
    visible = Call.objects.visible_to(request.user).select_related("project", "voucher_type")
    call = get_object_or_404(visible, slug=slug)
    if language not in queries.languages_of(call) or paper not in queries.papers_of(call):
        raise Http404
    made = services.ask_for_paper(call, paper, language)
    if made is not None:
        return serve_private(made.file, inline=True)
    context = {
        "call": call,
        "project": call.project,
        "label": paper.label,
        "visibility": visibility_of(call.project),
    }
    return being_made(request, "calls/paper_waiting.html", context)


@require_safe
def paper_kept(request: HttpRequest, slug: str, fingerprint: str) -> HttpResponseBase:
    kept = CallPaper.objects.select_related("file").filter(call=own_call(request, slug))
    return serve_private(get_object_or_404(kept, fingerprint=fingerprint).file, inline=True)
