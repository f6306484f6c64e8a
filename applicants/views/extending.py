"""More time for one applicant: its own page, the call office's list, and the page on which two managers decide."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants import paths, queries, services
from applicants.forms import ExtensionForm, ProposeExtensionForm, RefuseExtensionForm
from applicants.models import Extension
from applicants.views._drafts import PAGE
from applicants.views._own import frame, own
from applicants.views.staff import call_or_404
from calls.calendar import in_words
from core import clock
from core.forms import attempt
from core.policy import require
from funding.permissions import can_manage_project
from funding.visibility import visibility_of


@PAGE
def application_extension(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref, speaks=request.method == "POST")
    rows = queries.extensions_of(one.application)
    about = queries.asked_about(one.application, one.draft, clock.now())
    if about is None and not rows:
        return redirect(one.application)
    form = ExtensionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.ask_extension, one.application, by=request.user):
        messages.success(
            request, _("Sent to the call office. You hear by e-mail; the deadline has not moved yet.")
        )
        return redirect(paths.of(one.application, "extension"))
    context = frame(
        one,
        form=form,
        about=about,
        rows=rows,
        open_one=next((row for row in rows if not row.answer), None),
        is_extended=one.application.is_extended(clock.now()),
    )
    status = 422 if form.errors else 200
    return render(request, "applicants/application_extension.html", context, status=status)


@require_POST
def application_extension_back(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref, speaks=True)
    services.take_back_extension(one.application, by=request.user)
    messages.success(request, _("Taken back. The deadline is that of all."))
    return redirect(one.application)


def staff_extension_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    context = {
        "rows": queries.staff_extensions(request.user).filter(application__call=call),
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
    }
    return render(request, "applicants/staff_extension_list.html", context)


def _extension_or_404(request: HttpRequest, slug: str, number: int) -> Extension:
    found = queries.staff_extensions(request.user).filter(application__call__slug=slug)
    return get_object_or_404(found, pk=number)


@PAGE
def staff_extension(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The request, and the form that proposes until when."""
    extension = _extension_or_404(request, slug, number)
    form = _propose_form(request, extension)
    if request.method == "POST":
        _require_manager(request, extension)
        if attempt(form, _propose, extension, by=request.user):
            messages.success(request, _("Proposed. Another manager has to give it."))
            return redirect("applicants:staff_extension", slug, number)
    return _staff_page(request, extension, form, RefuseExtensionForm())


def _propose(extension: Extension, *, until: Any, because: str, by: Any, **typed: Any) -> Extension:
    return services.propose_extension(extension, until=until, because=because, by=by)


def _propose_form(request: HttpRequest, extension: Extension, *, typed: bool = True) -> ProposeExtensionForm:
    latest = queries.latest_for(extension)
    words = in_words(latest, extension.application.call.zone) if latest else ""
    posted = request.POST if request.method == "POST" and typed else None
    return ProposeExtensionForm(posted, extension=extension, latest=latest, latest_words=words)


def _staff_page(
    request: HttpRequest, extension: Extension, form: ProposeExtensionForm, refuse_form: RefuseExtensionForm
) -> HttpResponse:
    application = extension.application
    own_proposal = extension.proposed_by_id == request.user.pk
    context = {
        "extension": extension,
        "application": application,
        "call": application.call,
        "project": application.call.project,
        "visibility": visibility_of(application.call.project),
        "closes_at": queries.deadline_of(extension),
        "is_late": (queries.latest_for(extension) or clock.now()) <= clock.now(),
        "form": form,
        "refuse_form": refuse_form,
        "may_decide": can_manage_project(request.user, application.call.project),
        "own_proposal": own_proposal,
    }
    status = 422 if form.errors or refuse_form.errors else 200
    return render(request, "applicants/staff_extension.html", context, status=status)


@require_POST
def staff_extension_give(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    extension = _extension_or_404(request, slug, number)
    _require_manager(request, extension)
    services.grant_extension(extension, by=request.user)
    messages.success(
        request, _("Given. The applicant is told; everybody reads that one applicant has more time.")
    )
    return redirect("applicants:staff_extension", slug, number)


@require_POST
def staff_extension_refuse(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    extension = _extension_or_404(request, slug, number)
    _require_manager(request, extension)
    form = RefuseExtensionForm(request.POST)
    if attempt(form, services.refuse_extension, extension, by=request.user):
        messages.success(request, _("Refused; the applicant reads why."))
        return redirect("applicants:staff_extension", slug, number)
    return _staff_page(request, extension, _propose_form(request, extension, typed=False), form)


def _require_manager(request: HttpRequest, extension: Extension) -> None:
    require(
        can_manage_project(request.user, extension.application.call.project),
        _("Managers of the project decide on more time."),
    )
