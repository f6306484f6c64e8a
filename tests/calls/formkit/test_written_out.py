"""A form in a file: standard sections by their name, plain texts in the product's language."""

import pytest

from calls import formkit
from calls.callfile.places import path_in_form
from calls.formkit import standard

OWN = {"key": "panels", "type": "number", "label": "Panels", "help": "On the roof."}


def test_write_out_a_standard_section_as_it_is():
    given = {"sections": [{"standard": "impact"}]}
    assert formkit.written_out(given) == {"sections": standard.sections(["impact"])}
    assert given == {"sections": [{"standard": "impact"}]}


def test_write_out_a_standard_section_with_changes():
    given = {"standard": "impact", "title": "Effect", "without": ["market", "kpis"], "questions": [OWN]}
    (section,) = formkit.written_out({"sections": [given]})["sections"]
    assert (section["key"], section["title"]) == ("impact", {"en": "Effect"})
    assert [one["key"] for one in section["questions"]] == ["effects", "eu_value", "exploitation", "panels"]
    assert section["questions"][-1] == {**OWN, "label": {"en": "Panels"}, "help": {"en": "On the roof."}}


def test_give_plain_texts_their_language_at_every_depth():
    choices = [{"value": "a", "label": "A"}, {"value": "b", "label": {"de": "B"}}]
    given = {
        "key": "s",
        "title": "S",
        "questions": [{"key": "c", "type": "choice", "label": "C", "choices": choices}],
    }
    (section,) = formkit.written_out({"sections": [given]})["sections"]
    assert section["title"] == {"en": "S"}
    assert section["questions"][0]["choices"] == [
        {"value": "a", "label": {"en": "A"}}, {"value": "b", "label": {"de": "B"}}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"standard": "impacts"}, "“impacts” is no standard section. There are: applicants, project,"),
        ({"standard": ["impact"]}, "is no standard section"),
        ({"standard": "impact", "without": ["price"]}, "impact: There is no question “price”."),
        ({"standard": "impact", "without": "market"}, "impact: “without” and “questions” are lists."),
        ({"standard": "impact", "questions": {}}, "impact: “without” and “questions” are lists."),
    ],
)
def test_refuse_what_no_standard_section_can_be(section, message):
    with pytest.raises(formkit.DefinitionError) as caught:
        formkit.written_out({"sections": [section]})
    assert message in str(caught.value)


@pytest.mark.parametrize("given", [None, [], "x", {}, {"sections": {}}, {"sections": ["x", 1]}])
def test_leave_what_is_no_form_to_the_reader_of_forms(given):
    assert formkit.written_out(given) == given


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("", ()),
        ("impact", ("sections", 1)),
        ("impact/a/b", ("sections", 1, "questions", 0, "columns", 0)),
        ("impact/a/1", ("sections", 1, "questions", 0, "columns", 0)),
        ("impact/market", ("sections", 1)),  # of the standard section: not in the file
        ("section 1", ("sections", 0)),
        ("section 3", ()),
        ("section 0", ()),
        ("who/2", ("sections", 0)),
    ],
)
def test_find_a_place_of_the_form_in_the_file(place, path):
    asked = [{"key": "a", "columns": [{"key": "b"}]}]
    form = {"sections": [{"key": "who", "questions": "x"}, {"standard": "impact", "questions": asked}]}
    assert path_in_form(form, place) == path


@pytest.mark.parametrize("form", [None, [], "x", {"sections": 1}, {"sections": [1]}])
def test_find_nothing_in_what_is_no_form(form):
    assert path_in_form(form, "who/a") == ()
