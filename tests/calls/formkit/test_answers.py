"""Answers: typed, shown, missing."""

import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from calls import formkit
from calls.formkit import Choice, Question
from core.errors import DomainError
from core.fieldview import view_of
from core.localised import localised
from tests.calls.factories import DEFINITION

NBSP = "\u00a0"


def _question(kind: str, **more: Any) -> Question:
    return Question(key="q", type=kind, label=localised("The question"), **more)


CHOICE = _question("choice", choices=(Choice("ai", localised("AI")), Choice("iot", localised("Things"))))


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (_question("short_text", max_length=20), "  Rossi\r\nMeccanica ", "Rossi Meccanica"),
        (_question("long_text", max_length=5), "a\r\nb\rc", "a\nb\nc"),
        (_question("long_text", max_length=2), "👍👍", "👍👍"),
        (_question("long_text", max_length=9), " \n ", ""),
        (_question("number"), " 1 200 ", 1200),
        (_question("number"), "−3", -3),
        (_question("number", min=1, max=9), "9", 9),
        (_question("number"), "", None),
        (_question("money"), "34.560,00", 34_560_00),
        (_question("money", max=60_000_00), "€ 60 000", 60_000_00),
        (_question("money"), " ", None),
        (_question("date"), "2027-03-31", "2027-03-31"),
        (_question("date"), "31/3/2027", "2027-03-31"),
        (_question("date"), "31.03.2027", "2027-03-31"),
        (_question("date"), "", None),
        (_question("yes_no"), "yes", True),
        (_question("yes_no"), "False", False),
        (_question("yes_no"), "", None),
        (CHOICE, "iot", "iot"),
        (CHOICE, "", None),
    ],
)
def test_clean_answer_gives_the_json_value(question, raw, value):
    assert formkit.clean_answer(question, raw) == value


@pytest.mark.parametrize(
    ("question", "raw", "sentence"),
    [
        (
            _question("long_text", max_length=4),
            "a\r\nb\r\nc",
            "This text has 5 characters, 1 more than the 4 that are possible.",
        ),
        (
            _question("short_text", max_length=10),
            "x" * 12_345,
            f"This text has 12{NBSP}345 characters, 12{NBSP}335 more than the 10 that are possible.",
        ),
        (
            _question("long_text"),
            "a\0b",
            "There is a character in this text that cannot be stored. Delete it, or type the text again.",
        ),
        (
            CHOICE,
            "\ud800",
            "There is a character in this text that cannot be stored. Delete it, or type the text again.",
        ),
        (_question("number"), "1,5", "“1,5” is not a whole number. Write it like 12."),
        (_question("number"), "9" * 16, f"“{'9' * 16}” is not a whole number. Write it like 12."),
        (_question("number", min=1), "0", "0 is too little: at least 1."),
        (_question("number", max=9), "10", "10 is too much: at most 9."),
        (_question("money"), "much", f"“much” is not an amount. Write it like 34{NBSP}560.00."),
        (
            _question("money", max=60_000_00),
            "60000.01",
            f"60{NBSP}000.01{NBSP}EUR is too much: at most 60{NBSP}000.00{NBSP}EUR.",
        ),
        (
            _question("date"),
            "2027-02-30",
            "“2027-02-30” is not a date. Write day, month and year, like 31/03/2027.",
        ),
        (
            _question("date"),
            "01/01/0027",
            "“01/01/0027” is not a date. Write day, month and year, like 31/03/2027.",
        ),
        (_question("yes_no"), "maybe", "Choose yes or no."),
        (CHOICE, "blockchain", "“blockchain” is not one of the choices. Choose one from the list."),
        (_question("file"), "x.pdf", "Files are uploaded, not typed."),
    ],
)
def test_clean_answer_refuses_with_a_sentence(question, raw, sentence):
    with pytest.raises(DomainError) as caught:
        formkit.clean_answer(question, raw)

    assert (caught.value.message, caught.value.field) == (sentence, "q")


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        (_question("long_text"), "A text.", "A text."),
        (_question("number"), 2027, "2027"),
        (_question("number"), 12_345, f"12{NBSP}345"),
        (_question("money"), 3_600_00, f"3{NBSP}600.00{NBSP}EUR"),
        (_question("date"), "2027-03-03", "3 March 2027"),
        (_question("date"), "soon", "soon"),
        (_question("yes_no"), True, "Yes"),
        (_question("yes_no"), False, "No"),
        (CHOICE, "iot", "Things"),
        (CHOICE, "gone", "gone"),
        (_question("number"), None, ""),
        (_question("long_text"), " ", ""),
    ],
)
def test_display_says_the_answer_in_words(question, value, words):
    assert formkit.display(question, value) == words


def test_gaps_name_each_missing_answer_and_its_place():
    found = formkit.gaps(formkit.parse(DEFINITION), {"idea": {"problem": " ", "field": None}}, {})

    assert [(gap.target, gap.message) for gap in found] == [
        ("idea/problem", "“What problem do you solve, and for whom?”: an answer is missing."),
        ("idea/trl", "“TRL now”: an answer is missing."),
    ]


def test_gaps_find_answers_that_no_longer_fit_the_form():
    found = formkit.gaps(
        formkit.parse(DEFINITION), {"idea": {"problem": "x" * 501, "trl": 12, "field": "gone"}}, {"offer": 1}
    )

    assert [(gap.target, gap.message) for gap in found] == [
        (
            "idea/problem",
            "“What problem do you solve, and for whom?”: "
            "This text has 501 characters, 1 more than the 500 that are possible.",
        ),
        ("idea/trl", "“TRL now”: 12 is too much: at most 9."),
        ("idea/field", "“Field”: “gone” is not one of the choices. Choose one from the list."),
    ]


