"""IBAN and BIC as people type them."""

import pytest

from funding.bank import AccountError, clean_bic, clean_iban, is_same_name


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("IT60X0542811101000000123456", "IT60X0542811101000000123456"),
        (" it60 x054-2811.1010 0000 0123 456 ", "IT60X0542811101000000123456"),
        ("FR1420041010050500013M02606", "FR1420041010050500013M02606"),
        ("RO49AAAA1B31007593840000", "RO49AAAA1B31007593840000"),
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("ES9121000418450200051332", "ES9121000418450200051332"),
        ("NO9386011117947", "NO9386011117947"),
        ("BE68539007547034", "BE68539007547034"),  # a bank that the bundled list does not know
    ],
)
def test_clean_iban_takes_what_is_right(typed: str, expected: str) -> None:
    assert clean_iban(typed) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("IT60X0542811101000000123465", "mistyped"),  # two digits swapped
        ("IT06X0542811101000000123456", "mistyped"),
        ("NO9386011117948", "mistyped"),
        ("BE43539007547035", "mistyped"),  # right by mod 97, wrong by Belgium's own digits
        ("", "not an IBAN"),
        ("hello world", "not an IBAN|mistyped"),
        ("XX60X0542811101000000123456", "not an IBAN|mistyped"),
        ("BR1800360305000010009795493C1", "“BR” cannot be reached"),
    ],
)
def test_clean_iban_refuses_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(AccountError, match=sentence):
        clean_iban(typed)


@pytest.mark.parametrize(
    ("typed", "expected"), [("", ""), ("bcit it mm", "BCITITMM"), ("DEUTDEFF500", "DEUTDEFF500")]
)
def test_clean_bic_takes_what_is_right(typed: str, expected: str) -> None:
    assert clean_bic(typed) == expected


@pytest.mark.parametrize("typed", ["BCITITM", "BCITITMM1", "12345678", "BCIT1TMMXXXX"])
def test_clean_bic_refuses_what_is_wrong(typed: str) -> None:
    with pytest.raises(AccountError):
        clean_bic(typed)


@pytest.mark.parametrize(
    ("holder", "name", "expected"),
    [
        ("ROSSI MECCANICA SRL", "Rossi Meccanica S.r.l.", True),
        ("Société Générale", "SOCIÉTÉ GÉNÉRALE", True),
        ("Mario Rossi", "Rossi Meccanica S.r.l.", False),
    ],
)
def test_is_same_name_looks_past_case_and_points(holder: str, name: str, expected: bool) -> None:
    assert is_same_name(holder, name) is expected
