"""What happens to every request: arrival stamp, health, headers, the policy, the last resort for errors."""

import ipaddress
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import clock, health, policy
from core.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponseBase]


def arrival(get_response: Handler) -> Handler:
    """Stamp when the request was complete: by the proxy's header if it comes from the proxy, else here (QD1).

    Without a proxy a small form is read to its last byte before the stamp is taken.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        stamped = _proxy_stamp(request)
        if stamped is None and request.content_type == "application/x-www-form-urlencoded":
            request.body  # noqa: B018  (reading is the point)
        request.arrived = stamped or clock.now()  # type: ignore[attr-defined]
        request.stamped_by_proxy = stamped is not None  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def _proxy_stamp(request: HttpRequest) -> datetime | None:
    """The instant in `X-Request-Start: t=<seconds>`, believed only from a trusted proxy and never from the future."""
    header = request.headers.get("X-Request-Start", "")
    if not header or not is_trusted(request.META.get("REMOTE_ADDR", "")):
        return None
    stamp = re.fullmatch(r"t=(\d{1,11})(?:\.(\d{1,9}))?", header, re.ASCII)
    if stamp is None:
        return None
    milliseconds = int((stamp[2] or "0")[:3].ljust(3, "0"))
    instant = datetime.fromtimestamp(int(stamp[1]), UTC) + timedelta(milliseconds=milliseconds)
    return min(instant, clock.now())


@lru_cache(maxsize=64)
def is_trusted(address: str) -> bool:
    """Is this the address of a proxy of the installation, whose headers are believed?"""
    try:
        remote = ipaddress.ip_address(address or "127.0.0.1")
    except ValueError:
        return False
    return any(remote in ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES)


def reader_language(get_response: Handler) -> Handler:
    """Who is signed in reads every page in the language of the account; visitors in that of their cookie or browser."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            language = getattr(request.user, "language", "")
            if language in dict(settings.LANGUAGES):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return get_response(request)

    return middleware


def health_check(path: str) -> HttpResponse | None:
    """The answer to a health question, or None for any other path."""
    if path == "/livez":
        return HttpResponse("alive\n", content_type="text/plain")
    if path == "/readyz":
        problems = health.problems()
        text = "ready\n" if not problems else "".join(f"{problem}\n" for problem in problems)
        return HttpResponse(text, content_type="text/plain", status=503 if problems else 200)
    return None


def health_endpoints(get_response: Handler) -> Handler:
    """Answer health questions before host names, sessions or redirects matter."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return health_check(request.path_info) or get_response(request)

    return middleware


def headers(get_response: Handler) -> Handler:
    """No page of a signed-in person is kept by a cache; nothing is shared across origins; no device feature is used."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware


class PolicyMiddleware:
    """Closed by default: a page that the policy does not name cannot be reached."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        line = policy.rule_for(match.view_name) if match else None
        if line is None:
            raise Http404(f"{match and match.view_name} is not in the policy")
        if line.public:
            return None
        if not request.user.is_authenticated:
            return _sign_in(request)
        roles = policy.roles_of(request.user)
        if not line.admits(roles):
            raise Http404
        if settings.REQUIRE_MFA and _needs_second_factor(request, roles):
            messages.info(
                request,
                _("Your role needs a second factor: a passkey or an app. Set it up once; it takes a minute."),
            )
            return redirect("mfa_index")
        if line.sensitive and not _is_recent(request):
            return _reauthenticate(request)
        return None


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    by_script = request.headers.get("HX-Request")
    target = request.get_full_path() if request.method == "GET" and not by_script else _page_of(request)
    url = reverse("account_login") + (f"?{urlencode({'next': target})}" if target else "")
    if by_script:
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)


def _page_of(request: HttpRequest) -> str:
    """The page from which a script asked, if it is one of ours: there the person goes on after the sign-in."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    if page.netloc != request.get_host() or not page.path.startswith("/") or page.path.startswith("//"):
        return ""
    return urlunsplit(("", "", page.path, page.query, ""))


def _needs_second_factor(request: HttpRequest, roles: set[str]) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    if not roles or name.startswith(("mfa_", "account_")):
        return False
    return not policy.has_second_factor(request.user)


def _is_recent(request: HttpRequest) -> bool:
    """Did the person sign in, or confirm it, within the last minutes? allauth keeps the times in the session."""
    times = [float(m["at"]) for m in request.session.get("account_authentication_methods", []) if "at" in m]
    if not times:
        return False
    return time.time() - max(times) <= settings.REAUTHENTICATE_AFTER.total_seconds()


def _reauthenticate(request: HttpRequest) -> HttpResponseBase:
    """Ask for the password again, then come back. A form that was being sent returns to its page, not to its verb."""
    back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")
    messages.info(
        request, _("Please confirm that it is you. Then send the form again: nothing has been done yet.")
    )
    path = back if back.startswith("/") else "/" + back.split("/", 3)[-1] if "//" in back else "/"
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': path})}")


class DomainErrorMiddleware:
    """The last resort for a rule that said no where no form could show it: a page with the sentence, and 409."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, DomainError):
            return render(request, "errors/refused.html", {"message": error.message}, status=409)
        if isinstance(error, PermissionDenied) and str(error):
            return render(request, "errors/refused.html", {"message": str(error)}, status=403)
        return None
