"""Codes people know their region and activity by: NUTS and NACE, checked by their shape and first part. Pure.

The lists themselves change every few years (NUTS 2021, 2024; NACE Rev. 2, 2.1) and are not kept here: what is checked
is what cannot be otherwise, the country of a region and the division of an activity.
"""

import re
from collections.abc import Collection

from django.utils.translation import gettext as _

from calls import countries

NUTS_COUNTRY = {"GR": "EL", "GB": "UK"}
"""ISO code to the one that NUTS uses."""

_NUTS = re.compile(r"(?P<country>[A-Z]{2})(?P<rest>[0-9A-Z]{0,3})")
_NACE = re.compile(r"[A-V]?(?P<division>[0-9]{2})(?:\.?(?P<rest>[0-9]{1,2}))?")
_DIVISIONS = frozenset(
    [
        *range(1, 4), *range(5, 10), *range(10, 34), *range(35, 40), *range(41, 44), *range(45, 48), *range(49, 54),
        *range(55, 57), *range(58, 64), *range(64, 67), 68, *range(69, 76), *range(77, 83), 84, 85, *range(86, 89),
        *range(90, 94), *range(94, 97), 97, 98, 99,
    ]
)  # fmt: skip
_GONE = {"2.1": frozenset({45}), "2.0": frozenset[int]()}
"""Rev. 2.1 (Delegated Regulation 2023/137, in use since 2025) has no division 45 any more."""


class CodeError(ValueError):
    """What was typed is no such code. `message` is a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def clean_nuts(typed: str, *, level: int, allowed: Collection[str] = ()) -> str:
    """The region's code in capitals: ITC1, FRL0. `level` 0 to 3 is how deep it has to be at least; `allowed` are ISO
    codes of countries. Raises CodeError."""
    code = "".join(typed.split()).upper()
    match = _NUTS.fullmatch(code)
    if match is None:
        raise CodeError(_("“%s” is not a NUTS code. Write it like ITC1 or FRL0.") % typed[:40])
    country = match["country"]
    if country in NUTS_COUNTRY:
        raise CodeError(
            _("In NUTS codes this country is %(code)s: write %(example)s.")
            % {"code": NUTS_COUNTRY[country], "example": NUTS_COUNTRY[country] + match["rest"]}
        )
    iso = {nuts: iso for iso, nuts in NUTS_COUNTRY.items()}.get(country, country)
    if iso not in countries.EU | countries.NEIGHBOURS:
        raise CodeError(
            _("“%(code)s” is not a country with NUTS regions: see the first two letters of “%(typed)s”.")
            % {"code": country, "typed": typed[:40]}
        )
    if allowed and iso not in allowed:
        raise CodeError(
            _("%(country)s is not one of the countries asked for: %(allowed)s.")
            % {"country": countries.name_of(iso), "allowed": countries.in_words(allowed)}
        )
    if len(match["rest"]) < level:
        raise CodeError(
            _("“%(typed)s” is too wide: a region of level %(level)d has %(n)d characters.")
            % {"typed": typed[:40], "level": level, "n": level + 2}
        )
    return code


def clean_nace(typed: str, *, revision: str, level: int) -> str:
    """The activity's code: 28, 28.4 or 28.49; a letter before it is dropped. `level` 2 to 4 is how many figures it has
    at least. Raises CodeError."""
    match = _NACE.fullmatch("".join(typed.split()).upper())
    if match is None:
        raise CodeError(_("“%s” is not a NACE code. Write it like 28.49.") % typed[:40])
    division = int(match["division"])
    if division not in _DIVISIONS or division in _GONE.get(revision, frozenset()):
        raise CodeError(
            _("NACE Rev. %(revision)s has no division %(division)s.")
            % {"revision": revision.removesuffix(".0"), "division": match["division"]}
        )
    rest = match["rest"] or ""
    if 2 + len(rest) < level:
        raise CodeError(
            _("“%(typed)s” is too wide: give %(n)d figures, like %(example)s.")
            % {"typed": typed[:40], "n": level, "example": "28.49"[: level + 1]}
        )
    return f"{match['division']}.{rest}" if rest else match["division"]
