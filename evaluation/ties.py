"""What parts files of equal totals: criteria, and facts of the file. Pure."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from core.money import format_eur, round_half_up


@dataclass(frozen=True, slots=True)
class Facts:
    """What a tie-break or a limit looks at besides scores: country of the applicant (ISO code), the answer that limits
    are counted by, the part of the money that is for SMEs, and how many countries take part."""

    country: str = ""
    answer: str = ""
    sme_share: Fraction = Fraction(0)
    countries: int = 0


def drawn(seed: str, key: str) -> str:
    """The lot of a file: whoever knows the seed and the references can draw again and gets the same (rank-45)."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


KEYS: dict[str, Callable[[Any, str], Any]] = {
    "arrival": lambda file, seed: file.arrived,
    "sme-share": lambda file, seed: -file.facts.sme_share,
    "countries": lambda file, seed: -file.facts.countries,
    "amount": lambda file, seed: file.amount_cents,
    "draw": lambda file, seed: drawn(seed, file.key),
}
"""Each gives a smaller value to the better file."""


def told(code: str, file: Any, seed: str) -> str:
    """The fact that decided, in words."""
    if code == "sme-share":
        return f"{round_half_up(file.facts.sme_share * 100)} %"
    if code == "amount":
        return format_eur(file.amount_cents)
    if code == "draw":
        return drawn(seed, file.key)[:8]
    return str(file.facts.countries)
