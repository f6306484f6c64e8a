"""What managers write into the log of incidents."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from calls.forms.fields import TextField
from calls.forms.wallclock import WallClockForm
from calls.models import Call
from calls.models.incidents import LONGEST_PUBLIC, LONGEST_WORDS
from core.forms import Form


class IncidentForm(WallClockForm):
    """What happened, when, how it is known, whom it hit."""

    what = TextField(label=_("What happened"), rows=3, max_length=LONGEST_WORDS)
    evidence = TextField(
        label=_("How it is known"),
        rows=3,
        max_length=LONGEST_WORDS,
        help_text=_("Such as a report of the monitoring, a notice of the provider, messages of applicants."),
    )
    affected = TextField(
        label=_("Who is affected"),
        rows=2,
        max_length=LONGEST_WORDS,
        help_text=_("Such as everybody, or everybody who sent a file."),
    )

    def __init__(self, data: Any = None, *, call: Call) -> None:
        super().__init__(data)
        self.zone = call.zone
        self.add_moment("began", day=_("It began on"), hour=_("It began at"), instant=None)
        self.add_moment(
            "ended",
            day=_("It ended on"),
            hour=_("It ended at"),
            instant=None,
            help_text=_("Empty while it lasts."),
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = [bool(cleaned.get(f"ended_{part}")) for part in ("day", "hour")]
        if any(given) and not all(given) and not {"ended_day", "ended_hour"} & set(self.errors):
            self.add_error(
                "ended_hour" if given[0] else "ended_day", _("Give both the day and the hour, or neither.")
            )
        cleaned["began_at"], cleaned["ended_at"] = self.clean_moment("began"), self.clean_moment("ended")
        return cleaned


class IncidentEndForm(WallClockForm):
    """When an incident was over."""

    def __init__(self, data: Any = None, *, call: Call) -> None:
        super().__init__(data)
        self.zone = call.zone
        self.add_moment("ended", day=_("It ended on"), hour=_("It ended at"), instant=None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["ended_at"] = self.clean_moment("ended")
        return cleaned


class IncidentPublishForm(Form):
    """What everybody reads of an incident."""

    public_text = TextField(
        label=_("What everybody reads"),
        rows=3,
        max_length=LONGEST_PUBLIC,
        help_text=_("A sentence or two, without names: what happened, from when to when."),
    )
