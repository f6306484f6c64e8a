"""Giving a mandate, and accepting one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from applicants.models import LONGEST_MANDATE_WORDS
from calls.models import Call
from core import clock
from core.forms import Form

_PERSON, _FIRM = "person", "firm"
USUAL = timedelta(days=365)


class MandateForm(Form):
    """Who may write, for which calls, from when until when."""

    email = forms.EmailField(
        label=_("E-mail address of who shall write"),
        help_text=_("A link goes there; the mandate holds once it is accepted."),
    )
    receiver = forms.ChoiceField(
        label=_("Who writes?"),
        choices=[
            (_PERSON, _("only this person")),
            (_FIRM, _("the consulting organisation that this person signs for, with all its people")),
        ],
        initial=_PERSON,
        widget=forms.RadioSelect,
    )
    call = forms.ModelChoiceField(
        label=_("For which calls?"),
        queryset=Call.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("All calls"),
    )
    first_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_on = forms.DateField(
        label=_("Until"),
        help_text=_("The last day. You can end it earlier at any time."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    words = forms.CharField(
        label=_("What you want to say about it"),
        required=False,
        max_length=LONGEST_MANDATE_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, calls: Sequence[Call], zone: str) -> None:
        super().__init__(data)
        today = clock.now().astimezone(ZoneInfo(zone)).date()
        self.initial |= {"first_on": today, "last_on": today + USUAL}
        field: Any = self.fields["call"]
        field.queryset = Call.objects.filter(pk__in=[one.pk for one in calls])
        self.unmark("call")

    def clean(self) -> dict[str, Any]:
        """As the verb takes it."""
        data = super().clean() or {}
        data["to_firm"] = data.pop("receiver", _PERSON) == _FIRM
        return data


class AcceptForm(Form):
    """For which of the organisations that the person signs for; no field where the mandate is for the person alone."""

    firm = forms.ModelChoiceField(
        label=_("For which organisation do you accept?"),
        queryset=Organisation.objects.none(),
        to_field_name="ref",
        empty_label=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("All its people may then write under this mandate."),
    )

    def __init__(self, data: Any = None, *, firms: Sequence[Organisation]) -> None:
        super().__init__(data)
        field: Any = self.fields["firm"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in firms])
        self.unmark("firm")
        if len(firms) == 1:
            self.initial["firm"] = firms[0].ref
        if not firms:
            del self.fields["firm"]
