"""Days and hours as the clocks of the call's zone show them, and the instants they name."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.calendar import BRUSSELS, DoubledHour, WallClockError, to_instant, zone_named
from calls.forms.fields import day_field
from core.forms import Form


class WallClockForm(Form):
    """A form with moments: each is a day, an hour and, in the hour that comes twice in autumn, which of the two."""

    zone = BRUSSELS

    def moments(self) -> list[dict[str, Any]]:
        """The moments with their fields, for the page."""
        names = [name.removesuffix("_hour") for name in self.fields if name.endswith("_hour")]
        return [{part: self[f"{name}_{part}"] for part in ("day", "hour", "which")} for name in names]

    def other_fields(self) -> list[Any]:
        """Everything that belongs to no moment."""
        shown = {bound.name for moment in self.moments() for bound in moment.values()}
        return [bound for bound in self if bound.name not in shown]

    def add_moment(
        self,
        name: str,
        *,
        day: Any,
        hour: Any,
        instant: datetime | None,
        help_text: Any = "",
        required: bool = True,
    ) -> None:
        """Add the fields of one moment, filled with `instant` in the form's zone."""
        self.fields[f"{name}_day"] = day_field(label=day, required=required)
        self.fields[f"{name}_hour"] = forms.TimeField(
            label=hour,
            required=required,
            input_formats=["%H:%M"],
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            help_text=help_text,
            error_messages={"invalid": _("Write the hour like 17:00.")},
        )
        self.fields[f"{name}_which"] = forms.ChoiceField(
            label=_("The clocks show this hour twice. Which one?"),
            required=False,
            choices=[("0", _("the first time, before they go back")), ("1", _("the second time"))],
            widget=forms.HiddenInput,
        )
        if instant is not None:
            local = instant.astimezone(zone_named(self.zone))
            self.initial.setdefault(f"{name}_day", local.date())
            self.initial.setdefault(f"{name}_hour", local.time().replace(microsecond=0))
            self.initial.setdefault(f"{name}_which", "1" if local.fold else "")

    def clean_moment(self, name: str) -> datetime | None:
        """The instant (UTC) that day and hour name; their errors stand beside the hour."""
        day = self.cleaned_data.pop(f"{name}_day", None)
        hour = self.cleaned_data.pop(f"{name}_hour", None)
        which = self.cleaned_data.pop(f"{name}_which", "")
        if day is None or hour is None:
            return None
        local = datetime.combine(day, hour)
        try:
            return to_instant(local, self.zone)
        except DoubledHour as error:
            return self._one_of_two(name, error, which)
        except WallClockError as error:
            self.add_error(f"{name}_hour", error.message)
            return None

    def _one_of_two(self, name: str, error: DoubledHour, which: str) -> datetime | None:
        field = self.fields[f"{name}_which"]
        field.widget = forms.RadioSelect(choices=field.choices)
        if which:
            return error.later if which == "1" else error.earlier
        self.add_error(f"{name}_hour", error.message)
        return None
