"""The thread of an application: the applicant's page, the call office's page, and its list of threads."""

from typing import Any

from django.contrib import messages as told
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants import paths, queries, services
from applicants.forms import MessageForm
from applicants.models import Application, Message
from applicants.views._drafts import PAGE
from applicants.views._own import frame, own
from applicants.views.staff import application_or_404, call_or_404
from core.files import serve_private
from core.forms import attempt
from core.policy import require
from funding.permissions import can_manage_project
from funding.visibility import visibility_of


def _typed(request: HttpRequest) -> MessageForm:
    return MessageForm(request.POST, request.FILES) if request.method == "POST" else MessageForm()


@PAGE
def application_messages(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref, speaks=request.method == "POST")
    form = _typed(request)
    if request.method == "POST" and attempt(form, services.write_to_office, one.application, by=request.user):
        told.success(request, _("Sent to the call office."))
        return redirect(paths.of(one.application, "messages"))
    context = frame(
        one,
        form=form,
        thread=_read(request, one.application),
        may_write=one.valid is not None and one.mandate is None,
    )
    status = 422 if form.errors else 200
    return render(request, "applicants/application_messages.html", context, status=status)


def _read(request: HttpRequest, application: Application) -> list[Message]:
    thread = queries.thread_of(application)
    services.read_messages(application, by=request.user)
    return thread


def application_message_file(request: HttpRequest, ref: str, message: str) -> HttpResponseBase:
    return _file(own(request, ref).application, message)


def _file(application: Application, message: str) -> HttpResponseBase:
    found = Message.objects.filter(application=application, file__isnull=False).select_related("file")
    stored = get_object_or_404(found, ref=message).file
    assert stored is not None
    return serve_private(stored)


def staff_message_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    context = {"threads": queries.threads_of(request.user, call), **_frame(call)}
    return render(request, "applicants/staff_message_list.html", context)


def _frame(call: Any) -> dict[str, Any]:
    return {"call": call, "project": call.project, "visibility": visibility_of(call.project)}


@PAGE
def staff_messages(request: HttpRequest, slug: str, ref: str) -> HttpResponseBase:
    application = application_or_404(request, slug, ref)
    may_write = can_manage_project(request.user, application.call.project)
    form = _typed(request)
    if request.method == "POST":
        require(may_write, _("Managers of the project write to applicants."))
        if attempt(form, services.write_to_applicant, application, by=request.user):
            told.success(request, _("Sent; everybody who works for the applicant is told by mail."))
            return redirect("applicants:staff_messages", slug, ref)
    context = {
        "application": application,
        "form": form,
        "thread": queries.thread_of(application),
        "may_write": may_write,
        "waits": queries.waits_for_office(application),
        **_frame(application.call),
    }
    status = 422 if form.errors else 200
    return render(request, "applicants/staff_messages.html", context, status=status)


@require_POST
def staff_messages_settle(request: HttpRequest, slug: str, ref: str) -> HttpResponseBase:
    application = application_or_404(request, slug, ref)
    require(can_manage_project(request.user, application.call.project))
    services.settle_messages(application, by=request.user)
    return redirect("applicants:staff_messages", slug, ref)


def staff_message_file(request: HttpRequest, slug: str, ref: str, message: str) -> HttpResponseBase:
    return _file(application_or_404(request, slug, ref), message)
