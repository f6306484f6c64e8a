"""Text that is too long or of another world, a sign-in that ended, the back button: a sentence, and nothing lost."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from applicants.models import SectionAnswers
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytest_plugins = ["tests.chromium"]
pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
STRANGE = "🏭🇪🇺👩🏽‍🔧 מכונה אדומה العربية \u202eobrut\u202c e\u0301 <b>&amp;</b> %s {{ x }} \U0001f9ff"


@pytest.fixture
def alice(now):
    return people.user("Alice Bianchi")


@pytest.fixture
def draft(alice):
    return steps.fill(steps.start(calls.call(team()), alice), alice)


def test_paste_of_50_000_characters_is_told_beside_the_field_and_stays_in_the_page(client, draft, alice):
    client.force_login(alice)
    address, long = f"{draft.get_absolute_url()}sections/idea/", "wort " * 10_000

    by_itself = client.post(address, {"changed": "problem", "problem": long, "v.problem": "1"}, headers=HTMX)
    by_button = client.post(address, {"problem": long, "v.problem": "1", "trl": "6", "v.trl": "1"})

    assert [by_itself.status_code, by_button.status_code] == [422, 422]
    assert "not saved yet" in by_itself.content.decode()
    assert long.strip() in by_button.content.decode()
    assert SectionAnswers.objects.get().answers == {**steps.ANSWERS, "trl": 6}


def test_emoji_and_writing_from_the_right_come_back_as_they_were_typed_on_page_receipt_and_in_the_record(
    client, draft, alice
):
    client.force_login(alice)
    address = f"{draft.get_absolute_url()}sections/idea/"
    saved = client.post(address, {"changed": "problem", "problem": STRANGE, "v.problem": "1"}, headers=HTMX)
    version = steps.submit(draft, alice)
    version.refresh_from_db()
    page = client.get(f"{draft.get_absolute_url()}versions/1/").content.decode()

    assert (saved.status_code, version.receipt is not None) == (200, True)
    assert version.payload["sections"]["idea"]["problem"] == STRANGE
    assert "🏭🇪🇺👩🏽‍🔧 מכונה אדומה العربية" in page and "<b>&amp;</b>" not in page


def test_a_character_that_no_database_keeps_is_told_and_breaks_nothing(client, draft, alice):
    client.force_login(alice)
    address = f"{draft.get_absolute_url()}sections/idea/"
    answer = client.post(address, {"changed": "problem", "problem": "a\x00b", "v.problem": "1"}, headers=HTMX)

    assert answer.status_code == 422
    assert SectionAnswers.objects.get().answers == steps.ANSWERS


def test_text_typed_after_the_sign_in_ended_is_offered_at_the_next_and_back_shows_what_was_saved(
    visit, draft, alice
):
    address = f"{draft.get_absolute_url()}sections/idea/"
    page = visit(alice, address)
    page.fill("#id_problem", "Saved before.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved ")
    page.goto(draft.get_absolute_url())
    page.go_back()
    expect(page.locator("#id_problem")).to_have_value("Saved before.")

    Session.objects.all().delete()
    page.fill("#id_problem", "Typed after the sign-in had ended.")
    page.wait_for_url("**/account/login/**")
    again = Client()
    again.force_login(alice)
    cookie = {
        "name": "sessionid",
        "value": again.cookies["sessionid"].value,
        "url": page.url.partition("/account/")[0],
    }
    page.context.add_cookies([cookie])
    page.goto(address)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[data-saved]")).to_contain_text("Saved ")
    assert SectionAnswers.objects.get().answers["problem"] == "Typed after the sign-in had ended."
