"""Criteria and instalments: forms with rows."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from calls.forms.fields import PercentField, TextField, source_text, with_text
from calls.forms.parts import PartForm
from calls.models import Call, Instalment
from calls.plans import CriterionPlan, InstalmentPlan
from calls.publication import Part
from calls.selection import TotalMethod
from core.forms import EurField, Form

BLANK_ROWS = 2
MOST_ROWS = 20


class RowsForm(PartForm):
    """A part with rows: those that are there, and two empty ones. Rows left empty are no rows."""

    rows_field: str
    rows_set: type[BaseFormSet]
    rows: BaseFormSet

    def __init__(self, data: Any = None, *, call: Call, mark: str = "", stored: Any = ()) -> None:
        super().__init__(data, call=call, mark=mark)
        rows = [self.row_values(one) for one in stored]
        self.rows = self.rows_set(data, prefix="row", initial=rows, form_kwargs=self.row_kwargs())

    def row_kwargs(self) -> dict[str, Any]:
        """What each row is made with."""
        return {}

    def row_values(self, plan: Any) -> dict[str, Any]:
        raise NotImplementedError

    def plan_of(self, row: forms.Form) -> Any:
        raise NotImplementedError

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.rows.is_valid()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.rows.is_valid():
            cleaned[self.rows_field] = [self.plan_of(row) for row in self.rows.ordered_forms]
        return cleaned


class RowSet(BaseFormSet):
    """Rows that say where they stand by a number: no script is needed to move one."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Place")
        form.fields["ORDER"].widget.attrs["class"] = "num"
        form.fields["DELETE"].label = _("Delete this row")


class Row(Form):
    """One row: texts take a line each, figures stand side by side."""

    FIGURES: tuple[str, ...] = ()

    def texts(self) -> list[Any]:
        return [
            bound for bound in self.visible_fields() if bound.name not in (*self.FIGURES, "ORDER", "DELETE")
        ]

    def figures(self) -> list[Any]:
        """A row that is not stored yet has no place and cannot be deleted: it is left empty."""
        names = (*self.FIGURES, "ORDER") if self.initial else self.FIGURES
        return [self[name] for name in names]

    def deletion(self) -> Any:
        return self["DELETE"] if self.initial else ""


class InstalmentRow(Row):
    FIGURES = ("percent", "amount_cents", "due", "month")
    label = TextField(label=_("Name"), max_length=80, help_text=_("Such as: Advance, Final report"))
    percent = PercentField(label=_("Share, %"), min_value=0, max_value=100, required=False)
    amount_cents = EurField(label=_("or amount, EUR"), min_cents=1, required=False)
    due = forms.ChoiceField(label=_("Paid"), choices=Instalment.Due.choices, initial=Instalment.Due.REPORT)
    month = forms.IntegerField(label=_("Due after months"), min_value=0, max_value=60, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = [name for name in ("percent", "amount_cents") if cleaned.get(name) is not None]
        if not self.errors and len(typed) != 1:
            self.add_error("percent", _("Give either a share or an amount."))
        return cleaned


class CriterionRow(Row):
    FIGURES = ("weight", "max_score", "step", "threshold", "min_words")
    name = TextField(label=_("Name"), max_length=80)
    code = forms.SlugField(
        label=_("Code"),
        max_length=30,
        required=False,
        help_text=_("Short; made from the name if left empty."),
    )
    description = TextField(label=_("What evaluators look at"), max_length=600, rows=2, required=False)
    # xgettext:no-python-format
    weight = PercentField(label=_("Weight, % or factor"), min_value=0, max_value=100)
    max_score = PercentField(label=_("Highest score"), min_value=0, initial=Decimal(5))
    step = PercentField(label=_("In steps of"), max_digits=4, min_value=0, initial=Decimal("0.5"))
    threshold = PercentField(label=_("At least"), min_value=0, required=False)
    min_words = forms.IntegerField(
        label=_("Words of reasons, at least"), min_value=0, max_value=1000, initial=10
    )

    def clean_step(self) -> Any:
        if not self.cleaned_data["step"]:
            raise forms.ValidationError(_("A step is above zero."))
        return self.cleaned_data["step"]


def row_set(row: type[forms.Form]) -> type[BaseFormSet]:
    """Rows of this form: those that are there, empty ones, each with its place and a box to delete it."""
    return formset_factory(
        row,
        formset=RowSet,
        extra=BLANK_ROWS,
        can_order=True,
        can_delete=True,
        max_num=MOST_ROWS,
        validate_max=True,
    )


class InstalmentsForm(RowsForm):
    """How each grant is paid."""

    part = Part.INSTALMENTS
    rows_field = "instalments"
    rows_set = row_set(InstalmentRow)

    def row_values(self, plan: InstalmentPlan) -> dict[str, Any]:
        return {
            "label": source_text(plan.label),
            "percent": plan.percent,
            "amount_cents": plan.amount_cents,
            "due": plan.due,
            "month": plan.month,
            "_label": plan.label,
        }

    def plan_of(self, row: forms.Form) -> InstalmentPlan:
        given = row.cleaned_data
        return InstalmentPlan(
            label=with_text(row.initial.get("_label"), given["label"]),
            percent=given["percent"],
            amount_cents=given["amount_cents"],
            due=given["due"],
            month=given["month"] or 0,
        )


class CriteriaForm(RowsForm):
    """What evaluators score, and how it makes a total."""

    part = Part.CRITERIA
    rows_field = "criteria"
    rows_set = row_set(CriterionRow)
    total_method = forms.ChoiceField(
        label=_("How scores make a total"), choices=TotalMethod.choices, widget=forms.RadioSelect
    )
    overall_threshold = PercentField(
        label=_("Least total"),
        max_digits=6,
        min_value=0,
        required=False,
        help_text=_("Out of 100 with weights; in points with raw points. Empty: none."),
    )

    def row_values(self, plan: CriterionPlan) -> dict[str, Any]:
        texts = {"name": source_text(plan.name), "description": source_text(plan.description)}
        figures = {
            name: getattr(plan, name)
            for name in ("code", "weight", "max_score", "step", "threshold", "min_words")
        }
        return {**texts, **figures, "_name": plan.name, "_description": plan.description}

    def plan_of(self, row: forms.Form) -> CriterionPlan:
        given = row.cleaned_data
        return CriterionPlan(
            code=given["code"] or slugify(given["name"])[:30] or "criterion",
            name=with_text(row.initial.get("_name"), given["name"]),
            description=with_text(row.initial.get("_description"), given["description"]),
            weight=given["weight"],
            max_score=given["max_score"],
            step=given["step"],
            threshold=given["threshold"],
            min_words=given["min_words"],
        )
