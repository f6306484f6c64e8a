"""What people type about agreements, reports and payments."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.forms.rows import InstalmentRow, row_set
from calls.plans import InstalmentPlan
from core.files import KINDS
from core.forms import EurField, Form, unmarked
from core.localised import localised
from core.money import format_eur
from core.surveys import hours_field, mark_field, words_field
from grants.debts import Termination

ENDINGS = ",".join(ending for endings in KINDS.values() for ending in endings)


def _day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class DraftForm(Form):
    """Which selected files get an agreement, and when their projects start."""

    starts_on = _day(label=_("Projects start on"))
    months = forms.IntegerField(
        label=_("Months"), min_value=1, max_value=120, help_text=_("How long the projects last.")
    )
    files = forms.MultipleChoiceField(
        label=_("Files"),
        error_messages={
            "required": _("Choose at least one file."),
            "invalid_choice": _("%(value)s waits for no agreement any more. Look at the list as it is now."),
        },
    )

    def __init__(self, *args: Any, applications: Sequence[Any], most_months: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applications = {application.ref: application for application in applications}
        self.fields["files"].choices = [(ref, ref) for ref in self.applications]
        self.fields["files"].initial = list(self.applications)
        self.fields["months"].initial = most_months

    @property
    def ticked(self) -> list[str]:
        """The references whose boxes are ticked: as typed, or all at first."""
        return self["files"].value() or []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["applications"] = [self.applications[ref] for ref in cleaned.pop("files", [])]
        return cleaned


class PlanForm(Form):
    """The agreement of one file with instalments of its own: when it starts, how long, and how it is paid."""

    starts_on = _day(label=_("The project starts on"))
    months = forms.IntegerField(label=_("Months"), min_value=1, max_value=120)

    def __init__(self, data: Any = None, *, plans: Sequence[InstalmentPlan], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        rows = [
            {
                "label": str(one.label),
                "percent": one.percent,
                "amount_cents": one.amount_cents,
                "due": one.due,
                "month": one.month or None,
            }
            for one in plans
        ]
        self.rows = row_set(InstalmentRow)(data, prefix="row", initial=rows)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.rows.is_valid()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.rows.is_valid():
            rows = [row.cleaned_data for row in self.rows.ordered_forms]
            cleaned["instalments"] = [
                InstalmentPlan(
                    label=localised(one["label"]),
                    percent=one["percent"],
                    amount_cents=one["amount_cents"],
                    due=one["due"],
                    month=one["month"] or 0,
                )
                for one in rows
            ]
        return cleaned


class ReasonForm(Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class WithdrawForm(ReasonForm):
    """Why an agreement is taken back."""

    def __init__(self, *args: Any, was_sent: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = (
            _("The beneficiary reads it in the message.")
            if was_sent
            else _("The beneficiary has not seen the agreement and is not told.")
        )


class SignForm(Form):
    """A signature: the full name, typed under the document whose hash was shown."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agree = forms.BooleanField(error_messages={"required": _("Confirm this before you sign.")})
    name = forms.CharField(
        label=_("Your full name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def __init__(self, *args: Any, statement: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].label = statement

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.pop("agree", None)
        return cleaned


class BankAccountForm(Form):
    """Where the money goes."""

    holder = forms.CharField(
        label=_("Account holder"),
        max_length=70,
        help_text=_("As the bank knows it. It should be the organisation's legal name."),
    )
    iban = forms.CharField(
        label="IBAN",
        max_length=50,
        help_text=_("With or without spaces, such as IT60 X054 2811 1010 0000 0123 456."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    bic = forms.CharField(
        label="BIC",
        max_length=14,
        required=False,
        help_text=_("A euro transfer works without it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class VerifyForm(Form):
    """How a bank account was checked."""

    how = forms.CharField(
        label=_("How you checked it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whom you called, at which number, where that number comes from, and when."),
    )


class ReportForm(Form):
    """The report of a milestone."""

    text = forms.CharField(
        label=_("What was done and reached"),
        widget=forms.Textarea(attrs={"rows": 12, "data-count": "characters", "data-max": 10000}),
        help_text=_(
            "Work done, results, differences from the plan and why. The coordinator decides on this text."
        ),
    )
    file = forms.FileField(
        label=_("Report or evidence as a file"),
        required=False,
        help_text=_("PDF, Word, Excel or a picture."),
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
    )


class ReviewForm(Form):
    """What becomes of a report."""

    VERDICTS = [
        ("accept", _("Accept: the payment of this milestone is owed")),
        ("return", _("Return: something is missing, the beneficiary reports again")),
        ("refuse", _("Refuse for good: this part is not paid, its money goes back to the call")),
    ]
    verdict = forms.ChoiceField(
        label=_("The report is"),
        choices=VERDICTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of the report.")},
    )
    part = forms.CharField(
        label=_("Accepted part"),
        required=False,
        max_length=30,
        help_text=_(
            "Only where a part is accepted: a percentage such as 80 %, rounded half up to the cent, or an amount such as 9 600.00."
        ),
    )
    note = forms.CharField(
        label=_("Words to the beneficiary"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Needed unless you accept all of it."),
    )
    unmarked(note)
    unmarked(part)

    def __init__(self, *args: Any, partial: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if partial:
            accept, *others = self.VERDICTS
            part = ("part", _("Accept a part: only that part is owed, the rest goes back to the call"))
            self.fields["verdict"].choices = [accept, part, *others]
        else:
            del self.fields["part"]


class ApproveForm(Form):
    """The second person's approval."""

    note = forms.CharField(
        label=_("Note for the file"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PaidForm(Form):
    """When the money left."""

    paid_on = _day(label=_("Paid on"), help_text=_("The day on the bank statement."))


class EndForm(Form):
    """The end of an agreement: why, and what of the work of each organisation is accepted in all."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The beneficiary reads it; it stands in the letter when money is asked back."),
    )
    days_to_pay = forms.IntegerField(
        label=_("Days to pay"),
        min_value=1,
        max_value=365,
        initial=30,
        help_text=_(
            "For what is to be repaid, from the confirmation by a second person. The agreement says 30."
        ),
    )

    def __init__(self, *args: Any, reckonings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {}
        for organisation, sums in reckonings.items():
            name = f"accepted_{organisation.ref}"
            self.names[name] = organisation.ref
            self.fields[name] = EurField(
                label=_("Accepted work of %(name)s in all, EUR") % {"name": organisation},
                initial=format_eur(sums.accepted_cents),
                help_text=_(
                    "Owed so far: %(owed)s. Paid: %(paid)s. What is paid above the accepted work is asked back."
                )
                % {"owed": format_eur(sums.accepted_cents), "paid": format_eur(sums.paid_cents)},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["accepted"] = {
            ref: cleaned.pop(name) for name, ref in self.names.items() if cleaned.get(name) is not None
        }
        return cleaned


class TerminateForm(EndForm):
    """An end before its time: by whom, and when."""

    side = forms.ChoiceField(label=_("Ended by"), choices=Termination.Side.choices, widget=forms.RadioSelect)
    notice_on = _day(label=_("Notice was given on"))
    ended_on = _day(label=_("The agreement ended on"), help_text=_("Today or before."))
    field_order = ["side", "notice_on", "ended_on", "reason"]


class RepaymentForm(Form):
    """Money that came back."""

    amount_cents = EurField(label=_("Amount, EUR"), min_cents=1)
    received_on = _day(label=_("Received on"), help_text=_("The day on the bank statement."))


class AgainForm(ReasonForm):
    """A recovery that is proposed again."""

    days_to_pay = forms.IntegerField(label=_("Days to pay"), min_value=1, max_value=365, initial=30)


class PaymentSurveyForm(Form):
    """Four questions after the last payment; the length of the words is judged by the verb."""

    clarity = mark_field(_("How clear was the reporting?"), _("1 is very unclear, 5 is very clear."))
    speed = mark_field(_("How quickly did the money come?"), _("1 is very slow, 5 is very quick."))
    hours = hours_field(_("About how many hours did the reports take?"))
    words = words_field(_("What should we make better?"))
