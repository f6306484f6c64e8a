"""What the call office asks to be corrected."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.calendar import zone_named
from calls.forms.fields import day_field
from core.forms import Form

END_OF_DAY = time(23, 59, 59)


class CorrectionForm(Form):
    """Marks, words, and the last day. `due_at` is the end of that day in the call's zone."""

    fields_marked = forms.MultipleChoiceField(
        label=_("What may be corrected"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing else can be changed by the applicant."),
    )
    words = forms.CharField(
        label=_("What has to be corrected, and why"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The applicant reads this, by e-mail and on the application's page."),
    )
    due_on = day_field(
        label=_("Last day for the correction"), help_text=_("Until 23:59:59 in the time zone of the call.")
    )

    def __init__(self, *args: Any, marks: Sequence[Any], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.unmark("fields_marked", "words")
        self.fields["fields_marked"].choices = [(one.key, f"{one.group}: {one.label}") for one in marks]

    def asked(self) -> dict[str, Any]:
        """The arguments of the verb."""
        due = datetime.combine(self.cleaned_data["due_on"], END_OF_DAY, zone_named(self.zone))
        return {
            "fields": self.cleaned_data["fields_marked"],
            "words": self.cleaned_data["words"],
            "due_at": due,
        }
