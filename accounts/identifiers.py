"""Numbers by which organisations are recognised, checked offline where a checker exists (id-01 to id-06). Pure."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidComponent
from stdnum.exceptions import ValidationError as InvalidNumber


def clean_vat(typed: str) -> str:
    """The VAT number in its compact form. Raises ValidationError when its digits cannot be right.

    Without a checker for the country it is kept as typed, in capitals without spaces.
    """
    if not typed:
        return ""
    try:
        return str(eu_vat.validate(typed))
    except InvalidComponent:
        return "".join(typed.split()).upper()
    except InvalidNumber as error:
        raise ValidationError(
            _("“%(typed)s” is not a valid VAT number. Check the digits, such as FR61954506077."),
            params={"typed": typed},
        ) from error
