"""The geometry of the server-made pictures: exact arithmetic in, figures for SVG attributes out. No HTML here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

Number = int | Decimal | Fraction
BAR = 1000  # width of a stacked bar's view box


@dataclass(frozen=True)
class Part:
    """One share of a whole: `key` names its colour (`fill-<key>`), `value` its size, `url` the rows behind it."""

    key: str
    label: str
    value: int
    url: str = ""


@dataclass(frozen=True)
class Segment:
    """A part as it is drawn and told: place and width in the view box, percent of the whole in words."""

    key: str
    label: str
    value: int
    url: str
    percent: str
    x: str
    width: str


def coordinate(value: Number) -> str:
    """A figure with one decimal for an SVG attribute, rounded half up, never in scientific notation."""
    exact = Fraction(value)
    tenths = (abs(exact) * 10 + Fraction(1, 2)).__floor__()
    sign = "-" if exact < 0 and tenths else ""
    return f"{sign}{tenths // 10}.{tenths % 10}"


def percents(values: Sequence[int], whole: int) -> list[int]:
    """Whole percents of `whole`; when the values fill it they add up to 100 (largest remainders get the rest)."""
    if whole <= 0:
        return [0 for _ in values]
    exact = [Fraction(100 * value, whole) for value in values]
    if sum(values) != whole:
        return [(share + Fraction(1, 2)).__floor__() for share in exact]
    floors = [share.__floor__() for share in exact]
    by_remainder = sorted(range(len(values)), key=lambda index: (floors[index] - exact[index], index))
    for index in by_remainder[: 100 - sum(floors)]:
        floors[index] += 1
    return floors


def stacked(parts: Iterable[Part | dict[str, Any]], total: int = 0) -> list[Segment]:
    """Lay parts side by side. `total` is the whole; left out (or passed by the parts), the sum of the parts is it.

    A part below zero is told with its figure and drawn with no width.
    """
    given = [part if isinstance(part, Part) else Part(**part) for part in parts]
    sizes = [max(part.value, 0) for part in given]
    whole = max(total, sum(sizes))
    shares = percents(sizes, whole)
    segments, left = [], Fraction(0)
    for part, size, share in zip(given, sizes, shares, strict=True):
        width = Fraction(BAR * size, whole) if whole else Fraction(0)
        drawn = (
            max(width - Fraction(3, 2), Fraction(2)) if size else Fraction(0)
        )  # a gap, but never out of sight
        told = f"{share}\u00a0%" if share or not size else "<\u00a01\u00a0%"
        segments.append(
            Segment(part.key, part.label, part.value, part.url, told, coordinate(left), coordinate(drawn))
        )
        left += width
    return segments


def share_of(value: Number, whole: Number, width: int) -> str:
    """How far `value` of `whole` reaches on a bar `width` wide; never outside it."""
    if not whole or whole < 0:
        return coordinate(0)
    return coordinate(min(max(Fraction(value) / Fraction(whole), Fraction(0)), Fraction(1)) * width)


@dataclass(frozen=True)
class Dots:
    """Scores on a line: one x per score, and the stretch between the lowest and the highest."""

    xs: list[str]
    x_low: str
    x_high: str


def spread_dots(scores: Sequence[Number], low: Number = 0, high: Number = 5) -> Dots:
    """Places of `scores` between `low` and `high` on a line from 5 to 95."""
    span = Fraction(high) - Fraction(low)
    places = [Fraction(5) + (Fraction(score) - Fraction(low)) / span * 90 for score in scores] if span else []
    if not places:
        return Dots([], coordinate(5), coordinate(5))
    return Dots([coordinate(place) for place in places], coordinate(min(places)), coordinate(max(places)))


def polyline(values: Sequence[Number], width: int = 260, height: int = 40) -> str:
    """The `points` of a line through `values`, first at the left edge, zero at the bottom."""
    if not values:
        return ""
    top = max([Fraction(value) for value in values] + [Fraction(1)])
    step = Fraction(width, len(values) - 1) if len(values) > 1 else Fraction(width)
    points = [
        f"{coordinate(step * index)},{coordinate(height - Fraction(value) / top * (height - 4))}"
        for index, value in enumerate(values)
    ]
    return " ".join(points if len(points) > 1 else [points[0], f"{width},{points[0].split(',')[1]}"])


def plain(score: Number) -> str:
    """A score as people say it: 4, 4.5, 3.67 (at most two decimals, rounded half up, no idle zeros)."""
    exact = Fraction(score)
    hundredths = Decimal(exact.numerator) / Decimal(exact.denominator)
    text = f"{hundredths.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")
