"""Who judges, what counts of several evaluators, and which files are chosen: one page with rows of limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls import countries
from calls.forms.fields import PercentField, TextField, source_text, with_text
from calls.forms.rows import Row, RowsForm, row_set
from calls.models import Call
from calls.profiles import Profile, as_lines, from_lines
from calls.publication import Part, choices_of
from calls.queries import working_form
from calls.selection import (
    TIES,
    Combine,
    CountryRule,
    Cut,
    DivergenceOf,
    DivergenceThen,
    EthicsScope,
    Limit,
    LimitBy,
)
from core.forms import EurField


class LimitRow(Row):
    """A limit on awards for one value, or for each."""

    FIGURES = ("most", "most_cents")
    by = forms.ChoiceField(label=_("Counted by"), choices=LimitBy.choices)
    value = forms.CharField(
        label=_("For"),
        max_length=40,
        required=False,
        help_text=_("A country code such as IT, or the value of an answer. Empty: for each."),
    )
    most = forms.IntegerField(label=_("Awards at most"), min_value=0, max_value=10_000, required=False)
    most_cents = EurField(label=_("EUR at most"), min_cents=1, required=False)
    transfer = forms.BooleanField(label=_("Places that stay empty go to others"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        value = str(cleaned.get("value", "")).strip()
        cleaned["value"] = value.upper() if cleaned.get("by") == LimitBy.COUNTRY else value
        known = countries.WORLD
        if cleaned.get("by") == LimitBy.COUNTRY and cleaned["value"] and cleaned["value"] not in known:
            self.add_error("value", _("This is no country code of this list. Write it like IT."))
        if not self.errors and cleaned.get("most") is None and cleaned.get("most_cents") is None:
            self.add_error("most", _("Give a number of awards, an amount, or both."))
        return cleaned


class SelectionForm(RowsForm):
    """Evaluators, divergence, what parts equals, the budget line, limits."""

    part = Part.SELECTION
    rows_field = "limits"
    rows_set = row_set(LimitRow)

    evaluators_per_file = forms.IntegerField(
        label=_("Evaluators for each file"),
        min_value=0,
        max_value=9,
        help_text=_("0: nobody scores, a draw among the eligible files decides."),
    )
    profiles = TextField(
        label=_("Of which kind"),
        max_length=600,
        rows=2,
        required=False,
        help_text=_(
            "One profile a line, with how many of them judge each file, such as: 1 technical expert. Together they are all "
            "evaluators of a file; you choose the profile of each person you invite. Empty: no profiles."
        ),
    )
    evaluator_profile = TextField(
        label=_("Who they are"),
        max_length=400,
        rows=2,
        required=False,
        help_text=_("Such as: one technical and one business expert, independent of the consortium"),
    )
    country_rule = forms.ChoiceField(
        label=_("An evaluator is"), choices=CountryRule.choices, widget=forms.RadioSelect
    )
    combine = forms.ChoiceField(
        label=_("Of several evaluators counts"), choices=Combine.choices, widget=forms.RadioSelect
    )
    normalise = forms.BooleanField(
        label=_("Strict and generous evaluators are put on one scale"),
        required=False,
        help_text=_(
            "For each criterion the scores of an evaluator are moved so that their mean is that of all; who judged fewer than "
            "three files is left as they are."
        ),
    )
    blind = forms.BooleanField(
        label=_("Evaluators do not learn who applies"),
        required=False,
        help_text=_(
            "They see “Applicant” and “Partner 2” in place of names, and neither declarations nor answers that the form marks as "
            "not shown. Before they get files, they name the organisations and persons with whom they have a conflict."
        ),
    )
    divergence_limit = PercentField(
        label=_("Too far apart: totals that differ by more than"),
        min_value=0,
        required=False,
        help_text=_("Empty: no such rule; with a consensus report, one is written for every file."),
    )
    divergence_of = forms.ChoiceField(label=_("Measured in"), choices=DivergenceOf.choices)
    divergence_then = forms.ChoiceField(label=_("Then"), choices=DivergenceThen.choices)
    tie_break = forms.CharField(label=_("Equal totals are parted by"), required=False, max_length=200)
    cut_rule = forms.ChoiceField(
        label=_("When the money ends"), choices=Cut.choices, widget=forms.RadioSelect
    )
    max_awards = forms.IntegerField(
        label=_("Largest number of awards"), min_value=1, max_value=10_000, required=False
    )
    panel_percent = forms.IntegerField(
        label=_("Go to a panel: percent of that number"),
        min_value=100,
        max_value=1000,
        required=False,
        help_text=_(
            "150: the best one and a half times as many, with all that equal the last. Empty: no panel."
        ),
    )
    ethics_check = forms.ChoiceField(
        label=_("Checked for ethics and security before the decision"),
        choices=EthicsScope.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "A step of its own after the scores. No decision is proposed while such a check is open; the form needs "
            "questions about ethics."
        ),
    )
    topic_question = forms.ChoiceField(
        label=_("Question whose answers are limited"),
        required=False,
        help_text=_("Such as the topic or the type of support: a question with answers to choose from."),
    )

    def __init__(self, data: Any = None, *, call: Call, mark: str = "", stored: Any = ()) -> None:
        super().__init__(data, call=call, mark=mark, stored=stored)
        keys = choices_of(working_form(call).definition)
        known = [(key, key) for key in [*keys, *{call.topic_question} - set(keys)] if key]
        self.fields["topic_question"].choices = [("", _("none")), *known]
        facts = "; ".join(f"{code}: {label}" for code, label in TIES.items())
        self.fields["tie_break"].help_text = (
            _("Codes in order, with commas between: those of criteria, or %s.") % facts
        )

    def values(self, call: Call) -> dict[str, Any]:
        texts = {
            "tie_break": ", ".join(call.tie_break),
            "profiles": as_lines(call.selection.profiles),
            "evaluator_profile": source_text(call.evaluator_profile),
        }
        return {**super().values(call), **texts}

    def clean_tie_break(self) -> list[str]:
        return [code for code in (one.strip() for one in self.cleaned_data["tie_break"].split(",")) if code]

    def clean_profiles(self) -> list[Profile]:
        try:
            return from_lines(self.cleaned_data["profiles"], self.call.selection.profiles)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_evaluator_profile(self) -> Any:
        return with_text(self.call.evaluator_profile, self.cleaned_data["evaluator_profile"].strip())

    def clean_ethics_check(self) -> str:
        return str(self.cleaned_data["ethics_check"] or EthicsScope.OFF)

    def clean_divergence_limit(self) -> Any:
        limit = self.cleaned_data["divergence_limit"]
        if limit is not None and limit <= 0:
            raise forms.ValidationError(_("A limit is above zero. Empty: no such rule."))
        return limit

    def row_values(self, plan: Limit) -> dict[str, Any]:
        return {
            "by": plan.by,
            "value": plan.value,
            "most": plan.most,
            "most_cents": plan.most_cents,
            "transfer": plan.transfer,
        }

    def plan_of(self, row: forms.Form) -> Limit:
        given = row.cleaned_data
        return Limit(given["by"], given["value"], given["most"], given["most_cents"], given["transfer"])
