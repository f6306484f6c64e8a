"""A passkey with the browser's own virtual device: added, used as a second factor, used alone, under the strict policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.person import PASSWORD, Person
from tests.journeys.stack import Stack, running_stack

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A passkey belongs to a name, never to a number: the browser says localhost."""
    with running_stack(ALLOWED_HOSTS="127.0.0.1,localhost") as running:
        running.url = running.url.replace("127.0.0.1", "localhost")
        yield running


def _with_device(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def test_a_passkey_is_added_and_opens_the_account_in_both_ways(
    stack: Stack, browser: Browser, tmp_path: Path
) -> None:
    stack.manage("set_stage")
    page = browser.new_context(base_url=stack.url).new_page()
    _with_device(page)
    mia = Person("mia", page, stack.url, tmp_path, True)
    mia.sign_in("mia@dream.example")

    mia.open("/account/2fa/")
    mia.look("second-factor")
    mia.click("Add a passkey")
    mia.fill("Password", PASSWORD)
    mia.click("Confirm")
    mia.fill("Name", "Blue laptop")
    mia.look("add")
    mia.press(page.get_by_role("button", name="Add it"))
    page.wait_for_url("**/recovery-codes/**")
    mia.open("/account/2fa/webauthn/")
    assert mia.sees("Blue laptop") and mia.sees("Signs in alone")
    mia.look("list")

    page.context.clear_cookies()
    mia.sign_in("mia@dream.example")
    assert mia.sees("Second factor")
    mia.look("asked")
    page.get_by_role("button", name="Use the passkey").click()
    page.wait_for_url("**/home/**")

    page.context.clear_cookies()
    mia.open("/account/login/?next=/projects/")
    mia.look("sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/projects/**")
    assert mia.trouble == []
