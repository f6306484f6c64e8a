"""Own account and own organisations."""

from copy import copy

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms import OrganisationForm, ProfileForm
from accounts.identifiers import warnings
from accounts.models import ORGANISATION_HINT, Organisation
from accounts.views._back import way_back
from core.forms import PlainForm, attempt
from core.models import OutgoingMessage
from core.outbox import refused_for, send_again


def home(request: HttpRequest) -> HttpResponse:
    return redirect(settings.HOME_PAGE)


def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    context = {"form": form, "refused": refused_for(request.user)[:20]}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@require_POST
def mail_again(request: HttpRequest, message: int) -> HttpResponse:
    """Send a mail again that came back."""
    form = PlainForm(request.POST)
    if attempt(
        form,
        send_again,
        get_object_or_404(OutgoingMessage, recipient=request.user, pk=message),
        by=request.user,
    ):
        messages.success(request, _("It is on its way to %(address)s.") % {"address": form.result.to})
    for sentence in form.non_field_errors():
        messages.error(request, sentence)
    return redirect("accounts:profile")


def organisation_list(request: HttpRequest) -> HttpResponse:
    organisations = Organisation.objects.visible_to(request.user)
    return render(request, "accounts/organisation_list.html", {"organisations": organisations})


def organisation_create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, initial=request.session.get(ORGANISATION_HINT))
    back = way_back(request)
    if request.method == "POST" and attempt(form, services.register_organisation, by=request.user):
        request.session.pop(ORGANISATION_HINT, None)
        messages.success(request, _("Your organisation is entered."))
        _point_out(request, form.result)
        return redirect(back or "accounts:organisation_list")
    refused = form.refusal if isinstance(form.refusal, services.AlreadyRegistered) else None
    taken = refused.organisation if refused else None
    context = {"form": form, "next": back, "organisation": None, "taken": taken}
    return render(request, "accounts/organisation_form.html", context, status=422 if form.errors else 200)


def organisation_detail(request: HttpRequest, ref: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), ref=ref)
    shown = copy(organisation)  # the form writes what was typed into its own
    form = OrganisationForm(request.POST or None, instance=organisation)
    back = way_back(request)
    if request.method == "POST" and attempt(
        form, services.change_organisation, organisation, by=request.user
    ):
        messages.success(
            request, _("Saved. Applications already submitted keep the data they were submitted with.")
        )
        _point_out(request, form.result)
        return redirect(back) if back else redirect("accounts:organisation_detail", ref)
    context = {"form": form, "next": back, "organisation": shown, "taken": None}
    return render(request, "accounts/organisation_form.html", context, status=422 if form.errors else 200)


def _point_out(request: HttpRequest, organisation: Organisation) -> None:
    """Say what may be right but should be looked at again; it is saved all the same."""
    numbers = {"vat": organisation.vat, "euid": organisation.euid}
    for sentence in warnings(country=str(organisation.country), **numbers):
        messages.warning(request, sentence)
