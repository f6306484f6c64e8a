"""What people type for feedback before the deadline."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from evaluation.early import LONGEST_QUESTION, LONGEST_REMARKS
from evaluation.ethics import Reviewer


class AskFeedbackForm(Form):
    """What the applicant wants to know, and its consent."""

    question = forms.CharField(
        label=_("What do you want to know above all?"),
        max_length=LONGEST_QUESTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("May be empty: then the whole version is looked at."),
    )
    agreed = forms.BooleanField(
        label=_("This version may be read for feedback by the call office and by one person it names."),
        error_messages={"required": _("Without this nobody can give feedback.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {"question": data.get("question", "")}


class AdviserForm(Form):
    """Who reads the version beside the call office."""

    adviser = forms.TypedChoiceField(
        label=_("Who reads it too"),
        coerce=int,
        empty_value=0,
        required=False,
        help_text=_(
            "One person of the project, or one of its evaluators. They do not score this file later."
        ),
    )

    def __init__(self, *args: Any, people: Sequence[Reviewer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["adviser"].choices = [
            ("", _("Choose a person")),
            *((one.key, one.name) for one in people),
        ]
        self.unmark("adviser")


class EarlyAnswerForm(Form):
    """What the call office writes to the applicant."""

    answer = forms.CharField(
        label=_("Your words to the applicant"),
        max_length=LONGEST_REMARKS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("No score and no promise: what is clear, what is missing, what could be misunderstood."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("answer")


class RemarksForm(Form):
    """What the adviser writes."""

    remarks = forms.CharField(
        label=_("Your remarks"),
        max_length=LONGEST_REMARKS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "The call office reads them first and sends them to the applicant without your name. No score."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark("remarks")
