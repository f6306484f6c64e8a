"""Where in a file a part of the form stands that another module names by its keys: "idea/problem". Pure."""

import re
from typing import Any

from calls.callfile.yamlio import Path

INSIDE = ("sections", "questions", "columns")


def path_in_form(form: Any, place: str) -> Path:
    """The path of a place, as far down as the file has it. A step is a key, the name of a standard section, or a number
    counted from 1 ("section 3")."""
    path: Path = ()
    for listed, step in zip(INSIDE, place.split("/") if place else (), strict=False):
        rows = form.get(listed) if isinstance(form, dict) else None
        number = _number(rows, step) if isinstance(rows, list) else None
        if not isinstance(rows, list) or number is None:
            break
        path, form = (*path, listed, number), rows[number]
    return path


def _number(rows: list[Any], step: str) -> int | None:
    for number, row in enumerate(rows):
        if isinstance(row, dict) and step in (row.get("key"), row.get("standard")):
            return number
    counted = re.fullmatch(r"\D*([0-9]{1,3})", step)
    return int(counted[1]) - 1 if counted and 0 < int(counted[1]) <= len(rows) else None
