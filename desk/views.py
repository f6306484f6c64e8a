"""Home pages, the pages every installation has to have, and who may do what."""

import tempfile

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core import clock, policy
from core.files import serve_made
from desk import queries, services

IN_MEMORY = 5 * 2**20
ABOUT = {"privacy": _("Privacy"), "accessibility": _("Accessibility"), "contact": _("Contact")}


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "agenda": queries.agenda(request.user, clock.now()),
        "envelopes": queries.envelopes(request.user),
        "roles": policy.roles_of(request.user),
    }
    return render(request, "desk/home.html", context)


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
    return render(request, f"desk/about_{page}.html", {"heading": ABOUT[page]})


def rights(request: HttpRequest) -> HttpResponse:
    """The policy as people read it: every page, who may reach it, over what."""
    rows = [
        {"name": name, "roles": sorted(line.roles), "scope": line.scope, "sensitive": line.sensitive}
        for name, line in sorted(policy.load().items())
        if ":" in name
    ]
    return render(request, "desk/rights.html", {"rows": rows})
