"""A running product for each journey, and people who sit before browsers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.person import Person
from tests.journeys.stack import ROOT, Stack, running_stack

ARTEFACTS = ROOT / "test-artefacts"


@pytest.fixture
def stack() -> Iterator[Stack]:
    with running_stack() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its module: while its event loop runs in this thread, Django refuses the database to later tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def person(stack: Stack, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """`person("mia")`: a browser of their own, at 1440 pixels unless told; who sat down before is still there, signed in.
    Foreign hosts and policy violations fail the test."""
    people: dict[tuple[object, ...], Person] = {}

    def sit_down(name: str, *, javascript: bool = True, width: int = 1440) -> Person:
        key = (name, javascript, width)
        if key in people:
            return people[key]
        folder = ARTEFACTS / request.node.name
        folder.mkdir(parents=True, exist_ok=True)
        context = browser.new_context(
            base_url=stack.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 900},
            timezone_id="Europe/Lisbon",
            locale="en-GB",
        )
        context.set_default_timeout(15_000)
        people[key] = Person(name, context.new_page(), stack.url, Path(folder), javascript)
        return people[key]

    yield sit_down
    for someone in people.values():
        trouble = someone.trouble
        someone.page.context.close()
        assert trouble == [], f"{someone.name} met {trouble}"
