"""How much there is to do until a call is public, counted in Chromium: each click, choice and text is one action."""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from calls.models import Call
from tests.funding.factories import team

pytest_plugins = ["tests.chromium"]
pytestmark = pytest.mark.django_db(transaction=True)

MOST_ACTIONS = 40


@dataclass
class Hands:
    """Somebody before a page, counted."""

    page: Page
    actions: int = 0

    def press(self, name: str, **how: Any) -> None:
        """A link or a button of the page, by its words."""
        main = self.page.get_by_role("main")
        found = main.get_by_role("button", name=name, **how).or_(main.get_by_role("link", name=name, **how))
        self.actions += 1
        found.first.click()
        self.page.wait_for_load_state()

    def fill(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_role("main").get_by_label(label, exact=False).first.fill(text)

    def put(self, name: str, text: str) -> None:
        """By the field's name, where several share their words."""
        self.actions += 1
        self.page.locator(f"[name={name}]").fill(text)


def test_a_typical_call_is_public_after_at_most_40_actions(visit, now) -> None:
    """From a ready call: its name, text, money, one question of one's own, its days; proposed and published by two."""
    crew = team(envelope_cents=1_050_000_00)
    mia = Hands(visit(crew.mia, "/our-calls/"))
    mia.press("From a ready call or a file")
    mia.press("Innovation support", exact=True)
    mia.fill("Title", "Help for makers")
    mia.fill("Code in references", "MAK-1")
    mia.press("Make the draft")
    mia.press("Text", exact=True)
    mia.fill("Summary", "Up to 30 000 EUR for makers that try something new.")
    mia.fill("Objective and activities", "Makers adapt, test and prove new products.")
    mia.press("Save", exact=True)
    mia.press("Dates", exact=True)
    for name, typed in {
        "opens_day": "2027-03-01",
        "opens_hour": "09:00",
        "closes_day": "2027-05-03",
        "closes_hour": "17:00",
        "decision_by": "2027-07-01",
        "agreement_by": "2027-08-01",
    }.items():
        mia.put(name, typed)
    mia.press("Save", exact=True)
    mia.press("Money", exact=True)
    mia.fill("Money in this call", "600 000")
    mia.fill("Largest amount per project", "30 000")
    mia.fill("Largest amount per SME", "30 000")
    mia.press("Save", exact=True)
    mia.press("Application form", exact=True)
    mia.press("Add a question")
    mia.fill("Question", "How many people work there?")
    mia.press("Add", exact=True)
    mia.actions += 1
    crumbs = mia.page.get_by_role("navigation", name="Breadcrumb")
    crumbs.get_by_role("link", name="Help for makers").click()
    mia.press("Check and propose")
    mia.press("Propose publication")
    luc = Hands(visit(crew.luc, "/our-calls/"))
    luc.press("Help for makers")
    luc.press("Check and publish")
    luc.press("Publish …")
    luc.press("Publish", exact=True)
    call = Call.objects.get(code="MAK-1")
    assert (call.state, call.published_by, call.budget_cents) == ("published", crew.luc, 600_000_00)
    assert mia.actions + luc.actions <= MOST_ACTIONS, (mia.actions, luc.actions)
