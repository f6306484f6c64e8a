"""What of a project has to be kept although its term is over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applicants import queries, services
from core.forms import attempt
from core.policy import require
from desk.forms import HoldForm, LiftForm
from funding.models import Project
from funding.permissions import can_manage_project


@require_http_methods(["GET", "HEAD", "POST"])
def holds(request: HttpRequest, slug: str) -> HttpResponse:
    """What is held and was held; for managers, a form that holds more."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    may_manage = can_manage_project(request.user, project)
    form = HoldForm(request.POST if request.method == "POST" else None, project=project, user=request.user)
    if request.method == "POST":
        require(may_manage)
        if attempt(form, services.set_legal_hold, by=request.user):
            messages.success(request, _("It is kept until a manager ends that."))
            return redirect("desk:holds", slug)
    context = {
        "project": project,
        "may_manage": may_manage,
        "form": form,
        "holds": queries.legal_holds(project, request.user),
    }
    return render(request, "desk/holds.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def hold_lift(request: HttpRequest, slug: str, hold: str) -> HttpResponse:
    """A page that says what will happen, and the form that does it."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    found = get_object_or_404(queries.legal_holds(project, request.user), ref=hold)
    require(can_manage_project(request.user, project))
    form = LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.lift_legal_hold, found, by=request.user):
        messages.success(request, _("Ended. What is past its term is announced before it is deleted."))
        return redirect("desk:holds", slug)
    context = {"project": project, "hold": found, "form": form}
    return render(request, "desk/hold_lift.html", context, status=422 if form.errors else 200)
