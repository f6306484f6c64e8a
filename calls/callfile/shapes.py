"""What a value in a call file can be: how it is read, written and described. Pure.

Each shape reads plain values (`yamlio`) into what the product works with, writes them back, and describes itself in JSON
schema. A mistake is a `Problem` with its path: the sentence names the figure.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from calls.callfile.yamlio import Path
from calls.countries import WORLD
from calls.shares import parse_rate
from core.localised import Localised, localised
from core.money import format_rate


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: where (names and places in lists), and a sentence."""

    path: Path
    message: str


class Wrong(Exception):
    """A value that cannot be read; `path` from the value down."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message, self.path = message, path


class Shape:
    """One kind of value."""

    json: ClassVar[dict[str, Any]] = {}

    def read(self, given: Any) -> Any:
        """The value meant. Raises Wrong."""
        return given

    def collect(self, given: Any, path: Path, problems: list[Problem]) -> Any:
        """The value meant, or None; everything that is wrong goes to `problems`."""
        try:
            return self.read(given)
        except Wrong as wrong:
            problems.append(Problem((*path, *wrong.path), wrong.message))
            return None

    def write(self, value: Any) -> Any:
        """The plain value for the file."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return dict(self.json)


@dataclass(frozen=True)
class Text(Shape):
    """Text in one language."""

    most: int = 2000
    pattern: str = ""
    told: str | Promise = ""

    def read(self, given: Any) -> str:
        if isinstance(given, int | Decimal) and not isinstance(given, bool):
            given = str(given)
        if not isinstance(given, str):
            raise Wrong(_("A text is needed here."))
        if len(given) > self.most:
            raise Wrong(
                _("%(n)d characters; at most %(most)d are possible.") % {"n": len(given), "most": self.most}
            )
        if self.pattern and not re.fullmatch(self.pattern, given):
            raise Wrong(
                _("“%(given)s” is not possible: %(told)s.") % {"given": given[:60], "told": self.told}
            )
        return given

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.most} | (
            {"pattern": f"^{self.pattern}$"} if self.pattern else {}
        )


@dataclass(frozen=True)
class Words(Shape):
    """Text in the product's language, or by language: `en: …`, `fr: …`."""

    most: int = 20_000

    def read(self, given: Any) -> Localised:
        if isinstance(given, str):
            given = {settings.LANGUAGE_CODE: given} if given else {}
        if given is None:
            return Localised()
        if not isinstance(given, Mapping):
            raise Wrong(_("A text is needed here, or a text for each language."))
        known = dict(settings.LANGUAGES)
        for code, text in given.items():
            if code not in known:
                raise Wrong(
                    _("“%(code)s” is no language: %(known)s.") % {"code": code, "known": ", ".join(known)},
                    (code,),
                )
            Text(self.most).read(text)
        return localised(given)

    def write(self, value: Any) -> Any:
        words = dict(localised(value))
        return words.get(settings.LANGUAGE_CODE, "") if set(words) <= {settings.LANGUAGE_CODE} else words

    def schema(self) -> dict[str, Any]:
        text = {"type": "string", "maxLength": self.most}
        by_language = {code: text for code, _name in settings.LANGUAGES}
        return {"anyOf": [text, {"type": "object", "properties": by_language, "additionalProperties": False}]}


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number."""

    least: int = 0
    most: int = 1000

    def read(self, given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int):
            raise Wrong(_("A whole number is needed here."))
        if given != self.least == self.most:
            raise Wrong(
                _("Only %(least)d is read here, not %(given)d.") % {"least": self.least, "given": given}
            )
        if not self.least <= given <= self.most:
            told = {"given": given, "least": self.least, "most": self.most}
            raise Wrong(_("%(given)d is not between %(least)d and %(most)d.") % told)
        return given

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Figure(Shape):
    """An exact decimal, such as 12.5."""

    json: ClassVar[dict[str, Any]] = {"type": "number"}

    def read(self, given: Any) -> Decimal:
        if isinstance(given, bool) or not isinstance(given, int | Decimal):
            raise Wrong(_("A number is needed here."))
        if not -(10**6) <= given <= 10**6:
            raise Wrong(_("%s is too large.") % given)
        return Decimal(given)

    def write(self, value: Decimal) -> int | Decimal:
        value = Decimal(value)
        return int(value) if value == value.to_integral_value() else value.normalize()


class Euros(Shape):
    """An amount in EUR with at most two decimals; in the product, cents."""

    json: ClassVar[dict[str, Any]] = {"type": "number", "minimum": 0, "multipleOf": 0.01}

    def read(self, given: Any) -> int:
        if isinstance(given, bool) or not isinstance(given, int | Decimal):
            raise Wrong(_("An amount in euros is needed here, such as 60000 or 1234.50."))
        cents = Decimal(given) * 100
        if cents != cents.to_integral_value() or not 0 <= cents < 10**13:
            raise Wrong(_("%s is no amount in euros and cents.") % given)
        return int(cents)

    def write(self, value: int) -> int | Decimal:
        return value // 100 if value % 100 == 0 else Decimal(value) / 100


class Rate(Shape):
    """A share, exact: "70 %" or "2/3"."""

    json: ClassVar[dict[str, Any]] = {"type": "string", "pattern": r"^[0-9]+(/[0-9]+|([.,][0-9]+)? ?%)$"}

    def read(self, given: Any) -> Fraction:
        try:
            return parse_rate(str(given))
        except ValueError as error:
            raise Wrong(str(error)) from error

    def write(self, value: Fraction) -> str:
        return format_rate(value).replace("\u00a0", " ")


class Truth(Shape):
    """true or false."""

    json: ClassVar[dict[str, Any]] = {"type": "boolean"}

    def read(self, given: Any) -> bool:
        if not isinstance(given, bool):
            raise Wrong(_("true or false is needed here."))
        return given


class Day(Shape):
    """A day: 2027-03-01."""

    json: ClassVar[dict[str, Any]] = {"type": "string", "format": "date"}

    def read(self, given: Any) -> date:
        try:
            return date.fromisoformat(str(given))
        except ValueError as error:
            raise Wrong(_("“%s” is no day; a day is written 2027-03-01.") % str(given)[:40]) from error

    def write(self, value: date) -> str:
        return value.isoformat()


class Moment(Shape):
    """Wall-clock time in the call's zone, "2027-03-01 17:00"; in the doubled hour of autumn with its offset, "… +02:00"."""

    json: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?( [+-][0-9]{2}:[0-9]{2})?$",
    }

    def read(self, given: Any) -> datetime:
        """Naive, or with its offset; the layout puts it into the zone."""
        if not isinstance(given, str) or not re.fullmatch(self.json["pattern"], given):
            raise Wrong(_("“%s” is no time; it is written 2027-03-01 17:00.") % str(given)[:40])
        stamp, _space, offset = given[11:].partition(" ")
        try:
            return datetime.fromisoformat(f"{given[:10]}T{stamp}{offset}")
        except ValueError as error:
            raise Wrong(_("“%s” does not exist in the calendar.") % given) from error

    def write(self, value: datetime) -> str:
        told = f"{value:%Y-%m-%d %H:%M}" + (f":{value.second:02d}" if value.second else "")
        if value.replace(fold=0).utcoffset() != value.replace(fold=1).utcoffset():
            offset = value.strftime("%z")
            told += f" {offset[:3]}:{offset[3:]}"
        return told


