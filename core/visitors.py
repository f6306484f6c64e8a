"""Pages that are the same for every visitor, kept finished for a moment.

A call's page is asked for most in the hour before its deadline, by people who have not signed in. Each web process keeps
what it answered for `settings.VISITOR_PAGE_SECONDS` and gives it again, before session, sign-in and templates are touched:
a change shows at most that much later. Only what a view marks is kept, and only for somebody without a session.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)

MOST_PAGES = 256
LARGEST_PAGE = 200_000
HARMLESS_COOKIES = {settings.LANGUAGE_COOKIE_NAME}
"""A visitor may carry these: they are part of the key. With any other cookie a page is made anew."""
KNOWN_VARIATIONS = {"accept-encoding", "accept-language", "cookie", "hx-request"}
NOT_REPEATED = {"x-request-id", "x-correlation-id"}


@dataclass(frozen=True)
class Kept:
    """A finished answer and when it goes stale, on the monotonic clock of this process."""

    until: float
    content: bytes
    headers: tuple[tuple[str, str], ...]


_kept: dict[tuple[str, ...], Kept] = {}


def same_for_visitors(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view: what it answers somebody without a session depends on address and language alone."""

    @wraps(view)
    def marked(*args: P.args, **kwargs: P.kwargs) -> R:
        response = view(*args, **kwargs)
        response.same_for_visitors = True  # type: ignore[attr-defined]
        return response

    return marked


def visitor_pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Any:
    """The middleware: give a kept page again, or keep the one just made."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return get_response(request)
        found = _kept.get(key)
        if found is not None and found.until > time.monotonic():
            return HttpResponse(found.content, headers=dict(found.headers))
        response = get_response(request)
        if _may_be_kept(response):
            _keep(key, response)  # type: ignore[arg-type]
        return response

    return middleware


def _key(request: HttpRequest) -> tuple[str, ...] | None:
    """What an answer to a visitor depends on; None when the request is not a visitor's."""
    if request.method != "GET" or not settings.VISITOR_PAGE_SECONDS:
        return None
    meta = request.META
    if meta.get("HTTP_COOKIE") and not HARMLESS_COOKIES.issuperset(request.COOKIES):
        return None
    return (
        str(request.scheme),
        meta.get("HTTP_HOST", ""),
        request.path_info,
        meta.get("QUERY_STRING", ""),
        meta.get("HTTP_COOKIE", ""),
        meta.get("HTTP_ACCEPT_LANGUAGE", ""),
        meta.get("HTTP_HX_REQUEST", ""),
    )


def _may_be_kept(response: HttpResponseBase) -> bool:
    varies = {part.strip().lower() for part in response.headers.get("Vary", "").split(",") if part.strip()}
    return (
        getattr(response, "same_for_visitors", False)
        and response.status_code == 200
        and isinstance(response, HttpResponse)
        and not response.cookies
        and varies <= KNOWN_VARIATIONS
        and len(response.content) <= LARGEST_PAGE
    )


def _keep(key: tuple[str, ...], response: HttpResponse) -> None:
    if len(_kept) >= MOST_PAGES:
        _kept.clear()  # someone asks for many addresses: nothing grows without end
    headers = tuple((name, value) for name, value in response.items() if name.lower() not in NOT_REPEATED)
    _kept[key] = Kept(time.monotonic() + settings.VISITOR_PAGE_SECONDS, response.content, headers)
