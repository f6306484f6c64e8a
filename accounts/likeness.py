"""Which entries of organisations may be one firm: numbers and names compared as people write them (cap-28, C26). Pure.

What is alike is only proposed to staff, who look: in doubt it is alike.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from urllib.parse import urlsplit

_FORMS = frozenset(
    "ab ag aps as asbl bv bvba cv doo dd ead eg eood ev ek gbr gmbh kft kg kgaa lda ltd limited llc llp mbh nv ohg oo oy oyj "
    "ou plc pte sa sagl sarl sas sasu scarl scrl se sia snc societa societe soc sp spa spol sprl srl srls sro uab ug inc zoo".split()
)
"""Legal forms, which people leave out or write differently."""

_SMALL = frozenset("a and d da das de degli dei del della des di do dos du e et for für fur i la le les o of og the u und van von y za".split())  # fmt: skip
"""Words that join others: no name is known by them."""

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n"}
)
"""Letters that Unicode does not take apart."""

_SHARED = frozenset(
    "facebook.com linkedin.com instagram.com sites.google.com wixsite.com wordpress.com".split()
)
"""Where pages of many firms stand: such a host says nothing of one."""


class Alike(StrEnum):
    """In what two entries are alike."""

    NUMBER = "number"
    NAME = "name"
    WEBSITE = "website"


@dataclass(frozen=True)
class Entry:
    """An organisation as it was entered; `numbers` are those of registers and taxes."""

    key: int
    country: str
    numbers: tuple[str, ...]
    name: str
    website: str = ""


@dataclass(frozen=True)
class Pair:
    """Two entries, the older one first, and in what they are alike."""

    one: int
    other: int
    alike: frozenset[Alike]


def number_key(number: str, country: str = "") -> str:
    """A number without what people add or leave out: case, spaces, points and other signs, the country before it, and zeros
    before the digits."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())
    if country and plain.startswith(country.upper()) and plain[len(country) :].isdigit():
        plain = plain[len(country) :]
    return re.sub(r"(?:(?<=[^\W\d_])|^)0+(?=\d)", "", plain)


def likely(entries: Iterable[Entry]) -> list[Pair]:
    """Pairs of one country that may be one firm, by a number, by name, or by website; those alike in most first."""
    groups: dict[tuple[Alike, str, object], set[int]] = defaultdict(set)
    for entry in entries:
        for number in entry.numbers:
            if key := number_key(number, entry.country):
                groups[Alike.NUMBER, entry.country, key].add(entry.key)
        if words := words_of(entry.name):
            groups[Alike.NAME, entry.country, words].add(entry.key)
        if host := host_of(entry.website):
            groups[Alike.WEBSITE, entry.country, host].add(entry.key)
    found: dict[tuple[int, int], set[Alike]] = defaultdict(set)
    for (alike, _country, _key), members in groups.items():
        for pair in combinations(sorted(members), 2):
            found[pair].add(alike)
    pairs = [Pair(one, other, frozenset(alike)) for (one, other), alike in found.items()]
    return sorted(pairs, key=lambda pair: (-len(pair.alike), pair.one, pair.other))


def host_of(website: str) -> str:
    """The host of a website without `www.`; empty for one that many firms share."""
    host = (urlsplit(website).hostname or "").removeprefix("www.")
    return "" if host in _SHARED else host


def words_of(name: str) -> frozenset[str]:
    """The words that a name is known by: no accents, points, legal form and small words; of a name that has no others, all."""
    plain = unicodedata.normalize("NFKD", name.upper().casefold().translate(_LETTERS))
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in ".'’´`·")
    words = re.sub(r"[\W_]+", " ", kept).split()
    joined = _joined(words)
    return frozenset(word for word in joined if word not in _FORMS and word not in _SMALL) or frozenset(
        joined
    )


def _joined(words: list[str]) -> list[str]:
    """Legal forms that were written apart in one: `s r l` is `srl`."""
    text = " ".join(words)
    runs = re.sub(r"\b(?:\w )+\w\b", lambda run: run[0].replace(" ", ""), text)
    return runs.split()
