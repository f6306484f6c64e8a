"""The public pages of an invitation to an organisation: whoever has the link may answer it."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms import RegisterForm
from accounts.models import Invitation, User
from core.forms import PlainForm, attempt


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, and the answer: a yes needs to be signed in with the invited address."""
    found = _find(token)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and found is not None:
        if not request.user.is_authenticated:
            return redirect(found)
        if attempt(form, services.accept_invitation, found, by=request.user):
            return _welcome(request, found)
    return _page(request, found, form=form)


@require_POST
def invitation_register(request: HttpRequest, token: str) -> HttpResponse:
    """An account for the invited address, the yes, and the sign-in, in one step."""
    found = _find(token)
    if found is None or request.user.is_authenticated:
        return redirect("accounts:invitation", token)
    register = RegisterForm(request.POST)
    if not attempt(register, services.register_invited, found):
        return _page(request, found, register=register)
    answer = PlainForm({})
    perform_login(request, register.result, email_verification="none")
    if attempt(answer, services.accept_invitation, found, by=register.result):
        return _welcome(request, found)
    return _page(request, _find(token), form=answer)


@require_POST
def invitation_decline(request: HttpRequest, token: str) -> HttpResponse:
    found = _find(token)
    form = PlainForm(request.POST)
    by = request.user if request.user.is_authenticated else None
    if found is not None and attempt(form, services.decline_invitation, found, by=by):
        return redirect(found)
    return _page(request, found, form=form)


def _find(token: str) -> Invitation | None:
    return Invitation.objects.select_related("organisation", "invited_by").filter(token=token).first()


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    messages.success(request, _("You belong to %(name)s now.") % {"name": found.organisation})
    return redirect("accounts:organisation_list")


def _page(request: HttpRequest, found: Invitation | None, **forms: Any) -> HttpResponse:
    if found is None:
        return render(request, "accounts/invitation_unknown.html", status=404)
    user = request.user
    page = {
        "invitation": found,
        "organisation": found.organisation,
        "is_open": found.is_open(),
        "has_account": User.objects.filter(email__iexact=found.email).exists(),
        "is_theirs": isinstance(user, User) and user.email.lower() == found.email.lower(),
        "form": PlainForm(),
        "register": RegisterForm(),
        **forms,
    }
    wrong = any(form is not None and form.errors for form in forms.values())
    gone = not found.answer and not found.is_open()
    return render(request, "accounts/invitation.html", page, status=422 if wrong else 410 if gone else 200)
