"""Organisations of a project that stand twice: found, compared, proposed by one manager, confirmed by another."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation, OrganisationMerge
from accounts.services import refuse_merge
from core.forms import PlainForm, attempt
from core.policy import require
from desk import doubles, services
from desk.forms import CompareForm, MergeForm, NotOneFirmForm
from funding.models import Project
from funding.permissions import can_manage_project


@require_safe
def organisation_doubles(request: HttpRequest, slug: str) -> HttpResponse:
    """Proposals, pairs that may be one firm, and any two others."""
    project = _managed(request, slug)
    organisations = list(doubles.applying(request.user, project).order_by("legal_name", "pk"))
    form = CompareForm(request.GET if "one" in request.GET else None, organisations=organisations)
    if form.is_bound and form.is_valid():
        return redirect(
            "desk:organisation_double", slug, form.cleaned_data["one"], form.cleaned_data["other"]
        )
    merges = list(doubles.merges(request.user, project))
    context = {
        "project": project,
        "form": form,
        "likely": doubles.likely_doubles(organisations),
        "waiting": [one for one in merges if not one.answer],
        "answered": [one for one in merges if one.answer],
    }
    return render(request, "desk/organisation_doubles.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_double(request: HttpRequest, slug: str, one: str, other: str) -> HttpResponse:
    """Two side by side, and the proposal to merge them."""
    project = _managed(request, slug)
    found = doubles.applying(request.user, project)
    both = [get_object_or_404(found, ref=ref) for ref in (one, other)]
    compared = doubles.compare(request.user, project, *both)
    form = MergeForm(request.POST if request.method == "POST" else None, both=both, initial={"survivor": one})
    if request.method == "POST" and attempt(form, services.propose_merge, project, by=request.user):
        messages.success(request, _("Proposed. Another manager of the project has to confirm it."))
        return redirect("desk:organisation_doubles", slug)
    context = {"project": project, "compared": compared, "form": form}
    return render(request, "desk/organisation_double.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_merge(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """A proposal: another manager confirms it or says why not; who made it may take it back."""
    project = _managed(request, slug)
    merge = get_object_or_404(doubles.merges(request.user, project), ref=ref)
    form: Any = NotOneFirmForm(request.POST if request.POST.get("answer") == "refuse" else None)
    confirming = PlainForm(request.POST if request.POST.get("answer") == "confirm" else None)
    if request.method == "POST" and _answered(request, merge, project, form, confirming):
        return redirect("desk:organisation_doubles", slug)
    both: list[Organisation] = [merge.survivor, merge.duplicate]
    context = {
        "project": project,
        "merge": merge,
        "is_own": merge.proposed_by_id == request.user.pk,
        "compared": doubles.compare(request.user, project, *both) if not merge.answer else None,
        "form": form,
        "confirming": confirming,
    }
    status = 422 if form.errors or confirming.errors else 200
    return render(request, "desk/organisation_merge.html", context, status=status)


def _answered(
    request: HttpRequest, merge: OrganisationMerge, project: Project, form: Any, confirming: Any
) -> bool:
    if confirming.is_bound and attempt(confirming, services.confirm_merge, merge, project, by=request.user):
        messages.success(request, _("Merged. The people of both are told."))
        return True
    if form.is_bound and attempt(form, refuse_merge, merge, by=request.user):
        messages.success(request, _("They stay two organisations."))
        return True
    return False


def _managed(request: HttpRequest, slug: str) -> Project:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    require(can_manage_project(request.user, project))
    return project
