"""How applications are taken: the model, and rows of cut-offs on the clocks of the call's zone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls import countries
from calls.forms.fields import TextField, day_field, source_text, with_text
from calls.forms.rows import Row, RowsForm, row_set
from calls.forms.wallclock import WallClockForm
from calls.intake import FEEDBACK_ANSWER_DAYS, CallModel, CutOffPlan
from calls.models import Call
from calls.publication import Part, choices_of
from calls.queries import working_form
from core.forms import EurField


class CutOffRow(WallClockForm, Row):
    """One cut-off."""

    FIGURES = ("closes_day", "closes_hour", "decision_by", "budget_cents")
    name = TextField(
        label=_("Name or theme"),
        max_length=80,
        required=False,
        help_text=_("Such as the target country. May be empty."),
    )
    decision_by = day_field(label=_("Answer by"), required=False)
    budget_cents = EurField(label=_("Its own money, EUR"), required=False)
    countries = forms.CharField(
        label=_("Only applicants from"),
        max_length=400,
        required=False,
        help_text=_("Country codes with commas between, such as IT, FR. Empty: all eligible countries."),
    )
    answers = forms.CharField(
        label=_("Only these answers"),
        max_length=400,
        required=False,
        help_text=_("To the question whose answers are limited, with commas between. Empty: all answers."),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.add_moment(
            "closes", day=_("Closes on"), hour=_("Closes at"), instant=self.initial.get("_closes_at")
        )

    def clean_countries(self) -> list[str]:
        codes = [code.upper() for code in _listed(self.cleaned_data["countries"])]
        unknown = next((code for code in codes if code not in countries.WORLD), None)
        if unknown:
            raise forms.ValidationError(_("“%(code)s” is no country code of this list.") % {"code": unknown})
        return codes

    def clean_answers(self) -> list[str]:
        return _listed(self.cleaned_data["answers"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["closes_at"] = self.clean_moment("closes")
        return cleaned


class IntakeForm(RowsForm):
    """The model and what belongs to it."""

    part = Part.INTAKE
    rows_field = "cut_offs"
    rows_set = row_set(CutOffRow)
    call_model = forms.ChoiceField(
        label=_("How this call takes applications"), choices=CallModel.choices, widget=forms.RadioSelect
    )
    answer_days = forms.IntegerField(
        label=_("First come, first served: answer within days"),
        min_value=1,
        max_value=365,
        required=False,
        help_text=_("Counted from the arrival of each application. Empty: the day on “Dates” holds for all."),
    )
    waiting_most = forms.IntegerField(
        label=_("Money held at submission: how many may wait"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=_(
            "When all money is held, so many more are taken and wait for what others give back. 0: none."
        ),
    )
    carry_over = forms.BooleanField(label=_("Money that a cut-off leaves goes to the next"), required=False)
    final_at_once = forms.BooleanField(
        label=_("No change after submission"),
        required=False,
        help_text=_(
            "What was submitted stays as it is. Otherwise applicants may replace it until the deadline, and the last complete "
            "version counts. First come, first served, it always stays."
        ),
    )

    feedback_days = forms.IntegerField(
        label=_("Feedback before the deadline: may be asked for until days before"),
        min_value=1,
        max_value=180,
        required=False,
        help_text=_(
            "An applicant asks once for feedback on what it submitted, and may submit again until the deadline. No score is "
            "given. Empty: no feedback."
        ),
    )
    feedback_answer_days = forms.IntegerField(
        label=_("Feedback comes within days"),
        min_value=1,
        max_value=90,
        required=False,
        help_text=_("Fewer than above, so that it can be used."),
    )

    extension_days = forms.IntegerField(
        label=_("More time for one applicant: days at most"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_(
            "For a reason beyond its control an applicant may ask for more time, until a day after the deadline; two managers "
            "decide, and the evaluation waits. Not first come, first served. Empty: nobody gets more time alone."
        ),
    )

    def __init__(self, data: Any = None, *, call: Call, mark: str = "", stored: Any = ()) -> None:
        super().__init__(data, call=call, mark=mark, stored=stored)
        keys = choices_of(working_form(call).definition)
        if call.topic_question in keys:
            possible = ", ".join(keys[call.topic_question])
            for row in self.rows:
                row.fields["answers"].help_text = (
                    _("Of these, with commas between: %s. Empty: all.") % possible
                )

    def row_kwargs(self) -> dict[str, Any]:
        return {"zone": self.call.zone}

    def clean_waiting_most(self) -> int:
        return self.cleaned_data["waiting_most"] or 0

    def clean_feedback_answer_days(self) -> int:
        return self.cleaned_data["feedback_answer_days"] or FEEDBACK_ANSWER_DAYS

    def row_values(self, plan: CutOffPlan) -> dict[str, Any]:
        return {
            "name": source_text(plan.name),
            "decision_by": plan.decision_by,
            "budget_cents": plan.budget_cents,
            "countries": ", ".join(plan.countries),
            "answers": ", ".join(plan.answers),
            "_name": plan.name,
            "_closes_at": plan.closes_at,
        }

    def plan_of(self, row: forms.Form) -> CutOffPlan:
        given = row.cleaned_data
        return CutOffPlan(
            closes_at=given["closes_at"],
            name=with_text(row.initial.get("_name"), given["name"]),
            decision_by=given["decision_by"],
            countries=given["countries"],
            answers=given["answers"],
            budget_cents=given["budget_cents"],
        )


def _listed(typed: str) -> list[str]:
    return [part.strip() for part in typed.split(",") if part.strip()]
