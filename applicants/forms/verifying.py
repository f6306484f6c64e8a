"""What is on a receipt, or the receipt itself."""

import hashlib
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class ReceiptForm(Form):
    """Number and fingerprint, or a file. Nothing of the file is kept: only its SHA-256 is looked up."""

    number = forms.CharField(
        label=_("Number of the application"),
        max_length=60,
        required=False,
        help_text=_("As on the receipt, such as DRM-27-0042."),
    )
    fingerprint = forms.CharField(
        label=_("Fingerprint (SHA-256)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("64 figures and letters; spaces do not matter."),
    )
    file = forms.FileField(
        label=_("Or the file"),
        required=False,
        help_text=_(
            "The receipt as PDF, or the data behind its fingerprint, as you got them. The file is not kept."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unmark(*self.fields)

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()

    def clean_fingerprint(self) -> str:
        typed = re.sub(r"[\s:]", "", str(self.cleaned_data["fingerprint"])).lower()
        if typed and not re.fullmatch(r"[0-9a-f]{64}", typed):
            raise ValidationError(
                _("A fingerprint has 64 characters, 0 to 9 and a to f; this has %(n)d.") % {"n": len(typed)}
            )
        return typed

    def clean_file(self) -> str:
        """Its SHA-256, or nothing when no file was chosen."""
        given: UploadedFile | None = self.cleaned_data["file"]
        if given is None:
            return ""
        if (given.size or 0) > settings.MAX_UPLOAD_BYTES:
            raise ValidationError(_("This file is larger than any receipt."))
        digest = hashlib.sha256()
        for chunk in given.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors or data.get("file"):
            return data
        for name in ("number", "fingerprint"):
            if not data.get(name):
                self.add_error(name, _("Give number and fingerprint, or choose a file."))
        return data
