"""A call as a file: YAML that people read, compare and send; read with the line of every mistake. Pure.

`yamlio` reads and writes the language, `shapes` says what a value can be, `layout` where everything about a call stands.
The format is described in docs/call-file.md; its JSON schema is made of the same table.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from calls.callfile.layout import CALL, FORMAT, PARTS, VERSION
from calls.callfile.shapes import Problem
from calls.callfile.yamlio import CallFileError, Path, Tree, dump, load


@dataclass(frozen=True)
class CallFile:
    """What a text says about a call, by part and attribute, and what is wrong with it."""

    tree: Tree
    values: dict[str, Any]
    problems: list[Problem]

    def told(self, problem: Problem) -> str:
        """The problem with its line and place: "Line 12, money.sme_max: …"."""
        place = ".".join(str(step + 1) if isinstance(step, int) else step for step in problem.path)
        line = _("Line %d") % self.tree.line_of(problem.path)
        return f"{line}, {place}: {problem.message}" if place else f"{line}: {problem.message}"

    def is_sound(self, part: str) -> bool:
        """Does the file say something about this part, and nothing wrong?"""
        return part in self.values and not any(problem.path[:1] == (part,) for problem in self.problems)

    def path_of(self, part: str, attribute: str) -> Path:
        """Where an attribute of a part stands, or the part when the file does not say it."""
        shape = PARTS.get(part)
        names = [key.name for key in shape.keys if key.target == attribute] if shape else []
        return (part, names[0]) if names and (part, names[0]) in self.tree.lines else (part,)


def read(text: str) -> CallFile:
    """Read a call file. Raises CallFileError when it is no YAML that is read here; other mistakes are `problems`."""
    tree = load(text)
    problems: list[Problem] = []
    CALL.collect(tree.value, (), problems)
    values = {}
    if isinstance(tree.value, dict):
        for key in CALL.keys:
            if tree.value.get(key.name) is not None:
                values[key.target] = key.shape.collect(tree.value[key.name], (key.name,), [])
    return CallFile(tree, values, problems)


def schema() -> dict[str, Any]:
    """The JSON schema of a call file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A call as a file",
        "description": f"{FORMAT}, version {VERSION}. See docs/call-file.md.",
        **CALL.schema(),
    }


__all__ = [
    "FORMAT",
    "PARTS",
    "VERSION",
    "CallFile",
    "CallFileError",
    "Problem",
    "dump",
    "load",
    "read",
    "schema",
]
