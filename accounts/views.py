"""Own account and own organisations."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import services
from accounts.forms import OrganisationForm, ProfileForm
from accounts.models import Organisation
from core.forms import attempt


def home(request: HttpRequest) -> HttpResponse:
    return redirect(settings.HOME_PAGE)


def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


def organisation_list(request: HttpRequest) -> HttpResponse:
    organisations = Organisation.objects.visible_to(request.user)
    return render(request, "accounts/organisation_list.html", {"organisations": organisations})


def organisation_create(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and attempt(form, services.register_organisation, by=request.user):
        back = request.POST.get("next", "")
        return redirect(
            back if back.startswith("/") and not back.startswith("//") else "accounts:organisation_list"
        )
    context = {"form": form, "next": request.GET.get("next", request.POST.get("next", ""))}
    return render(request, "accounts/organisation_form.html", context)


def organisation_detail(request: HttpRequest, ref: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), ref=ref)
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and attempt(
        form, services.change_organisation, organisation, by=request.user
    ):
        messages.success(
            request, _("Saved. Applications already submitted keep the data they were submitted with.")
        )
        return redirect("accounts:organisation_detail", ref)
    return render(request, "accounts/organisation_form.html", {"form": form, "organisation": organisation})
