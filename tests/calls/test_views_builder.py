"""Designing every kind of question, its condition and languages; order, copies, ready sections, undo."""

import html

import pytest

from calls import formkit, queries, services
from calls.formkit import standard
from core.errors import DomainError
from tests.calls import factories
from tests.calls.factories import DEFINITION
from tests.calls.formkit.forms import EVERY_KIND
from tests.calls.pages import page_url, sent_unchanged, text


def definition(call):
    return queries.working_form(call).definition


def added(call, mia, **typed):
    """The question that the page makes of what was typed."""
    response = mia.post(
        page_url("question_add", call, "files"), {"label": "Asked", "type": "long_text", **typed}
    )
    assert response.status_code == 302, response.context["form"].errors
    return definition(call)["sections"][1]["questions"][-1]


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ({"type": "number", "min": "0", "decimals": "2"}, {"min": 0, "decimals": 2}),
        ({"type": "percent", "min": "12,5", "max": "100"}, {"min": 1250, "max": 10_000}),
        ({"type": "country", "countries": ["FR", "IT"]}, {"countries": ["FR", "IT"]}),
        ({"type": "nuts", "level": "3"}, {"level": 3}),
        ({"type": "nace", "revision": "2.0", "depth": "4"}, {"revision": "2.0", "level": 4}),
        ({"type": "trl", "least": "4", "most": "8"}, {"min": 4, "max": 8}),
        ({"type": "organisation", "parts": ["legal_name", "vat"]}, {"parts": ["legal_name", "vat"]}),
        (
            {"type": "file", "accept": ["image/png"], "max_pages": "5", "max_files": "2", "max_mb": "3"},
            {"accept": ["image/png"], "max_pages": 5, "max_files": 2, "max_mb": 3},
        ),
        ({"type": "work_plan", "months": "12"}, {"months": 12}),
        (
            {"type": "several", "choices": "One\r\nTwo", "least": "1", "most": "2"},
            {
                "choices": [
                    {"value": "one", "label": {"en": "One"}},
                    {"value": "two", "label": {"en": "Two"}},
                ],
                "min": 1,
                "max": 2,
            },
        ),
        (
            {
                "type": "budget",
                "categories--rows-0-label": "Staff",
                "categories--rows-1-label": "Travel",
                "categories--rows-1-most": "10",
                "matches_costs": "on",
            },
            {
                "choices": [
                    {"value": "staff", "label": {"en": "Staff"}},
                    {"value": "travel", "label": {"en": "Travel"}, "most": 1000},
                ],
                "matches_costs": True,
            },
        ),
        (
            {
                "type": "group",
                "columns--rows-0-label": "Who",
                "columns--rows-0-type": "short_text",
                "columns--rows-0-required": "yes",
                "columns--rows-1-label": "How",
                "columns--rows-1-type": "choice",
                "columns--rows-1-choices": "Well; Badly",
                "columns--rows-1-key": "how_it_goes",
                "most": "4",
            },
            {
                "columns": [
                    {"key": "who", "type": "short_text", "label": {"en": "Who"}, "required": True},
                    {
                        "key": "how_it_goes",
                        "type": "choice",
                        "label": {"en": "How"},
                        "required": False,
                        "choices": [
                            {"value": "well", "label": {"en": "Well"}},
                            {"value": "badly", "label": {"en": "Badly"}},
                        ],
                    },
                ],
                "max": 4,
            },
        ),
        (
            {
                "type": "catalogue",
                "items--rows-0-label": "Audit",
                "items--rows-0-price": "3 600",
                "items--rows-1-label": "Roadmap",
            },
            {
                "choices": [
                    {"value": "audit", "label": {"en": "Audit"}, "price_cents": 3_600_00},
                    {"value": "roadmap", "label": {"en": "Roadmap"}},
                ]
            },
        ),
        (
            {"type": "calculated", "formula": "trl * 2 >= 8", "must_hold": "on", "unit": "number"},
            {
                "formula": {
                    "op": "at_least",
                    "of": [{"op": "product", "of": [{"question": "trl"}, {"value": "2"}]}, {"value": "8"}],
                },
                "must_hold": True,
                "unit": "number",
            },
        ),
        ({"hidden": "on", "per_partner": "on"}, {"blind": False, "per_partner": True}),
        ({"label_fr": "Pourquoi ?", "help": "Briefly."}, {"label": {"en": "Asked", "fr": "Pourquoi ?"}}),
        (
            {"type": "choice", "choices": "One\r\nTwo", "choices_fr": "Un\r\nDeux"},
            {
                "choices": [
                    {"value": "one", "label": {"en": "One", "fr": "Un"}},
                    {"value": "two", "label": {"en": "Two", "fr": "Deux"}},
                ]
            },
        ),
        ({"evaluators": "Is it new?"}, {"evaluators": {"en": "Is it new?"}}),
        (
            {"if_question": "trl", "if_op": "at_least", "if_values": "5"},
            {"shown_if": {"question": "trl", "op": "at_least", "values": [5]}},
        ),
        (
            {
                "if_question": "field",
                "if_op": "is",
                "if_values": "artificial INTELLIGENCE; Internet of things",
            },
            {"shown_if": {"question": "field", "op": "is", "values": ["ai", "iot"]}},
        ),
    ],
)
def test_each_kind_is_designed_with_its_settings(ready, mia, typed, made):
    question = added(ready, mia, **typed)

    assert {name: question.get(name) for name in made} == made


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"type": "calculated", "formula": "trl +"}, {"formula": ["The formula ends too early."]}),
        ({"type": "calculated", "formula": "nobody"}, {"__all__": ["There is no question “nobody”."]}),
        ({"type": "calculated", "formula": "field + 1"}, {"__all__": ["“field” is not a figure one can calculate with."]}),
        ({"type": "trl", "least": "8", "most": "4"}, {"__all__": ["The smallest value is above the largest."]}),
        ({"type": "choice", "choices": "One\r\nTwo", "choices_fr": "Un"}, {"choices_fr": ["There are 1 lines for 2 choices: give one for each, in the same order."]}),
        ({"type": "group"}, {"__all__": ["A table has between 1 and 8 columns."]}),
        ({"type": "percent", "max": "a lot"}, {"max": ["“a lot” is not a percentage. Write it like 33.5, with at most two decimals."]}),
        ({"if_question": "trl", "if_op": "is", "if_values": "5"}, {"__all__": ["The answer to “TRL now” can never be this."]}),
        ({"if_question": "field", "if_op": "is", "if_values": "Chess"}, {"if_values": ["“Chess” is not one of the choices. Choose one from the list."]}),
        ({"if_question": "field", "if_op": "is"}, {"if_values": ["Write which answer it depends on."]}),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_told_with_its_place(ready, mia, typed, errors):
    response = mia.post(
        page_url("question_add", ready, "files"), {"label": "Asked", "type": "long_text", **typed}
    )

    assert (response.status_code, dict(response.context["form"].errors)) == (422, errors)
    assert definition(ready) == DEFINITION


