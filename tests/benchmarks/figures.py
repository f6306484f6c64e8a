"""Medians, ranges and the bootstrap interval of a ratio; lines of the table with what was aimed at."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SEED = 27
RESAMPLES = 4000


@dataclass(frozen=True)
class Ratio:
    """How much faster ours is than the other, from interleaved rounds: of the medians, with a 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Median of ours over median of theirs; rounds are drawn in pairs, as neighbours disturb both of a pair alike."""
    pairs = list(zip(ours, theirs, strict=True))
    chance = random.Random(SEED)
    drawn = sorted(
        _of(chance.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES if len(pairs) > 1 else 1)
    )
    return Ratio(_of(pairs), drawn[int(0.025 * len(drawn))], drawn[int(0.975 * (len(drawn) - 1))])


def _of(pairs: Sequence[tuple[float, float]]) -> float:
    below = median(theirs for _, theirs in pairs)
    return median(ours for ours, _ in pairs) / below if below else 0.0


def spread(values: Sequence[float], digits: int = 0) -> str:
    """The median and the range: `212 (198-220)`."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


@dataclass(frozen=True)
class Target:
    """One thing aimed at, what was measured, and whether it was kept."""

    what: str
    source: str
    measured: str
    aim: str
    kept: bool | None

    @property
    def verdict(self) -> str:
        """In a word; a page that is not there yet is not measured, and says so."""
        return {True: "kept", False: "**missed**", None: "not measured"}[self.kept]


def at_most(what: str, source: str, found: float | None, aim: float, unit: str, digits: int = 0) -> Target:
    """A quantity that should not be above `aim`."""
    shown = "-" if found is None else f"{found:.{digits}f} {unit}".strip()
    return Target(
        what, source, shown, f"at most {aim:g} {unit}".strip(), None if found is None else found <= aim
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with columns of even width, to be read as it is."""
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(str(cell).ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    )