@dataclass(frozen=True)
class OneOf(Shape):
    """One of a few words."""

    words: Sequence[str]

    def read(self, given: Any) -> str:
        if given not in self.words:
            told = {"given": str(given)[:60], "words": ", ".join(self.words)}
            raise Wrong(_("“%(given)s” is not possible here. Possible: %(words)s.") % told)
        return str(given)

    def write(self, value: Any) -> str:
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class ListOf(Shape):
    """A list of one shape."""

    shape: Shape
    most: int = 300

    def collect(self, given: Any, path: Path, problems: list[Problem]) -> list[Any]:
        if not isinstance(given, list):
            problems.append(Problem(path, _("A list is needed here.")))
            return []
        if len(given) > self.most:
            told = {"n": len(given), "most": self.most}
            problems.append(Problem(path, _("%(n)d entries; at most %(most)d are possible.") % told))
            return []
        return [self.shape.collect(one, (*path, place), problems) for place, one in enumerate(given)]

    def write(self, value: Any) -> list[Any]:
        return [self.shape.write(one) for one in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.shape.schema(), "maxItems": self.most}


@dataclass(frozen=True)
class Countries(Shape):
    """A list of countries, or the word `world` for all of them."""

    listed: ListOf
    ALL: ClassVar[str] = "world"

    def collect(self, given: Any, path: Path, problems: list[Problem]) -> list[Any]:
        return sorted(WORLD) if given == self.ALL else self.listed.collect(given, path, problems)

    def write(self, value: Any) -> Any:
        return self.ALL if set(value) >= WORLD else self.listed.write(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"const": self.ALL}, self.listed.schema()]}


@dataclass(frozen=True)
class Key:
    """One name of a mapping. `attribute` is what it is called in the product."""

    name: str
    shape: Shape
    attribute: str = ""
    needed: bool = False
    nullable: bool = False
    """`null` says "none"; elsewhere it says as little as leaving the name out."""
    told: str = ""
    """What it means, for the page that describes the format."""

    @property
    def target(self) -> str:
        return self.attribute or self.name


@dataclass(frozen=True)
class Names(Shape):
    """A mapping of known names; unknown ones are refused."""

    keys: Sequence[Key]
    make: Callable[..., Any] = field(default=dict)
    take: Callable[[Any, str], Any] = field(default=getattr)
    whole: bool = False
    """Written with what is empty too: left out, a new call would begin with what the voucher type says."""

    def collect(self, given: Any, path: Path, problems: list[Problem]) -> Any:
        """What `make` makes of the values by attribute. What the file does not say is not there."""
        before = len(problems)
        if not isinstance(given, Mapping):
            problems.append(Problem(path, _("Names with values are needed here.")))
            return None
        known = {key.name: key for key in self.keys}
        for name in given:
            if name not in known:
                told = {"name": str(name)[:60], "known": ", ".join(known)}
                sentence = _("“%(name)s” is unknown here. Known: %(known)s.") % told
                problems.append(Problem((*path, name), sentence))
        values = {}
        for name, key in known.items():
            if given.get(name) is not None:
                values[key.target] = key.shape.collect(given[name], (*path, name), problems)
            elif key.needed:
                problems.append(Problem(path, _("“%s” is missing.") % name))
            elif name in given and key.nullable:
                values[key.target] = None
        return self.make(**values) if len(problems) == before else None

    def write(self, value: Any) -> dict[str, Any]:
        found = {key.name: (key, self.take(value, key.target)) for key in self.keys}
        return {
            name: None if one is None else key.shape.write(one)
            for name, (key, one) in found.items()
            if self.whole or key.needed or not (one is None or one in ("", [], {}))
        }

    def schema(self) -> dict[str, Any]:
        properties = {}
        for key in self.keys:
            described = key.shape.schema()
            if key.nullable:
                described = {"anyOf": [described, {"type": "null"}]}
            properties[key.name] = described | ({"description": str(key.told)} if key.told else {})
        return {
            "type": "object",
            "properties": properties,
            "required": [key.name for key in self.keys if key.needed],
            "additionalProperties": False,
        }
