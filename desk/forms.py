"""Asking that an account be deleted; what starts the clock of what is kept; organisations that stand twice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from applicants.models import Application
from applicants.models.legal_holds import LONGEST_REASON
from calls.models import Call
from core.forms import Form
from funding.models import Project
from funding.retention import LOSERS_LEAST, LOSERS_MOST


class EraseForm(Form):
    """The person says that they mean it."""

    sure = forms.BooleanField(
        label=_("I want my account to be deleted, and I have kept a copy of what I need."),
        error_messages={"required": _("Tick this, if you want it.")},
    )


class ErasureOnRequestForm(Form):
    """An administrator enters a written request."""

    email = forms.EmailField(label=_("e-mail address of the account"))
    words = forms.CharField(
        label=_("which written request"),
        max_length=300,
        help_text=_("Of which day, by which way, and how you made sure who wrote it."),
    )

    def clean_email(self) -> User:
        """The person with this address. Raises ValidationError when there is none."""
        found: User | None = User.objects.filter(
            email__iexact=self.cleaned_data["email"], erased_at=None
        ).first()
        if found is None:
            raise ValidationError(_("There is no account with this address."))
        return found

    def clean(self) -> dict[str, Any]:
        """As the verb wants it."""
        given = super().clean() or {}
        return {"user": given.get("email"), "words": given.get("words", "")}


class FinalPaymentForm(Form):
    """The day of the final payment of the main grant."""

    paid_on = forms.DateField(
        label=_("Day of the final payment"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    evidence = forms.CharField(
        label=_("How it is known"),
        max_length=300,
        help_text=_("For the auditor: letter, statement of the bank."),
    )


class CompareForm(Form):
    """Two organisations that nobody proposed to compare."""

    one = forms.ChoiceField(label=_("One organisation"))
    other = forms.ChoiceField(label=_("The other"))

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = [(one.ref, f"{one.legal_name} · {one.registration_number}") for one in organisations]
        for name in ("one", "other"):
            field: Any = self.fields[name]
            field.choices = [("", ""), *told]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("one") and given.get("one") == given.get("other"):
            self.add_error("other", _("Choose two different organisations."))
        return given


class MergeForm(Form):
    """Two entries are one firm: which one goes on, and why."""

    survivor = forms.ChoiceField(
        label=_("Which entry goes on?"),
        widget=forms.RadioSelect,
        help_text=_(
            "Its name and its people come first. The other one stays where it was written, and can be read."
        ),
    )
    reason = forms.CharField(
        label=_("Why they are one firm"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you looked at: the business register, a VAT number, what the firm said."),
    )

    def __init__(self, *args: Any, both: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.both = {one.ref: one for one in both}
        field: Any = self.fields["survivor"]
        field.choices = [(one.ref, f"{one.legal_name} · {one.registration_number}") for one in both]

    def clean(self) -> dict[str, Any]:
        """As the verb wants it."""
        given = super().clean() or {}
        chosen = given.get("survivor")
        if not chosen:
            return given
        duplicate = next(one for ref, one in self.both.items() if ref != chosen)
        return {**given, "survivor": self.both[chosen], "duplicate": duplicate}


class NotOneFirmForm(Form):
    """The second manager says why not; who proposed it may take it back without a word."""

    note = forms.CharField(
        label=_("Why they are not one firm"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LosersTermForm(Form):
    """For how long the others are kept."""

    losers_years = forms.IntegerField(
        label=_("Years after the answer"),
        min_value=LOSERS_LEAST,
        max_value=LOSERS_MOST,
        help_text=_("The privacy notice of the calls has to say the same."),
    )


def _reason(label: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4, "data-count": "characters", "data-max": LONGEST_REASON})
    return forms.CharField(label=label, widget=widget, error_messages={"required": _("Give the reason.")})


class HoldForm(Form):
    """What is to be kept, and why. The length of the reason is judged by the verb."""

    call = forms.ModelChoiceField(
        label=_("Call"), queryset=Call.objects.none(), empty_label=_("Choose a call")
    )
    application = forms.CharField(
        label=_("Number of the file"),
        required=False,
        max_length=40,
        help_text=_("Leave it empty for all files of the call, with drafts that were not submitted."),
    )
    reason = _reason(_("Why it has to be kept"))

    def __init__(self, *args: Any, project: Project, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["call"].queryset = Call.objects.filter(project=project).order_by("-pk")  # type: ignore[attr-defined]  # a choice of rows

    def clean(self) -> dict[str, Any]:
        """As the verb wants it."""
        given = super().clean() or {}
        ref, found = given.get("application", "").strip(), None
        if ref and given.get("call"):
            own = Application.objects.visible_to_staff(self.user).filter(call=given["call"])
            found = own.filter(ref__iexact=ref).first()
            if found is None:
                self.add_error("application", _("This call has no submitted file with this number."))
        return {**given, "application": found}


class LiftForm(Form):
    """Why it need not be kept any more."""

    reason = _reason(_("Why it need not be kept any more"))
