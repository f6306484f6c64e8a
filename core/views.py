"""Pages that belong to no stage: errors, the component gallery, the demo's mailbox."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string

from core import contrast
from core.models import OutgoingMessage


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"message": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


RETRY_SECONDS = 10
"""After so long one may try again when the database is away: it starts anew within some seconds (QR11)."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Without a request: the page that says sorry needs no database, session or user. A database that is away, or has
    too much to do, is no mistake of ours: then one is asked to come back in a moment (QR11)."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
    return HttpResponse(render_to_string("500.html"), status=500)


def theme(request: HttpRequest, colour: str) -> HttpResponse:
    """The style sheet of one accent (`1d4f91`): made of its name alone, so that it is kept for good."""
    accent = contrast.read(colour)
    if accent is None:
        raise Http404
    css = render_to_string("core/theme.css", {"palette": contrast.palette(accent)})
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def components(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    return render(request, "core/components.html")


def mailbox(request: HttpRequest) -> HttpResponse:
    """The demo's outgoing mail, newest first; only wired when DEMO is on."""
    to = request.GET.get("to", "")
    found = OutgoingMessage.objects.order_by("-pk")
    if to:
        found = found.filter(to__iexact=to)
    return render(request, "core/mailbox.html", {"mail": found[:100], "to": to})


def mailbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(OutgoingMessage, pk=pk)
    return render(request, "core/mailbox_message.html", {"mail": message})
