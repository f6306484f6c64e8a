"""QA12: what a page weighs when nothing of it is in the browser yet, in Chromium; compressed as a proxy compresses it."""

import brotli
import pytest
from playwright.sync_api import Page, Response

from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytest_plugins = ["tests.chromium"]
pytestmark = pytest.mark.django_db(transaction=True)
COOKIES = {"sessionid", "csrftoken", "django_language"}


def weigh(page: Page, address: str) -> tuple[int, int, int, set[str]]:
    """Kilobytes, requests, kilobytes of scripts and foreign hosts of a page that is loaded for the first time."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("response", note)
    own = page.url.split("/")[2]
    sizes = [(one, len(brotli.compress(one.body(), quality=5))) for one in answers]
    scripts = sum(size for one, size in sizes if one.request.resource_type == "script")
    hosts = {one.url.split("/")[2] for one in answers if one.url.startswith("http")} - {own}
    return sum(size for _one, size in sizes) // 1000, len(answers), scripts // 1000, hosts


@pytest.mark.parametrize(
    ("name", "kilobytes", "requests"),
    [("public", 80, 8), ("overview", 150, 12), ("section", 150, 12), ("submit", 150, 12)],
)
def test_qa_12_a_page_keeps_its_budget(visit, now, name, kilobytes, requests) -> None:
    alice = people.user("Alice Bianchi")
    draft = steps.fill(steps.start(calls.call(team()), alice), alice)
    own = draft.get_absolute_url()
    page = visit(alice, "about:blank")
    if name == "public":
        page.context.clear_cookies()
    address = {
        "public": f"/calls/{draft.call.slug}/",
        "overview": own,
        "section": f"{own}sections/idea/",
        "submit": f"{own}submit/",
    }
    weight, number, scripts, hosts = weigh(page, address[name])

    assert (weight <= kilobytes, number <= requests, scripts <= 40) == (True, True, True), (
        weight,
        number,
        scripts,
    )
    assert hosts == set()
    assert {one["name"] for one in page.context.cookies()} <= COOKIES
