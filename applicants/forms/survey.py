"""What an applicant says about applying."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applicants.models.survey import EASE, LONGEST_WORDS, MOST_HOURS
from core.forms import Form

_RANGE = _("Give a whole number from %(least)d to %(most)d.")


def _errors(least: int, most: int, *codes: str) -> dict[str, Any]:
    return dict.fromkeys(codes, _RANGE % {"least": least, "most": most})


class SurveyForm(Form):
    """Three questions; the length of the words is judged by the verb."""

    ease = forms.TypedChoiceField(
        label=_("How easy was it to apply?"),
        help_text=_("1 is very hard, 5 is very easy."),
        choices=[(mark, str(mark)) for mark in EASE],
        coerce=int,
        widget=forms.RadioSelect(attrs={"data-scale": "1"}),
        error_messages=_errors(EASE[0], EASE[-1], "required", "invalid_choice"),
    )
    hours = forms.IntegerField(
        label=_("About how many hours did the application take?"),
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "num"}),
        error_messages=_errors(0, MOST_HOURS, "invalid", "min_value", "max_value"),
    )
    words = forms.CharField(
        label=_("What should we make better?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-count": "characters", "data-max": LONGEST_WORDS}),
    )
