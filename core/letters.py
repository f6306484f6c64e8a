"""Letters in people's own words: closed placeholders over a frozen list of texts, and parts that fall away. Pure.

    Dear {name},
    {if conditions}Before you sign: {conditions}{end}

Nothing else has a meaning: no attribute, no call, no loop, no calculation, so that a letter can say only what it was given
(quality.md QS7). What is rendered is plain text; whoever shows it as HTML escapes it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

BRACED = re.compile(r"\{([^{}\n]*)\}|[{}]")
MOST = 10_000
"""Characters of a letter, at the most."""


@dataclass(frozen=True)
class Slip:
    """What is wrong in a letter, and in which line (from 1). `kind` is one of KINDS, `words` what stands there."""

    kind: str
    words: str
    line: int


UNKNOWN, STRAY, NESTED, NO_END, NO_IF, TOO_LONG = "unknown", "stray", "nested", "no end", "no if", "too long"
KINDS = (UNKNOWN, STRAY, NESTED, NO_END, NO_IF, TOO_LONG)


@dataclass(frozen=True)
class Piece:
    """A run of the letter: words as they are, or a placeholder; inside `{if when}` only where that has a text."""

    words: str = ""
    placeholder: str = ""
    when: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter that was read: its pieces, and what is wrong with it."""

    pieces: tuple[Piece, ...]
    slips: tuple[Slip, ...]

    @property
    def placeholders(self) -> set[str]:
        """All that stand outside `{if}`: their texts have to be there."""
        return {piece.placeholder for piece in self.pieces if piece.placeholder and not piece.when}


def read(text: str, known: Collection[str]) -> Letter:
    """A letter from its text. What is not known or not closed becomes a slip with its line; nothing is raised."""
    if len(text) > MOST:
        return Letter((), (Slip(TOO_LONG, str(len(text)), 1),))
    pieces: list[Piece] = []
    slips: list[Slip] = []
    when, opened, place = "", 1, 0
    for found in BRACED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found.start() > place:
            pieces.append(Piece(words=text[place : found.start()], when=when))
        place = found.end()
        name = (found[1] or "").strip()
        if found[1] is None:
            slips.append(Slip(STRAY, found[0], line))
        elif name == "end":
            if not when:
                slips.append(Slip(NO_IF, found[0], line))
            when = ""
        elif name.startswith("if "):
            if when:
                slips.append(Slip(NESTED, found[0], line))
            when, opened = name[3:].strip(), line
            if when not in known:
                slips.append(Slip(UNKNOWN, found[0], line))
        elif name in known:
            pieces.append(Piece(placeholder=name, when=when))
        else:
            slips.append(Slip(UNKNOWN, found[0], line))
    if place < len(text):
        pieces.append(Piece(words=text[place:], when=when))
    if when:
        slips.append(Slip(NO_END, f"{{if {when}}}", opened))
    return Letter(tuple(pieces), tuple(slips))


def missing(letter: Letter, values: Mapping[str, str]) -> list[str]:
    """The placeholders that have no text and would leave a hole: a letter with one must not leave."""
    return sorted(name for name in letter.placeholders if not values.get(name, "").strip())


def render(letter: Letter, values: Mapping[str, str]) -> str:
    """The letter as plain text. Parts whose `{if}` has no text fall away with the blank lines they leave behind. Raises
    ValueError for a letter with slips, and for a hole."""
    if letter.slips:
        raise ValueError(f"a letter with slips: {letter.slips[0]}")
    if holes := missing(letter, values):
        raise ValueError(f"no text for {', '.join(holes)}")
    told = [
        values.get(piece.placeholder, "").strip() if piece.placeholder else piece.words
        for piece in letter.pieces
        if not piece.when or values.get(piece.when, "").strip()
    ]
    return re.sub(r"\n{3,}", "\n\n", "".join(told).replace("\r\n", "\n")).strip()
