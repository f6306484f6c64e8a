"""Home pages, the pages every installation has to have, and who may do what."""

import tempfile

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from applicants.models import Application, ApplicationQuerySet
from calls.models import long_texts
from core import clock, policy
from core.files import serve_made
from core.htmx import render as render_part
from desk import queries, services
from desk.timeline import timeline_of
from funding.visibility import visibility_of

IN_MEMORY = 5 * 2**20
ABOUT = {"privacy": _("Privacy"), "accessibility": _("Accessibility"), "contact": _("Contact")}


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "agenda": queries.agenda(request.user, clock.now()),
        "envelopes": queries.envelopes(request.user),
        "roles": policy.roles_of(request.user),
    }
    return render(request, "desk/home.html", context)


def application_timeline(request: HttpRequest, ref: str) -> HttpResponse:
    """What happened to an own application and what comes next: a panel of its page, and a page of its own."""
    return _timeline(request, Application.objects.visible_to(request.user), ref=ref)


def staff_application_timeline(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The same, as the applicant reads it, for the call office."""
    files = Application.objects.visible_to_staff(request.user)
    return _timeline(request, files, ref=ref, call__slug=slug)


def _timeline(request: HttpRequest, files: ApplicationQuerySet, **which: str) -> HttpResponse:
    found = files.select_related("call__project", "organisation").defer(*long_texts("call__"))
    application = get_object_or_404(found, **which)
    context = {
        "application": application,
        "call": application.call,
        "project": application.call.project,
        "visibility": visibility_of(application.call.project),
        "timeline": timeline_of(application),
        "for_staff": "call__slug" in which,
    }
    return render_part(request, "desk/application_timeline.html", context, partial="panel")


@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest) -> HttpResponseBase:
    """What is kept about the person, to take along; the file is made while they wait, on disk when it is large."""
    if request.method != "POST":
        return render(request, "desk/own_data.html")
    assert isinstance(request.user, User)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
    services.hand_out_own_data(request.user, file)
    return serve_made(file, name=f"my-data-{clock.now():%Y-%m-%d}.zip", media_type="application/zip")


def about(request: HttpRequest, page: str) -> HttpResponse:
    context = {"heading": ABOUT[page], "drafts_kept_days": settings.DRAFTS_KEPT_DAYS}
    return render(request, f"desk/about_{page}.html", context)


def rights(request: HttpRequest) -> HttpResponse:
    """The policy as people read it: every page, who may reach it, over what."""
    rows = [
        {"name": name, "roles": sorted(line.roles), "scope": line.scope, "sensitive": line.sensitive}
        for name, line in sorted(policy.load().items())
        if ":" in name
    ]
    return render(request, "desk/rights.html", {"rows": rows})
