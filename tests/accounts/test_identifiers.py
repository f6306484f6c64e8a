"""Identifiers, checked offline: the id- cases by their numbers."""

import pytest
from django.core.exceptions import ValidationError

from accounts.identifiers import (
    clean_euid,
    clean_nace,
    clean_nuts,
    clean_pic,
    clean_vat,
    is_checked_vat,
    warnings,
)


def refusal(check, *args):
    with pytest.raises(ValidationError) as caught:
        check(*args)
    return caught.value.messages[0]


def test_id_01_spaces_are_taken_out():
    assert (clean_vat("FR 61 954 506 077"), clean_vat("it00743110157"), clean_vat(" ")) == (
        "FR61954506077",
        "IT00743110157",
        "",
    )


@pytest.mark.parametrize(
    "number", ["DE136695976", "IT00743110157", "RO18547290", "ESB58378431", "EL094259216", "XI980780684"]
)
def test_id_03_numbers_of_the_union_are_checked(number):
    assert (clean_vat(number), is_checked_vat(number)) == (number, True)


def test_id_04_greece_uses_el():
    assert clean_vat("GR094259216") == "EL094259216"
    assert refusal(clean_vat, "GR094259217").startswith("“GR094259217” is not a valid VAT number")


@pytest.mark.parametrize("typed", ["BA 4200 1234", "GE123", "IS12345", "XK1", "CH123456"])
def test_id_06_country_without_a_checker_is_kept_and_marked(typed):
    stored = clean_vat(typed)
    assert (stored, is_checked_vat(stored)) == ("".join(typed.split()), False)
    assert warnings(country=stored[:2], vat=stored) == [
        "The VAT number could not be checked: there is no checker for its country."
    ]


def test_number_without_a_checker_has_an_end():
    assert refusal(clean_vat, "CH" + "1" * 19) == "A VAT number has at most 20 characters."


@pytest.mark.parametrize("typed", ["FR61954506078", "IT1", "DE000000000"])
def test_digits_that_cannot_be_right_are_refused(typed):
    assert "is not a valid VAT number" in refusal(clean_vat, typed)


@pytest.mark.parametrize(
    ("typed", "revision", "stored"),
    [("62.01", "2.0", "62.01"), ("62.10", "2.1", "62.10"), ("J 62", "2.0", "62"), ("i5510", "2.0", "55.10")],
)
def test_id_07_nace_exists_in_its_revision(typed, revision, stored):
    assert clean_nace(typed, revision) == stored


@pytest.mark.parametrize("typed", ["62.01", "J", "x"])
def test_id_07_nace_of_another_revision_is_refused(typed):
    assert refusal(clean_nace, typed, "2.1") == f"“{typed}” does not exist in NACE Rev. 2.1 (2025)."
    assert clean_nace("", "2.1") == ""


def test_id_09_pic_has_nine_digits():
    assert (clean_pic("999 999 999"), clean_pic("")) == ("999999999", "")
    assert refusal(clean_pic, "99999999") == "A PIC has 9 digits; “99999999” has 8 characters."
    assert refusal(clean_pic, "99999999X").startswith("A PIC has 9 digits")


@pytest.mark.parametrize(
    "number",
    ["DKCVR.11845118", "ELGEMI.077700527000", "MTROC.C22796", "CYDRCOR.HE139104", "DEX1517R.HRB395KI"],
)
def test_euid_of_many_registers_is_taken(number):
    assert clean_euid(f" {number.lower()} ") == number


def test_id_10_euid_of_another_country_is_a_warning():
    assert warnings(country="SE", euid="DKCVR.11845118") == [
        "The EUID begins with DK, but the organisation is established in SE."
    ]
    assert warnings(country="GR", euid="ELGEMI.077700527000", vat="EL094259216") == []
    assert warnings(country="DE", vat="FR61954506077") == [
        "The VAT number begins with FR, but the organisation is established in DE."
    ]


def test_text_that_is_no_euid_is_refused():
    assert "is not an EUID" in refusal(clean_euid, "11845118")


@pytest.mark.parametrize(
    ("typed", "country", "stored"), [("frl04", "FR", "FRL04"), ("EL30", "GR", "EL30"), ("", "FR", "")]
)
def test_nuts_code_belongs_to_the_country(typed, country, stored):
    assert clean_nuts(typed, country) == stored


@pytest.mark.parametrize(
    ("typed", "country"), [("FRL04", "IT"), ("FR", "FR"), ("FRL045", "FR"), ("12", "FR")]
)
def test_nuts_code_that_cannot_be_is_refused(typed, country):
    assert "is not a NUTS code of the country" in refusal(clean_nuts, typed, country)
