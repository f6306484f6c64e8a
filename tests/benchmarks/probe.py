"""What each page does in the database: one request of each in this process, every statement looked at.

`python -m tests.benchmarks.probe` reads what `fill` printed and prints a plan by page, as JSON.
"""

import json
import re
import sys
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import django

CSRF = "b" * 32
SECTION, QUESTION, SEEN = "idea", "problem", 3
"""Which answer is written, and the number it has to begin with."""


@dataclass
class Plan:
    """Statements, rows and bytes of one request."""

    signed_in: bool
    texts: bool = False
    redirects: bool = False
    reads: int = 0
    rows: int = 0
    writes: list[tuple[str, int]] = field(default_factory=list)
    transactions: int = 0
    database_ms: float = 0.0
    bytes: int = 0
    compressed: int = 0

    @property
    def statements(self) -> int:
        return self.reads + len(self.writes)


def autosave_form(number: int, text: str) -> dict[str, str]:
    """What the browser sends by itself when one answer changed: its text, and the number it is based on."""
    return {"changed": QUESTION, f"v.{QUESTION}": str(number), QUESTION: text}


def submit_form() -> dict[str, str]:
    """All declarations, and a key of its own."""
    from applicants.declarations import DECLARATIONS

    return {"key": str(uuid.uuid4()), **{one.key: "on" for one in DECLARATIONS}}


class Probe:
    """Counts what one request does."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.plan.database_ms += (time.perf_counter() - begun) * 1000
            self._note(sql, params, context["cursor"].rowcount)

    def _note(self, sql: str, params: Any, rows: int) -> None:
        verb = re.match(r"\W*(\w+)", sql)[1].lower()  # type: ignore[index]
        if verb in {"insert", "update", "delete"}:
            self.plan.writes.append((verb, sum(len(str(one)) for one in params or ())))
        elif verb == "select":
            self.plan.reads += 1
            self.plan.rows += max(0, rows)


@contextmanager
def watching(plan: Plan) -> Iterator[None]:
    """Fill `plan` with what happens inside the block."""
    from django.db import connection

    connection.force_debug_cursor = True
    connection.queries_log.clear()
    try:
        with connection.execute_wrapper(Probe(plan)):
            yield
    finally:
        connection.force_debug_cursor = False
        plan.transactions = sum(1 for one in connection.queries_log if one["sql"] == "BEGIN")


def pages(made: dict[str, Any]) -> dict[str, tuple[Plan, Callable[[Any, int], Any]]]:
    """Each page: its empty plan, and a function that asks for it the n-th time."""
    slug, manager = made["call"], made["manager"]
    hx = {"HX-Request": "true", "X-CSRFToken": CSRF}

    def as_(client: Any, session: str) -> Any:
        client.cookies.load({"sessionid": session, "csrftoken": CSRF})
        return client

    def autosave(client: Any, n: int) -> Any:
        one = made["writers"][0]
        form = autosave_form(SEEN + n, f"Typed {n}. " + "x" * 1000)
        path = f"/applications/{one['ref']}/sections/{SECTION}/"
        return as_(client, one["session"]).post(path, form, headers=hx)

    def submission(page: str, method: str) -> Callable[[Any, int], Any]:
        def ask(client: Any, n: int) -> Any:
            one = made["drafts"][n]
            form = {**submit_form(), "csrfmiddlewaretoken": CSRF} if method == "post" else None
            act = getattr(as_(client, one["session"]), method)
            return act(f"/applications/{one['ref']}/{page}", form)

        return ask

    def staff(path: str) -> Callable[[Any, int], Any]:
        return lambda client, n: as_(client, manager).get(path)

    listed = f"/calls/{slug}/applications/"
    return {
        "call-list": (Plan(False), lambda client, n: client.get("/calls/")),
        "call-page": (Plan(False, texts=True), lambda client, n: client.get(f"/calls/{slug}/")),
        "list": (Plan(True), staff(listed)),
        "detail": (Plan(True, texts=True), staff(f"{listed}{made['refs'][0]}/")),
        "section": (Plan(True, texts=True), submission(f"sections/{SECTION}/", "get")),
        "autosave": (Plan(True), autosave),
        "submit-page": (Plan(True, texts=True), submission("submit/", "get")),
        "submit": (Plan(True, redirects=True), submission("submit/", "post")),
        "receipt": (Plan(True), submission("versions/1/receipt/", "get")),
    }


TRIES = 3
"""The first two warm what is kept in memory; the third is looked at. So many drafts are used up."""


def main() -> None:
    """Ask for every page, look at the third time, print the plans."""
    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.VISITOR_PAGE_SECONDS = 0  # what a page does when it is made, not when it is given again

    made = json.load(sys.stdin)
    found = {}
    for name, (plan, ask) in pages(made).items():
        for n in range(TRIES):
            client = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1", raise_request_exception=False)
            if n < TRIES - 1:
                answer = ask(client, n)
                continue
            with watching(plan):
                answer = ask(client, n)
        if answer.status_code != (302 if plan.redirects else 200):
            found[name] = {"failed": f"{answer.status_code} {answer.content[-400:]!r}"}
            continue
        plan.bytes = len(answer.content)
        plan.compressed = len(zlib.compress(answer.content, 6))
        found[name] = {**asdict(plan), "statements": plan.statements}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
