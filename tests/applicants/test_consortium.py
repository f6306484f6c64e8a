"""A consortium of three, each company in a browser of its own: asked, confirmed, own part written, submitted."""

import pytest
from playwright.sync_api import Page, expect

from applicants import services
from applicants.models import Application
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytest_plugins = ["tests.chromium"]
pytestmark = pytest.mark.django_db(transaction=True)
ROLE = {
    "key": "role",
    "type": "short_text",
    "label": {"en": "What do you bring?"},
    "per_partner": True,
    "required": True,
}


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name).or_(
            page.get_by_role("main").get_by_role("link", name=name)
        ).first.click()


def test_three_companies_write_one_application_each_its_own_part(visit, now) -> None:
    alice, bruno, gina = (people.user(name) for name in ("Alice Bianchi", "Bruno Costa", "Gina Rossi"))
    beta = people.organisation("Beta S.r.l.", members=[bruno])
    gamma = people.organisation("Gamma S.r.l.", members=[gina])
    crew = team()
    call = calls.call(crew, published=False, partner_part="own")
    sections = [dict(one) for one in calls.DEFINITION["sections"]]
    sections[0]["questions"] = [*sections[0]["questions"], ROLE]
    call.form_revisions.update(definition={"sections": sections})
    draft = steps.start(calls.publish(call, crew), alice)
    shares = [(beta, 5_000_00), (gamma, 2_000_00)]
    steps.fill(draft, alice, asked=10_000_00, cost=20_000_00, shares=shares)
    mine = {f"role-{draft.organisation.ref}": "We make the machine."}
    services.save_answers(draft, section="idea", values=mine, bases={}, by=alice)

    lead = visit(alice, f"{draft.get_absolute_url()}partners/")
    for firm in (beta, gamma):
        lead.goto(f"{draft.get_absolute_url()}partners/")
        press(lead, f"Ask {firm} to confirm")
        press(lead, "Ask it")
    lead.goto(f"{draft.get_absolute_url()}check/")
    expect(lead.locator("main")).to_contain_text("Beta S.r.l. has not confirmed yet that it takes part.")

    windows = []
    for person, firm, words in ((bruno, beta, "Trials in two plants."), (gina, gamma, "Tests of light.")):
        page = visit(person, "/home/", viewport={"width": 390, "height": 800})
        windows.append(page)
        participation = draft.participations.get(organisation=firm)
        page.goto(participation.get_absolute_url())
        page.get_by_role("main").locator("input[name=confirms][value=yes]").check()
        press(page, "Send the answer")
        expect(page.locator("main")).to_contain_text("Your organisation takes part")
        page.goto(f"{participation.get_absolute_url()}sections/idea/")
        page.fill(f"[name='role-{firm.ref}']", words)
        press(page, "Save")
        assert page.locator(f"[name='role-{draft.organisation.ref}']").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    lead.goto(f"{draft.get_absolute_url()}check/")
    press(lead, "Go on to the declarations")
    for box in lead.locator("main input[type=checkbox]").all():
        box.check()
    press(lead, "Submit the application")

    version = Application.objects.get().valid_version()
    expect(lead.locator("main")).to_contain_text(version.sha256)
    told = version.payload["sections"]["idea"]
    assert [told[f"role-{one.ref}"] for one in (draft.organisation, beta, gamma)] == [
        "We make the machine.",
        "Trials in two plants.",
        "Tests of light.",
    ]
    assert len(version.payload["partners"]) == 3
