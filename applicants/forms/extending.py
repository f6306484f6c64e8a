"""What is typed about more time for one applicant: why it is needed, until when it is given, why it is refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applicants.models import LONGEST_CAUSE_WORDS, Extension
from calls.forms.fields import TextField
from calls.forms.wallclock import WallClockForm
from core.forms import Form


class ExtensionForm(Form):
    """What kept the applicant from submitting in time."""

    cause = forms.ChoiceField(
        label=_("What keeps you from submitting in time"),
        choices=Extension.Cause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kept you.")},
    )
    words = forms.CharField(
        label=_("What happened, from when to when, and how much time you need"),
        max_length=LONGEST_CAUSE_WORDS,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": "characters", "data-max": LONGEST_CAUSE_WORDS}),
        help_text=_(
            "The managers of the call read this, nobody else. Of somebody's health only what is needed."
        ),
        error_messages={"required": _("Say what happened, and when: two managers decide by it.")},
    )


class ProposeExtensionForm(WallClockForm):
    """Until when, on the call's own clocks, and why."""

    because = TextField(
        label=_("Why it is right"),
        rows=3,
        max_length=2000,
        help_text=_("It stays on record for the auditor. The applicant does not read it."),
    )

    def __init__(self, data: Any = None, *, extension: Extension, latest: Any, latest_words: str) -> None:
        super().__init__(data, initial={"because": extension.because})
        self.zone = extension.application.call.zone
        self.add_moment(
            "until",
            day=_("More time until"),
            hour=_("At the hour"),
            instant=extension.until or latest,
            help_text=_("The call gives at most until %s.") % latest_words,
        )
        self.order_fields(["until_day", "until_hour", "until_which", "because"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["until"] = self.clean_moment("until")
        return cleaned


class RefuseExtensionForm(Form):
    """Why there is no more time."""

    words = TextField(
        label=_("Why not"),
        rows=3,
        max_length=2000,
        help_text=_("The applicant reads this, by e-mail and on the application's page."),
    )
