"""A check of what strangers send that needs no third party: programs fill in a form faster than people can read it (D8).

Each form bears the moment at which it was shown, signed. It works without a script, keeps nothing, and asks nobody to look
at pictures; with the limits of `core/limits.py` it keeps simple programs out, not a determined one.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext as _

_signer = TimestampSigner(salt="core.bots")


def shown_now() -> str:
    """The signed moment at which a form is shown."""
    return _signer.sign("shown")


class PaceCheck(forms.Form):
    """A form of strangers. What comes without the moment, or sooner than `BOT_PAUSE_SECONDS` after it, is shown once more with
    everything that was typed, to be sent again."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput, initial=shown_now)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.BOT_PAUSE_SECONDS:
            self.leave_pace()

    def leave_pace(self) -> None:
        """Do not ask: who sends it is known."""
        self.fields.pop("shown", None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "shown" not in self.fields:
            return cleaned
        moment = cleaned.pop("shown", "")
        if not self._is_paced(moment):
            self.add_error(
                None, ValidationError(_("This came faster than people type. Please send it once more."))
            )
        return cleaned

    def _is_paced(self, moment: str) -> bool:
        try:
            _signer.unsign(moment)
        except BadSignature:
            self.data = {**dict(self.data.items()), self.add_prefix("shown"): shown_now()}
            return False
        try:
            _signer.unsign(moment, max_age=settings.BOT_PAUSE_SECONDS)
        except BadSignature:  # older than the pause: somebody has read it
            return True
        return False
