"""Numbers and names as people write them: what is alike whatever was added or left out."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.likeness import Alike, Entry, Pair, likely, number_key

DIGITS = st.text("123456789", min_size=1, max_size=1).flatmap(
    lambda first: st.text(string.digits, max_size=12).map(lambda rest: first + rest)
)
SIGNS = st.lists(st.sampled_from([" ", ".", "-", "/", "\u00a0", "\u2013", "_", ""]), min_size=13, max_size=13)


@pytest.mark.parametrize(
    ("one", "other", "country"),
    [
        ("MI-2034567", "mi 2034567", "IT"),
        ("IT00743110157", "743110157", "IT"),
        ("00743110157", "0743110157", "IT"),
        ("HRB 00123", "HRB123", "DE"),
        ("４５６", "456", "FR"),
        ("552 100 554 00018", "55210055400018", "FR"),
    ],
)
def test_the_same_number_written_differently(one: str, other: str, country: str) -> None:
    assert number_key(one, country) == number_key(other, country) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("100", "1000"), ("HRB 12", "HRA 12"), ("10203", "123"), ("FR123", "IT123")]
)
def test_other_numbers_stay_apart(one: str, other: str) -> None:
    assert number_key(one, "DE") != number_key(other, "DE")


@given(DIGITS, SIGNS, st.integers(0, 4))
def test_signs_spaces_case_and_zeros_before_never_matter(digits: str, signs: list[str], zeros: int) -> None:
    written = "".join(sign + digit for sign, digit in zip(signs, digits, strict=False))
    assert number_key("0" * zeros + written, "SI") == digits
    assert number_key(f"si {'0' * zeros}{written}", "SI") == digits


@given(st.text(max_size=30), st.sampled_from(["", "IT", "DE"]))
def test_a_key_is_its_own_key(number: str, country: str) -> None:
    key = number_key(number, country)
    assert all(c.isalnum() for c in key)
    assert number_key(key) == key


@given(DIGITS, DIGITS)
def test_two_numbers_are_alike_only_if_their_digits_are(one: str, other: str) -> None:
    assert (number_key(one) == number_key(other)) == (one == other)


def test_pairs_are_of_one_country_and_those_alike_in_most_come_first() -> None:
    found = likely(
        [
            Entry(1, "IT", ("MI-2034567",), "ACME SRL", "https://www.acme.it/"),
            Entry(2, "IT", ("IT 04567", "mi2034567"), "Acme S.r.l.", "http://acme.it/en"),
            Entry(3, "FR", ("MI-2034567",), "ACME SRL", "https://acme.it"),
            Entry(4, "IT", ("9",), "Other name", "https://acme.it"),
            Entry(5, "IT", ("10",), "Somebody", "https://www.facebook.com/somebody"),
            Entry(6, "IT", ("11",), "Somebody else", "https://facebook.com/else"),
        ]
    )
    assert found == [
        Pair(1, 2, frozenset({Alike.NUMBER, Alike.NAME, Alike.WEBSITE})),
        Pair(1, 4, frozenset({Alike.WEBSITE})),
        Pair(2, 4, frozenset({Alike.WEBSITE})),
    ]


def test_a_number_without_a_digit_or_letter_is_alike_to_nothing() -> None:
    assert likely([Entry(1, "IT", ("-",), "A1"), Entry(2, "IT", (".",), "B2")]) == []
