"""VIES, the Commission's service that knows VAT numbers of the Member States: one question over HTTP, when it is set."""

import json
import urllib.error
import urllib.request
from http.client import HTTPException

from django.conf import settings

SECONDS = 5
LONGEST_ANSWER = 64 * 1024
COUNTRIES = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU",
    "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
]  # fmt: skip
"""Whose numbers it knows: the letters with which they begin (Northern Ireland: XI)."""


class Unavailable(Exception):
    """No answer on this number now: the service, or the register of the Member State behind it, is away."""


def is_configured() -> bool:
    """Does this installation ask VIES?"""
    return bool(settings.VIES_URL)


def is_known(number: str) -> bool:
    """Is the compact VAT number, such as IT00743110157, registered for trade within the Union today?

    Waits at most five seconds for each step of the connection. Raises Unavailable.
    """
    question = json.dumps({"countryCode": number[:2], "vatNumber": number[2:]}).encode()
    request = urllib.request.Request(  # noqa: S310  (the address is the installation's own setting)
        f"{settings.VIES_URL.rstrip('/')}/check-vat-number",
        data=question,
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            told = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, HTTPException, ValueError) as error:  # urllib's errors are OSErrors
        raise Unavailable(str(error)) from error
    if not isinstance(told, dict) or not isinstance(told.get("valid"), bool):
        raise Unavailable(f"no verdict: {str(told)[:200]}")
    return bool(told["valid"])
