"""Numbers by which organisations are recognised, checked offline where a checker exists (id-01 to id-10). Pure."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.eu import nace as eu_nace
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidComponent
from stdnum.exceptions import ValidationError as InvalidNumber

from accounts import regions

NACE_REVISIONS = [("2.1", "NACE Rev. 2.1 (2025)"), ("2.0", "NACE Rev. 2 (2008)")]
LONGEST_VAT = 20
_OWN_LETTERS = {"GR": "EL", "GB": "UK"}
"""Countries whose letters in VAT numbers, EUID and NUTS are not those of ISO 3166: Greece uses EL (id-04)."""


def clean_vat(typed: str) -> str:
    """The VAT number in its compact form, Greece with EL. Raises ValidationError when its digits cannot be right.

    Without a checker for the country it is kept as typed, in capitals without spaces, and counts as unverified (id-06).
    """
    compact = "".join(typed.split()).upper()
    if not compact:
        return ""
    if compact.startswith("GR"):
        compact = "EL" + compact[2:]
    try:
        return str(eu_vat.validate(compact))
    except InvalidComponent as error:
        if len(compact) > LONGEST_VAT:
            raise ValidationError(
                _("A VAT number has at most %(n)d characters."), params={"n": LONGEST_VAT}
            ) from error
        return compact
    except InvalidNumber as error:
        raise ValidationError(
            _("“%(typed)s” is not a valid VAT number. Check the digits, such as FR61954506077."),
            params={"typed": typed},
        ) from error


def is_checked_vat(number: str) -> bool:
    """Whether the digits of a stored VAT number could be checked: there is a checker for its country."""
    return bool(eu_vat.is_valid(number))


def clean_pic(typed: str) -> str:
    """The participant identification code: nine digits (id-09). Raises ValidationError."""
    compact = "".join(typed.split())
    if compact and not re.fullmatch(r"[0-9]{9}", compact, re.ASCII):
        raise ValidationError(
            _("A PIC has 9 digits; “%(typed)s” has %(n)d characters."),
            params={"typed": typed, "n": len(compact)},
        )
    return compact


def clean_euid(typed: str) -> str:
    """The European unique identifier: country, register, point, number, such as DKCVR.11845118. Raises ValidationError."""
    compact = "".join(typed.split()).upper()
    if compact and not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{1,12}\.[A-Z0-9./_-]{1,40}", compact, re.ASCII):
        raise ValidationError(
            _(
                "“%(typed)s” is not an EUID. It has the country, the register, a point and the number, such as "
                "DKCVR.11845118."
            ),
            params={"typed": typed},
        )
    return compact


def own_letters(country: str) -> str:
    """The letters of a country in VAT numbers, EUID and NUTS, from its ISO code."""
    return _OWN_LETTERS.get(country, country)


def warnings(*, country: str, vat: str = "", euid: str = "") -> list[str]:
    """What should be looked at but may be right: numbers of another country (id-10), or without a checker (id-06)."""
    letters, found = own_letters(country), []
    if euid and euid[:2] != letters:
        sentence = _("The EUID begins with %(found)s, but the organisation is established in %(country)s.")
        found.append(str(sentence) % {"found": euid[:2], "country": letters})
    if vat and vat[:2] not in {letters, *({"XI"} if country == "GB" else ())}:
        sentence = _(
            "The VAT number begins with %(found)s, but the organisation is established in %(country)s."
        )
        found.append(str(sentence) % {"found": vat[:2], "country": letters})
    if vat and not is_checked_vat(vat):
        found.append(str(_("The VAT number could not be checked: there is no checker for its country.")))
    return found


def clean_nace(typed: str, revision: str) -> str:
    """The NACE code with its point, in a revision ("2.0" or "2.1"), where it has to exist (id-07). Raises ValidationError.

    Asked are a division, a group or a class (62, 62.1, 62.10), not a section letter alone.
    """
    code = "".join(typed.split()).upper().lstrip("ABCDEFGHIJKLMNOPQRSTUV")
    if not "".join(typed.split()):
        return ""
    try:
        return str(eu_nace.format(eu_nace.validate(code, revision=revision)))
    except InvalidNumber as error:
        name = dict(NACE_REVISIONS).get(revision, revision)
        raise ValidationError(
            _("“%(typed)s” does not exist in %(revision)s."), params={"typed": typed, "revision": name}
        ) from error


def clean_nuts(typed: str, country: str) -> str:
    """The NUTS code of the region (2024): the country's letters and one to three signs. Raises ValidationError."""
    code = "".join(typed.split()).upper()
    if not code:
        return ""
    letters = own_letters(country)
    if not re.fullmatch(r"[A-Z]{2}[0-9A-Z]{1,3}", code, re.ASCII) or code[:2] != letters:
        raise ValidationError(
            _(
                "“%(typed)s” is not a NUTS code of the country. It begins with %(letters)s and has up to three more "
                "signs, such as %(letters)s1."
            ),
            params={"typed": typed, "letters": letters},
        )
    if not regions.is_known(code):
        raise ValidationError(unknown_region(code))
    return code


def unknown_region(code: str) -> str:
    """What to say of a code of the right form that no region has in 2024, with those that begin alike."""
    near = "; ".join(regions.near(code))
    if not near:
        return str(_("No region has the code “%(code)s” in NUTS 2024.")) % {"code": code}
    sentence = _(
        "No region has the code “%(code)s” in NUTS 2024; some codes changed that year. Near to it: %(near)s."
    )
    return str(sentence) % {"code": code, "near": near}
