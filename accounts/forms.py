"""What people type about themselves and their organisation."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidComponent, ValidationError

from accounts.models import Organisation, User
from core.forms import ModelForm

_VAT_PREFIXES = {"GR": "EL"}


class SignupForm(forms.Form):
    """What the sign-up asks besides e-mail and password."""

    full_name = forms.CharField(label=_("Your full name"), max_length=120)
    field_order = ["full_name", "email", "password1", "password2"]

    def signup(self, request: Any, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])


class ProfileForm(ModelForm):
    class Meta:
        model = User
        fields = ["full_name", "language"]
        widgets = {"language": forms.Select}


class OrganisationForm(ModelForm):
    """An organisation's data. The VAT number is checked offline where a checker exists (id-01 to id-06)."""

    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = [
            "legal_name",
            "country",
            "registration_number",
            "vat",
            "street",
            "postcode",
            "town",
            "size",
            "founded_on",
            "website",
        ]
        widgets = {"founded_on": forms.DateInput(attrs={"type": "date"})}
        help_texts = {
            "vat": _("Optional. With the country's letters, such as FR61954506077."),
            "size": _("As declared by you, under Recommendation 2003/361/EC."),
        }

    def validate_constraints(self) -> None:
        """Whether the numbers are already known is for the verb to judge: a partner named by others may be claimed."""

    def clean_vat(self) -> str:
        typed = self.cleaned_data.get("vat", "")
        if not typed:
            return ""
        try:
            return eu_vat.validate(typed)
        except InvalidComponent:
            return "".join(typed.split()).upper()  # no checker for this country: kept as text
        except ValidationError as error:
            raise forms.ValidationError(
                _("“%(typed)s” is not a valid VAT number. Check the digits, such as FR61954506077."),
                params={"typed": typed},
            ) from error
