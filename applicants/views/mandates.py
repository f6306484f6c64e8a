"""Mandates: an organisation gives them, somebody outside accepts them, either side ends them."""

from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import RegisterForm
from accounts.models import Organisation, User
from accounts.permissions import may_sign_for
from accounts.queries import signed_for
from applicants import permissions, queries, services
from applicants.forms import AcceptForm, MandateForm
from applicants.models import Mandate
from applicants.views._drafts import PAGE
from core import clock
from core.forms import PlainForm, attempt
from core.policy import require


@PAGE
def organisation_mandates(request: HttpRequest, ref: str) -> HttpResponseBase:
    """Who writes for the organisation from outside: its people see it, who signs gives one."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), ref=ref)
    assert isinstance(request.user, User)
    may_sign = may_sign_for(request.user, organisation)
    posted = request.POST if request.method == "POST" else None
    require(
        posted is None or may_sign,
        _("Only somebody who signs for %(name)s gives a mandate.") % {"name": organisation},
    )
    form = MandateForm(posted, calls=queries.mandate_calls(), zone=request.user.zone)
    if posted is not None and attempt(form, services.give_mandate, organisation, by=request.user):
        told = {"email": form.result.email}
        messages.success(request, _("The mandate is on its way to %(email)s. It holds once accepted.") % told)
        return redirect("applicants:organisation_mandates", ref)
    rows = _rows(request, list(queries.mandates_given(organisation)))
    context = {"organisation": organisation, "form": form, "may_sign": may_sign, "rows": rows}
    status = 422 if form.errors else 200
    return render(request, "applicants/organisation_mandates.html", context, status=status)


def mandate_list(request: HttpRequest) -> HttpResponse:
    """The organisations the person writes for, and what waits for their answer."""
    rows = _rows(request, list(queries.mandates_received(request.user)))
    return render(request, "applicants/mandate_list.html", {"rows": rows})


def _rows(request: HttpRequest, mandates: list[Mandate]) -> list[dict[str, Any]]:
    """Each with its standing in words, and whether the person may end it."""
    rows = []
    for one in mandates:
        current = one.is_waiting() or one.is_live()
        rows.append(
            {
                "mandate": one,
                "scope": queries.scope_of(one),
                "may_end": current and permissions.can_end_mandate(request.user, one),
                "may_answer": one.is_waiting() and one.is_for(request.user),
                "tone": _tone(one),
                "standing": _standing(one),
            }
        )
    return rows


def _tone(mandate: Mandate) -> str:
    if mandate.is_waiting():
        return "warn"
    return "good" if mandate.is_live() else ""


def _standing(mandate: Mandate) -> str:
    if mandate.ended_at is not None:
        return _("Ended") if mandate.answer else _("Taken back")
    if mandate.answer == Mandate.Answer.DECLINED:
        return _("Declined")
    if clock.now() >= mandate.ends_at:
        return _("Over")
    if not mandate.answer:
        return _("Waits for an answer")
    return _("In force") if mandate.holds(clock.now()) else _("Accepted, begins later")


@PAGE
def mandate_end(request: HttpRequest, mandate: str) -> HttpResponseBase:
    """Asks once, then ends it at once."""
    found = get_object_or_404(
        Mandate.objects.visible_to(request.user).select_related("organisation"), ref=mandate
    )
    assert isinstance(request.user, User)
    require(
        permissions.can_end_mandate(request.user, found),
        _("Only who signs for one of the two sides may end this mandate."),
    )
    ours = Organisation.objects.visible_to(request.user).filter(pk=found.organisation_id).exists()
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.end_mandate, found, by=request.user):
        messages.success(request, _("The mandate has ended. The other side is told."))
        if ours:
            return redirect("applicants:organisation_mandates", found.organisation.ref)
        return redirect("applicants:mandate_list")
    context = {
        "mandate": found,
        "organisation": found.organisation,
        "ours": ours,
        "form": form,
        "scope": queries.scope_of(found),
    }
    return render(request, "applicants/mandate_end.html", context, status=422 if form.errors else 200)


def mandate(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, and the answer: a yes needs to be signed in with the address it was given to."""
    found = _find(token)
    if found is None or request.method != "POST":
        return _page(request, found)
    if not request.user.is_authenticated:
        return redirect(found)
    form = AcceptForm(request.POST, firms=_firms(request, found))
    if attempt(form, services.accept_mandate, found, by=request.user):
        messages.success(
            request, _("Accepted. You may write for %(name)s, never sign.") % {"name": found.organisation}
        )
        return redirect("applicants:mandate_list")
    return _page(request, found, form=form)


@require_POST
def mandate_register(request: HttpRequest, token: str) -> HttpResponse:
    """An account for the address, and the sign-in; the yes too, where nothing has to be chosen."""
    found = _find(token)
    if found is None or request.user.is_authenticated:
        return redirect("applicants:mandate", token)
    register = RegisterForm(request.POST)
    if not attempt(register, services.register_mandated, found):
        return _page(request, found, register=register)
    perform_login(request, register.result, email_verification="none")
    answer = PlainForm({})
    if not found.to_firm and attempt(answer, services.accept_mandate, found, by=register.result):
        return redirect("applicants:mandate_list")
    return redirect(found)


@require_POST
def mandate_decline(request: HttpRequest, token: str) -> HttpResponse:
    found = _find(token)
    form = PlainForm(request.POST)
    by = request.user if request.user.is_authenticated else None
    if found is not None and attempt(form, services.decline_mandate, found, by=by):
        return redirect(found)
    return _page(request, found, form=form)


def _find(token: str) -> Mandate | None:
    related = ("organisation", "given_by", "call", "firm", "holder")
    return Mandate.objects.select_related(*related).filter(token=token).first()


def _firms(request: HttpRequest, found: Mandate) -> list[Organisation]:
    """The organisations the person may accept it for."""
    if not found.to_firm or not request.user.is_authenticated:
        return []
    return list(signed_for(request.user).exclude(pk=found.organisation_id))


def _page(request: HttpRequest, found: Mandate | None, **forms: Any) -> HttpResponse:
    if found is None:
        return render(request, "accounts/invitation_unknown.html", status=404)
    user = request.user
    firms = _firms(request, found)
    page = {
        "mandate": found,
        "organisation": found.organisation,
        "scope": queries.scope_of(found),
        "is_open": found.is_waiting(),
        "has_account": User.objects.filter(email__iexact=found.email).exists(),
        "is_theirs": found.is_for(user),
        "lacks_firm": found.to_firm and not firms,
        "form": AcceptForm(firms=firms),
        "register": RegisterForm(),
        **forms,
    }
    wrong = any(form is not None and form.errors for form in forms.values())
    return render(request, "applicants/mandate.html", page, status=422 if wrong else 200)
