"""Two people or two tabs edit the same draft: fields that differ merge, the same field is a conflict. Pure (QD7).

Each field carries a number that grows with each change. Who saves says which number the change is based on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Merge:
    """What came of it: the new values and numbers, which fields changed, and what stands against whom."""

    values: dict[str, Any]
    numbers: dict[str, int]
    changed: list[str] = field(default_factory=list)
    conflicts: dict[str, Any] = field(default_factory=dict)


def merge(
    values: Mapping[str, Any],
    numbers: Mapping[str, int],
    incoming: Mapping[str, Any],
    bases: Mapping[str, int],
) -> Merge:
    """Take over each incoming value unless somebody else changed its field after the number it is based on.

    A value equal to what is stored is no change and no conflict, whatever it is based on. A missing base is 0: the
    field was empty when the page was made. `conflicts` maps each refused field to the value that is stored.
    """
    result, counted = dict(values), dict(numbers)
    changed: list[str] = []
    conflicts: dict[str, Any] = {}
    for name, value in incoming.items():
        if values.get(name) == value or (is_empty(value) and is_empty(values.get(name))):
            continue
        if bases.get(name, 0) != numbers.get(name, 0):
            conflicts[name] = values.get(name)
            continue
        counted[name] = numbers.get(name, 0) + 1
        changed.append(name)
        if is_empty(value):
            result.pop(name, None)
        else:
            result[name] = value
    return Merge(result, counted, changed, conflicts)


def is_empty(value: Any) -> bool:
    """Nothing was answered: not even no, or zero."""
    return value is None or value in ("", [], {})
