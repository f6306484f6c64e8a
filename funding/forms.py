"""What people type about a project."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import EurField, Form
from funding.models import DEFAULT_CEILING_CENTS, Project, SupportCeiling


class KpiForm(Form):
    """Something that counts towards a target."""

    delta = forms.IntegerField(label=_("How many"), initial=1, min_value=-10000, max_value=10000)
    note = forms.CharField(
        label=_("What, and how it is known"),
        max_length=200,
        help_text=_("For the auditor: event, date, evidence."),
    )


class LookForm(Form):
    """How a project looks: its colour and its logo."""

    accent = forms.CharField(
        label=_("Colour"),
        max_length=7,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "#1d4f91"}),
        help_text=_(
            "Of links, buttons and headings, as six digits such as #1d4f91. By night a lighter tone of it is used. Empty: "
            "the product's own blue."
        ),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_(
            "PNG or JPEG, at most 1 MB. It stands at the head of the pages, never larger than the EU emblem."
        ),
    )
    remove_logo = forms.BooleanField(label=_("Take the logo away"), required=False)


class BankForm(Form):
    """The account to which money is repaid."""

    holder = forms.CharField(label=_("Account holder"), max_length=70)
    iban = forms.CharField(
        label="IBAN",
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    bic = forms.CharField(
        label="BIC",
        max_length=14,
        required=False,
        help_text=_("A euro transfer works without it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CeilingForm(Form):
    """The most one third party may receive, and what counts."""

    limit_cents = EurField(label=_("At most per third party, EUR"), min_cents=1)
    scope = forms.ChoiceField(
        label=_("Who is one third party?"),
        choices=SupportCeiling.Scope.choices,
        initial=SupportCeiling.Scope.ENTITY,
        widget=forms.RadioSelect,
        help_text=_("Linked groups are told by the owners and holdings that organisations state."),
    )
    net_of_release = forms.BooleanField(
        label=_("Money that was de-committed makes room again"), required=False, initial=True
    )
    sisters = forms.ModelMultipleChoiceField(
        label=_("Other projects whose support counts, too"),
        queryset=Project.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=1000,
        required=False,
        help_text=_(
            "Where the grant agreement allows it, such as “Annex 1, section 4”. Needed above 60 000 EUR."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(data)
        self.fields["sisters"].queryset = Project.objects.exclude(pk=project.pk)
        self.initial["limit_cents"] = DEFAULT_CEILING_CENTS
