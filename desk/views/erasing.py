"""Deleting an account: the person's own page, and the administrators' page of written requests."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import ErasureRequest, User
from core.forms import PlainForm, attempt
from desk import services
from desk.erasure.holds import holds_on
from desk.erasure.plan import plan_for
from desk.forms import EraseForm, ErasureOnRequestForm


@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    """What goes, what stays and why, what is in the way; asking for it, and taking it back."""
    assert isinstance(request.user, User)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        plain = PlainForm(request.POST)
        if attempt(plain, services.ask_erasure, request.user, by=request.user):
            messages.success(request, _("Your wish is recorded. We wrote you a letter about it."))
            return redirect("desk:erasure")
        for sentence in plain.non_field_errors():
            form.add_error(None, sentence)
    context = {
        "form": form,
        "asked": _open().filter(user=request.user, due_at__isnull=False).first(),
        "plan": plan_for(request.user),
        "holds": holds_on(request.user),
        "grace": services.GRACE.days,
    }
    return render(request, "desk/erasure.html", context, status=422 if form.errors else 200)


@require_POST
def erasure_take_back(request: HttpRequest) -> HttpResponse:
    """The account stays; nothing happens when nobody asked."""
    asked = _open().filter(user=request.user).first()
    form = PlainForm(request.POST)
    if asked is not None and attempt(form, services.take_erasure_back, asked, by=request.user):
        messages.success(request, _("Your account stays."))
    return redirect("desk:erasure")


@require_http_methods(["GET", "HEAD", "POST"])
def erasure_requests(request: HttpRequest) -> HttpResponse:
    """Written requests: one administrator enters, another one confirms."""
    form = ErasureOnRequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.ask_erasure, by=request.user):
        messages.success(request, _("Entered. Another administrator has to confirm it."))
        return redirect("desk:erasure_requests")
    waiting = [
        {"request": one, "plan": plan_for(one.user), "holds": holds_on(one.user)}
        for one in _open().select_related("user", "asked_by", "confirmed_by")
    ]
    context = {"form": form, "waiting": waiting, "grace": services.GRACE.days}
    return render(request, "desk/erasure_requests.html", context, status=422 if form.errors else 200)


@require_POST
def erasure_confirm(request: HttpRequest, asked: int) -> HttpResponse:
    """The second administrator's yes."""
    form = PlainForm(request.POST)
    if attempt(form, services.confirm_erasure, get_object_or_404(_open(), pk=asked), by=request.user):
        messages.success(request, _("Confirmed. The person is told, and can take it back."))
    for sentence in form.non_field_errors():
        messages.error(request, sentence)
    return redirect("desk:erasure_requests")


@require_POST
def erasure_refuse(request: HttpRequest, asked: int) -> HttpResponse:
    """An administrator takes a request back that was entered by mistake, or that the person gave up."""
    form = PlainForm(request.POST)
    if attempt(form, services.take_erasure_back, get_object_or_404(_open(), pk=asked), by=request.user):
        messages.success(request, _("Taken back. The account stays."))
    for sentence in form.non_field_errors():
        messages.error(request, sentence)
    return redirect("desk:erasure_requests")


def _open() -> "QuerySet[ErasureRequest]":
    return ErasureRequest.objects.filter(taken_back_at=None, done_at=None)
