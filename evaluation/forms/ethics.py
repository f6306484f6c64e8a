"""What people type for the check of ethics and security."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from evaluation.ethics import Reviewer
from evaluation.queries.ethics import CheckLine
from evaluation.states import EthicsOutcome


class NameReviewerForm(Form):
    """Who checks which files."""

    reviewer = forms.TypedChoiceField(
        label=_("Who checks them"),
        coerce=int,
        empty_value=0,
        required=False,
        help_text=_("A person of the project, or an evaluator who accepted and did not score the file."),
    )
    files = forms.MultipleChoiceField(label=_("Files"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, people: Sequence[Reviewer], lines: Sequence[CheckLine], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [
            ("", _("Choose a person")),
            *((one.key, one.name) for one in people),
        ]
        self.fields["files"].choices = [
            (line.file.ref, f"{line.file.ref}: {line.file.title}") for line in lines if line.check is None
        ]
        self.unmark("reviewer")
        self.unmark("files")


class EthicsForm(Form):
    """What comes of the check of one file."""

    outcome = forms.ChoiceField(
        label=_("What comes of it"), choices=EthicsOutcome.choices, widget=forms.RadioSelect
    )
    conditions = forms.CharField(
        label=_("Conditions before the agreement can be signed"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; they stand in the letter. Only for a file that is cleared with conditions."),
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What you looked at and what you found. If the file is not cleared, the applicant reads it in the letter; else "
            "it stays on record."
        ),
    )
