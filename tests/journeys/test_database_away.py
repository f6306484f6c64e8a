"""The database goes away while people write: what they read, what is kept, and that nothing has to be started anew (QR11)."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.benchmarks.client import fetch, request
from tests.database import admin
from tests.journeys.person import Person
from tests.journeys.proxy import Wire, wire
from tests.journeys.stack import Stack, running_stack

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
MINUTE = 60_000
FIRST, SECOND, THIRD = (
    "Typed before.",
    "Typed while the database was away.",
    "Typed while Redis was away too.",
)


@pytest.fixture
def line() -> Iterator[Wire]:
    """The wire to the tests' database server."""
    folder = admin()["host"]
    if not str(folder).startswith("/"):
        pytest.skip("the tests' server has no UNIX socket")
    with wire(Path(str(folder)) / ".s.PGSQL.5432") as made:
        yield made


@pytest.fixture
def stack(line: Wire) -> Iterator[Stack]:
    """The product, which reaches its database by the wire only."""
    with running_stack() as running:
        name = urlsplit(running.environment["DATABASE_URL"]).path
        for process in ("web", "worker", "beat"):
            running.stop(process)
        user = admin()["user"]
        running.environment["DATABASE_URL"] = f"postgres://{user}@127.0.0.1:{line.port}{name}"
        for process in ("web", "worker"):
            running.start(process)
        yield running


def ask(stack: Stack, path: str, session: str = "") -> tuple[int, str]:
    message = request("GET", path, cookies={"sessionid": session} if session else None)
    status, answer = fetch(int(stack.url.rpartition(":")[2]), message)
    return status, answer.decode()


def readiness(stack: Stack) -> list[str]:
    """What readiness says of the connection. That the tests' server is not durable is another matter."""
    lines = ask(stack, "/readyz")[1].partition("\r\n\r\n")[2].splitlines()
    return [one for one in lines if one.startswith("database: ") and "could be lost" not in one]


def test_qr_11_text_is_kept_while_the_database_is_away_and_saved_without_a_restart(
    stack: Stack, line: Wire, person: Callable[..., Person]
) -> None:
    ref, session = stack.run("tests.journeys.drafted").split()
    alice = person("alice")
    alice.page.context.add_cookies([{"name": "sessionid", "value": session, "url": stack.url}])
    section = f"/applications/{ref}/sections/idea/"
    alice.open(section)
    saved = alice.page.locator("[data-saved]")
    alice.page.fill("#id_problem", FIRST)
    expect(saved).to_contain_text("Saved ", timeout=MINUTE)
    assert readiness(stack) == []

    line.cut()
    assert ask(stack, "/livez")[0] == 200
    assert len(readiness(stack)) == 1
    status, answer = ask(stack, section, session)
    assert (status, "We cannot answer at the moment" in answer) == (503, True)
    assert re.search(r"^Retry-After: 10\r$", answer, re.MULTILINE)
    alice.page.fill("#id_problem", SECOND)
    expect(saved).to_have_text(
        "Not saved: the server could not answer. Your text is kept in this browser.", timeout=MINUTE
    )
    kept = alice.page.evaluate("JSON.stringify(localStorage)")
    assert SECOND in kept

    line.silence()
    assert ask(stack, "/livez")[0] == 200
    assert readiness(stack) == ["database: no answer within 1.5 seconds"]

    line.restore()
    expect(saved).to_contain_text("Saved ", timeout=MINUTE)
    assert readiness(stack) == []
    assert ask(stack, section, session)[0] == 200
    alice.page.reload()
    expect(alice.page.locator("#id_problem")).to_have_value(SECOND)

    stack.redis.stop()
    alice.page.fill("#id_problem", THIRD)
    expect(saved).to_contain_text("Saved ", timeout=MINUTE)
    alice.page.reload()
    expect(alice.page.locator("#id_problem")).to_have_value(THIRD)
    assert {one for one in alice.trouble if not one.startswith("503 at")} == set()
    alice.trouble.clear()
