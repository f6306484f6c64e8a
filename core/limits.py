"""How often one address may ask for something that needs no account. Counted in the cache, which the database keeps."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import clock
from core.middleware import is_trusted


def client_address(request: HttpRequest) -> str:
    """Whose request it is: the last address a trusted proxy wrote down, else the other end of the connection."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return forwarded if forwarded and is_trusted(remote) else remote


def within_limit(request: HttpRequest, name: str, *, most: int, seconds: int) -> bool:
    """Whether this is at most the `most`-th request for `name` from its address in the present span of `seconds`.

    The address is kept only as a keyed hash and only for the span. Two requests at the same instant may count as one.
    """
    span = int(clock.now().timestamp()) // seconds
    who = salted_hmac("core.limits", client_address(request)).hexdigest()[:32]
    key = f"limit:{name}:{span}:{who}"
    if cache.add(key, 1, timeout=seconds):
        return most >= 1
    try:
        return cache.incr(key) <= most
    except ValueError:  # gone between the two steps: the span is over
        return True


def json_guard(name: str, *, most: int, seconds: int, most_bytes: int) -> Callable[[Callable], Callable]:
    """Answer 413 to a body above `most_bytes` and 429 above the limit of `within_limit`, before anything is parsed."""

    def decorator(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if int(request.META.get("CONTENT_LENGTH") or 0) > most_bytes or len(request.body) > most_bytes:
                sentence = _("This is too much at once: at most %(n)d kB.") % {"n": most_bytes // 1024}
                return JsonResponse({"detail": sentence}, status=413)
            if not within_limit(request, name, most=most, seconds=seconds):
                sentence = _(
                    "Too many requests within a short time. Please wait a moment, then send it again."
                )
                return JsonResponse({"detail": sentence}, status=429)
            return view(request, *args, **kwargs)

        return guarded

    return decorator
