"""What people type about themselves and their organisation."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import clean_euid, clean_nace, clean_nuts, clean_pic, clean_vat
from accounts.models import Membership, Organisation, User
from core.bots import PaceCheck
from core.forms import Form, ModelForm

_ZONES = ("Europe/", "Atlantic/", "Asia/Nicosia", "Asia/Tbilisi", "Indian/Reunion", "America/Cayenne", "UTC")


class SignupForm(PaceCheck):
    """What the sign-up asks besides e-mail and password."""

    full_name = forms.CharField(label=_("Your full name"), max_length=120)
    field_order = ["full_name", "email", "password1", "password2"]

    def signup(self, request: Any, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.language = get_language() or user.language
        user.save(update_fields=["full_name", "language"])


class ProfileForm(ModelForm):
    """A person's own settings: the name others see, the language of mails, the zone of the own calendar."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Of the pages you read, and of the e-mails and documents you get."),
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
        self.fields["zone"].choices = choices


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
            "euid",
            "pic",
            "street",
            "postcode",
            "town",
            "nuts",
            "nace",
            "nace_revision",
            "size",
            "founded_on",
            "website",
        ]
        widgets = {"founded_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "legal_name": _(
                "As in the register, with its legal form. A natural person: first name and family name."
            ),
            "vat": _("With the country's letters, such as FR61954506077."),
            "euid": _("The European identifier of business registers, such as DKCVR.11845118."),
            "pic": _(
                "Nine digits, if you have one from the Funding and Tenders Portal. Most SMEs need none."
            ),
            "nuts": _("Such as FRL04 or ITC1. Some calls take only certain regions."),
            "nace": _("Such as 62.10. Some calls take only certain activities."),
            "size": _(
                "As declared by you, under Recommendation 2003/361/EC; for a person without a firm: natural person."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("vat", "pic", "nuts", "nace"):  # spaces people type count only until they are taken out
            self.fields[name] = forms.CharField(
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
                max_length=40,
                required=False,
            )
        self.fields["nace_revision"].required = False
        self.unmark("nace_revision")

    def _get_validation_exclusions(self) -> set[str]:
        """Whether the numbers are known already is for the verb to judge: a partner named by others may be claimed."""
        return super()._get_validation_exclusions() | {"registration_number", "vat"}

    def clean_vat(self) -> str:
        return clean_vat(self.cleaned_data.get("vat", ""))

    def clean_pic(self) -> str:
        return clean_pic(self.cleaned_data.get("pic", ""))

    def clean_euid(self) -> str:
        return clean_euid(self.cleaned_data.get("euid", ""))

    def clean_nuts(self) -> str:
        country = str(self.cleaned_data.get("country", ""))
        return clean_nuts(self.cleaned_data.get("nuts", ""), country) if country else ""

    def clean_nace_revision(self) -> str:
        return self.cleaned_data.get("nace_revision") or self.instance.nace_revision

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        try:
            data["nace"] = clean_nace(data.get("nace", ""), data.get("nace_revision", "2.1"))
        except forms.ValidationError as error:
            self.add_error("nace", error)
        return data


class RegisterForm(Form):
    """The account of an invited person; the address is fixed by the invitation."""

    full_name = forms.CharField(label=_("Your full name"), max_length=120)
    password = forms.CharField(
        label=_("Choose a password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Three or four words are easy to remember."),
        strip=False,
    )
    password_again = forms.CharField(
        label=_("The password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        again = data.pop("password_again", None)
        if "password" in data and again != data["password"]:
            self.add_error("password_again", gettext("The two passwords differ. Type the second one again."))
        return data


class RoleForm(Form):
    """What a colleague may do."""

    role = forms.ChoiceField(
        label=pgettext_lazy("what somebody is allowed to do", "May"), choices=Membership.Role.choices
    )


class InviteForm(Form):
    """Who is asked to write, or also sign, for the organisation."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The invitation goes there; it lives for 30 days.")
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("what somebody is allowed to do", "May"),
        choices=[
            (Membership.Role.MEMBER, _("write: fill in applications and reports")),
            (
                Membership.Role.SIGNATORY,
                _("write and sign: also submit, sign agreements, and decide who belongs here"),
            ),
        ],
        initial=Membership.Role.MEMBER,
        widget=forms.RadioSelect,
    )


class JoinForm(Form):
    """What those who sign should know of the person that asks."""

    words = forms.CharField(
        label=_("Who you are there"),
        max_length=500,
        help_text=_(
            "Such as your task and whom they know you by. Those who sign for the organisation read it."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AdmitForm(Form):
    """The answer to who asks to be admitted."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            ("member", _("Admit: writes")),
            ("signatory", _("Admit: writes and signs")),
            ("refuse", _("Refuse")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        """`admit` and `role`, as the verb takes them."""
        given = (super().clean() or {}).get("answer", "refuse")
        return {"admit": given != "refuse", "role": "member" if given == "refuse" else given}
