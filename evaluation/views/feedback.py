"""What the applicant reads of the evaluation: a panel of the application's page, a page of its own, and the PDF."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.http import require_safe

from applicants.models import Application
from core.files import serve_private
from core.htmx import render
from core.waiting import being_made
from evaluation import services
from evaluation.queries.feedback import Feedback, feedback_of
from evaluation.queries.redress import standing_of
from funding.visibility import visibility_of


def _own(request: HttpRequest, ref: str) -> tuple[Application, Feedback]:
    """The person's own application after the release, or 404: the same answer for every file before it (QR16)."""
    found = Application.objects.visible_to(request.user).select_related("call__project", "organisation")
    application = get_object_or_404(found, ref=ref)
    feedback = feedback_of(application)
    if feedback is None:
        raise Http404
    return application, feedback


@require_safe
def feedback_panel(request: HttpRequest, ref: str) -> HttpResponse:
    application, feedback = _own(request, ref)
    page = {
        "application": application,
        "feedback": feedback,
        "decision": feedback.decision,
        "call": application.call,
        "project": application.call.project,
        "visibility": visibility_of(application.call.project),
        "standing": standing_of(application),
    }
    return render(request, "evaluation/feedback.html", page, partial="panel")


@require_safe
def application_summary(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The evaluation summary report, in the language of the pages."""
    application, _feedback = _own(request, ref)
    made = services.ask_for_summary(application, translation.get_language() or "en")
    if made is not None:
        return serve_private(made.file, inline=True)
    page = {"application": application, "call": application.call, "project": application.call.project}
    return being_made(request, "evaluation/summary_waiting.html", page)
