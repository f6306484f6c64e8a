"""Home pages, the pages every installation has to have, and who may do what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core import clock, policy
from desk import queries

ABOUT = {"privacy": _("Privacy"), "accessibility": _("Accessibility"), "contact": _("Contact")}


def home(request: HttpRequest) -> HttpResponse:
    context = {
        "agenda": queries.agenda(request.user, clock.now()),
        "envelopes": queries.envelopes(request.user),
        "roles": policy.roles_of(request.user),
    }
    return render(request, "desk/home.html", context)


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
