"""The list of calls on other people's pages: the only page that may stand in a frame, and how to put it there."""

from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from calls import countries, queries
from calls.queries import Wanted
from core import clock
from core.visitors import same_for_visitors


@login_not_required
@require_safe
@same_for_visitors
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "form-action": ["'none'"]})
def embed(request: HttpRequest) -> HttpResponse:
    """Open and coming calls, narrowed by `?project=`, `?country=`, `?size=` and `?text=`. It reads and sets no cookie."""
    board = queries.board(clock.now(), Wanted.read(request.GET))
    response = render(request, "calls/embed.html", {"board": board})
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@login_not_required
@require_safe
@same_for_visitors
def embed_how(request: HttpRequest) -> HttpResponse:
    wanted = Wanted.read(request.GET)
    kept = {name: value for name, value in vars(wanted).items() if value}
    source = f"{reverse('calls:embed')}{'?' if kept else ''}{urlencode(kept)}"
    context: dict[str, Any] = {
        "wanted": wanted,
        "source": source,
        "snippet": _snippet(source),
        "projects": queries.public_projects(),
        "countries": countries.choices(countries.EU | countries.NEIGHBOURS),
    }
    return render(request, "calls/embed_how.html", context)


def _snippet(source: str) -> str:
    """What is pasted into the other page."""
    return format_html(
        '<iframe src="{}{}" title="{}" width="100%" height="600" loading="lazy" style="border:0"></iframe>',
        settings.SITE_URL,
        source,
        _("Open calls"),
    )
