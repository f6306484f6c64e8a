"""Answers for other programs that are the same for everybody: any site may read them, caches may keep them for a minute."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import conditional_page

SECONDS = 60


def open_data(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view that reads: with an ETag (304 when nothing has changed), for every origin, never with a cookie."""
    conditional = conditional_page(view)

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = conditional(*args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Cache-Control"] = f"public, max-age={SECONDS}"
        return response

    return opened
