"""A call from a file: chosen, or written into the page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from calls.callfile.samples import Sample
from calls.callfile.yamlio import LARGEST_FILE
from calls.forms.parts import CreateForm
from core.forms import Form
from funding.models import Project

CODE = r"\A[A-Za-z0-9][A-Za-z0-9-]{1,18}[A-Za-z0-9]\Z"


class CloneForm(Form):
    """What the next call is called."""

    title = forms.CharField(label=_("Title"), max_length=140, help_text=_("It also makes the address."))
    code = forms.RegexField(
        CODE,
        label=_("Code in references"),
        help_text=_("Such as DRM-27; files become DRM-27-0042. It stays."),
        error_messages={"invalid": _("3 to 20 letters, figures and hyphens, such as DRM-27.")},
    )


class SampleForm(CreateForm):
    """What the call that is made like a sample is called, and where it belongs."""

    def __init__(self, data: Any = None, *, user: Any, sample: Sample) -> None:
        super().__init__(data, user=user)
        self.fields["title"].initial = sample.title
        types = self.fields["voucher_type"].queryset
        self.fields["voucher_type"].help_text = _("The call belongs to it, and its money is counted there.")
        if len(types) == 1:
            self.fields["voucher_type"].initial = types[0].pk


class ImportForm(Form):
    """Where a call file comes from and whose draft it becomes. The text of a chosen file is put into the page, so that a
    mistake can be mended right there."""

    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("Project"), empty_label=_("Choose one"), to_field_name="slug"
    )
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("A call as YAML, such as you download it.")
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "mono", "spellcheck": "false", "wrap": "off"}),
    )
    code = forms.RegexField(
        CODE,
        label=_("Another code in references"),
        required=False,
        help_text=_("If the file's own belongs to a call already."),
        error_messages={"invalid": _("3 to 20 letters, figures and hyphens, such as DRM-27.")},
    )

    def __init__(self, data: Any = None, files: Any = None, *, user: Any) -> None:
        super().__init__(data, files)
        projects = Project.objects.managed_by(user).order_by("acronym")
        self.fields["project"].queryset = projects
        if len(projects) == 1:
            self.fields["project"].initial = projects[0].slug

    def clean_file(self) -> str:
        """Its text, or nothing when no file was chosen."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > 4 * LARGEST_FILE:
            told = {"size": file.size // 1000, "most": 4 * LARGEST_FILE // 1000}
            raise ValidationError(_("The file has %(size)d kB; at most %(most)d kB are read.") % told)
        try:
            return str(file.read().decode("utf-8-sig")).replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise ValidationError(_("This is no text in UTF-8; a call file is.")) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen, written = cleaned.pop("file", ""), cleaned.get("text", "").replace("\r\n", "\n")
        cleaned["text"] = chosen or written
        if chosen:
            self.data = self.data.copy()
            self.data["text"] = chosen
        if not cleaned["text"].strip() and not self.errors:
            self.add_error("file", _("Choose a file, or write its text below."))
        return cleaned
