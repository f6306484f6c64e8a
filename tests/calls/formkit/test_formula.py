"""Formulas: read, written back, computed exactly; and what can be no formula."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.formkit import formula

VALUES = {"a": Fraction(3), "b": Fraction(1, 3), "zero": Fraction(0), "none": None}


def compute(typed):
    return formula.value_of(formula.from_text(typed), lambda key, column: VALUES[key])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("a + b * 3", 4),
        ("(a + b) * 3", 10),
        ("a - b - b", Fraction(7, 3)),
        ("a - (b - b)", 3),
        ("a / b", 9),
        ("a : 2", Fraction(3, 2)),
        ("0,1 + 0.2", Fraction(3, 10)),
        ("a × 2 − 1", 5),
        ("a >= 3", True),
        ("a > 3", False),
        ("b * 3 = 1", True),
        ("a ≤ 2", False),
        ("a / zero", None),
        ("a + none", 3),
        ("none - a", -3),
        ("none * a", None),
        ("none + none", None),
        ("none >= a", None),
    ],
)
def test_value_of_a_formula_is_exact(typed, value):
    assert compute(typed) == value


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write a formula, such as price * pieces."),
        ("a +", "The formula ends too early."),
        ("* a", "Something is missing before “*”."),
        ("(a + b", "The formula ends too early."),
        ("a b", "The formula goes on after its end, at “b”."),
        ("a >= b >= a", "The formula goes on after its end, at “>=”."),
        ("(a >= b)", "A bracket is not closed."),
        ("__import__('os')", "“__import__('os')” cannot stand in a formula."),
        ("a ** b", "Something is missing before “*”."),
        ("(" * 20 + "a" + ")" * 20, "The formula is too long."),
        ("a" * 501, "The formula is too long."),
        ("a + " * 70 + "a", "The formula is too long."),
        ("9999999999999999", "The formula has a figure that cannot be read."),
    ],
)
def test_what_is_no_formula_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(formula.FormulaError) as caught:
        formula.from_text(typed)

    assert caught.value.message == sentence


@pytest.mark.parametrize(
    "tree",
    [
        None,
        [],
        "a",
        {},
        {"value": 12},
        {"value": "1e9"},
        {"question": "A!"},
        {"op": "power", "of": [{"value": "1"}, {"value": "2"}]},
        {"op": "sum", "of": [{"value": "1"}]},
        {"op": "sum", "of": "ab"},
        {"op": "difference", "of": [{"value": "1"}] * 3},
        {"op": "sum", "of": [{"op": "equal", "of": [{"value": "1"}, {"value": "1"}]}, {"value": "1"}]},
    ],
)
def test_a_tree_that_cannot_be_walked_has_a_fault(tree):
    assert formula.fault_of(tree) != ""


leaves = st.one_of(
    st.integers(0, 999).map(lambda n: {"value": str(n)}),
    st.sampled_from(["a", "b", "zero"]).map(lambda key: {"question": key}),
)
trees = st.recursive(
    leaves,
    lambda inner: st.tuples(st.sampled_from(list(formula.OPERATIONS)), inner, inner).map(
        lambda given: {"op": given[0], "of": [given[1], given[2]]}
    ),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(trees)
def test_a_formula_written_as_text_and_read_again_has_the_same_value(tree):
    again = formula.from_text(formula.as_text(tree))

    def lookup(key, column):
        return VALUES[key]

    assert formula.value_of(again, lookup) == formula.value_of(tree, lookup)
