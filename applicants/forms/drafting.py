"""Forms of a draft and of what becomes of it."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.identifiers import clean_vat
from accounts.models import Organisation, User
from applicants.declarations import DECLARATIONS, Declaration
from applicants.models import Partner
from core.files import KINDS
from core.forms import EurField, Form, ModelForm, OnceField
from core.templatetags.prose import in_its_language

AMOUNTS = {"cost": "cost_cents", "asked": "requested_cents"}


class StartForm(Form):
    """For which of the person's organisations."""

    organisation = forms.ModelChoiceField(
        label=_("Who applies?"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the organisation that applies.")},
    )

    brought_by = forms.ModelChoiceField(
        label=_("Who told you about this call?"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        empty_label=_("Nobody of the project"),
        required=False,
        help_text=_("The partners of the project like to know; it has no influence on the decision."),
    )

    def __init__(
        self, data: Any = None, *, organisations: Sequence[Organisation], partners: Any = ()
    ) -> None:
        super().__init__(data)
        told = self.fields["brought_by"]
        told.queryset = Organisation.objects.filter(pk__in=partners)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
        field.choices = [
            (one.ref, f"{one.legal_name}, {countries.name(str(one.country))}") for one in organisations
        ]
        if len(organisations) == 1:
            self.initial["organisation"] = organisations[0].ref


class TitleForm(Form):
    """The project's title."""

    title = forms.CharField(
        label=_("Title of the project"),
        max_length=140,
        required=False,
        help_text=_("A few words that say what you will do. Evaluators see it first."),
        widget=forms.TextInput(attrs={"data-count": "characters", "data-max": 140}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("title")


class PartnersForm(Form):
    """Costs (where anything looks at them), support asked and task of each organisation; the names of the fields end in
    its reference."""

    def __init__(self, data: Any = None, *, partners: Sequence[Partner], asks_costs: bool = True) -> None:
        super().__init__(data)
        for partner in partners:
            ref, name = partner.organisation.ref, partner.organisation.legal_name
            if asks_costs:
                cost = EurField(label=_("Costs, EUR"), required=False)
                self._add(f"cost-{ref}", cost, partner.cost_cents, name)
            self._add(
                f"asked-{ref}",
                EurField(label=_("Support asked, EUR"), required=False),
                partner.requested_cents,
                name,
            )
            task = forms.CharField(
                label=_("Its part in the project"),
                max_length=300,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self._add(f"task-{ref}", task, partner.task, name)

    def _add(self, key: str, field: Any, initial: Any, owner: str) -> None:
        field.optional = key.startswith("task-")
        field.widget.attrs["aria-label"] = f"{field.label}: {owner}"
        self.fields[key] = field
        self.initial[key] = initial or ""


class PartnerForm(ModelForm):
    """An organisation that takes part, with its share. Known by its numbers it is recognised, not doubled."""

    task = forms.CharField(
        label=_("Its part in the project"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    cost_cents = EurField(label=_("Costs, EUR"), required=False)
    requested_cents = EurField(
        label=_("Support asked, EUR"), required=False, help_text=_("Nothing for a partner without support.")
    )

    class Meta:
        model = Organisation
        fields = ["legal_name", "country", "registration_number", "vat", "street", "postcode", "town", "size"]
        help_texts = {
            "legal_name": _("As in the register, with its legal form."),
            "vat": _("With the country's letters, such as FR61954506077."),
            "size": _("As the organisation declares itself, under Recommendation 2003/361/EC."),
        }

    def __init__(self, *args: Any, asks_costs: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_costs:
            del self.fields["cost_cents"]

    def _get_validation_exclusions(self) -> set[str]:
        """Whether the numbers are known already is for the verb to judge: then the organisation is recognised."""
        return super()._get_validation_exclusions() | {"registration_number", "vat"}

    def clean_vat(self) -> str:
        return clean_vat(self.cleaned_data.get("vat", ""))


class AskPartnerForm(Form):
    """Who is written to, where nobody speaks for the partner yet."""

    email = forms.EmailField(
        label=_("E-mail address of somebody who signs for it"),
        required=False,
        help_text=_("The person gets an invitation to speak for the organisation here."),
    )

    def __init__(self, data: Any = None, *, known: bool) -> None:
        super().__init__(data)
        self.unmark("email")
        if known:
            del self.fields["email"]


class ParticipationForm(Form):
    """Yes or no, with words."""

    confirms = forms.ChoiceField(
        label=_("Does your organisation take part?"),
        choices=[("yes", _("Yes, with the task and the amounts above")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )
    words = forms.CharField(
        label=_("Words to the applicant"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("With a no, say why."),
    )


class UploadForm(Form):
    """One file for each file question of a section: `file.<question>`. What is inside is checked by the verb."""

    def __init__(self, data: Any = None, files: Any = None, *, questions: Sequence[Any]) -> None:
        super().__init__(data, files)
        for question in questions:
            most = min(settings.MAX_UPLOAD_BYTES // 1048576, question.max_mb or 10_000)
            endings = endings_of(question.accept or KINDS)
            kinds = ", ".join(ending.lstrip(".").upper() for ending in endings)
            field = forms.FileField(
                label=question.label,
                required=False,
                allow_empty_file=True,
                help_text=format_html_join(
                    " ", "{}", ((part,) for part in _about(question, kinds, most) if part)
                ),
                widget=forms.FileInput(attrs={"accept": ",".join(endings)}),
            )
            field.optional = not question.required  # type: ignore[attr-defined]
            field.lang = question.label.foreign  # type: ignore[attr-defined]  # core.fieldview asks for it
            self.fields[f"file.{question.key}"] = field


def _about(question: Any, kinds: str, most: int) -> list[str]:
    """What is said about the files of a question: the call's own words, and what may be attached."""
    size = str(_("%(kinds)s, at most %(most)d MB.") % {"kinds": kinds, "most": most})
    pages = str(_("At most %(n)d pages.") % {"n": question.max_pages}) if question.max_pages else ""
    return [in_its_language(question.help), size, pages]


def endings_of(media_types: Collection[str]) -> list[str]:
    return sorted({ending for media in media_types for ending in KINDS.get(media, ())})


class SubmitForm(Form):
    """The declarations, and the key that makes a double click count once."""

    key = OnceField()

    def __init__(self, data: Any = None, *, asked: Sequence[Declaration] = DECLARATIONS) -> None:
        super().__init__(data)
        self.asked = asked
        for declaration in asked:
            self.fields[declaration.key] = forms.BooleanField(
                label=declaration.text,
                error_messages={"required": _("This has to be declared before you can submit.")},
            )

    def declared(self) -> list[str]:
        """The keys of what was confirmed."""
        return [one.key for one in self.asked if self.cleaned_data.get(one.key)]


class SignatureForm(Form):
    """What a writer says to those who sign."""

    words = forms.CharField(
        label=_("Words to those who sign"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They get them by e-mail, with the way here."),
    )


class GiveForm(Form):
    """Which colleague sees to a question, and a word with it."""

    assignee = forms.ModelChoiceField(
        label=_("Who sees to it?"),
        queryset=User.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a colleague.")},
    )
    words = forms.CharField(
        label=_("Words with it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The colleague gets them by e-mail."),
    )

    def __init__(self, data: Any = None, *, colleagues: Any) -> None:
        super().__init__(data)
        self.fields["assignee"].queryset = colleagues.order_by("full_name", "pk")


class SendBackForm(Form):
    """What has to be changed before it is signed."""

    words = forms.CharField(
        label=_("What has to be changed?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who sent it reads this, by e-mail and on the application's page."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("words")


class RemovalForm(Form):
    """Why an entry is taken out of the catalogue."""

    reason = forms.CharField(
        label=_("Why is it taken out?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The entry's people read it. Files that chose the entry already keep it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("reason")


class WithdrawForm(Form):
    """Why; nobody has to say it."""

    reason = forms.CharField(
        label=_("Why do you withdraw?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The call office reads it."),
    )
