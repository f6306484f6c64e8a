"""How much of one application's text stands in another. Pure (feature A23).

A text is cut into runs of four words; each run becomes a number, and the smallest of these numbers are its sketch. Two
sketches tell about how many runs both texts share, without the texts. Only copied words are noticed: not a translation, and
not the same idea in other words.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Any

RUN = 4
"""Words in a run."""
KEPT = 256
"""Numbers in a sketch: the estimate is right within some six percentage points, nineteen times in twenty."""
LEAST_RUNS = 30
"""A text with fewer runs is compared with nothing: a sentence or two may well be alike."""
TOLD_FROM = 20
"""From so many percent on two applications are told as alike: a third of each of two equally long texts is the same."""
_WORD = re.compile(r"\w+")


def texts_of(payload: dict[str, Any]) -> Iterator[str]:
    """What people wrote in a submitted version, as it was frozen: its title, the answers that are texts, and tasks."""
    yield str(payload.get("title", ""))
    yield from _strings(payload.get("sections", {}))
    for partner in payload.get("partners", []):
        yield str(partner.get("task", ""))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def sketch(texts: Iterable[str]) -> list[int]:
    """The smallest numbers of all runs, in order; empty for fewer than LEAST_RUNS. Case, accents' encoding and punctuation do
    not count, nor does the order of the texts."""
    found: set[int] = set()
    for text in texts:
        words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
        found.update(_number(" ".join(words[at : at + RUN])) for at in range(len(words) - RUN + 1))
    return sorted(found)[:KEPT] if len(found) >= LEAST_RUNS else []


def _number(run: str) -> int:
    return int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest(), "big", signed=True)


def percent_alike(one: Collection[int], other: Collection[int]) -> int:
    """About how many percent of all runs of two texts, by their sketches, stand in both; rounded down."""
    first, second = set(one), set(other)
    smallest = sorted(first | second)[:KEPT]
    if not first or not second:
        return 0
    return sum(1 for number in smallest if number in first and number in second) * 100 // len(smallest)
