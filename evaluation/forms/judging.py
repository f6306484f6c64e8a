"""What evaluators type, invited ones included."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from calls.models import Criterion
from core.forms import Form, unmarked
from evaluation.interests import lines_of
from evaluation.scoring import format_score

MOST_STEPS = 21
"""A scale with more steps than this is typed as a number."""


class DeclineForm(Form):
    """Why an invited person says no, if they want to tell."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=forms.TextInput)


class AbsenceForm(Form):
    """The declaration that there is no conflict."""

    agreed = forms.BooleanField(
        label=_("I declare this and keep what I read confidential."),
        error_messages={"required": _("Tick the box to declare it, or tell us about your conflict below.")},
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        return {}


class ConflictForm(Form):
    """What connects the evaluator with the file."""

    details = forms.CharField(
        label=_("What connects you with this file?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A few words. Only the call office reads them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("details")


class InterestsForm(Form):
    """With whom an evaluator of a blind call has a conflict."""

    lines = forms.CharField(
        label=_("Organisations and persons with whom you have a conflict of interest"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One a line: the name, and after a comma a website or a VAT number, if you know it. Such as: where you work or "
            "worked, clients, competitors of yours, firms that you own a part of, family, people you write or apply with. "
            "Only the call office reads it."
        ),
    )
    none = forms.BooleanField(label=_("I have no conflict of interest with anybody"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("lines")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        lines = lines_of(data.get("lines", ""))
        if not lines and not data.get("none"):
            self.add_error("lines", gettext("Name them, or say below that there is nobody."))
        if lines and data.get("none"):
            self.add_error("none", gettext("You named somebody above: take the tick away, or the lines."))
        return {"lines": lines}


class ScoreForm(Form):
    """A score and words for each criterion. Wrong shape is refused; what is missing, the verb tells at submission."""

    def __init__(
        self, *args: Any, criteria: Sequence[Criterion], given: Mapping[str, tuple[Any, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for item in criteria:
            value, reason = given.get(item.code, (None, ""))
            self.fields[f"score_{item.code}"] = _score_field(item, value)
            self.fields[f"reason_{item.code}"] = _reason_field(item, reason)

    def clean(self) -> dict[str, Any]:
        """`scores` and `reasons` by code, only of fields that were sent (a draft sends what changed)."""
        data = super().clean() or {}
        sent = set(self.data)
        return {
            "scores": {
                item.code: data.get(f"score_{item.code}")
                for item in self.criteria
                if f"score_{item.code}" in sent or not self.is_partial
            },
            "reasons": {
                item.code: data.get(f"reason_{item.code}", "").replace("\r\n", "\n")
                for item in self.criteria
                if f"reason_{item.code}" in sent or not self.is_partial
            },
        }

    @property
    def is_partial(self) -> bool:
        """Was only a part of the sheet sent, as the autosave does?"""
        return "changed" in self.data

    def show_gaps(self) -> None:
        """Put each gap beside its field."""
        for gap in getattr(self, "gaps", []):
            if gap.target in self.fields:
                self.add_error(gap.target, gap.message)
        self.gaps: list[Any] = []

    def sections(self) -> list[dict[str, Any]]:
        """Criterion, bound score and bound words, for the template."""
        return [
            {
                "criterion": item,
                "score": self[f"score_{item.code}"],
                "reason": self[f"reason_{item.code}"],
            }
            for item in self.criteria
        ]


class ConsensusForm(ScoreForm):
    """The consensus report: every field, as the rapporteur sends it."""

    @property
    def is_partial(self) -> bool:
        return False

    def texts(self, names: Sequence[str]) -> dict[str, str]:
        """What stands in these fields, as a draft keeps it. The form is clean."""
        told = {name: self.cleaned_data.get(name) for name in names}
        return {
            name: format_score(value) if isinstance(value, Decimal) else (value or "").replace("\r\n", "\n")
            for name, value in told.items()
        }

    def clean(self) -> dict[str, Any]:
        """The fields by their names too, for the draft."""
        return {**self.cleaned_data, **super().clean()}


class AnswerForm(Form):
    """Whether another evaluator agrees to the report, and if not, why."""

    agrees = forms.ChoiceField(
        label=_("Do you agree to this report?"),
        choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What do you not agree with?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The rapporteur and the call office read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("words")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {**data, "agrees": data.get("agrees") == "yes"}


def _score_field(item: Criterion, value: Decimal | None) -> forms.Field:
    marks = _marks(item)
    if len(marks) > MOST_STEPS:
        widget: forms.Widget = forms.NumberInput(
            attrs={"step": format_score(item.step), "min": "0", "max": format_score(item.max_score)}
        )
        field: forms.Field = forms.DecimalField(
            label=item.name, required=False, max_digits=5, decimal_places=2, widget=widget
        )
    else:
        field = forms.TypedChoiceField(
            label=item.name,
            choices=[(mark, mark) for mark in marks],
            coerce=_decimal,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect(attrs={"data-scale": "1"}),
            error_messages={"invalid_choice": _off_scale(item)},
        )
    field.initial = format_score(value) if value is not None else None
    field.help_text = _score_hint(item)
    return unmarked(field)


def _score_hint(item: Criterion) -> str:
    """Weight and threshold, then what evaluators look at."""
    hint = gettext("Weight %(weight)s %%.") % {"weight": format_score(item.weight)}
    if item.threshold is not None:
        facts = {"least": format_score(item.threshold), "best": format_score(item.max_score)}
        hint = gettext("Weight %(weight)s %%, at least %(least)s of %(best)s.") % {
            "weight": format_score(item.weight),
            **facts,
        }
    return f"{hint} {item.description}".strip()


def _reason_field(item: Criterion, reason: str) -> forms.Field:
    attrs = {"rows": 5, "data-count": "words", "data-min": item.min_words}
    field = forms.CharField(
        label=gettext("Reasons for %(name)s") % {"name": item.name},
        required=False,
        validators=[MaxLengthValidator(5000)],
        initial=reason,
        widget=forms.Textarea(attrs=attrs),
    )
    return unmarked(field)


def _marks(item: Criterion) -> list[str]:
    marks, mark = [], Decimal(0)
    while mark <= item.max_score:
        marks.append(format_score(mark))
        mark += item.step
    return marks


def _decimal(value: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise ValidationError(gettext("Give a number.")) from error


def _off_scale(item: Criterion) -> str:
    return gettext("“%%(value)s” is not a score for %(name)s: give 0 to %(best)s in steps of %(step)s.") % {
        "name": item.name,
        "best": format_score(item.max_score),
        "step": format_score(item.step),
    }
