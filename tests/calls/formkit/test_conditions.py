"""Conditions: which may be, what they hide, and that nothing later or hidden decides."""

from typing import Any

import pytest

from calls import formkit
from calls.formkit import compare


def form(*questions: dict[str, Any], **section: Any) -> dict[str, Any]:
    return {"sections": [{"key": "s", "title": "S", "questions": list(questions), **section}]}


def question(key: str, kind: str = "yes_no", **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": key.title(), **more}


def when(key: str, op: str = "is", *values: Any) -> dict[str, Any]:
    return {"shown_if": {"question": key, "op": op, "values": list(values)}}


CHOICES = {"choices": [{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}]}


@pytest.mark.parametrize(
    ("definition", "place", "message"),
    [
        (form(question("a", **when("a", "is", True))), "s/a", "“A” refers to itself."),
        (
            form(question("a", **when("b", "is", True)), question("b")),
            "s/a",
            "“B” is asked later; only what was asked before can decide.",
        ),
        (form(question("a", **when("gone", "is", True))), "s/a", "There is no question “gone”."),
        (
            form(question("a"), **when("a", "is", True)),
            "s",
            "“A” is asked later; only what was asked before can decide.",
        ),
        (
            form(question("a"), question("b", **when("a", "is", "maybe"))),
            "s/b",
            "The answer to “A” can never be this.",
        ),
        (
            form(question("a", "choice", **CHOICES), question("b", **when("a", "is", "z"))),
            "s/b",
            "The answer to “A” can never be this.",
        ),
        (
            form(question("a", "long_text"), question("b", **when("a", "at_least", 3))),
            "s/b",
            "The answer to “A” can never be this.",
        ),
        (
            form(question("a", per_partner=True), question("b", **when("a", "is", True))),
            "s/b",
            "“A” cannot decide what is asked: it has no single answer.",
        ),
        (form(question("a", shown_if=7)), "s/a", "The condition cannot be read."),
        (
            form(question("a"), question("b", shown_if={"question": "a", "op": "eval", "values": []})),
            "s/b",
            "The condition cannot be read.",
        ),
        (
            form(question("a", "calculated", formula={"question": "a"})),
            "s/a",
            "“A” refers to itself.",
        ),
        (
            form(question("a", "calculated", formula={"question": "b"}), question("b", "number")),
            "s/a",
            "“B” is asked later; only what was asked before can decide.",
        ),
        (
            form(question("a", "long_text"), question("b", "calculated", formula={"question": "a"})),
            "s/b",
            "“a” is not a figure one can calculate with.",
        ),
        (form(question("changed")), "s/1", "“changed” cannot be a key: the page itself uses this name."),
    ],
)
def test_parse_refuses_what_can_never_be_judged_and_names_the_place(definition, place, message):
    with pytest.raises(formkit.DefinitionError) as caught:
        formkit.parse(definition)

    assert (caught.value.place, caught.value.message) == (place, message)


@pytest.mark.parametrize(
    ("kind", "more", "condition", "value", "asked"),
    [
        ("yes_no", {}, ("is", True), True, True),
        ("yes_no", {}, ("is", True), False, False),
        ("yes_no", {}, ("is", True), None, False),
        ("yes_no", {}, ("is_not", True), False, True),
        ("yes_no", {}, ("is_not", True), None, False),
        ("choice", CHOICES, ("is", "x", "y"), "y", True),
        ("choice", CHOICES, ("is_not", "x"), "x", False),
        ("several", CHOICES, ("is", "x"), ["x", "y"], True),
        ("several", CHOICES, ("is", "x"), [], False),
        ("number", {}, ("at_least", 5), 5, True),
        ("number", {}, ("at_least", 5), 4, False),
        ("number", {"decimals": 1}, ("at_most", 5), "5.5", False),
        ("money", {}, ("at_most", 100_00), 100_00, True),
        ("number", {}, ("at_least", 5), "many", False),
        ("long_text", {}, ("answered",), "yes", True),
        ("long_text", {}, ("answered",), " ", False),
        ("number", {}, ("answered",), 0, True),
    ],
)
def test_condition_is_judged_by_the_answer(kind, more, condition, value, asked):
    definition = formkit.parse(form(question("a", kind, **more), question("b", **when("a", *condition))))

    assert ("b" in formkit.asked_keys(definition, {"s": {"a": value}})) is asked


def test_what_is_hidden_hides_what_depends_on_it():
    definition = formkit.parse(
        form(
            question("a"),
            question("b", **when("a", "is", True)),
            question("c", **when("b", "is", True), required=True),
        )
    )
    answers = {"s": {"a": False, "b": True, "c": True}}

    assert formkit.asked_keys(definition, answers) == {"a"}
    assert formkit.gaps(definition, {"s": {"a": False, "b": True}}, {}) == []
    assert formkit.relevant_answers(definition, answers) == {"s": {"a": False}}
    assert [gap.target for gap in formkit.gaps(definition, {"s": {"a": True, "b": True}}, {})] == ["s/c"]


def test_page_shows_what_its_own_answers_may_still_bring_up():
    definition = formkit.parse(
        {
            "sections": [
                form(question("a"))["sections"][0],
                {
                    "key": "t",
                    "title": "T",
                    "questions": [
                        question("b", **when("a", "is", True)),
                        question("c"),
                        question("d", **when("c", "is", True)),
                        question("e", **when("b", "is", True)),
                    ],
                },
                {"key": "u", "title": "U", "questions": [question("f")], **when("a", "is", True)},
            ]
        }
    )
    section, last = definition.section("t"), definition.section("u")

    assert formkit.page_fields(definition, section, {"s": {"a": False}}) == {"c", "d"}
    assert formkit.page_fields(definition, section, {"s": {"a": True}}) == {"b", "c", "d", "e"}
    assert formkit.page_fields(definition, last, {"s": {"a": False}}) is None
    assert formkit.page_fields(definition, last, {"s": {"a": True}}) == {"f"}


def test_differences_say_what_changed_in_words():
    before = formkit.parse(form(question("a"), question("b"), question("c", "number", min=1)))
    after = formkit.parse(
        {
            "sections": [
                form(
                    question("a", required=True),
                    question("c", "number", min=2),
                    question("d", required=True),
                )["sections"][0],
                {"key": "t", "title": "T", "questions": [question("e", "long_text")]},
            ]
        }
    )

    assert [one.sentence for one in compare.differences(before, after)] == [
        "“A”: now needed.",
        "“C”: other limits or choices.",
        "New and needed: “D” in “S”.",
        "New: “E” in “T”.",
        "“B” is no longer asked.",
    ]
    assert compare.differences(before, before) == []


def test_answers_go_with_their_question_and_none_is_lost():
    after = formkit.parse(
        {
            "sections": [
                {"key": "t", "title": "T", "questions": [question("a"), question("p", per_partner=True)]},
                {"key": "s", "title": "S", "questions": [question("b")]},
            ]
        }
    )
    answers = {"s": {"a": True, "b": False, "gone": "kept", "p-REF": True}}

    assert compare.regroup(answers, after) == {
        "t": {"a": True, "p-REF": True},
        "s": {"b": False, "gone": "kept"},
    }
