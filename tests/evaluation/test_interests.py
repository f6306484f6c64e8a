"""What an evaluator names against what a file knows of its parties: what matches, what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.interests import Identity, first_match, lines_of, mentions

ROSSI = Identity(
    "Rossi Meccanica S.r.l.",
    frozenset({"Rossi Meccanica S.r.l.", "Alice Bianchi", "Müller Holding GmbH & Co. KG"}),
    frozenset({"IT01234567890", "R 12-345"}),
    frozenset({"https://www.rossi-meccanica.it/it/", "gmail.com", "mail.rossi.example"}),
)
ACME = Identity("Acme", frozenset({"Acme, Inc."}))


@pytest.mark.parametrize(
    "line",
    [
        "Rossi Meccanica",
        "ROSSI  MECCANICA SRL",
        "Meccanica Rossi s. r. l.",
        "Rossi Meccanica, where my sister works",
        "The board of Rossi Meccanica of Brescia",
        "Bianchi Alice",
        "Muller Holding",
        "VAT 01234567890",
        "it 01234567890",
        "R12345",
        "somebody@rossi-meccanica.it",
        "http://shop.rossi-meccanica.it/x?y=1",
        "rossi.example",
    ],
)
def test_what_means_the_party(line: str) -> None:
    assert mentions(line, ROSSI)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "S.r.l.",
        "Rossi",
        "Rossini Meccanica",
        "Alice",
        "friend@gmail.com",
        "gmail.com",
        "not-rossi-meccanica.it",
        "rossi-meccanica.it.example",
        "12345",
        "GmbH & Co. KG",
        "Società di persone",
    ],
)
def test_what_does_not(line: str) -> None:
    assert not mentions(line, ROSSI)


def test_a_name_of_one_word_has_to_stand_alone() -> None:
    assert mentions("Acme", ACME)
    assert mentions("ACME Inc", ACME)
    assert mentions("Acme (my former employer)", ACME)
    assert not mentions("I once read about Acme somewhere", ACME)
    assert not mentions("anything", Identity("Nothing known"))


def test_lines_lose_space_and_repetition_and_the_first_match_is_told() -> None:
    lines = lines_of("  A  b \n\nRossi Meccanica\r\nA b\n")
    assert lines == ["A b", "Rossi Meccanica"]
    assert first_match(lines, ROSSI) == "Rossi Meccanica"
    assert first_match(["A b"], ROSSI) == ""


WORD = st.text(st.characters(categories=["Ll"], max_codepoint=0x17F), min_size=3, max_size=12)


@given(
    st.lists(WORD, min_size=1, max_size=5), st.sampled_from(["", " S.r.l.", " GmbH", ", Ltd."]), st.randoms()
)
def test_case_order_and_legal_form_never_hide_a_name(words: list[str], form: str, chance) -> None:
    party = Identity("x", frozenset({" ".join(words) + form}))
    mixed = list(words)
    chance.shuffle(mixed)

    assert mentions(" ".join(mixed), party)
    assert mentions(" ".join(words).upper(), party)
    assert mentions(f"{' '.join(words)} S. A.", party)


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_text_is_read(line: str, name: str) -> None:
    assert mentions(line, Identity("x", frozenset({name}), frozenset({name}), frozenset({name}))) in (
        True,
        False,
    )
    assert not mentions(line, Identity("x"))
