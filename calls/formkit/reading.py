"""Reading pieces of a definition out of JSON, each mistake with its place. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit.model import DefinitionError
from core.localised import Localised, localised

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = frozenset({"changed", "csrfmiddlewaretoken"})
"""Names that the pages of a draft use themselves: `changed` tells what an autosave brings."""

LARGEST_FIGURE = 10**15


def figure(raw: Mapping[str, Any], name: str, place: str) -> int | None:
    """A whole number, or None when it is not given."""
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_FIGURE:
        raise DefinitionError(place, _("“%(name)s” is not a whole number we can use.") % {"name": name})
    return value


def figure_between(raw: Mapping[str, Any], name: str, place: str, low: int, high: int) -> int | None:
    """A whole number from `low` to `high`, or None when it is not given."""
    value = figure(raw, name, place)
    if value is not None and not low <= value <= high:
        raise DefinitionError(
            place,
            _("“%(name)s” is %(value)d; it has to be between %(low)d and %(high)d.")
            % {"name": name, "value": value, "low": low, "high": high},
        )
    return value


def truth(raw: Mapping[str, Any], name: str, place: str, *, default: bool = False) -> bool:
    """Yes or no."""
    value = raw.get(name, default)
    if not isinstance(value, bool):
        raise DefinitionError(place, _("“%(name)s” is yes or no.") % {"name": name.capitalize()})
    return value


def mapping(raw: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise DefinitionError(place, _("This part of the form cannot be read."))
    return raw


def list_of(raw: Mapping[str, Any], name: str, place: str) -> Sequence[Any]:
    given = raw.get(name, []) if isinstance(raw, Mapping) else None
    if not isinstance(given, list | tuple):
        raise DefinitionError(place, _("“%s” has to be a list.") % name)
    return given


def key_of(raw: Mapping[str, Any], place: str) -> str:
    key = raw.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise DefinitionError(
            place, _("The key is made of small letters, figures and _, and begins with a letter.")
        )
    if key in RESERVED:
        raise DefinitionError(place, _("“%s” cannot be a key: the page itself uses this name.") % key)
    return key


def text(raw: Mapping[str, Any], name: str, place: str, *, needed: str = "") -> Localised:
    given = raw.get(name)
    if given is not None and not isinstance(given, str | Mapping):
        raise DefinitionError(place, _("“%s” has to be a text.") % name)
    words = localised(given)
    if needed and not words:
        raise DefinitionError(place, needed)
    return words


def one_of(raw: Mapping[str, Any], name: str, place: str, allowed: Sequence[str], default: str) -> str:
    """One of a few words."""
    value = raw.get(name) or default
    if value not in allowed:
        raise DefinitionError(
            place,
            _("“%(value)s” is not possible for “%(name)s”. Possible: %(allowed)s.")
            % {"value": str(value)[:40], "name": name, "allowed": ", ".join(allowed)},
        )
    return str(value)


def refuse_repeated(pairs: Sequence[tuple[str, str]], sentence: str) -> None:
    """Raise for the first key that is there twice; `pairs` of place and key."""
    seen: set[str] = set()
    for place, key in pairs:
        if key in seen:
            raise DefinitionError(place, sentence % key)
        seen.add(key)
