"""Publishing a call, and what may happen to it afterwards."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.forms.fields import TextField, day_field
from calls.forms.wallclock import WallClockForm
from calls.models import Call, CutOff, Incident
from core import clock
from core.forms import Form


class DeclineForm(Form):
    """Why it is not published yet."""

    reason = TextField(
        label=_("What should change first"),
        rows=2,
        max_length=1000,
        required=False,
        help_text=_("The one who proposed it gets this by mail."),
    )


class ExtendForm(WallClockForm):
    """A later deadline, and why."""

    decision_by = day_field(label=_("Applicants have their answer by"), required=False)
    agreement_by = day_field(label=_("Agreements are signed by"), required=False)
    reason = TextField(
        label=_("Why"),
        rows=2,
        max_length=1000,
        help_text=_("Everybody reads this; people with drafts and submissions get it by mail."),
    )
    field_order = ["closes_day", "closes_hour", "closes_which"]

    def __init__(
        self,
        data: Any = None,
        *,
        call: Call,
        incidents: Any = None,
        because: Incident | None = None,
        fair: datetime | None = None,
    ) -> None:
        moving = call.cut_off_at(clock.now())
        answer = moving.decision_by if moving else call.decision_by
        words = {"incident": because, "reason": because.public_text} if because else {}
        super().__init__(data, initial={"decision_by": answer, "agreement_by": call.agreement_by, **words})
        self.zone = call.zone
        instant = fair or (moving.closes_at if moving else call.closes_at)
        self.add_moment("closes", day=_("New deadline on"), hour=_("New deadline at"), instant=instant)
        if call.has_cut_offs:
            ahead = CutOff.objects.filter(call=call, closes_at__gte=clock.now())
            self.fields["cut_off"] = forms.ModelChoiceField(
                ahead, label=_("Which cut-off"), initial=moving, empty_label=None
            )
            del self.fields["agreement_by"]
        if incidents:
            self.fields["incident"] = forms.ModelChoiceField(
                incidents,
                label=_("It gives back the time of"),
                required=False,
                empty_label=_("no incident: another reason"),
                help_text=_("Then the deadline moves by at least the time that was lost."),
            )
        self.order_fields(["cut_off", *self.field_order, "incident"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["closes_at"] = self.clean_moment("closes")
        return cleaned


class CancelForm(Form):
    """Why the call does not take place."""

    reason = TextField(
        label=_("Why"), rows=3, max_length=1000, help_text=_("Everybody reads this on the page of the call.")
    )
