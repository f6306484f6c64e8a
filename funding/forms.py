"""What people type about a project."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class KpiForm(Form):
    """Something that counts towards a target."""

    delta = forms.IntegerField(label=_("How many"), initial=1, min_value=-10000, max_value=10000)
    note = forms.CharField(
        label=_("What, and how it is known"),
        max_length=200,
        help_text=_("For the auditor: event, date, evidence."),
    )
