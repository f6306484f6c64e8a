"""Designing the form in a browser, without a script."""

import pytest

from applicants.models import Application
from calls import queries, services
from core.models import AuditEvent
from tests.calls import factories
from tests.calls.factories import DEFINITION
from tests.calls.pages import NBSP, page_url, text

# --- form -------------------------------------------------------------------------------------------------
QUESTION = {
    "label": "Which field?",
    "type": "choice",
    "required": "on",
    "help": "",
    "max_length": "",
    "min": "",
    "max": "",
    "choices": "Artificial intelligence\r\nRobots\r\n\r\n",
}


def test_form_is_made_without_a_script(team, mia):
    call = services.create_call(team.voucher_type, title="Empty", code="EMP-1", by=team.mia)

    mia.post(page_url("section_add", call), {"title": "Idea", "guidance": "In plain words."})
    mia.post(page_url("question_add", call, "idea"), QUESTION)
    mia.post(
        page_url("question_add", call, "idea"),
        {**QUESTION, "label": "Cost", "type": "money", "required": "", "min": "0", "max": "60 000"},
    )
    mia.post(page_url("form_move", call), {"section": "idea", "question": "cost", "to": "up"})

    assert queries.working_form(call).definition == {
        "sections": [
            {
                "key": "idea",
                "title": {"en": "Idea"},
                "guidance": {"en": "In plain words."},
                "questions": [
                    {
                        "key": "cost",
                        "type": "money",
                        "label": {"en": "Cost"},
                        "required": False,
                        "min": 0,
                        "max": 60_000_00,
                    },
                    {
                        "key": "which_field",
                        "type": "choice",
                        "label": {"en": "Which field?"},
                        "required": True,
                        "choices": [
                            {"value": "artificial_intelligence", "label": {"en": "Artificial intelligence"}},
                            {"value": "robots", "label": {"en": "Robots"}},
                        ],
                    },
                ],
            }
        ]
    }
    assert "Which field?" in text(mia.get(page_url("form_preview", call)))


def test_question_is_shown_as_it_was_typed_and_saved_unchanged(ready, mia):
    url = page_url("question_edit", ready, "idea", "field")
    form = mia.get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}

    assert sent["choices"] == "Artificial intelligence\nInternet of things"
    assert mia.post(url, sent).status_code == 302
    assert queries.working_form(ready).definition == DEFINITION


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"label": ""}, {"label": ["This field is required."]}),
        ({"choices": "Only one"}, {"__all__": ["Give at least two choices."]}),
        ({"type": "number", "min": "many"}, {"min": ["Write a whole number."]}),
        ({"type": "number", "min": "9", "max": "1"}, {"__all__": ["The smallest value is above the largest."]}),
        (
            {"type": "money", "max": "much"},
            {"max": [f"“much” is not an amount. Write it like 34{NBSP}560.00."]},
        ),
        ({"type": "long_text", "max_length": "0"}, {"max_length": ["Ensure this value is greater than or equal to 1."]}),
        ({"type": "mood"}, {"type": ["Select a valid choice. mood is not one of the available choices."]}),
    ],
)  # fmt: skip
def test_question_with_a_mistake_says_it_and_keeps_the_rest(ready, mia, changes, errors):
    response = mia.post(
        page_url("question_add", ready, "idea"), {**QUESTION, "help": "Kept help.", **changes}
    )

    assert response.status_code == 422
    assert dict(response.context["form"].errors) == errors
    assert "Kept help." in response.content.decode()
    assert queries.working_form(ready).definition == DEFINITION


def test_question_from_a_stale_tab_is_told_and_may_be_saved_again(ready, team, mia):
    url = page_url("question_edit", ready, "idea", "trl")
    opened = mia.get(url).context["form"]["seen"].value()
    content = {"type": "number", "label": {"en": "Luc's"}}
    services.change_question(ready, section="idea", question="trl", content=content, by=team.luc)
    given = {**QUESTION, "label": "Mia's", "type": "number", "seen": opened}

    response = mia.post(url, given)
    assert response.status_code == 422
    assert "Luc Peeters changed this" in text(response)

    fresh = response.context["form"]["seen"].value()
    assert mia.post(url, {**given, "seen": fresh}).status_code == 302


def test_delete_asks_first_and_says_what_is_lost(ready, mia):
    asked = mia.get(page_url("form_delete", ready) + "?section=idea")
    assert "with its 3 questions" in text(asked)
    assert queries.working_form(ready).definition == DEFINITION

    assert mia.post(page_url("form_delete", ready), {"section": "idea", "question": ""}).status_code == 302
    assert [one["key"] for one in queries.working_form(ready).definition["sections"]] == ["files"]


@pytest.mark.parametrize(
    ("name", "more", "data"),
    [
        ("section_edit", ["gone"], None),
        ("question_add", ["gone"], None),
        ("question_edit", ["idea", "gone"], None),
        ("question_edit", ["files", "trl"], None),
        ("form_delete", [], {"section": "gone"}),
        ("form_delete", [], {}),
        ("form_move", [], {"section": "idea", "to": "sideways"}),
        ("form_move", [], {"section": "gone", "to": "up"}),
    ],
)
def test_unknown_piece_of_the_form_is_not_found(ready, mia, name, more, data):
    url = page_url(name, ready, *more)

    assert (mia.get(url) if data is None else mia.post(url, data)).status_code == 404


def test_form_of_a_published_call_is_shown_and_refused(team, mia):
    call = factories.call(team)

    assert "Add a section" not in mia.get(page_url("form", call)).content.decode()
    assert mia.post(page_url("section_add", call), {"title": "X"}).status_code == 403


def test_a_trial_tells_what_stands_against_it_and_keeps_nothing(mia, ready):
    rows = [AuditEvent.objects.count(), Application.objects.count()]
    answer = mia.post(page_url("form_preview", ready), {"problem": "By <b>hand</b>.", "trl": "eleven"})
    page = text(answer)
    assert (answer.status_code, "One thing stands against a submission" in page) == (200, True)
    assert "“TRL now”:" in page and "By &lt;b&gt;hand&lt;/b&gt;." in page and 'value="eleven"' in page
    good = text(mia.post(page_url("form_preview", ready), {"problem": "Parts.", "trl": "5", "field": "ai"}))
    assert "The form could be submitted like this" in good
    assert "What evaluators would read" in good and "<p>Parts.</p>" in good
    assert [AuditEvent.objects.count(), Application.objects.count()] == rows
