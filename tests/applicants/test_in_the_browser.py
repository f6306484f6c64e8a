"""An application in Chromium against the real pages: by keyboard alone on a phone; two members at once."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Membership
from applicants import services
from applicants.models import Application, SectionAnswers
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytest_plugins = ["tests.chromium"]
pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 800}


def reach(page: Page, name: str, tag: str = "BUTTON, A, INPUT, TEXTAREA, SUMMARY") -> None:
    """Press Tab until the control with this name has the cursor; a trap for the keyboard fails here."""
    for _press in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const one = document.activeElement;
                 const labels = [...(one.labels || [])].map((label) => label.innerText).join(" ");
                 return `${one.tagName}|${one.getAttribute("aria-label") || labels || one.innerText || ""}`; }"""
        )
        kind, _bar, label = found.partition("|")
        if kind in tag and name in label:
            return
    raise AssertionError(f"no way to “{name}” by keyboard; stopped at {found}")


def press(page: Page, name: str) -> None:
    """Go to a link or a button by Tab, and follow it by Enter."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_apply_by_keyboard_alone_on_a_phone(visit, now) -> None:
    call, alice = calls.call(team(), partners_max=1), people.user("Alice Bianchi")
    people.organisation(members=[alice])
    page = visit(alice, f"/calls/{call.slug}/apply/", viewport=PHONE)

    press(page, "Start the draft")
    press(page, "Title and organisation")
    reach(page, "Title of the project")
    page.keyboard.type("Vision control")
    press(page, "Save and go on")
    reach(page, "Costs, EUR")
    page.keyboard.type("40000")
    reach(page, "Support asked, EUR")
    page.keyboard.type("20 000")
    press(page, "Save and go on")
    reach(page, "What problem do you solve")
    page.keyboard.type("Parts are checked by hand.")
    reach(page, "TRL now")
    page.keyboard.type("5")
    press(page, "Save and return to the overview")
    press(page, "Check and submit")
    press(page, "Go on to the declarations")
    for _box in range(page.locator("main input[type=checkbox]").count()):
        reach(page, "", tag="INPUT")
        page.keyboard.press("Space")
    press(page, "Submit the application")

    application = Application.objects.get()
    version = application.valid_version()
    assert version is not None
    expect(page.locator("main")).to_contain_text(version.sha256)
    assert version.payload["sections"]["idea"] == {"problem": "Parts are checked by hand.", "trl": 5}


def test_two_members_at_once_merge_and_read_both_texts_where_they_differ(visit, now) -> None:
    alice, bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
    firm = people.organisation(members=[alice])
    Membership.objects.create(user=bob, organisation=firm, role="member")
    draft = steps.start(calls.call(team()), alice, firm)
    services.save_answers(draft, section="idea", values={"problem": "Together."}, bases={}, by=alice)
    url = f"{draft.get_absolute_url()}sections/idea/"
    hers, his = visit(alice, url), visit(bob, url)

    hers.fill("#id_problem", "By Alice.")
    expect(hers.locator("[data-saved]")).to_contain_text("Saved ")
    his.fill("#id_trl", "6")
    expect(his.locator("[data-saved]")).to_contain_text("Saved ")
    his.fill("#id_problem", "By Bob.")
    expect(his.locator("#note-problem")).to_contain_text("By Alice.")
    expect(his.locator("#id_problem")).to_have_value("By Bob.")
    assert SectionAnswers.objects.get().answers == {"problem": "By Alice.", "trl": 6}
    with his.expect_navigation():
        his.locator("#note-problem").get_by_role("button", name="Keep mine instead").click()
    assert SectionAnswers.objects.get().answers == {"problem": "By Bob.", "trl": 6}


def test_upload_goes_on_by_itself_after_a_lost_connection(visit, now, tmp_path) -> None:
    alice = people.user("Alice Bianchi")
    draft = steps.start(calls.call(team()), alice)
    page = visit(alice, f"{draft.get_absolute_url()}sections/files/")
    (tmp_path / "offer.pdf").write_bytes(steps.pdf().read())
    page.route("**/uploads/*/", lambda route: route.abort())
    page.set_input_files("input[type=file]", tmp_path / "offer.pdf")
    expect(page.locator("[data-progress]")).to_have_text(
        "No connection: the upload goes on by itself when there is one."
    )
    page.unroute("**/uploads/*/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-progress]")).to_have_text("“offer.pdf” is here and checked.")
    expect(page.locator("#div_id_offer .file-name")).to_have_text("offer.pdf")
