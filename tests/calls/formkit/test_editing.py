"""Designing a form, one step at a time."""

import pytest

from calls.formkit import DefinitionError, editing
from core.errors import DomainError
from tests.calls.factories import DEFINITION


def _keys(definition: dict) -> list[tuple[str, list[str]]]:
    return [(one["key"], [q["key"] for q in one["questions"]]) for one in definition["sections"]]


BEFORE = [("idea", ["problem", "trl", "field"]), ("files", ["offer"])]


def test_add_section_puts_it_at_the_end_with_a_key_from_its_words():
    made = editing.add_section(DEFINITION, {"title": {"en": "Équipe & team!"}})

    assert _keys(made) == [*BEFORE, ("equipe_team", [])]
    assert _keys(DEFINITION) == BEFORE


def test_add_section_with_known_words_gets_another_key():
    made = editing.add_section(DEFINITION, {"title": {"en": "Idea"}})

    assert made["sections"][-1]["key"] == "idea_2"


def test_change_section_keeps_key_and_questions():
    made = editing.change_section(DEFINITION, "idea", {"title": {"en": "Plan"}})

    assert _keys(made) == BEFORE
    assert (made["sections"][0]["title"], made["sections"][0].get("guidance")) == ({"en": "Plan"}, None)


def test_add_question_takes_no_key_that_another_section_has():
    made = editing.add_question(
        DEFINITION, "files", {"label": {"en": "TRL"}, "type": "number", "required": False, "min": None}
    )

    assert made["sections"][1]["questions"][-1] == {
        "key": "trl_2",
        "label": {"en": "TRL"},
        "type": "number",
        "required": False,
    }


def test_add_question_that_cannot_be_asked_is_refused():
    with pytest.raises(DefinitionError):
        editing.add_question(DEFINITION, "idea", {"label": {"en": "Which?"}, "type": "choice"})


def test_change_question_keeps_its_key():
    made = editing.change_question(
        DEFINITION, "idea", "trl", {"label": {"en": "Maturity"}, "type": "short_text", "required": True}
    )

    assert made["sections"][0]["questions"][1] == {
        "key": "trl",
        "label": {"en": "Maturity"},
        "type": "short_text",
        "required": True,
    }


@pytest.mark.parametrize(
    ("place", "by", "expected"),
    [
        (("idea", "trl"), -1, [("idea", ["trl", "problem", "field"]), ("files", ["offer"])]),
        (("idea", "trl"), 1, [("idea", ["problem", "field", "trl"]), ("files", ["offer"])]),
        (("idea", "problem"), -1, BEFORE),
        (("idea", "field"), 1, [("idea", ["problem", "trl"]), ("files", ["field", "offer"])]),
        (("files", "offer"), -1, [("idea", ["problem", "trl", "field", "offer"]), ("files", [])]),
        (("files", "offer"), 1, BEFORE),
        (("files", ""), -1, [("files", ["offer"]), ("idea", ["problem", "trl", "field"])]),
        (("files", ""), 1, BEFORE),
    ],
)
def test_move_goes_one_place_and_stops_at_the_ends(place, by, expected):
    assert _keys(editing.move(DEFINITION, *place, by=by)) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("idea", "trl"), [("idea", ["problem", "field"]), ("files", ["offer"])]),
        (("idea", ""), [("files", ["offer"])]),
    ],
)
def test_delete_takes_out_a_question_or_a_whole_section(place, expected):
    assert _keys(editing.delete(DEFINITION, *place)) == expected


@pytest.mark.parametrize("place", [("gone", ""), ("idea", "gone"), ("files", "trl")])
def test_delete_of_what_is_gone_is_refused_with_a_sentence(place):
    with pytest.raises(DomainError) as caught:
        editing.delete(DEFINITION, *place)

    assert caught.value.message == "This part of the form is no longer there: somebody has deleted it."


@pytest.mark.parametrize(
    ("words", "taken", "key"),
    [
        ("What problem do you solve, and for whom?", set(), "what_problem_do_you_solve_and_for"),
        ({"en": "", "fr": "Où ?"}, set(), "ou"),
        ("2027", set(), "q_2027"),
        ("日本", set(), "q"),
        ("TRL", {"trl", "trl_2"}, "trl_3"),
    ],
)
def test_key_from_words(words, taken, key):
    assert editing.key_from(words, taken) == key


def test_added_sections_refer_to_one_another_under_their_new_keys():
    asked = {"key": "team", "type": "yes_no", "label": "Team?"}
    condition = {"question": "team", "op": "is", "values": [True]}
    first = {"key": "s", "title": "S", "questions": [asked]}
    second = {
        "key": "t",
        "title": "T",
        "shown_if": condition,
        "questions": [{"key": "why", "type": "yes_no", "label": "Why?", "shown_if": condition}],
    }
    once = editing.add_sections({"sections": []}, [first, second])
    twice = editing.add_sections(once, [first, second])

    assert twice["sections"][:2] == once["sections"] == [first, second]
    assert [(one["key"], [q["key"] for q in one["questions"]]) for one in twice["sections"][2:]] == [
        ("s_2", ["team_2"]),
        ("t_2", ["why_2"]),
    ]
    assert twice["sections"][3]["shown_if"]["question"] == "team_2"
    assert twice["sections"][3]["questions"][0]["shown_if"]["question"] == "team_2"
