"""The questions of the check before an account: only those the call's rules need."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import NACE_REVISIONS, clean_nace, clean_nuts
from accounts.models import Organisation
from applicants import checking
from calls import countries
from calls.rules import Facts, Party, Rule
from core.forms import EurField, Form

SAID = [
    (checking.Said.YES, _("Yes")),
    (checking.Said.NO, _("No")),
    (checking.Said.UNSURE, _("I do not know")),
]


class CheckForm(Form):
    """About one organisation, and what only people can tell."""

    country = forms.ChoiceField(label=_("Where is your organisation established?"))
    size = forms.ChoiceField(
        label=_("How large is it?"),
        choices=[("", _("Choose")), *Organisation.Size.choices],
        help_text=_("By the SME definition, with its owners and holdings."),
    )
    founded_on = forms.DateField(
        label=_("When was it founded?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    nuts = forms.CharField(label=_("In which region? (NUTS code)"), max_length=10)
    nace = forms.CharField(label=_("What is its main activity? (NACE code)"), max_length=12)
    nace_revision = forms.ChoiceField(label=_("Revision of the code"), choices=NACE_REVISIONS)
    cost_cents = EurField(label=_("What would the project cost in all, EUR?"))

    def __init__(self, data: Any = None, *, call_rules: list[Rule], deadline: date | None) -> None:
        super().__init__(data)
        self.deadline = deadline
        known = countries.choices(countries.WORLD)
        self.fields["country"].choices = [("", _("Choose")), *known]
        needed = checking.facts_needed(call_rules)
        for name in ("founded_on", "nuts", "nace", "cost_cents"):
            if name not in needed:
                del self.fields[name]
        if "nace" not in needed:
            del self.fields["nace_revision"]
        for statement in checking.statements(call_rules):
            self.fields[statement.key] = forms.ChoiceField(
                label=statement.text, choices=SAID, widget=forms.RadioSelect, initial=checking.Said.UNSURE
            )

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

    def facts(self) -> Facts:
        """The organisation alone, as the rules see it."""
        data = self.cleaned_data
        nace = (f"{data['nace_revision']}:{data['nace']}",) if data.get("nace") else None
        party = Party(
            key="own",
            name=str(_("Your organisation")),
            country=data["country"],
            country_name=str(dict(self.fields["country"].choices)[data["country"]]),
            size=data["size"],
            size_name=str(Organisation.Size(data["size"]).label),
            is_lead=True,
            founded_on=data.get("founded_on"),
            nuts=data.get("nuts"),
            nace=nace,
        )
        return Facts(parties=[party], deadline=self.deadline, cost_cents=data.get("cost_cents") or 0)

    def hint(self) -> dict[str, str]:
        """What was said of the organisation, for the page where it is entered."""
        names = ("country", "size", "founded_on", "nuts", "nace", "nace_revision")
        given = {name: self.cleaned_data.get(name) for name in names}
        return {name: str(value) for name, value in given.items() if value}

    def said(self) -> dict[str, checking.Said]:
        """What was said to each statement."""
        return {
            key: checking.Said(value) for key, value in self.cleaned_data.items() if key.startswith("say-")
        }
