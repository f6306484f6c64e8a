"""What the people of the project type."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import Organisation
from calls.calendar import WallClockError, to_instant, zone_named
from calls.profiles import Profile
from core.forms import EurField, Form, unmarked
from evaluation.assignment import Person
from evaluation.models import Decision
from evaluation.states import Outcome


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
            raise ValidationError(gettext("Give a day and a time."))
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
    unmarked(reasons)


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

    def __init__(self, *args: Any, profiles: Sequence[Profile] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if profiles:
            choices = [("", _("choose")), *((one.code, str(one.name)) for one in profiles)]
            self.fields["profile"] = forms.ChoiceField(
                label=_("Profile"),
                choices=choices,
                help_text=_("Each file is judged by all profiles of the call."),
            )

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"])


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
        self.unmark("reason")
        if label:
            self.fields["reason"].label = label


class DueForm(Form):
    """When scores are due, on the clocks of the call's zone."""

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"] = WallClockField(
            zone=zone, label=_("Scores are due"), help_text=_("Time in %(zone)s.") % {"zone": zone}
        )


class AssignForm(Form):
    """For each file as many choices as it needs evaluators. Who may not judge a file is not among its choices."""

    def __init__(
        self,
        *args: Any,
        needed: int,
        rows: Iterable[tuple[str, Sequence[int], Sequence[Person]]],
        profiles: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.slots: dict[str, list[str]] = {}
        for ref, now, possible in rows:
            choices = [
                ("", _("nobody yet")),
                *((str(person.key), _named(person, profiles or {})) for person in possible),
            ]
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


def _named(person: Person, profiles: Mapping[str, str]) -> str:
    """The person's name, with the profile where the call asks for profiles."""
    return f"{person.name}, {profiles[person.profile]}" if person.profile in profiles else person.name


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

    conditions = forms.CharField(
        label=_("Conditions before the agreement can be signed"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line; they stand in the letter. Only for a file that is funded."),
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
            "conditions": "\n".join(one.text for one in decision.conditions.all()),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.unmark("reason")
        self.asked = asked
        for organisation, cents in asked:
            field = EurField(
                label=_("Amount for %(name)s, EUR") % {"name": organisation},
                required=False,
                max_cents=cents,
                initial=granted.get(organisation.pk, cents),
            )
            self.fields[f"amount_{organisation.pk}"] = unmarked(field)
        names = [f"amount_{organisation.pk}" for organisation, _cents in asked]
        self.order_fields(["outcome", *names, "conditions", "reason", "feedback"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        amounts = {o.pk: data.pop(f"amount_{o.pk}", None) or 0 for o, _cents in self.asked}
        told = {
            "feedback": data.get("feedback", "").replace("\r\n", "\n"),
            "conditions": [line.strip() for line in data.get("conditions", "").splitlines() if line.strip()],
        }
        return {**data, "amounts": amounts, **told}


class MetForm(Form):
    """That a condition is fulfilled, and by what it is known."""

    how = forms.CharField(
        label=_("By what do you know that it is fulfilled?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