@pytest.mark.parametrize(
    "key", [question.key for _section, question in formkit.parse(EVERY_KIND).questions()]
)
def test_every_kind_is_shown_and_saved_unchanged(ready, team, mia, key):
    services.set_form(ready, definition=EVERY_KIND, by=team.mia)
    section = next(s.key for s, question in formkit.parse(EVERY_KIND).questions() if question.key == key)
    before = formkit.parse(definition(ready)).question(key)
    url = page_url("question_edit", ready, section, key)

    sent = sent_unchanged(mia.get(url))
    assert mia.post(url, sent).status_code == 302

    assert formkit.parse(definition(ready)).question(key) == before


def test_another_kind_is_shown_with_its_boxes_and_nothing_is_saved(ready, mia):
    url = page_url("question_edit", ready, "idea", "trl")
    response = mia.post(url, {"label": "Readiness, typed", "type": "work_plan", "do.kind": "1"})

    page = response.content.decode()
    assert 'name="months"' in page and "Readiness, typed" in page and 'name="min"' not in page
    assert definition(ready) == DEFINITION


def test_a_row_of_the_builder_is_added_without_saving(ready, mia):
    typed = {"type": "group", "label": "Team", "columns--rows-0-label": "Name", "do.row": "columns--rows"}
    page = mia.post(page_url("question_add", ready, "idea"), typed).content.decode()

    assert 'value="Name"' in page and 'name="columns--rows-1-label"' in page
    assert definition(ready) == DEFINITION


def test_question_is_placed_in_another_section_and_back_by_undo(ready, mia):
    move = {"section": "idea", "question": "field", "to": "files/offer"}
    assert mia.post(page_url("form_place", ready), move).status_code == 302
    keys = [[one["key"] for one in section["questions"]] for section in definition(ready)["sections"]]
    assert keys == [["problem", "trl"], ["field", "offer"]]

    mia.post(page_url("form_undo", ready))
    assert definition(ready) == DEFINITION
    mia.post(page_url("form_undo", ready))
    assert definition(ready) != DEFINITION


def test_a_question_at_the_end_of_its_section_goes_on_into_the_next_by_buttons(ready, mia):
    page = mia.get(page_url("form", ready)).content.decode()
    assert page.count('value="down"') == 4 and page.count('value="up"') == 4

    mia.post(page_url("form_move", ready), {"section": "idea", "question": "field", "to": "down"})
    keys = [[one["key"] for one in section["questions"]] for section in definition(ready)["sections"]]
    assert keys == [["problem", "trl"], ["field", "offer"]]
    mia.post(page_url("form_move", ready), {"section": "files", "question": "field", "to": "up"})
    assert definition(ready) == DEFINITION
    mia.post(page_url("form_move", ready), {"section": "files", "question": "offer", "to": "down"})
    assert definition(ready) == DEFINITION


