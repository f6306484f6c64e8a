"""The money rules of a call, and rows of types of project with rules of their own."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.awards import AwardUnit
from calls.elsewhere import money_questions
from calls.forms.fields import RateField, TextField, source_text, with_text
from calls.forms.rows import Row, RowsForm, row_set
from calls.models import Call
from calls.publication import Part
from calls.queries import topic_answers, working_form
from calls.types import ProjectType
from core.forms import EurField


class TypeRow(Row):
    """One type of project. What is left empty is as the call says."""

    FIGURES = (
        "project_min_cents",
        "project_max_cents",
        "sme_max_cents",
        "rate",
        "partners_min",
        "partners_max",
        "months",
    )
    value = forms.ChoiceField(label=_("Type"), choices=[("", _("choose"))])
    project_min_cents = EurField(label=_("Project, at least"), required=False)
    project_max_cents = EurField(label=_("Project, at most"), min_cents=1, required=False)
    sme_max_cents = EurField(label=_("Each SME, at most"), min_cents=1, required=False)
    rate = RateField(
        label=_("Share of the costs"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "num"}),
    )
    partners_min = forms.IntegerField(
        label=_("Organisations at least"), min_value=1, max_value=20, required=False
    )
    partners_max = forms.IntegerField(
        label=_("Organisations at most"), min_value=1, max_value=20, required=False
    )
    months = forms.IntegerField(label=_("Months at most"), min_value=1, max_value=60, required=False)

    def __init__(self, *args: Any, answers: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = str(self.initial.get("value") or "")
        shown = {**({stored: stored} if stored else {}), **answers}
        self.fields["value"].choices = [("", _("choose")), *shown.items()]


class MoneyForm(RowsForm):
    """What an award is, amounts, rate, State aid; and rows of types of project."""

    part = Part.MONEY
    rows_field = "types"
    rows_set = row_set(TypeRow)
    award_unit = forms.ChoiceField(
        label=_("What an award is"), choices=AwardUnit.choices, widget=forms.RadioSelect
    )
    budget_cents = EurField(label=_("Money in this call"), min_cents=1, required=False)
    project_min_cents = EurField(label=_("Smallest amount per project"), required=False)
    project_max_cents = EurField(label=_("Largest amount per project"), min_cents=1, required=False)
    party_min_cents = EurField(label=_("Smallest amount per SME"), required=False)
    sme_max_cents = EurField(label=_("Largest amount per SME"), min_cents=1, required=False)
    unit_name = TextField(
        label=_("One unit is"),
        max_length=60,
        required=False,
        help_text=_("Only for an amount by unit. Such as: day of coaching"),
    )
    unit_cents = EurField(
        label=_("Amount for one unit"), required=False, help_text=_("Only for an amount by unit.")
    )
    rate = RateField(
        label=_("Share of the costs that is paid, at most"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "num"}),
        help_text=_(
            # xgettext:no-python-format
            "A percentage, or a fraction that is kept exact: 70 % or 2/3. Only for a share of the costs."
        ),
    )
    no_sme_rate = RateField(
        label=_("Share for organisations that are no SME"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"class": "num"}),
        help_text=_("Only when it is another one. The size of the organisation in the application counts."),
    )
    outside_question = forms.ChoiceField(
        label=_("Support from elsewhere counts against the ceiling: the question that declares it"),
        required=False,
        help_text=_("An amount that the form asks of each organisation, and that has to be answered."),
    )
    state_aid = forms.BooleanField(
        label=_("This is State aid (de minimis)"),
        required=False,
        help_text=_(
            "Money managed directly by the EU is not. Tick it only when the grant agreement says so."
        ),
    )

    instalments_agreed = forms.BooleanField(
        label=_("Instalments may be agreed for each project"),
        required=False,
        help_text=_(
            "Those of the call hold unless the grant agreement has its own, such as milestones with their amounts."
        ),
    )

    partial_approval = forms.BooleanField(
        label=_("A part of a milestone may be approved"),
        required=False,
        help_text=_(
            "A report may then be accepted for a part of its money, with reasons. Else it is accepted, returned or refused."
        ),
    )

    NEEDED = ("budget_cents", "project_max_cents", "sme_max_cents")
    """Amounts that every call has but one without money."""

    def __init__(self, data: Any = None, *, call: Call, mark: str = "", stored: Any = ()) -> None:
        self.answers = topic_answers(call)
        super().__init__(data, call=call, mark=mark, stored=stored)
        named = {
            call.outside_question: call.outside_question,
            **money_questions(working_form(call).definition),
        }
        named.pop("", None)
        self.fields["outside_question"].choices = [("", _("none")), *named.items()]
        self.unmark(*self.NEEDED)

    def row_kwargs(self) -> dict[str, Any]:
        return {"answers": self.answers}

    def row_values(self, plan: ProjectType) -> dict[str, Any]:
        return asdict(plan)

    def plan_of(self, row: forms.Form) -> ProjectType:
        given = row.cleaned_data
        return ProjectType(**{one.name: given[one.name] for one in fields(ProjectType)})

    def values(self, call: Call) -> dict[str, Any]:
        return {**super().values(call), **self._told(call)}

    def _told(self, call: Call) -> dict[str, Any]:
        return {"rate": call.rate, "no_sme_rate": call.no_sme_rate, "unit_name": source_text(call.unit_name)}

    def clean_unit_name(self) -> Any:
        return with_text(self.call.unit_name, self.cleaned_data["unit_name"].strip())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.NEEDED:
            if cleaned.get("award_unit") != AwardUnit.NONE and cleaned.get(name) is None and name in cleaned:
                self.add_error(name, self.fields[name].error_messages["required"])
            elif name in cleaned:
                cleaned[name] = cleaned[name] or 0
        for name in ("project_min_cents", "party_min_cents", "unit_cents"):
            if name in cleaned:
                cleaned[name] = cleaned[name] or 0
        if cleaned.get("award_unit") == AwardUnit.RATE and "rate" in cleaned and not cleaned["rate"]:
            self.add_error("rate", _("Say which share of the costs is paid."))
        if "rate" in cleaned:
            cleaned["rate"] = cleaned["rate"] or self.call.rate
        if "no_sme_rate" in cleaned:
            cleaned["no_sme_rate"] = cleaned["no_sme_rate"] or None
        return cleaned
