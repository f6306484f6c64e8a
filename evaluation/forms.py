"""The shape of what people type in an evaluation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import Organisation
from calls.calendar import WallClockError, to_instant, zone_named
from calls.models import Criterion
from core.forms import EurField, Form
from evaluation.assignment import Person
from evaluation.models import Decision
from evaluation.scoring import format_score
from evaluation.states import Outcome

MOST_STEPS = 21
"""A scale with more steps than this is typed as a number."""


class WallClockField(forms.MultiValueField):
    """A date and a time on the clocks of a zone; its value is an instant in UTC."""

    def __init__(self, *, zone: str, **kwargs: Any) -> None:
        self.zone = zone
        parts = {
            "date": forms.DateInput(attrs={"type": "date", "aria-label": _("Day")}),
            "time": forms.TimeInput(attrs={"type": "time", "aria-label": _("Time")}, format="%H:%M"),
        }
        fields = (forms.DateField(), forms.TimeField())
        super().__init__(fields, widget=forms.MultiWidget(parts), require_all_fields=True, **kwargs)
        self.widget.decompress = self.apart  # type: ignore[method-assign]

    def apart(self, instant: datetime | None) -> list[Any]:
        """Day and time of an instant on the clocks of the zone."""
        if instant is None:
            return [None, None]
        local = instant.astimezone(zone_named(self.zone))
        return [local.date(), local.time().replace(second=0, microsecond=0)]

    def compress(self, data_list: Sequence[Any]) -> datetime | None:
        if not data_list:
            return None
        day, at = data_list
        if not isinstance(day, date) or not isinstance(at, time):
            raise ValidationError(_t("Give a day and a time."))
        try:
            return to_instant(datetime.combine(day, at), self.zone)
        except WallClockError as error:
            raise ValidationError(error.message) from error


class ScreenForm(Form):
    """Eligible or not, with reasons for a no."""

    is_eligible = forms.TypedChoiceField(
        label=_("Is this file eligible?"),
        choices=[("yes", _("Eligible")), ("no", _("Not eligible"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("Needed for a no: the applicant receives them word for word."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reasons.optional = False  # type: ignore[attr-defined]


class InviteForm(Form):
    """A person to invite as evaluator."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    organisation_name = forms.CharField(
        label=_("Works for"),
        max_length=200,
        help_text=_("Nobody is given a file of their own organisation."),
    )
    country = CountryField(blank=False).formfield(
        label=_("Country"), help_text=_("Nobody is given a file from their own country.")
    )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"])


