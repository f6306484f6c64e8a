"""Asking that an account be deleted; and what starts the clock of what is kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import Form
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


class LosersTermForm(Form):
    """For how long the others are kept."""

    losers_years = forms.IntegerField(
        label=_("Years after the answer"),
        min_value=LOSERS_LEAST,
        max_value=LOSERS_MOST,
        help_text=_("The privacy notice of the calls has to say the same."),
    )
