"""Fixtures for tests of pages in Chromium, on a server in this process. A module takes them by
`pytest_plugins = ["tests.chromium"]`."""

import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as player:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's event loop runs in this thread
        chromium = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def visit(live_server, settings, browser: Browser) -> Iterator[Any]:
    """`visit(person, address)`: the page before that person, who has just signed in; a script's error or a policy violation fails the test."""
    settings.ALLOWED_HOSTS = ["*"]
    contexts, wrong = [], []

    def go(person: Any, address: str, **options: Any) -> Page:
        signed_in = Client()
        signed_in.force_login(person)
        session = signed_in.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
        context = browser.new_context(base_url=live_server.url, locale="en-GB", **options)
        cookie = {"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []
