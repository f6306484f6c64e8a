"""Calculated values: a small tree of sums, products, differences, quotients and comparisons, exact, and as text. Pure.

A tree is JSON: `{"value": "12.5"}`, `{"question": "price"}`, `{"question": "team", "column": "months"}` (the sum of a
column), `{"op": "sum", "of": [...]}`, product, difference, quotient; and as its root only a comparison: at_least,
at_most, more_than, less_than, equal. Nothing is ever run: the tree is walked, at most 60 nodes and 10 levels deep.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit.reading import KEY

COMPARISONS = {"at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<", "equal": "="}
OPERATIONS = {"sum": "+", "difference": "-", "product": "*", "quotient": "/"}
MOST_NODES = 60
DEEPEST = 10
LONGEST = 500

_FIGURE = re.compile(r"[0-9]{1,12}([.,][0-9]{1,6})?")
_TOKEN = re.compile(
    r"\s*(?:(?P<figure>[0-9]+(?:[.,][0-9]+)?)|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)"
    r"|(?P<sign>>=|<=|≥|≤|[-−+*×/:()<>=]))"
)
_SAME = {"≥": ">=", "≤": "<=", "−": "-", "×": "*", ":": "/"}

Lookup = Callable[[str, str], Fraction | None]
"""The value of a question, or of the sum of its column: euros for amounts, the fraction for percentages."""


class FormulaError(ValueError):
    """What was typed is no formula. `message` is a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def fault_of(tree: Any) -> str:
    """Why this is no formula we can walk, or nothing."""
    count = 0

    def walk(node: Any, depth: int) -> str:
        nonlocal count
        count += 1
        if count > MOST_NODES or depth > DEEPEST:
            return _("The formula is too long.")
        if not isinstance(node, Mapping):
            return _("The formula cannot be read.")
        if "op" in node:
            return operation(node, depth)
        if "question" in node:
            names = [node["question"], *([node["column"]] if "column" in node else [])]
            ok = all(isinstance(one, str) and KEY.fullmatch(one) for one in names)
            return "" if ok else _("The formula names a question that cannot be.")
        value = node.get("value")
        ok = isinstance(value, str) and bool(_FIGURE.fullmatch(value))
        return "" if ok else _("The formula has a figure that cannot be read.")

    def operation(node: Mapping[str, Any], depth: int) -> str:
        op, parts = node["op"], node.get("of")
        known = op in OPERATIONS or (op in COMPARISONS and depth == 0)
        if not known or not isinstance(parts, list | tuple):
            return _("The formula cannot be read.")
        if len(parts) < 2 or (op not in ("sum", "product") and len(parts) != 2):
            return _("The formula lacks a part.")
        return next(filter(None, (walk(part, depth + 1) for part in parts)), "")

    return walk(tree, 0)


def is_comparison(tree: Any) -> bool:
    """Is its result yes or no?"""
    return isinstance(tree, Mapping) and tree.get("op") in COMPARISONS


