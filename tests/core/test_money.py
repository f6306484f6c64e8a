"""Cents to words and back: every accepted shape, every refusal, and the round trip."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import MAX_CENTS, AmountError, format_eur, format_rate, parse_eur, round_half_up

amounts = st.integers(min_value=0, max_value=MAX_CENTS)


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (100, "1.00"),
        (99_999, "999.99"),
        (6_000_000, "60\u00a0000.00"),
        (105_000_000, "1\u00a0050\u00a0000.00"),
        (-123_456, "-1\u00a0234.56"),
    ],
)
def test_format_eur_writes_cents_as_euros(cents, words):
    assert format_eur(cents) == words


def test_format_eur_leaves_out_empty_decimals_when_short():
    assert [format_eur(6_000_000, short=True), format_eur(6_000_050, short=True)] == [
        "60\u00a0000",
        "60\u00a0000.50",
    ]


@pytest.mark.parametrize("value", [1.5, 10.0, True, "100"])
def test_format_eur_refuses_what_is_not_whole_cents(value):
    with pytest.raises(TypeError):
        format_eur(value)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("34 560.00", 3_456_000),
        ("34\u00a0560.00", 3_456_000),
        ("34\u202f560,00", 3_456_000),
        ("34560", 3_456_000),
        ("34.560,00", 3_456_000),
        ("34,560.00", 3_456_000),
        ("34'560.00", 3_456_000),
        ("34’560,5", 3_456_050),
        ("€ 1 000", 100_000),
        ("1 000 €", 100_000),
        ("1000EUR", 100_000),
        ("EUR1000", 100_000),
        ("1 000,00 euros", 100_000),
        ("1.234.567", 123_456_700),
        ("1,234,567.89", 123_456_789),
        ("  12,5 ", 1_250),
        ("0", 0),
        ("0.01", 1),
        ("007", 700),
        ("999 999 999 999.99", MAX_CENTS),
    ],
)
def test_parse_eur_reads_what_people_type(text, cents):
    assert parse_eur(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "12 34",
        "1 000 00",
        "1 000.000,00",
        "34.560.00",
        "1,234.567.89",
        "0.500",
        "0 500",
        "34560.123",
        "1000.",
        ".50",
        "5k",
        "USD 100",
        "100 $",
        "1e5",
        "12½",
        "10²",
        "٣٤٥",
        "1\n000",
        "€",
        "€ 5 €",
        "3 456 0000",
        "neuro",
    ],
)
def test_parse_eur_refuses_what_is_no_amount(text):
    with pytest.raises(AmountError) as refusal:
        parse_eur(text)
    assert refusal.value.message == f"“{text}” is not an amount. Write it like 34\u00a0560.00."


def test_parse_eur_refuses_two_readings_and_names_both():
    with pytest.raises(AmountError) as refusal:
        parse_eur("34.560")
    assert refusal.value.message == (
        "“34.560” can be read as 34\u00a0560.00 or as 34.56. Write it with two decimals, like 34\u00a0560.00."
    )
    with pytest.raises(AmountError, match=r"as 1\u00a0234\.00 or as 1\.234\."):
        parse_eur("1,234")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter an amount in euros, for example 34\u00a0560.00."),
        ("   ", "Enter an amount in euros, for example 34\u00a0560.00."),
        ("-5", "“-5” is below zero. Write an amount like 34\u00a0560.00."),
        ("€ −5.00", "“€ −5.00” is below zero. Write an amount like 34\u00a0560.00."),
        (
            "1 000 000 000 000",
            "“1 000 000 000 000” is too large for an amount. Write it like 34\u00a0560.00.",
        ),
    ],
)
def test_parse_eur_says_what_is_wrong(text, sentence):
    with pytest.raises(AmountError) as refusal:
        parse_eur(text)
    assert refusal.value.message == sentence


def test_parse_eur_repeats_only_the_beginning_of_a_very_long_text():
    with pytest.raises(AmountError) as refusal:
        parse_eur("9" * 100_000)
    assert len(refusal.value.message) < 120


@given(amounts)
def test_parse_eur_gives_back_what_format_eur_wrote(cents):
    assert parse_eur(format_eur(cents)) == cents


@given(amounts, st.sampled_from([(".", ","), (",", "."), (" ", ","), ("'", "."), ("", ","), ("", ".")]))
def test_parse_eur_reads_every_convention_alike(cents, convention):
    group, decimal = convention
    text = f"{cents // 100:,}".replace(",", group) + f"{decimal}{cents % 100:02d}"
    assert parse_eur(text) == cents


@given(st.one_of(st.text(), st.text(alphabet="0123456789.,' €-EUR\u00a0")))
def test_parse_eur_never_fails_otherwise(text):
    try:
        cents = parse_eur(text)
    except AmountError as refusal:
        assert refusal.message
    else:
        assert 0 <= cents <= MAX_CENTS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 2), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(49, 100), 0),
        (Fraction(-1, 2), -1),
        (Fraction(7), 7),
    ],
)
def test_round_half_up_takes_a_half_away_from_zero(value, expected):
    assert round_half_up(value) == expected


@given(st.fractions())
def test_round_half_up_is_never_farther_than_a_half(value):
    assert abs(round_half_up(value) - value) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (Fraction(7, 10), "70\u00a0%"),
        (Fraction(1), "100\u00a0%"),
        (Fraction(665, 1000), "66.5\u00a0%"),
        (Fraction(6605, 10000), "66.05\u00a0%"),
        (Fraction(2, 3), "2/3"),
    ],
)
def test_format_rate_is_exact(rate, words):
    assert format_rate(rate) == words
