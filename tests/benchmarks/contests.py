"""Which pages are measured against what, and the rounds: ours, theirs, ours, theirs."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks import client, processes
from tests.benchmarks.client import CLIENTS, Round, request
from tests.benchmarks.probe import CSRF, SECTION, SEEN, TRIES, autosave_form
from tests.benchmarks.servers import Server

ROW = 6_000
"""Characters of the row that an autosave of the bare project rewrites."""
WARM_UP = 0.4
"""Seconds before the first round of each side."""
TYPED = "What we will do, and for whom. " * 35


@dataclass
class Side:
    """One way to ask for a page: a stream of requests for each client."""

    name: str
    sources: list[Iterator[bytes]]
    expected: int = 200
    rounds: list[Round] = field(default_factory=list)
    web_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    own_ms: list[float] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        return [one.rate for one in self.rounds]


@dataclass
class Contest:
    """A page of the product and the rivals it is measured against. `stock`: requests of each client, where each uses
    something up."""

    page: str
    ours: Side
    rivals: list[Side]
    stock: int | None = None

    @property
    def sides(self) -> list[Side]:
        return [self.ours, *self.rivals]


def hold(
    contest: Contest, product: Server, bare: Server, postmaster: int, *, rounds: int, seconds: float
) -> None:
    """Warm up, then let each side answer in turns. Raises SystemExit when a page answers otherwise than expected."""
    most = contest.stock and contest.stock // (rounds + 1)
    for number in range(-1, rounds):
        for side in contest.sides:
            server = product if side is contest.ours else bare
            before = _used(server, postmaster)
            result = client.run(
                server.port,
                side.sources,
                expected=side.expected,
                seconds=seconds if number >= 0 else WARM_UP,
                most=most,
            )
            used = [now - then for now, then in zip(_used(server, postmaster), before, strict=True)]
            if result.unexpected or not result.latencies:
                raise SystemExit(f"{contest.page}, {side.name}: {(result.unexpected or ['no answer'])[0]}")
            if number >= 0:
                side.rounds.append(result)
                each = len(result.latencies)
                for kept, value in zip((side.web_ms, side.database_ms, side.own_ms), used, strict=True):
                    kept.append(value / each)


def _used(server: Server, postmaster: int) -> tuple[float, float, float]:
    """CPU milliseconds so far of the web server, of PostgreSQL, and of this generator of load."""
    return processes.cpu_ms(server.pid), processes.cpu_ms(postmaster), time.process_time() * 1000


# --- the product's pages ----------------------------------------------------------------------------------
def gets(*paths: str, session: str = "") -> Side:
    """Pages of the product, one after the other."""
    cookies = {"sessionid": session} if session else None
    messages = [request("GET", path, cookies=cookies) for path in paths]
    return Side("ours", [itertools.cycle(messages[n:] + messages[:n]) for n in range(CLIENTS)])


def autosaves(writers: list[dict[str, str]]) -> Side:
    """Each client is a person who types in an own draft; each save is based on the number of the one before."""

    def types(one: dict[str, str], first: int) -> Iterator[bytes]:
        cookies = {"sessionid": one["session"], "csrftoken": CSRF}
        headers = {"HX-Request": "true", "X-CSRFToken": CSRF}
        path = f"/applications/{one['ref']}/sections/{SECTION}/"
        for number in itertools.count(first):
            form = autosave_form(number, f"Typed {number}. {TYPED}")
            yield request("POST", path, cookies=cookies, headers=headers, form=form)

    used = [TRIES, *[0] * CLIENTS]  # the first writer's draft was looked at by the probe
    return Side("ours", [types(one, SEEN + n) for one, n in zip(writers[:CLIENTS], used, strict=False)])


def submits(drafts: list[dict[str, str]], declarations: list[str]) -> Side:
    """Each request submits another draft of another person, once."""
    from uuid import uuid4

    def submit(one: dict[str, str]) -> bytes:
        cookies = {"sessionid": one["session"], "csrftoken": CSRF}
        form = {"csrfmiddlewaretoken": CSRF, "key": str(uuid4()), **dict.fromkeys(declarations, "on")}
        return request("POST", f"/applications/{one['ref']}/submit/", cookies=cookies, form=form)

    ready = drafts[TRIES:]
    return Side("ours", [map(submit, ready[n::CLIENTS]) for n in range(CLIENTS)], expected=302)


# --- the bare project's -----------------------------------------------------------------------------------
def hello() -> Side:
    """A page that does nothing."""
    return Side("hello", [itertools.repeat(request("GET", "/hello")) for _ in range(CLIENTS)])


def bare_page(name: str, session: str = "") -> Side:
    """The same number of statements, rows and bytes."""
    cookies = {"sessionid": session} if session else None
    messages = [request("GET", f"/{name}/{n + 1}", cookies=cookies) for n in range(200)]
    return Side("same statements", [itertools.cycle(messages[n:] + messages[:n]) for n in range(CLIENTS)])


def bare_saves(
    name: str, sessions: list[str], *, label: str = "same statements", expected: int = 200
) -> Side:
    """The same number of statements and writes of the same size; each client with an own user and row."""

    def save(n: int) -> bytes:
        form = autosave_form(SEEN, f"Typed {n}. {TYPED}")
        return request("POST", f"/{name}/{n + 1}/save", cookies={"sessionid": sessions[n]}, form=form)

    return Side(label, [itertools.repeat(save(n)) for n in range(CLIENTS)], expected=expected)


def least_autosave() -> dict[str, Any]:
    """The plan of the least that an autosave can do: session, user, one UPDATE of a long row."""
    return {
        "signed_in": True,
        "texts": False,
        "redirects": False,
        "reads": 2,
        "rows": 2,
        "writes": [["update", ROW]],
        "bytes": 0,
    }


def all_contests(
    made: dict[str, Any], plans: dict[str, Any], sessions: list[str], declarations: list[str]
) -> list[Contest]:
    """Every page with its rivals. A page that the probe could not open has no contest: the report says so."""
    slug, manager = made["call"], made["manager"]
    listed = f"/calls/{slug}/applications/"
    details = [f"{listed}{ref}/" for ref in made["refs"][:200]]
    found = [
        Contest("call-list", gets("/calls/"), [hello(), bare_page("call-list")]),
        Contest("call-page", gets(f"/calls/{slug}/"), [hello(), bare_page("call-page")]),
        Contest("list", gets(listed, session=manager), [bare_page("list", sessions[0])]),
        Contest("detail", gets(*details, session=manager), [bare_page("detail", sessions[0])]),
        Contest(
            "autosave",
            autosaves(made["writers"]),
            [
                bare_saves("autosave", sessions),
                bare_saves("autosave-least", sessions, label="session, user, one UPDATE"),
            ],
        ),
        Contest(
            "submit",
            submits(made["drafts"], declarations),
            [bare_saves("submit", sessions, expected=302)],
            stock=(len(made["drafts"]) - TRIES) // CLIENTS,
        ),
    ]
    return [contest for contest in found if "failed" not in plans[contest.page]]