class RegisterForm(Form):
    """The account of an invited person; the address is fixed by the invitation."""

    full_name = forms.CharField(label=_("Your full name"), max_length=120)
    password = forms.CharField(
        label=_("Choose a password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Three or four words are easy to remember."),
        strip=False,
    )
    password_again = forms.CharField(
        label=_("The password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        again = data.pop("password_again", None)
        if "password" in data and again != data["password"]:
            self.add_error("password_again", _t("The two passwords differ. Type the second one again."))
        return data


class DeclineForm(Form):
    """Why an invited person says no, if they want to tell."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False, widget=forms.TextInput)


class ReasonForm(Form):
    """A reason that stays on record. Whether it is needed is for the verb to say."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        help_text=_("Stays on record."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].optional = False  # type: ignore[attr-defined]
        if label:
            self.fields["reason"].label = label


class DueForm(Form):
    """When scores are due, on the clocks of the call's zone."""

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"] = WallClockField(
            zone=zone, label=_("Scores are due"), help_text=_("Time in %(zone)s.") % {"zone": zone}
        )


class ConfirmForm(Form):
    """A button with nothing to type: errors of the verb find their place on top."""


class AssignForm(Form):
    """For each file as many choices as it needs evaluators. Who may not judge a file is not among its choices."""

    def __init__(
        self,
        *args: Any,
        needed: int,
        rows: Iterable[tuple[str, Sequence[int], Sequence[Person]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.slots: dict[str, list[str]] = {}
        for ref, now, possible in rows:
            choices = [("", _("nobody yet")), *((str(person.key), person.name) for person in possible)]
            self.slots[ref] = []
            for index in range(max(needed, len(now))):
                name = f"{ref}_{index + 1}"
                self.fields[name] = forms.TypedChoiceField(
                    label=_("%(ref)s, evaluator %(n)d") % {"ref": ref, "n": index + 1},
                    choices=choices,
                    coerce=int,
                    empty_value=None,
                    required=False,
                    initial=str(now[index]) if index < len(now) else "",
                )
                self.slots[ref].append(name)

    def clean(self) -> dict[str, Any]:
        """`wanted`: reference -> numbers of evaluators."""
        data = super().clean() or {}
        return {
            "wanted": {
                ref: [data[name] for name in names if data.get(name)] for ref, names in self.slots.items()
            }
        }

    def show_gaps(self) -> None:
        """Put each refused pair beside the first choice of its file."""
        for gap in getattr(self, "gaps", []):
            if gap.target in self.slots:
                self.add_error(self.slots[gap.target][0], gap.message)
        self.gaps: list[Any] = []

    def row(self, ref: str) -> list[forms.BoundField]:
        """The bound choices of one file."""
        return [self[name] for name in self.slots[ref]]


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
        self.fields["details"].optional = False  # type: ignore[attr-defined]


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


class DecisionForm(Form):
    """Another outcome than the list gives, with amounts and the reason."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why is this decided otherwise than the list?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stays on record. The second manager reads it, and a rejected applicant in the letter."),
    )
    feedback = forms.CharField(
        label=_("Evaluation summary for the applicant"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Part of the letter. It names no evaluator."),
    )

    def __init__(
        self,
        *args: Any,
        decision: Decision,
        asked: Sequence[tuple[Organisation, int]],
        granted: Mapping[int, int],
        **kwargs: Any,
    ) -> None:
        initial = {
            "outcome": decision.outcome,
            "feedback": decision.feedback,
            "reason": decision.deviation,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["reason"].optional = False  # type: ignore[attr-defined]
        self.asked = asked
        for organisation, cents in asked:
            field = EurField(
                label=_("Amount for %(name)s, EUR") % {"name": organisation},
                required=False,
                max_cents=cents,
                initial=granted.get(organisation.pk, cents),
            )
            field.optional = False  # type: ignore[attr-defined]
            self.fields[f"amount_{organisation.pk}"] = field
        self.order_fields(["outcome", *(f"amount_{o.pk}" for o, _c in asked), "reason", "feedback"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        amounts = {o.pk: data.pop(f"amount_{o.pk}", None) or 0 for o, _cents in self.asked}
        return {**data, "amounts": amounts, "feedback": data.get("feedback", "").replace("\r\n", "\n")}


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
    field.optional = False  # type: ignore[attr-defined]
    return field


def _score_hint(item: Criterion) -> str:
    """Weight and threshold, then what evaluators look at."""
    hint = _t("Weight %(weight)s %%.") % {"weight": format_score(item.weight)}
    if item.threshold is not None:
        facts = {"least": format_score(item.threshold), "best": format_score(item.max_score)}
        hint = _t("Weight %(weight)s %%, at least %(least)s of %(best)s.") % {
            "weight": format_score(item.weight),
            **facts,
        }
    return f"{hint} {item.description}".strip()


def _reason_field(item: Criterion, reason: str) -> forms.Field:
    attrs = {"rows": 5, "data-count": "words", "data-min": item.min_words}
    field = forms.CharField(
        label=_t("Reasons for %(name)s") % {"name": item.name},
        required=False,
        validators=[MaxLengthValidator(5000)],
        initial=reason,
        widget=forms.Textarea(attrs=attrs),
    )
    field.optional = False  # type: ignore[attr-defined]
    return field


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
        raise ValidationError(_t("Give a number.")) from error


def _off_scale(item: Criterion) -> str:
    return _t("“%%(value)s” is not a score for %(name)s: give 0 to %(best)s in steps of %(step)s.") % {
        "name": item.name,
        "best": format_score(item.max_score),
        "step": format_score(item.step),
    }
