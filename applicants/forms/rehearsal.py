"""What is typed for a test submission: a title, made-up organisations with their share, and the form of the call."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import NACE_REVISIONS, clean_nace, clean_nuts
from accounts.models import Organisation
from applicants.rehearsing import MadeUp, key_of
from calls import countries
from core.forms import EurField, Form

MARK = "organisation."
"""What the names of boxes about organisations begin with: no question of a form has a point in its name."""
PROJECT = "test.project"
OWN = (PROJECT, MARK, "do.organisation", "do.submit", "csrfmiddlewaretoken")
"""What the names of our own boxes and buttons begin with."""
AMOUNTS = ("cost_cents", "requested_cents", "held_cents", "aid_cents")


def number_in(data: Mapping[str, Any]) -> int:
    """How many organisations were sent; at least one."""
    numbers = {name[len(MARK) :].partition("-")[0] for name in data if name.startswith(MARK)}
    return max([1, *(int(one) for one in numbers if one.isdecimal() and len(one) < 3)])


class RehearsalForm(Form):
    """The title of the made-up project."""

    title = forms.CharField(label=_("Title of the project"), max_length=140, required=False)

    def __init__(self, data: Any = None, *, title: str = "") -> None:
        super().__init__(data, prefix=PROJECT, initial={"title": title})
        self.unmark("title")


class MadeUpForm(Form):
    """One made-up organisation, with the facts that the call looks at, and its share. What a real applicant may leave empty
    may be left empty here: the rules tell what is missing."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=200)
    country = forms.ChoiceField(label=_("Country"))
    size = forms.ChoiceField(label=_("Size"), choices=Organisation.Size.choices)
    town = forms.CharField(label=_("Town"), max_length=100, required=False)
    registration_number = forms.CharField(label=_("Registration number"), max_length=40, required=False)
    founded_on = forms.DateField(
        label=_("Founded on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    nuts = forms.CharField(label=_("Region (NUTS code)"), max_length=10, required=False)
    nace = forms.CharField(label=_("Main activity (NACE code)"), max_length=12, required=False)
    nace_revision = forms.ChoiceField(label=_("Revision of the code"), choices=NACE_REVISIONS)
    cost_cents = EurField(label=_("Costs, EUR"), required=False)
    requested_cents = EurField(label=_("Support asked, EUR"), required=False)
    held_cents = EurField(
        label=_("Support it holds already from this project, EUR"),
        required=False,
        help_text=_("As if it had it: it counts against the ceiling in this test only."),
    )
    aid_cents = EurField(label=_("De minimis aid of the last three years, EUR"), required=False)
    awarded_before = forms.BooleanField(
        label=_("It was awarded money in an earlier call that excludes it"), required=False
    )
    through_phase = forms.BooleanField(label=_("It is selected in the earlier phase"), required=False)
    other_files = forms.IntegerField(
        label=_("Other applications of it to this call"), min_value=0, max_value=20, required=False
    )

    def __init__(self, data: Any = None, *, number: int, start: MadeUp, asked: Collection[str]) -> None:
        initial = {name: getattr(start, name) for name in self.base_fields}
        super().__init__(data, prefix=f"{MARK}{number}", initial=initial)
        self.number, self.start = number, start
        always = {"legal_name", "country", "size", "town", "registration_number"}
        for name in [one for one in self.fields if one not in always and one not in asked]:
            del self.fields[name]
        self.fields["country"].choices = countries.choices(countries.WORLD)
        self.unmark(*(name for name in self.fields if not self.fields[name].required))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, check in (("nuts", clean_nuts), ("nace", clean_nace)):
            other = data.get("country" if name == "nuts" else "nace_revision")
            if data.get(name) and other:
                try:
                    data[name] = check(data[name], other)
                except ValidationError as error:
                    self.add_error(name, error)
        return data

    def made_up(self) -> MadeUp:
        """The organisation as it was typed; what was not asked is as it was invented, money and history as none."""
        given = self.cleaned_data
        founded = given.get("founded_on")
        plain = ("legal_name", "country", "size", "town", "registration_number")
        return MadeUp(
            key=key_of(self.number),
            **{name: given[name] for name in plain},
            founded_on=(founded.isoformat() if founded else "")
            if "founded_on" in self.fields
            else self.start.founded_on,
            nuts=given.get("nuts", ""),
            nace=given.get("nace", ""),
            nace_revision=given.get("nace_revision", ""),
            awarded_before=given.get("awarded_before", False),
            through_phase=given.get("through_phase", True),
            other_files=given.get("other_files") or 0,
            **{name: given.get(name) or 0 for name in AMOUNTS},
        )

    @property
    def called(self) -> str:
        """Its name as far as it is typed, for the questions of the form that are asked of each organisation."""
        typed = self.data.get(self.add_prefix("legal_name"), "") if self.is_bound else self.start.legal_name
        return str(typed).strip()[:200] or self.start.legal_name


def boxes_of_form(data: Any, own: tuple[str, ...] = OWN) -> dict[str, list[str]]:
    """What was typed in the boxes of the call's form: everything that was sent besides our own boxes."""
    return {name: list(values) for name, values in data.lists() if not name.startswith(own)}
