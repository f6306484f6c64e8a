"""What one writes in a thread."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applicants.forms.drafting import endings_of
from applicants.models import LONGEST_MESSAGE
from core.files import KINDS
from core.forms import Form


class MessageForm(Form):
    """A message with, perhaps, a file. What is inside the file is checked by the verb."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_MESSAGE,
        error_messages={"required": _("Write what it is about.")},
        widget=forms.Textarea(attrs={"rows": 5, "data-count": "characters", "data-max": LONGEST_MESSAGE}),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF, picture, Word or Excel file."),
        widget=forms.FileInput(attrs={"accept": ",".join(endings_of(KINDS))}),
    )
