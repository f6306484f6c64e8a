"""A document that the worker still makes: a page that says so, and looks again by itself."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

AGAIN_AFTER = 3
"""Seconds after which the browser asks again."""


def being_made(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page in the place of a document that is not there yet (202). Without a script: a header asks again."""
    waiting = render(request, template, dict(context), status=202)
    waiting.headers["Refresh"] = str(AGAIN_AFTER)
    return waiting
