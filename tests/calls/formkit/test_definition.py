"""Reading a form definition."""

from copy import deepcopy
from typing import Any

import pytest

from calls import formkit
from calls.forms.kinds import initial_of
from tests.calls.factories import DEFINITION


def _with(path: list[Any], value: Any) -> dict[str, Any]:
    """The definition of the tests with one thing changed."""
    made: Any = deepcopy(DEFINITION)
    place = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made


def _first(**question: Any) -> dict[str, Any]:
    """The definition of the tests with its first question changed."""
    return _with(["sections", 0, "questions", 0], {**DEFINITION["sections"][0]["questions"][0], **question})


def test_parse_reads_sections_and_questions_in_order():
    form = formkit.parse(DEFINITION)

    assert [(section.key, question.key, question.type) for section, question in form.questions()] == [
        ("idea", "problem", "long_text"),
        ("idea", "trl", "number"),
        ("idea", "field", "choice"),
        ("files", "offer", "file"),
    ]
    trl = form.section("idea").question("trl")
    assert (trl.min, trl.max, trl.required, str(trl.label)) == (1, 9, True, "TRL now")
    field = form.section("idea").question("field")
    assert [(choice.value, str(choice.label)) for choice in field.choices] == [
        ("ai", "Artificial intelligence"),
        ("iot", "Internet of things"),
    ]
    assert form.section("files").question("offer").accept == ("application/pdf",)


def test_find_a_section_or_question_that_is_not_there_gives_none():
    form = formkit.parse(DEFINITION)

    assert form.section("nowhere") is None
    assert form.section("idea").question("nothing") is None


def test_parse_gives_texts_without_limit_the_usual_one():
    form = formkit.parse(_first(type="short_text", max_length=None))

    assert form.section("idea").question("problem").max_length == 200


def test_parse_forgets_limits_that_mean_nothing_for_the_kind():
    form = formkit.parse(_first(type="yes_no", min=1, max=9))

    question = form.section("idea").question("problem")
    assert (question.min, question.max, question.max_length) == (None, None, None)


@pytest.mark.parametrize(
    ("definition", "place", "message"),
    [
        ([], "", "“sections” has to be a list."),
        ({"sections": {}}, "", "“sections” has to be a list."),
        ({"sections": ["x"]}, "section 1", "This part of the form cannot be read."),
        (_with(["sections", 1, "key"], "idea"), "idea", "There are two sections “idea”."),
        (
            _with(["sections", 1, "questions", 0, "key"], "trl"),
            "files/trl",
            "There are two questions “trl”.",
        ),
        (_with(["sections", 0, "title"], {}), "idea", "The section needs a title."),
        (_with(["sections", 0, "title"], 7), "idea", "“title” has to be a text."),
        (_first(label={"en": ""}), "idea/problem", "The question needs its words."),
        (_first(type="mood"), "idea/problem", "“mood” is not a kind of question."),
        (_first(type=[]), "idea/problem", "“[]” is not a kind of question."),
        (_first(required="yes"), "idea/problem", "“Required” is yes or no."),
        (_first(max_length=0), "idea/problem", "The longest text has between 1 and 20000 characters."),
        (_first(max_length=True), "idea/problem", "“max_length” is not a whole number we can use."),
        (_first(type="number", min=9, max=1), "idea/problem", "The smallest value is above the largest."),
        (_first(type="number", min=1.5), "idea/problem", "“min” is not a whole number we can use."),
        (_first(type="choice"), "idea/problem", "Give at least two choices."),
        (
            _first(type="choice", choices=[{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]),
            "idea/problem",
            "The choice “a” is there twice.",
        ),
        (
            _first(type="choice", choices=[{"value": "a", "label": "A"}, {"value": "", "label": "B"}]),
            "idea/problem",
            "Each choice needs a value of at most 60 characters.",
        ),
        (
            _first(type="file", accept=["text/html"]),
            "idea/problem",
            "“text/html” is not a kind of file we can take.",
        ),
        (
            _first(key="Problem!"),
            "idea/1",
            "The key is made of small letters, figures and _, and begins with a letter.",
        ),
        (
            {"sections": [{"key": f"s{n}", "title": "T"} for n in range(31)]},
            "",
            "A form has at most 30 sections and 200 questions.",
        ),
    ],
)
def test_parse_names_what_is_wrong_and_where(definition, place, message):
    with pytest.raises(formkit.DefinitionError) as caught:
        formkit.parse(definition)

    assert (caught.value.place, caught.value.message) == (place, message)


def test_problems_of_a_whole_form_are_none():
    assert formkit.problems(DEFINITION) == []


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"sections": []}, [("", "The form has no section yet.")]),
        ({}, [("", "The form has no section yet.")]),
        (
            {"sections": [{"key": "a", "title": "Idea"}, {"key": "b", "title": "Team"}]},
            [
                ("a", "The section “Idea” has no question yet."),
                ("b", "The section “Team” has no question yet."),
            ],
        ),
        (_first(type="choice"), [("idea/problem", "Give at least two choices.")]),
    ],
)
def test_problems_say_what_keeps_a_form_from_publication(definition, expected):
    assert [(one.place, one.message) for one in formkit.problems(definition)] == expected


@pytest.mark.parametrize(("stored", "meant"), [("2.0", "2.0"), ("2", "2.0"), ("2.1", "2.1"), (None, "2.1")])
def test_read_the_revision_of_an_activity(stored, meant):
    asked = {"key": "activity", "type": "nace", "label": {"en": "Activity"}, "revision": stored}
    form = formkit.parse({"sections": [{"key": "a", "title": {"en": "A"}, "questions": [asked]}]})
    assert form.question("activity").revision == meant
    assert initial_of("nace", {**asked, "revision": stored or "2.1"})["revision"] == meant
