"""When more comes in than can be answered, what can wait gives way to what cannot (QR3).

The proxy stamps each request when its last byte is there; how long ago that was is how long it stood in the queue. A page
that stood too long is answered in a fraction of a millisecond: 503, Retry-After, and a way to ask again. So is what the page
repeats by itself, such as the saving of a draft; its text stays in the browser until then. Whatever a person sends on their
own account (a submission, a score, a form) is never turned away, and with the rest out of the way its turn comes soon.

Without a stamp by a trusted proxy nobody knows how long a request has waited, and nothing is turned away.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from math import inf
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation

REPEATS = "X-Repeats"
"""A script that sends again by itself what was turned away says so with this header."""
RETRY_SECONDS = (3, 8)
"""Between which it is asked to come back: not everybody in the same second."""


@dataclass
class Queue:
    """How long requests stood in the queue of late, seen by one process. Times in seconds, on one steady clock.

    A queue that empties now and then is no trouble, however long it gets for a moment: `patience` holds. A queue that has
    not been short (`short`) for `standing` seconds is more work than there are hands: then only what waited less than
    `strict` is answered, and the others go on at once instead of all being late.

    The proxy's clock may differ from ours. Nobody waits less than nothing: the shortest wait that was seen is taken for the
    difference. A process that had nothing to do for `idle` seconds found the queue empty, and takes it anew.
    """

    patience: float
    strict: float = 0.4
    short: float = 0.05
    standing: float = 3.0
    idle: float = 0.25
    _difference: float = field(default=inf, init=False)
    _was_short: float | None = field(default=None, init=False)
    _ended: float | None = field(default=None, init=False)
    _running: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def begin(self, seems: float, now: float) -> bool:
        """A request comes up that seems to have waited so long. True: too long for one that can be asked again."""
        with self._lock:
            if self._running == 0 and self._ended is not None and now - self._ended >= self.idle:
                self._difference = seems
            self._difference = min(self._difference, seems)
            self._running += 1
            waited = seems - self._difference
            if self._was_short is None or waited <= self.short:
                self._was_short = now
                return False
            stands = now - self._was_short > self.standing
            return waited > (min(self.strict, self.patience) if stands else self.patience)

    def end(self, now: float) -> None:
        """A request has been answered."""
        with self._lock:
            self._running -= 1
            self._ended = now


def shed_load(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Any:
    """The middleware, right after the arrival stamp."""
    queue = Queue(patience=settings.SHED_AFTER_MILLISECONDS / 1000)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not queue.patience or not request.stamped_by_proxy:  # type: ignore[attr-defined]
            return get_response(request)
        seems = time.time() - request.arrived.timestamp()  # type: ignore[attr-defined]
        is_late = queue.begin(seems, time.monotonic())
        try:
            return turned_away(request) if is_late and can_wait(request) else get_response(request)
        finally:
            queue.end(time.monotonic())

    return middleware


def can_wait(request: HttpRequest) -> bool:
    """Is nothing lost when this is asked again later? True for what only reads, and for what a script repeats."""
    return request.method in ("GET", "HEAD") or REPEATS in request.headers


def turned_away(request: HttpRequest) -> HttpResponse:
    """The short answer: come back in some seconds."""
    answer = HttpResponse(_page(translation.get_language_from_request(request)), status=503)
    answer.headers["Retry-After"] = str(random.randint(*RETRY_SECONDS))  # noqa: S311 -- no secret
    answer.headers["Cache-Control"] = "no-store"
    return answer


@cache
def _page(language: str) -> str:
    with translation.override(language):
        return render_to_string("503.html", {"can_ask_again": True})