def test_section_is_placed_before_another(ready, mia):
    mia.post(page_url("form_place", ready), {"section": "files", "question": "", "to": "/idea"})

    assert [section["key"] for section in definition(ready)["sections"]] == ["files", "idea"]


def test_copies_have_keys_of_their_own_and_look_at_one_another(ready, team, mia):
    content = {"type": "yes_no", "label": {"en": "Sure?"}}
    services.add_question(ready, section="idea", content=content, by=team.mia)
    depends = {
        **content,
        "label": {"en": "Why?"},
        "shown_if": {"question": "sure", "op": "is", "values": [True]},
    }
    services.add_question(ready, section="idea", content=depends, by=team.mia)

    mia.post(page_url("form_copy", ready), {"section": "idea", "question": ""})
    copy = definition(ready)["sections"][1]
    assert (copy["key"], [one["key"] for one in copy["questions"]]) == (
        "idea_2",
        ["problem_2", "trl_2", "field_2", "sure_2", "why_2"],
    )
    assert copy["questions"][-1]["shown_if"]["question"] == "sure_2"
    mia.post(page_url("form_copy", ready), {"section": "files", "question": "offer"})
    assert [one["key"] for one in definition(ready)["sections"][2]["questions"]] == ["offer", "offer_2"]


def test_what_decides_cannot_be_deleted_or_moved_below(ready, team, mia):
    content = {"type": "yes_no", "label": {"en": "Why?"}}
    condition = {"shown_if": {"question": "trl", "op": "at_least", "values": [5]}}
    services.add_question(ready, section="idea", content={**content, **condition}, by=team.mia)
    before = definition(ready)

    page = mia.post(page_url("form_delete", ready), {"section": "idea", "question": "trl"}, follow=True)
    assert "“Why?” depends on this: change it first, then delete this." in html.unescape(text(page))
    page = mia.post(
        page_url("form_move", ready), {"section": "files", "question": "", "to": "up"}, follow=True
    )
    assert page.status_code == 200
    services.undo_in_form(ready, by=team.mia)
    page = mia.post(
        page_url("form_place", ready), {"section": "idea", "question": "trl", "to": "idea/"}, follow=True
    )
    assert "only what was asked before can decide" in text(page)
    assert definition(ready) == before


def test_standard_sections_make_a_whole_form(team, mia):
    call = services.create_call(team.voucher_type, title="Standard", code="STD-1", by=team.mia)
    mia.post(page_url("form_standard", call), {"standard": "all"})

    assert formkit.problems(definition(call)) == []
    assert [section["key"] for section in definition(call)["sections"]] == list(standard.SECTIONS)
    mia.post(page_url("form_standard", call), {"standard": "impact"})
    again = definition(call)["sections"][-1]
    assert (again["key"], again["questions"][0]["key"]) == ("impact_2", "market_2")
    assert mia.post(page_url("form_standard", call), {"standard": "poem"}).status_code == 404
    page = text(mia.get(page_url("form_preview", call)))
    assert "Work plan" in page
    assert ("Organisation 1" in page, "Organisation 2" in page) == (True, False)  # one applies alone


def test_reserved_names_are_never_made_into_keys(team, mia):
    call = services.create_call(team.voucher_type, title="Names", code="NAM-1", by=team.mia)
    mia.post(page_url("section_add", call), {"title": "Partners"})
    mia.post(page_url("question_add", call, "partners_2"), {"label": "Changed?", "type": "yes_no"})

    assert [(s.key, q.key) for s, q in formkit.parse(definition(call)).questions()] == [
        ("partners_2", "changed_2")
    ]


def test_nothing_is_taken_back_twice_too_often(team):
    call = services.create_call(team.voucher_type, title="Undo", code="UND-1", by=team.mia)

    with pytest.raises(DomainError, match="no change to take back"):
        services.undo_in_form(call, by=team.mia)


def test_items_of_a_catalogue_are_the_accepted_entries_of_another_call(team, mia, ready):
    from applicants.states import ApplicationState
    from tests.applicants import factories as applicants

    other = factories.call(team)
    chosen = applicants.application(other, title="Energy audits")
    applicants.application(other, title="Not selected")
    type(chosen).objects.filter(pk=chosen.pk).update(state=ApplicationState.SELECTED)
    question = added(ready, mia, type="catalogue", catalogue=f"call:{other.code}")

    asked = formkit.parse(definition(ready)).question(question["key"])
    value = formkit.clean_answer(asked, chosen.ref)
    words = f"{chosen.organisation.legal_name}: Energy audits"
    assert value == {"value": chosen.ref, "label": words, "price_cents": None}
    assert formkit.display(asked, value) == words
    with pytest.raises(DomainError, match="not in the catalogue any more"):
        formkit.clean_answer(asked, f"{other.code}-0002")
