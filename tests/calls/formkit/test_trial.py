"""Trying a form: what stands against a submission, and what evaluators would read."""

from copy import deepcopy

from calls import formkit
from tests.calls.factories import DEFINITION

PARTIES = [formkit.Party("P1", "Organisation 1")]
FULL = {"problem": "Parts are checked by hand.", "trl": "5", "field": "ai"}


def tried(data, **changed):
    definition = deepcopy(DEFINITION)
    definition["sections"][0]["questions"][2] |= changed
    return formkit.try_form(formkit.parse(definition), PARTIES, data)


def test_nothing_is_told_before_a_trial():
    before = tried(None)
    assert (list(before.forms), before.gaps, before.read) == (["idea", "files"], [], [])


def test_tell_what_is_missing_in_the_order_of_the_form():
    assert [gap.message for gap in tried({"trl": "5"}).gaps] == [
        "“What problem do you solve, and for whom?”: an answer is missing."
    ]


def test_tell_once_what_cannot_be_an_answer():
    found = tried({**FULL, "trl": "11"})
    assert [gap.target for gap in found.gaps] == ["idea/trl"]
    assert found.forms["idea"].data["trl"] == "11"


def test_show_what_evaluators_would_read():
    found = tried(FULL, blind=False)
    assert found.gaps == []
    (idea, answers), (files, (offer,)) = found.read
    assert (idea, files, offer.text) == ("Project idea", "Files", "The attached file.")
    assert [(one.text, one.is_hidden) for one in answers] == [
        ("Parts are checked by hand.", False),
        ("5", False),
        ("Artificial intelligence", True),
    ]


def test_leave_out_what_is_not_asked():
    only_if = {"question": "trl", "op": "at_least", "values": [6]}
    found = tried(FULL, required=True, shown_if=only_if)
    assert [one.label for one in found.read[0][1]] == ["What problem do you solve, and for whom?", "TRL now"]
    asked = tried({**FULL, "trl": "6", "field": ""}, required=True, shown_if=only_if)
    assert [gap.target for gap in asked.gaps] == ["idea/field"]
