"""Letters in people's own words: closed placeholders, parts that fall away, slips with their line (QS7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import letters

KNOWN = {"applicant", "reason", "conditions"}
VALUES = {"applicant": "Rossi & Figli <S.r.l.>", "reason": "", "conditions": "- an offer"}


def told(text: str, values=VALUES) -> str:
    return letters.render(letters.read(text, KNOWN), values)


def slips(text: str) -> list[tuple[str, str, int]]:
    return [(one.kind, one.words, one.line) for one in letters.read(text, KNOWN).slips]


def test_placeholders_are_filled_and_what_they_hold_has_no_meaning():
    assert told("Dear {applicant},", {**VALUES, "applicant": "{reason} {if x}"}) == "Dear {reason} {if x},"


def test_a_part_stands_only_where_there_is_something_to_say():
    text = "Dear {applicant},\n\n{if reason}Because: {reason}\n\n{end}{if conditions}First:\n{conditions}{end}\n\nYours"

    assert told(text) == "Dear Rossi & Figli <S.r.l.>,\n\nFirst:\n- an offer\n\nYours"


def test_a_hole_is_told_and_no_letter_is_made():
    letter = letters.read("{reason} {conditions}", KNOWN)

    assert letters.missing(letter, VALUES) == ["reason"]
    with pytest.raises(ValueError, match="no text for reason"):
        letters.render(letter, VALUES)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Dear\n{user.password}", [("unknown", "{user.password}", 2)]),
        ("{applicant.__class__}", [("unknown", "{applicant.__class__}", 1)]),
        ("{if budget}x{end}", [("unknown", "{if budget}", 1)]),
        ("a } b\n{", [("stray", "}", 1), ("stray", "{", 2)]),
        ("{if reason}x", [("no end", "{if reason}", 1)]),
        ("x{end}", [("no if", "{end}", 1)]),
        ("{if reason}\n{if conditions}x{end}", [("nested", "{if conditions}", 2)]),
        ("{{applicant}}", [("stray", "{", 1), ("stray", "}", 1)]),
        ("x" * 10_001, [("too long", "10001", 1)]),
    ],
)
def test_what_is_not_known_or_not_closed_is_told_with_its_line(text, expected):
    assert slips(text) == expected


@given(st.text(st.sampled_from("{}if end\napplicant reason.%$"), max_size=60), st.text(max_size=20))
def test_no_text_breaks_it_and_no_letter_says_what_it_was_not_given(text, secret):
    letter = letters.read(text, KNOWN)
    if letter.slips:
        with pytest.raises(ValueError):
            letters.render(letter, VALUES)
        return
    whole = letters.render(letter, dict.fromkeys(KNOWN, "X"))
    assert "{" not in whole and "}" not in whole
    words = "".join(piece.words for piece in letter.pieces)
    assert sum(map(len, whole.split())) <= sum(map(len, words.split())) + len(letter.pieces)
