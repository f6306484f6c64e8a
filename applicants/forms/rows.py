"""Rows that are added and removed without a script: their fields are named `r0-name`, `r1-name`."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any


def rows_of(data: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
    """What was typed in each row, in the order of their numbers; at most so many."""
    rows: dict[int, dict[str, Any]] = {}
    for key in data:
        number, dash, name = key.partition("-")
        if dash and number[:1] == "r" and number[1:].isdecimal() and len(number) < 4:
            rows.setdefault(int(number[1:]), {})[name] = data[key]
    return [rows[number] for number in sorted(rows)][:most]


def without(rows: list[dict[str, Any]], gone: int) -> list[dict[str, Any]]:
    """The rows but one; those that pointed at it by `of` point at none, those behind it move up."""
    kept = []
    for at, row in enumerate(rows):
        of = str(row.get("of", ""))
        if of.isdecimal():
            number = int(of)
            moved = "" if number == gone else str(number - 1) if number > gone else of
            row = {**row, "of": moved}
        if at != gone:
            kept.append(row)
    return kept


def plain(value: Fraction | int) -> str:
    """A number as it is typed: 33.3333. What has no end in decimals is cut after six."""
    scaled = Fraction(value) * 1_000_000
    whole, rest = divmod(int(scaled), 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
