"""The countries a call can be open to: ISO codes, in groups, and in words. Pure."""

from collections.abc import Collection
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_countries import countries

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
NEIGHBOURS = frozenset("AL AM BA CH GB GE IL IS LI MD ME MK NO RS TN TR UA XK".split())
"""Countries that are, were or may become associated to a programme: which of them counts is the call's own rule."""
WORLD = frozenset(code for code, _name in countries) | EU | NEIGHBOURS
"""Every country there is (ISO 3166-1, and Kosovo)."""
ELSEWHERE = WORLD - EU - NEIGHBOURS
"""The rest of the world, for the few programmes that support anybody (domain.md 1.4, NLnet)."""


def name_of(code: str) -> str:
    """The country's name in the active language; the code itself for one nobody knows."""
    return _name_of(code, get_language())


@lru_cache(maxsize=4096)
def _name_of(code: str, language: str | None) -> str:
    """Kept by language: a list of all countries is asked for often, and each name costs a look into the catalogues."""
    return _("Kosovo") if code == "XK" else countries.name(code) or code


def choices(codes: Collection[str]) -> list[tuple[str, str]]:
    """Codes with their names, by name."""
    return sorted(((code, name_of(code)) for code in codes), key=lambda pair: pair[1])


def in_words(codes: Collection[str]) -> str:
    """ "EU Member States, Norway": the Union in two words when all of it is there."""
    chosen = set(codes)
    if chosen >= WORLD:
        return _("all countries of the world")
    parts = []
    if chosen >= EU:
        parts.append(_("EU Member States"))
        chosen -= EU
    parts += [name for _code, name in choices(chosen)]
    return ", ".join(parts)
