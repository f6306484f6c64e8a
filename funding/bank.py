"""Checking bank accounts: IBAN and BIC as standards know them. Pure."""

import re

from django.utils.translation import gettext as _
from stdnum import bic as _bic
from stdnum import iban as _iban
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

SEPA = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA".split()
)
"""Countries whose accounts a SEPA credit transfer reaches (EPC list of the SEPA schemes' geographical scope)."""


class AccountError(ValueError):
    """What was typed is no account number. `message` is a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def clean_iban(typed: str) -> str:
    """The IBAN without spaces, in capitals, after the check of its length, digits and country.

    Raises AccountError for a mistyped one (ISO 13616: mod 97) and for a country no SEPA transfer reaches.
    """
    number = re.sub(r"[\s.-]", "", typed).upper()
    example = "IT60 X054 2811 1010 0000 0123 456"
    try:
        number = _iban.validate(number, check_country=False)
        _check_national_digits(number)
    except InvalidChecksum as error:
        raise AccountError(
            _("This IBAN is mistyped: its check digits do not fit. Compare it again.")
        ) from error
    except ValidationError as error:
        raise AccountError(
            _("This is not an IBAN. It looks like %(example)s.") % {"example": example}
        ) from error
    if number[:2] not in SEPA:
        raise AccountError(
            _("Accounts in “%(country)s” cannot be reached by a euro transfer (SEPA). Give one that can.")
            % {"country": number[:2]}
        )
    return str(number)


def _check_national_digits(number: str) -> None:
    """Where a country has check digits of its own (BE, ES, ME, NO). A Belgian bank that the bundled list does not know
    is no mistake: the list ages."""
    try:
        _iban.validate(number)
    except InvalidComponent:
        if not number.startswith("BE"):
            raise


def clean_bic(typed: str) -> str:
    """The BIC in capitals, 8 or 11 characters; empty stays empty, since a euro transfer needs none.

    Raises AccountError for anything else (ISO 9362).
    """
    number = re.sub(r"\s", "", typed).upper()
    if not number:
        return ""
    try:
        return str(_bic.validate(number))
    except ValidationError as error:
        raise AccountError(
            _("This is not a BIC. It has 8 or 11 letters and digits, like BCITITMM.")
        ) from error


def is_same_name(holder: str, legal_name: str) -> bool:
    """Does the account's holder read like the legal name? Case, spaces and punctuation do not matter."""
    return _plain(holder) == _plain(legal_name)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
