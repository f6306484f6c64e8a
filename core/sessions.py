"""How long a sign-in lasts: kept up by those who work, warned of before it ends, extended by one key (QA6)."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from core import clock

UNTIL = "until"
"""Where the session keeps when it ends, in seconds of Unix time."""

HEADER = "X-Session-Left"
"""How many seconds are left, told to the page's script."""


@receiver(user_logged_in)
def begin(request: HttpRequest, **_more: Any) -> None:
    """A sign-in lasts from now on for the whole time that the settings give it."""
    extend(request)


def extend(request: HttpRequest) -> None:
    """Let the sign-in last for its whole time again; the session is saved, and its cookie with it."""
    request.session[UNTIL] = int(clock.now().timestamp()) + settings.SESSION_COOKIE_AGE


def seconds_left(request: HttpRequest) -> int | None:
    """How long the sign-in still lasts; None for a visitor."""
    session = getattr(request, "session", None)
    if session is None or not session.get(UNTIL):
        return None
    return max(0, int(session[UNTIL]) - int(clock.now().timestamp()))


def keep_alive(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Who works is not signed out: in the second half of its time the sign-in begins anew, one write for hours. The page
    that sent something is told how long is left."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        left = seconds_left(request)
        if left is not None and 0 < left < settings.SESSION_COOKIE_AGE // 2:
            extend(request)
        response = get_response(request)
        if left is not None:
            response.headers[HEADER] = str(seconds_left(request) or 0)
        return response

    return middleware


@require_POST
def session_extend(request: HttpRequest) -> HttpResponse:
    """The answer to "Stay signed in"."""
    extend(request)
    return HttpResponse(status=204)
