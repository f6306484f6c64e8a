"""What every request at the doors passes through."""

import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

DOORS = frozenset(
    {
        "account_signup",
        "account_login",
        "account_reset_password",
        "account_request_login_code",
        "mfa_login_webauthn",
    }
)
"""The views that take an address or a passkey of somebody who is not signed in."""
MOST_MICROSECONDS = 40_000


def blur_times(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer what is sent to a door a random moment later, up to 40 milliseconds.

    The doors do the same work whether there is such an account or not, but for a small query; this hides what is left from a
    clock (QS10). As guesses are counted by account, nobody can try one often enough to average it away.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        found = request.resolver_match
        if request.method == "POST" and found is not None and found.view_name in DOORS:
            time.sleep(secrets.randbelow(MOST_MICROSECONDS) / 1_000_000)
        return response

    return middleware
