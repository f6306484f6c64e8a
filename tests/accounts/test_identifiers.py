"""VAT numbers, checked offline."""

import pytest
from django.core.exceptions import ValidationError

from accounts.identifiers import clean_vat


@pytest.mark.parametrize(
    "typed, stored",
    [
        ("", ""),
        ("FR 61 954 506 077", "FR61954506077"),
        ("it00743110157", "IT00743110157"),
        ("ch 123 456", "CH123456"),
    ],
)
def test_clean_vat_gives_the_compact_form(typed, stored):
    assert clean_vat(typed) == stored


@pytest.mark.parametrize("typed", ["FR61954506078", "IT1", "DE000000000"])
def test_clean_vat_refuses_digits_that_cannot_be_right(typed):
    with pytest.raises(ValidationError, match="is not a valid VAT number"):
        clean_vat(typed)
