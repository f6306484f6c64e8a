"""Where a call is published: a row for each place, planned or with its evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.forms.fields import TextField, day_field
from calls.forms.rows import Row, RowsForm, row_set
from calls.models import Channel
from calls.plans import ChannelPlan
from calls.publication import Part
from core.forms import Form


class ChannelRow(Row):
    """One place."""

    FIGURES = ("published_on",)
    kind = forms.ChoiceField(label=_("Kind"), choices=Channel.Kind.choices, initial=Channel.Kind.OTHER)
    name = TextField(label=_("Name"), max_length=120, required=False)
    url = forms.URLField(
        label=_("Link"), max_length=400, required=False, assume_scheme="https", widget=forms.URLInput
    )
    published_on = day_field(
        label=_("Published on"), required=False, help_text=_("Empty until it can be seen there.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("published_on") and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", _("Give the link where it can be seen."))
        return cleaned


class ChannelsForm(RowsForm):
    """All places, and the topic that the portal asks for."""

    part = Part.CHANNELS
    rows_field = "channels"
    rows_set = row_set(ChannelRow)
    parent_topic = forms.CharField(
        label=_("Topic of the project's own call"),
        max_length=80,
        required=False,
        help_text=_("As the portal asks for it, such as SMP-COSME-2021-CLUSTER-01."),
    )

    def row_values(self, plan: ChannelPlan) -> dict[str, Any]:
        return {"kind": plan.kind, "name": plan.name, "url": plan.url, "published_on": plan.published_on}

    def plan_of(self, row: forms.Form) -> ChannelPlan:
        given = row.cleaned_data
        return ChannelPlan(given["kind"], given["name"].strip(), given["published_on"], given["url"])


class ExceptionForm(Form):
    """Why a duty is not kept."""

    reason = TextField(
        label=_("Why the call departs from it"),
        rows=3,
        max_length=1000,
        help_text=_(
            "What allows it, and who agreed. Kept for the auditor; another manager confirms by publishing."
        ),
    )


class AssociationForm(Form):
    """Since when a country is associated, and where it can be read."""

    in_force_on = day_field(label=_("In force on"))
    url = forms.URLField(
        label=_("Link that proves it"), max_length=400, assume_scheme="https", widget=forms.URLInput
    )
