"""Sending a complete draft to those who sign, and sending it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applicants import paths, permissions, queries, services
from applicants.forms import SendBackForm, SignatureForm
from applicants.views._drafts import PAGE, arrived, elsewhere
from applicants.views._own import draft_of, frame, own
from core.forms import attempt


@PAGE
def application_signature(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    form = SignatureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, services.send_for_signature, one.application, by=request.user, arrived=arrived(request)
    ):
        messages.success(request, _("Sent to those who sign. It is not submitted yet."))
        return redirect(one.application)
    waiting = queries.signature_of(draft_of(one))
    if request.method != "POST" and waiting is not None and not waiting.answer:
        return redirect(paths.of(one.application, "check"))
    signatories = queries.signatories(one.application.organisation)
    context = frame(one, form=form, version=one.draft, signatories=signatories)
    status = 422 if form.errors else 200
    return render(request, "applicants/application_signature.html", context, status=status)


@PAGE
def application_signature_back(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    waiting = queries.signature_of(draft_of(one))
    if request.method != "POST" and (waiting is None or waiting.answer):
        return redirect(one.application)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, services.end_signature_request, one.application, by=request.user
    ):
        messages.success(request, _("It does not wait to be signed any more; the draft is as it was."))
        return redirect(one.application)
    signs = permissions.can_submit_application(request.user, one.application)
    context = frame(one, form=form, version=one.draft, signature=waiting, signs=signs)
    status = 422 if form.errors else 200
    return render(request, "applicants/application_signature_back.html", context, status=status)
