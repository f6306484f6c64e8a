"""The applicant's side of an objection, and the public page that explains how to object in a call."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applicants.models import Application
from calls.models import Call
from core.files import serve_private
from core.forms import attempt
from evaluation import services
from evaluation.forms import ObjectionForm
from evaluation.models import Objection, ObjectionFile
from evaluation.queries.redress import procedure_of, standing_of
from funding.visibility import visibility_of


@login_not_required
def redress(request: HttpRequest, slug: str) -> HttpResponse:
    """How to object in a call, for everybody: what for, until when, who examines it, and what comes of it."""
    call = get_object_or_404(Call.objects.visible_to(request.user).select_related("project"), slug=slug)
    page = {**_frame(call), "procedure": procedure_of(call)}
    return render(request, "evaluation/redress.html", page)


def _frame(call: Call) -> dict[str, Any]:
    return {"call": call, "project": call.project, "visibility": visibility_of(call.project)}


def _own(request: HttpRequest, ref: str) -> Application:
    found = Application.objects.of_own_people(request.user).select_related("call__project", "organisation")
    return get_object_or_404(found, ref=ref)


@require_http_methods(["GET", "HEAD", "POST"])
def application_objection(request: HttpRequest, ref: str) -> HttpResponse:
    """The form while there is time; then the objection as it stands, which is its receipt."""
    application = _own(request, ref)
    standing = standing_of(application)
    found = list(application.objections.prefetch_related("files__file").order_by("-pk"))
    open_matter = standing and standing.matter not in {one.matter for one in found}
    form = ObjectionForm(request.POST, request.FILES) if request.method == "POST" else ObjectionForm()
    arrived = request.arrived  # type: ignore[attr-defined]  # core.middleware.arrival
    if request.method == "POST" and attempt(
        form, services.file_objection, application, by=request.user, arrived=arrived
    ):
        messages.success(request, _("Your objection has arrived."))
        return redirect("evaluation:application_objection", ref)
    page = {**_frame(application.call), "application": application, "standing": standing, "form": form}
    page |= {"objections": found, "procedure": procedure_of(application.call)}
    page["may_object"] = bool(open_matter and standing and standing.is_in_time(arrived))
    return render(request, "evaluation/application_objection.html", page, status=422 if form.errors else 200)


def application_objection_file(request: HttpRequest, ref: str, file: str) -> HttpResponseBase:
    found = ObjectionFile.objects.filter(objection__in=Objection.objects.visible_to(request.user))
    row = get_object_or_404(found.select_related("file"), objection__application__ref=ref, ref=file)
    return serve_private(row.file)  # type: ignore[return-value]
