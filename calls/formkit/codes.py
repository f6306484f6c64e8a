"""Codes people know their region and activity by: NUTS and NACE. Pure.

A NACE code has to exist in its revision: the lists of Rev. 2 and Rev. 2.1 come with python-stdnum. A NUTS code
has to exist in NUTS 2024 (`accounts.regions`); where a country's regions are on no list its shape has to do.
"""

import re
from collections.abc import Collection

from django.utils.translation import gettext as _
from stdnum.eu import nace as eu_nace
from stdnum.exceptions import ValidationError as NotInList

from accounts import regions
from accounts.identifiers import unknown_region
from calls import countries

NUTS_COUNTRY = {"GR": "EL", "GB": "UK"}
"""ISO code to the one that NUTS uses."""

_NUTS = re.compile(r"(?P<country>[A-Z]{2})(?P<rest>[0-9A-Z]{0,3})")
_NACE = re.compile(r"[A-V]?(?P<division>[0-9]{2})(?:\.?(?P<rest>[0-9]{1,2}))?")


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
    if not regions.is_known(code):
        raise CodeError(unknown_region(code))
    return code


def clean_nace(typed: str, *, revision: str, level: int) -> str:
    """The activity's code: 28, 28.4 or 28.41; a letter before it is dropped. `level` 2 to 4 is how many figures it has
    at least. Raises CodeError, also for a code that does not exist in the revision (id-07)."""
    match = _NACE.fullmatch("".join(typed.split()).upper())
    if match is None:
        raise CodeError(_("“%s” is not a NACE code. Write it like 28.41.") % typed[:40])
    if not nace_label(match["division"], revision):
        raise CodeError(
            _("NACE Rev. %(revision)s has no division %(division)s.")
            % {"revision": revision.removesuffix(".0"), "division": match["division"]}
        )
    rest = match["rest"] or ""
    code = f"{match['division']}.{rest}" if rest else match["division"]
    if not nace_label(code, revision):
        told = {"revision": revision.removesuffix(".0"), "code": code}
        raise CodeError(_("“%(code)s” does not exist in NACE Rev. %(revision)s.") % told)
    if 2 + len(rest) < level:
        raise CodeError(
            _("“%(typed)s” is too wide: give %(n)d figures, like %(example)s.")
            % {"typed": typed[:40], "n": level, "example": "28.41"[: level + 1]}
        )
    return code


def nace_label(code: str, revision: str) -> str:
    """What a section (a letter), division, group or class is called in that revision ("2.0" or "2.1"), in English as
    published; empty for a code that does not exist there."""
    try:
        return str(eu_nace.get_label(code.replace(".", ""), revision=revision))
    except NotInList:
        return ""


def nace_section(code: str, revision: str) -> str:
    """The letter of the section a code belongs to; empty for one that does not exist in that revision."""
    try:
        plain = eu_nace.validate(code.replace(".", ""), revision=revision)
        return plain if plain.isalpha() else str(eu_nace.info(plain, revision=revision)["section"])
    except NotInList:
        return ""
