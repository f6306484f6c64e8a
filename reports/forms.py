"""What the calculator asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.awards import Award, AwardUnit
from core.forms import EurField, Form

MOST_UNITS = 10_000


class CalculatorForm(Form):
    """The few figures that the money rules of a call look at; `types`: its types of project, by value."""

    def __init__(self, data: Any, *, award: Award, types: dict[str, str], unit_name: str) -> None:
        super().__init__(data)
        if types:
            self.fields["type"] = forms.ChoiceField(label=_("Type of project"), choices=list(types.items()))
        if award.unit == AwardUnit.UNIT:
            self.fields["units"] = forms.IntegerField(
                label=unit_name or _("Units"), min_value=1, max_value=MOST_UNITS, help_text=_("How many?")
            )
        elif award.unit == AwardUnit.RATE:
            self.fields["cost"] = EurField(label=_("What will the project cost you, EUR?"), min_cents=1)
        elif not award.is_fixed:
            self.fields["cost"] = EurField(label=_("How much would you ask for, EUR?"), min_cents=1)
        if award.unit == AwardUnit.RATE and award.no_sme_rate is not None:
            self.fields["size"] = forms.ChoiceField(
                label=_("Who are you?"),
                choices=[("sme", _("a small or medium-sized enterprise")), ("other", _("no SME"))],
                widget=forms.RadioSelect,
                initial="sme",
            )
