"""Answers of several boxes: typed, stored and typed again; what is refused, missed, added up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls import formkit
from calls.formkit import Party
from calls.formkit.compound import CellError, missing_in
from core.errors import DomainError
from core.localised import localised
from tests.calls.formkit.forms import EVERY_KIND

NBSP = "\u00a0"
FORM = formkit.parse(EVERY_KIND)
PARTIES = [Party("A", "Alpha", 100_00), Party("B", "Beta", 0)]


def asked(key):
    return FORM.question(key)


@pytest.mark.parametrize(
    ("key", "raw", "sentence"),
    [
        ("region", "FR", "France is not one of the countries asked for: Greece, Italy."),
        ("region", "IT", "“IT” is too wide: a region of level 2 has 4 characters."),
        ("region", "GR30", "In NUTS codes this country is EL: write EL30."),
        ("region", "ZZ11", "“ZZ” is not a country with NUTS regions: see the first two letters of “ZZ11”."),
        ("region", "Lombardy", "“Lombardy” is not a NUTS code. Write it like ITC1 or FRL0."),
        ("activity", "28.4", "“28.4” is too wide: give 4 figures, like 28.41."),
        ("activity", "45.11", "NACE Rev. 2.1 has no division 45."),
        ("activity", "40.11", "NACE Rev. 2.1 has no division 40."),
        ("activity", "steel", "“steel” is not a NACE code. Write it like 28.41."),
        ("markets", ["eu", "us", "asia"], "3 are chosen; choose at most 2."),
        ("markets", ["mars"], "“mars” is not one of the choices. Choose one from the list."),
        ("seat", "XX", "“XX” is not one of the choices. Choose one from the list."),
        ("pieces", "1.234", "“1.234” has too many decimals: at most 2."),
        ("pieces", "many", "“many” is not a number. Write it like 12.5."),
        ("share", "9", f"9{NBSP}% is too little: at least 10{NBSP}%."),
        ("share", "12.345", "“12.345” is not a percentage. Write it like 33.5, with at most two decimals."),
        ("service", "tea", "“tea” is not one of the choices. Choose one from the list."),
        ("sales", "1", "This value is calculated."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(key, raw, sentence):
    with pytest.raises(DomainError) as caught:
        formkit.clean_answer(asked(key), raw)

    assert (caught.value.message, caught.value.field) == (sentence, key)


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("region", " el 30 ", "EL30"),
        ("activity", "c 2841", "28.41"),
        ("markets", ["asia", "eu", ""], ["eu", "asia"]),
        ("markets", [], []),
        ("pieces", "1 200,50", "1200.5"),
        ("pieces", "-0,5", "-0.5"),
        ("share", "33,33 %", 3333),
        ("readiness", {"from": "5"}, {"from": 5}),
        ("readiness", {}, None),
        ("team", {"rows": [{"name": " "}, {"name": "Ada", "months": ""}]}, {"rows": [{"name": "Ada"}]}),
        ("team", {"rows": "many"}, None),
        ("team", "nonsense", None),
        ("budget", {"A": {"staff": "1", "sub": ""}, "gone": {"staff": "9"}}, {"A": {"staff": 100}}),
        ("budget", {"A": ["1"], "B": {"staff": "0"}}, None),
    ],
)
def test_clean_answer_gives_the_json_value(key, raw, value):
    assert formkit.clean_answer(asked(key), raw, PARTIES) == value


def test_too_many_rows_are_refused_with_the_figure():
    rows = {"rows": [{"name": f"Person {n}"} for n in range(4)]}

    with pytest.raises(CellError, match=r"There are 4 rows; at most 3 are possible."):
        formkit.clean_answer(asked("team"), rows)


def test_missing_boxes_rows_and_sums_are_named():
    assert missing_in(asked("readiness"), {"from": 5}) == ["“At the end” is missing."]
    assert missing_in(asked("work"), {"tasks": [{"title": "Design", "from": 1}]}) == [
        "Tasks, row 1, “To month” is missing.",
        "Milestones: 0 of at least 1 rows.",
    ]
    assert missing_in(asked("team"), {"rows": [{"cost": 1}]}) == ["Row 1, “Name” is missing."]
    assert missing_in(asked("budget"), {"gone": {"staff": 1}}, PARTIES) == ["No amount is entered yet."]
    assert missing_in(asked("budget"), {"A": {"staff": 60_00, "sub": 30_00}}, PARTIES) == [
        f"“Subcontracting” is 30.00{NBSP}EUR of 90.00{NBSP}EUR; it may be at most 30{NBSP}% of it.",
        f"Alpha: the budget says 90.00{NBSP}EUR, the page of costs 100.00{NBSP}EUR. They have to be the same.",
    ]
    assert missing_in(asked("budget"), {"A": {"staff": 70_00, "sub": 30_00}}, PARTIES) == []


def test_too_few_choices_are_a_gap_not_a_refusal():
    question = formkit.Question(
        "q", "several", localised("Q"), min=2, required=True, choices=asked("markets").choices
    )
    form = formkit.FormDefinition((formkit.Section("s", localised("S"), questions=(question,)),))

    assert formkit.clean_answer(question, ["eu"]) == ["eu"]
    assert [gap.message for gap in formkit.gaps(form, {"s": {"q": ["eu"]}}, {})] == [
        "“Q”: 1 are chosen; choose at least 2."
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("work", "text"), ("work", {"tasks": 5}), ("team", {"rows": ["Ada"]}), ("markets", "eu"), ("readiness", [5, 7]), ("pieces", 1.5), ("share", "12"),
        ("helped", "yes"), ("region", 7), ("service", {"value": "audit"}),
    ],
)  # fmt: skip
def test_a_stored_value_of_another_shape_is_a_gap_and_never_an_error(key, value):
    section = next(s.key for s, question in FORM.questions() if question.key == key)

    found = formkit.gaps(FORM, {section: {key: value}}, {}, PARTIES)
    assert f"{section}/{key}" in [gap.target for gap in found]


def test_sums_stand_under_a_table_and_a_budget():
    table = formkit.tables(
        asked("team"), {"rows": [{"name": "Ada", "cost": 100}, {"name": "Bob", "cost": 50}]}
    )
    budget = formkit.tables(asked("budget"), {"A": {"staff": 100}, "B": {"sub": 50}}, PARTIES)

    assert [cell.text for cell in table[0].sums] == ["Together", "", f"1.50{NBSP}EUR"]
    assert [cell.text for cell in budget[0].sums] == [
        "Together", f"1.00{NBSP}EUR", f"0.50{NBSP}EUR", f"1.50{NBSP}EUR",
    ]  # fmt: skip


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
boxes = st.fixed_dictionaries(
    {},
    optional={
        "name": words,
        "months": words | st.from_regex(r"[0-9]{1,3}(,5)?", fullmatch=True),
        "cost": words,
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes, max_size=4))
def test_what_is_stored_is_shown_typed_and_stored_again_the_same(rows):
    question = asked("team")
    try:
        value = formkit.clean_answer(question, {"rows": rows})
    except DomainError:
        return
    again = formkit.clean_answer(question, formkit.typed(question, value))

    assert again == value
    formkit.display(question, value)
