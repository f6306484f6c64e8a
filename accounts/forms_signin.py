"""What people type, or their device answers, when they sign in without a password."""

import uuid
from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.adapter import AccountAdapter, guessed_from


class SignUpForm(account_forms.SignupForm):
    """A new account. An address that has one gets the same answer, after the same work: password, rows and mail (QS10)."""

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            self._make_and_forget(request)
            return super().try_save(request)
        with transaction.atomic():
            return super().try_save(request)

    def _make_and_forget(self, request: HttpRequest) -> None:
        """Make an account under an address that nobody has, and take it back."""
        real = self.cleaned_data["email"]
        self.cleaned_data["email"] = f"{uuid.uuid4().hex}@invalid.example"
        self.account_already_exists = False
        with transaction.atomic():
            self.save(request)
            transaction.set_rollback(True)
        cache.set("accounts.forgotten", 1, timeout=60)  # an account that stays is written to disk as well
        self.cleaned_data["email"], self.account_already_exists = real, True


class AskForCodeForm(account_forms.RequestLoginCodeForm):
    """The address a code goes to. Known or not, the answer is the same; how often is counted by account and address."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        found = account_forms.filter_users_by_email(
            email, is_active=True, prefer_verified=True, for_login=True
        )
        key = guessed_from(context.request, email)
        if not ratelimit.consume(
            context.request, app="allauth.account", action="request_login_code", key=key
        ):
            raise ValidationError(
                gettext("Too many codes were asked for this address. Wait an hour, or sign in another way.")
            )
        self._user = found[0] if found else None
        return email


class TypeCodeForm(account_forms.ConfirmLoginCodeForm):
    """The code from the mail. A guess counts like a guess at the password: ten an hour for both together (QS15)."""

    def clean_code(self) -> str:
        request = context.request
        adapter = AccountAdapter(request)
        adapter.pre_authenticate(request, email=request._login_stage.state.get("email", ""))
        code = str(super().clean_code())
        adapter.give_guess_back()
        return code


# What the libraries raise on an answer that no browser of ours made.
_BROKEN = (ValidationError, KeyError, TypeError, ValueError, AttributeError, InvalidSignature)


class _Passkey:
    """A passkey that does not fit is refused in words that fit."""

    cleaned_data: dict[str, Any]

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _BROKEN as error:
            if getattr(error, "code", "") == "too_many_login_attempts":
                raise
            raise ValidationError(_refusal()) from error


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    """A new passkey: what it is called, and whether it opens the account by itself."""

    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("No passkey came. It needs a browser with JavaScript and a safe connection.")
        },
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without a password"),
        required=False,
        initial=True,
        help_text=_(
            "The device then asks for your finger, face or PIN. Untick it for a security key without a PIN."
        ),
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=60, help_text=_("Such as the device it is kept on.")
    )

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except _BROKEN as error:
            raise ValidationError(_refusal()) from error


class PasskeySignInForm(_Passkey, passkeys.LoginWebAuthnForm):
    """A passkey instead of e-mail and password."""


class PasskeySecondForm(_Passkey, passkeys.AuthenticateWebAuthnForm):
    """A passkey as the second factor."""


class PasskeyAgainForm(_Passkey, passkeys.ReauthenticateWebAuthnForm):
    """A passkey to confirm that it is you."""


def _refusal() -> str:
    return gettext("This passkey was not accepted. Try again, or sign in another way.")