@pytest.mark.parametrize("value", ["7", 7.5, True])
def test_gaps_refuse_a_figure_that_is_no_whole_number(value):
    found = formkit.gaps(formkit.parse(DEFINITION), {"idea": {"problem": "x", "trl": value}}, {})

    assert [gap.message for gap in found] == ["“TRL now”: this is not a number."]


def test_gaps_ask_for_a_required_file_until_it_is_there():
    definition = {
        "sections": [
            {
                "key": "files",
                "title": "Files",
                "questions": [{"key": "cv", "type": "file", "label": "CV", "required": True}],
            }
        ]
    }
    form = formkit.parse(definition)

    assert [gap.message for gap in formkit.gaps(form, {}, {})] == ["“CV”: a file is missing."]
    assert formkit.gaps(form, {}, {"cv": 1}) == []


def test_gaps_of_a_whole_draft_are_none():
    answers = {"idea": {"problem": "Scrap.", "trl": 5, "field": "ai"}}

    assert formkit.gaps(formkit.parse(DEFINITION), answers, {}) == []


IDEA = formkit.parse(DEFINITION).sections[0]


def test_build_form_has_one_field_per_typed_question():
    assert list(formkit.build_form(IDEA).fields) == ["problem", "trl", "field"]
    assert list(formkit.build_form(formkit.parse(DEFINITION).sections[1]).fields) == []


def test_build_form_keeps_a_half_finished_section():
    form = formkit.build_form(IDEA, data={"problem": "Scrap.", "trl": ""})

    assert form.is_valid()
    assert form.cleaned_data == {"problem": "Scrap.", "trl": None, "field": None}


def test_build_form_puts_the_sentence_beside_its_field_and_keeps_what_was_typed():
    form = formkit.build_form(IDEA, data={"problem": "Scrap.", "trl": "ten", "field": "ai"})

    assert not form.is_valid()
    assert form.errors == {"trl": ["“ten” is not a whole number. Write it like 12."]}
    assert (form["trl"].value(), form["problem"].value()) == ("ten", "Scrap.")


def test_build_form_shows_stored_answers_as_people_type_them():
    section = formkit.parse(
        {
            "sections": [
                {
                    "key": "s",
                    "title": "S",
                    "questions": [
                        {"key": "cost", "type": "money", "label": "Cost"},
                        {"key": "new", "type": "yes_no", "label": "New"},
                        {"key": "start", "type": "date", "label": "Start"},
                    ],
                }
            ]
        }
    ).sections[0]
    answers = {"cost": 34_560_00, "new": False, "start": "2027-03-01"}

    form = formkit.build_form(section, answers=answers)

    assert {name: form[name].value() for name in form.fields} == {
        "cost": f"34{NBSP}560.00",
        "new": "no",
        "start": "2027-03-01",
    }
    again = formkit.build_form(section, data={name: form[name].value() for name in form.fields})
    assert again.is_valid()
    assert again.cleaned_data == answers


def test_build_form_tells_changed_from_unchanged():
    answers = {"problem": "Scrap.", "trl": 5, "field": None}

    form = formkit.build_form(IDEA, data={"problem": "Scrap.", "trl": "6", "field": ""}, answers=answers)

    assert form.changed_data == ["trl"]


def test_build_form_says_optional_only_where_a_question_is():
    form = formkit.build_form(IDEA)

    assert {name: view_of(form[name]).optional for name in form.fields} == {
        "problem": False,
        "trl": False,
        "field": True,
    }


def test_build_form_counts_as_the_server_does():
    form = formkit.build_form(IDEA, answers={"problem": "a\r\nb"})

    assert view_of(form["problem"]).count.text == "3 of 500 characters"


def test_build_form_asks_in_the_language_told():
    section = formkit.parse(
        {
            "sections": [
                {
                    "key": "s",
                    "title": "S",
                    "questions": [
                        {
                            "key": "q",
                            "type": "short_text",
                            "label": {"en": "Why?", "fr": "Pourquoi ?"},
                            "help": {"en": "Briefly."},
                        }
                    ],
                }
            ]
        }
    ).sections[0]

    assert formkit.build_form(section, language="fr").fields["q"].label == "Pourquoi ?"
    with translation.override("fr"):
        field = formkit.build_form(section).fields["q"]
    assert (field.label, field.lang) == ("Pourquoi ?", "")
    assert field.help_text == '<span lang="en">Briefly.</span>'


QUESTION = {"key": "q", "type": "choice", "label": {"en": "Which <one>?"}, "evaluators": {"en": "Courage & wit"},
            "choices": [{"value": "a", "label": {"en": "Apples"}}, {"value": "b", "label": {"en": "Pears"}}]}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_in_another_language_than_the_readers_says_in_which(language):
    """WCAG 3.1.2: label, choices and what evaluators look at; nothing is marked that is in the reader's own."""
    page = {"key": "s", "title": "S", "questions": [QUESTION]}
    section = formkit.parse({"sections": [page]}).sections[0]
    with translation.override(language):
        form = formkit.build_form(section)
        shown = render_to_string("components/field.html", {"f": view_of(form["q"])})
    marks = re.findall(r'<(\w+)[^>]* lang="en"', shown)
    assert ("span" in marks, "div" in marks) == (language == "fr", language == "fr")
    assert "Which &lt;one&gt;?" in shown and "Courage &amp; wit" in shown
    if language == "fr":
        assert '<span lang="en">Which &lt;one&gt;?</span>' in shown
        assert '<span lang="en">Courage &amp; wit</span>' in shown