def references(tree: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The questions it takes values from, each with its column or ""."""
    if "question" in tree:
        yield tree["question"], tree.get("column", "")
    for part in tree.get("of", ()):
        yield from references(part)


def value_of(tree: Mapping[str, Any], lookup: Lookup) -> Fraction | bool | None:
    """The value, exactly; None as long as what it needs is not answered, or when it would divide by zero.

    What is not answered counts nothing in a sum or difference that has another part; anything else waits for it.
    """
    if "value" in tree:
        return Fraction(tree["value"].replace(",", "."))
    if "question" in tree:
        return lookup(tree["question"], tree.get("column", ""))
    parts = [value_of(part, lookup) for part in tree["of"]]
    figures = [Fraction(part) if isinstance(part, int) else part for part in parts]
    return _compute(tree["op"], figures)


def _compute(op: str, parts: list[Fraction | None]) -> Fraction | bool | None:
    given = [part for part in parts if part is not None]
    if op in ("sum", "difference"):
        if not given:
            return None
        filled = [part or Fraction(0) for part in parts]
        return sum(filled, Fraction(0)) if op == "sum" else filled[0] - filled[1]
    if len(given) < len(parts):
        return None
    if op == "product":
        product = Fraction(1)
        for part in given:
            product *= part
        return product
    left, right = given
    if op == "quotient":
        return left / right if right else None
    return {
        "at_least": left >= right,
        "at_most": left <= right,
        "more_than": left > right,
        "less_than": left < right,
        "equal": left == right,
    }[op]


def as_text(tree: Mapping[str, Any]) -> str:
    """The tree as it is typed: "price * pieces + 100"."""
    if "value" in tree:
        return str(tree["value"])
    if "question" in tree:
        return ".".join(filter(None, [tree["question"], tree.get("column", "")]))
    sign = {**OPERATIONS, **COMPARISONS}[tree["op"]]
    return f" {sign} ".join(
        f"({as_text(part)})" if _needs_brackets(tree["op"], part, first=number == 0) else as_text(part)
        for number, part in enumerate(tree["of"])
    )


def _needs_brackets(outer: str, part: Mapping[str, Any], *, first: bool) -> bool:
    inner = part.get("op")
    if inner is None or outer in COMPARISONS:
        return False
    weak = ("sum", "difference")
    if outer in weak:
        return inner in weak and not first
    return inner in weak or not first


def from_text(typed: str) -> dict[str, Any]:
    """The tree of what was typed. Raises FormulaError with a sentence."""
    if len(typed) > LONGEST:
        raise FormulaError(_("The formula is too long."))
    tree = _Reader(_tokens(typed)).whole()
    fault = fault_of(tree)
    if fault:
        raise FormulaError(fault)
    return tree


def _tokens(typed: str) -> list[tuple[str, str]]:
    found, place, rest = [], 0, typed.rstrip()
    while place < len(rest):
        match = _TOKEN.match(rest, place)
        if match is None:
            raise FormulaError(_("“%s” cannot stand in a formula.") % rest[place:].strip()[:20])
        kind = str(match.lastgroup)
        sign = match[kind]
        found.append((kind, _SAME.get(sign, sign)))
        place = match.end()
    if not found:
        raise FormulaError(_("Write a formula, such as price * pieces."))
    return found


class _Reader:
    """Reads a formula by recursive descent: comparison, sum, product, single value."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    def whole(self) -> dict[str, Any]:
        left = self._row(("+", "-"))
        signs = {sign: name for name, sign in COMPARISONS.items()}
        if self._sign() in signs:
            op = signs[self._take()[1]]
            left = {"op": op, "of": [left, self._row(("+", "-"))]}
        if self.place < len(self.tokens):
            raise FormulaError(_("The formula goes on after its end, at “%s”.") % self._take()[1])
        return left

    def _row(self, signs: tuple[str, str]) -> dict[str, Any]:
        inner = (lambda: self._row(("*", "/"))) if signs == ("+", "-") else self._single
        left = inner()
        names = {sign: name for name, sign in OPERATIONS.items()}
        while self._sign() in signs:
            op = names[self._take()[1]]
            right = inner()
            if op in ("sum", "product") and left.get("op") == op:
                left = {"op": op, "of": [*left["of"], right]}
            else:
                left = {"op": op, "of": [left, right]}
        return left

    def _single(self) -> dict[str, Any]:
        kind, sign = self._take()
        if kind == "figure":
            return {"value": sign.replace(",", ".")}
        if kind == "name":
            question, _dot, column = sign.partition(".")
            return {"question": question, "column": column} if column else {"question": question}
        if sign != "(":
            raise FormulaError(_("Something is missing before “%s”.") % sign)
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(_("The formula is too long."))
        inside = self._row(("+", "-"))
        if self._take()[1] != ")":
            raise FormulaError(_("A bracket is not closed."))
        self.depth -= 1
        return inside

    def _sign(self) -> str:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    def _take(self) -> tuple[str, str]:
        if self.place >= len(self.tokens):
            raise FormulaError(_("The formula ends too early."))
        self.place += 1
        return self.tokens[self.place - 1]
