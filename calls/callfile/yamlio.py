"""YAML in and out, by a small and safe part of the language. Pure.

Read: mappings, lists, text, whole numbers, decimals (exact), true/false, null. Refused, each with its line: anchors and
aliases (a small file could unfold to gigabytes), tags (they make objects), keys that repeat, too much, too deep. A country
code NO is text, a day is text: only the shapes of the layout give a meaning.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml
from django.utils.translation import gettext as _

LARGEST_FILE = 400_000
"""Characters. The longest real call is about a tenth of it."""
DEEPEST = 16
MOST_VALUES = 20_000
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,6}")

Path = tuple[str | int, ...]


class CallFileError(ValueError):
    """The text is no file that can be read. `line` counts from 1; 0 when there is none."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(
            _("Line %(line)d: %(message)s") % {"line": line, "message": message} if line else message
        )
        self.line, self.message = line, message


@dataclass
class Tree:
    """What a text says, and on which line each value stands."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int:
        """The line of a value, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(text: str) -> Tree:
    """Read a text. Raises CallFileError with the line of the first thing that cannot be read."""
    if len(text) > LARGEST_FILE:
        told = {"n": len(text), "most": LARGEST_FILE}
        raise CallFileError(0, _("The file has %(n)d characters; at most %(most)d are read.") % told)
    tree = Tree()
    try:
        _Builder(tree).run(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or _("it cannot be read")
        raise CallFileError(mark.line + 1 if mark else 0, _("This is no YAML: %s.") % problem) from error
    return tree


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Builder:
    """Builds the tree from events, without recursion."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.count = tree, 0
        self.stack: list[tuple[Any, Path, list[str | None]]] = []

    def run(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise CallFileError(line, _("There is a second document; a file is one call."))
            elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise CallFileError(line, _("Anchors (&, *) are not read: write the value where it belongs."))
            elif isinstance(event, yaml.NodeEvent):
                self._check(event, line)
                self._node(event, line)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self.stack.pop()

    def _check(self, event: Any, line: int) -> None:
        self.count += 1
        if self.count > MOST_VALUES:
            raise CallFileError(line, _("There are more than %d values.") % MOST_VALUES)
        if event.tag not in (None, "!") or len(self.stack) >= DEEPEST:
            told = (
                _("Tags (!) are not read.") if event.tag not in (None, "!") else _("This is nested too deep.")
            )
            raise CallFileError(line, told)

    def _node(self, event: Any, line: int) -> None:
        if self.stack and isinstance(self.stack[-1][0], dict) and self.stack[-1][2][0] is None:
            self._key(event, line)
            return
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event.value) if event.implicit[0] else event.value
        else:
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(value)
        self.tree.lines[path] = line
        if isinstance(value, dict | list):
            self.stack.append((value, path, [None]))

    def _key(self, event: Any, line: int) -> None:
        holder, _path, pending = self.stack[-1]
        if not isinstance(event, yaml.ScalarEvent):
            raise CallFileError(line, _("A name is needed here, not a list."))
        if event.value in holder:
            raise CallFileError(line, _("“%s” stands here twice.") % event.value[:60])
        pending[0] = event.value

    def _place(self, value: Any) -> Path:
        if not self.stack:
            self.tree.value = value
            return ()
        holder, path, pending = self.stack[-1]
        if isinstance(holder, list):
            holder.append(value)
            return (*path, len(holder) - 1)
        key = str(pending[0])
        holder[key], pending[0] = value, None
        return (*path, key)


def _scalar(text: str) -> Any:
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if DECIMAL.fullmatch(text) else text


_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_DUMPER):  # type: ignore[misc]
    """Long texts in blocks, decimals as they are."""


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text and not re.search(r"[ \t]\n|[^\n -\U0010ffff]", text) else None
    if style is None and (WHOLE.fullmatch(text) or DECIMAL.fullmatch(text)):
        style = "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_decimal(dumper: yaml.SafeDumper, figure: Decimal) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:float", f"{figure:f}")


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(Decimal, _write_decimal)


def dump(value: Mapping[str, Any]) -> str:
    """Write a tree of plain values; `load` reads the same values again."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
