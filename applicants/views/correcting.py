"""A correction of a submitted file: what the applicant sees of it, and how the call office asks for it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants import permissions, queries, services
from applicants.forms import CorrectionForm
from applicants.models import Application, Correction
from applicants.views._drafts import PAGE
from applicants.views._own import frame, own
from applicants.views.staff import application_or_404
from core.forms import attempt
from core.policy import require
from funding.permissions import can_manage_project
from funding.visibility import visibility_of


def application_correction(request: HttpRequest, ref: str) -> HttpResponseBase:
    """What is asked, where to write it, and what is different so far; earlier ones below."""
    one = own(request, ref)
    rows = _told(queries.corrections_of(one.application))
    if not rows:
        return redirect(one.application)
    asked = one.correction
    if asked is not None:
        asked.application, asked.version = one.application, rows[0]["correction"].version
    context = frame(
        one,
        asked=asked,
        marks=queries.marked(asked) if asked is not None else [],
        gaps=queries.gaps_of_marked(queries.content_of(rows[0]["correction"].made), asked.fields)
        if asked is not None
        else [],
        rows=rows,
        actions=permissions.available_actions(request.user, one),
    )
    return render(request, "applicants/application_correction.html", context)


def _told(corrections: list[Correction], *, to_staff: bool = False) -> list[dict[str, Any]]:
    """Each with its difference; the call office sees of a draft nothing before it is submitted."""
    return [
        {
            "correction": one,
            "difference": queries.difference(one)
            if one.answer == Correction.Answer.SUBMITTED or not (to_staff or one.answer)
            else [],
        }
        for one in corrections
    ]


@PAGE
def staff_correction(request: HttpRequest, slug: str, ref: str) -> HttpResponseBase:
    application = application_or_404(request, slug, ref)
    may_ask = can_manage_project(request.user, application.call.project)
    valid = application.valid_version()
    marks = []
    if valid is not None:
        valid.application = application
        marks = queries.markable(valid)
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(posted, marks=marks, zone=application.call.zone)
    if request.method == "POST":
        require(may_ask, _("Managers of the project ask for corrections."))
        if attempt(form, _ask, application, form, by=request.user):
            messages.success(request, _("Asked; everybody who works for the applicant is told by mail."))
            return redirect("applicants:staff_correction", slug, ref)
    rows = _told(queries.corrections_of(application), to_staff=True)
    context = {
        "application": application,
        "call": application.call,
        "project": application.call.project,
        "visibility": visibility_of(application.call.project),
        "form": form,
        "may_ask": may_ask,
        "asks": may_ask and queries.correction_refused(application, valid) is None,
        "rows": rows,
        "marks": [mark for mark in marks if rows and mark.key in rows[0]["correction"].fields],
    }
    status = 422 if form.errors else 200
    return render(request, "applicants/staff_correction.html", context, status=status)


def _ask(application: Application, form: CorrectionForm, *, by: Any, **typed: Any) -> Correction:
    return services.ask_correction(application, **form.asked(), by=by)


@require_POST
def staff_correction_take_back(request: HttpRequest, slug: str, ref: str) -> HttpResponseBase:
    application = application_or_404(request, slug, ref)
    require(can_manage_project(request.user, application.call.project))
    services.take_back_correction(application, by=request.user)
    messages.success(request, _("Taken back: what was submitted stands; the applicant is told."))
    return redirect("applicants:staff_correction", slug, ref)
