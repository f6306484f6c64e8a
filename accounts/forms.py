"""What people type about themselves and their organisation."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import clean_vat
from accounts.models import Organisation, User
from core.forms import ModelForm

_ZONES = ("Europe/", "Atlantic/", "Asia/Nicosia", "Asia/Tbilisi", "Indian/Reunion", "America/Cayenne", "UTC")


class SignupForm(forms.Form):
    """What the sign-up asks besides e-mail and password."""

    full_name = forms.CharField(label=_("Your full name"), max_length=120)
    field_order = ["full_name", "email", "password1", "password2"]

    def signup(self, request: Any, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])


class ProfileForm(ModelForm):
    """A person's own settings: the name others see, the language of mails, the zone of the own calendar."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of the e-mails and documents you get."),
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "For “today” on your home page. Deadlines are always told in the zone of their call too."
        ),
    )

    class Meta:
        model = User
        fields = ["full_name", "language", "zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = {zone for zone in available_timezones() if zone.startswith(_ZONES)} | {self.instance.zone}
        choices = [(zone, zone.replace("_", " ")) for zone in sorted(zones)]
        self.fields["zone"].choices = choices  # type: ignore[attr-defined]


class OrganisationForm(ModelForm):
    """An organisation's data, entered once and used by every application."""

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
        widgets = {"founded_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "legal_name": _("As in the register, with its legal form."),
            "vat": _("With the country's letters, such as FR61954506077."),
            "size": _("As declared by you, under Recommendation 2003/361/EC."),
        }

    def _get_validation_exclusions(self) -> set[str]:
        """Whether the numbers are known already is for the verb to judge: a partner named by others may be claimed."""
        return super()._get_validation_exclusions() | {"registration_number", "vat"}

    def clean_vat(self) -> str:
        return clean_vat(self.cleaned_data.get("vat", ""))
