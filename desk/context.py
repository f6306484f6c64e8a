"""What every page's frame shows: navigation by role, the project, the visibility texts."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core import clock, policy
from core.sessions import seconds_left
from funding.permissions import FINANCE, MANAGER, STAFF

EVALUATOR = "evaluator"
STAFF_PAGE = re.compile(r"/calls/[^/]+/(applications|edit|evaluation|grants|tests)/")


@dataclass(frozen=True)
class NavEntry:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template. Navigation is worked out only when a page shows it."""
    return {
        "site_name": settings.SITE_NAME,
        "demo": settings.DEMO,
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "moment": clock.now(),
        "session_left": seconds_left(request),
        "footer_links": SimpleLazyObject(footer_links),
    }


def navigation(request: HttpRequest) -> list[NavEntry]:
    """The entries for this person: visitors see calls; everyone else what their roles let them do."""
    user = getattr(request, "user", None)
    entries: list[tuple[str, str]] = []
    if user is not None and user.is_authenticated:
        roles = policy.roles_of(user)
        entries.append((_("Home"), reverse("desk:home")))
        if roles & set(STAFF):
            entries.append((_("Projects"), reverse("funding:project_list")))
            entries.append((_("Our calls"), reverse("calls:staff_call_list")))
        if roles & {FINANCE, MANAGER}:
            entries.append((_("Payments"), reverse("grants:payment_list")))
        if EVALUATOR in roles:
            entries.append((_("To score"), reverse("evaluation:assignment_list")))
        if not roles & {*STAFF, EVALUATOR}:
            entries.append((_("Applications"), reverse("applicants:application_list")))
            entries.append((_("Organisation"), reverse("accounts:organisation_list")))
    entries.append((_("Calls"), reverse("calls:call_list")))
    path = request.path
    if user is not None and user.is_authenticated and roles & set(STAFF) and STAFF_PAGE.match(path):
        path = reverse("calls:staff_call_list")
    best = max((url for _label, url in entries if path.startswith(url)), key=len, default="")
    return [NavEntry(label, url, url == best) for label, url in entries]


def footer_links() -> list[dict[str, str]]:
    """What every page's foot links to."""
    return [
        {"label": _("Is your firm an SME?"), "url": reverse("applicants:sme_check")},
        {"label": _("Check a receipt"), "url": reverse("applicants:receipt_check")},
        {"label": _("Results"), "url": reverse("reports:result_list")},
        {"label": _("Open data"), "url": reverse("reports:api_guide")},
        {"label": _("Privacy"), "url": reverse("desk:about", args=["privacy"])},
        {"label": _("Accessibility"), "url": reverse("desk:about", args=["accessibility"])},
        {"label": _("Contact"), "url": reverse("desk:about", args=["contact"])},
    ]
