"""A call's rules as people say them."""

from datetime import date
from decimal import Decimal

import pytest

from calls import countries, words

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (10_000_00, 30_000_00, f"10{NBSP}000 to 30{NBSP}000{NBSP}EUR"),
        (0, 30_000_00, f"up to 30{NBSP}000{NBSP}EUR"),
        (3_600_00, 3_600_00, f"3{NBSP}600{NBSP}EUR"),
        (0, 1_50, f"up to 1.50{NBSP}EUR"),
    ],
)
def test_amount_range_says_what_a_project_gets(least, most, told):
    assert words.amount_range(least, most) == told


@pytest.mark.parametrize(
    ("budget", "most", "awards", "told"),
    [
        (140_000_00, 30_000_00, None, "about 5 projects"),
        (1_050_000_00, 30_000_00, None, "35 projects"),
        (100_000_00, 30_000_00, None, "about 3 projects"),
        (90_000_00, 3_600_00, 20, "at most 20 projects"),
        (30_000_00, 30_000_00, None, "1 project"),
        (10_00, 30_000_00, None, ""),
        (10_00, 0, None, ""),
    ],
)
def test_number_of_projects_follows_from_the_money(budget, most, awards, told):
    assert words.number_of_projects(budget, most, awards) == told


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (["micro", "small", "medium"], "SMEs"),
        (["small", "micro"], "micro enterprises, small enterprises"),
        (["micro", "small", "medium", "large"], "SMEs, large enterprises"),
        ([], ""),
    ],
)
def test_sizes_are_told_in_words(chosen, told):
    assert words.sizes(chosen) == told


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (1, 1, "one organisation applies alone"),
        (1, 3, "one organisation, or up to 3 together"),
        (2, 2, "2 organisations together"),
        (2, 4, "2 to 4 organisations together"),
    ],
)
def test_organisations_are_told_in_words(least, most, told):
    assert words.organisations(least, most) == told


@pytest.mark.parametrize(
    ("percent", "due", "label", "month", "told"),
    [
        ("40.00", "signature", "Advance", 0, "40 % at signature"),
        ("45.00", "report", "Mid-term report", 6, "45 % once “Mid-term report” of month 6 is accepted"),
        ("15.50", "report", "Final report", 0, "15.5 % once “Final report” is accepted"),
    ],
)
def test_instalment_says_share_and_condition(percent, due, label, month, told):
    assert words.instalment(Decimal(percent), due, label, month) == told


@pytest.mark.parametrize(
    ("most", "step", "told"),
    [
        ("5.00", "0.50", "from 0 to 5 in half points"),
        ("10", "1", "from 0 to 10 in whole points"),
        ("7", "0.25", "from 0 to 7 in steps of 0.25"),
    ],
)
def test_scale_is_told_in_words(most, step, told):
    assert words.scale(Decimal(most), Decimal(step)) == told


def test_last_payment_is_told_by_the_month():
    assert words.last_payment(date(2027, 6, 15), 15) == "by September 2028"
    assert words.last_payment(None, 15) == ""


@pytest.mark.parametrize(
    ("size", "told"),
    [(1, "1\u00a0kB"), (849_600, "850\u00a0kB"), (1_249_999, "1.2\u00a0MB"), (20_971_520, "21.0\u00a0MB")],
)
def test_size_of_file_is_told_in_words(size, told):
    assert words.size_of_file(size) == told


def test_countries_name_the_union_when_all_of_it_is_there():
    assert countries.in_words([*countries.EU, "NO", "XK"]) == "EU Member States, Kosovo, Norway"
    assert countries.in_words(["RO", "BE"]) == "Belgium, Romania"


@pytest.mark.parametrize(("given", "told"), [([], ""), (["a"], "a"), (["a", "b", "c"], "a, b and c")])
def test_and_list_joins_words(given, told):
    assert words.and_list(given) == told
