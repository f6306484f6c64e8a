"""The parts of a call that are one form each."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from calls import countries, letters
from calls.forms.fields import TextField, day_field, source_text, with_text
from calls.forms.wallclock import WallClockForm
from calls.letters import LETTERS
from calls.models import Call
from calls.partnering import PartnerPart
from calls.parts import COLUMNS
from calls.publication import Part
from calls.states import CallState
from core.forms import Form
from funding.models import Project, VoucherType

MARKDOWN = _("Plain text. An empty line makes a paragraph, “- ” a list, “## ” a heading, **stars** bold.")


class VoucherTypeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: VoucherType) -> str:
        return f"{obj.project.acronym}: {obj.name}"


class CreateForm(Form):
    """Title and code of a new call; everything else starts from its voucher type."""

    voucher_type = VoucherTypeChoice(
        VoucherType.objects.none(),
        label=_("Voucher type"),
        help_text=_("Its rules, criteria and form are where the call starts. All of it can be changed."),
        empty_label=_("Choose one"),
    )
    title = forms.CharField(
        label=_("Title"), max_length=140, help_text=_("As applicants read it. It also makes the address.")
    )
    code = forms.RegexField(
        r"\A[A-Za-z0-9][A-Za-z0-9-]{1,18}[A-Za-z0-9]\Z",
        label=_("Code in references"),
        help_text=_("Such as DRM-27; files become DRM-27-0042. It stays."),
        error_messages={"invalid": _("3 to 20 letters, figures and hyphens, such as DRM-27.")},
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        types = VoucherType.objects.filter(project__in=Project.objects.managed_by(user)).select_related(
            "project"
        )
        self.fields["voucher_type"].queryset = types.order_by("project__acronym", "name")


class PartForm(Form):
    """A part of a call, with the mark of what was stored when its page was opened."""

    part: Part
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(self, data: Any = None, *, call: Call, mark: str = "") -> None:
        self.call = call
        super().__init__(data, initial={"seen": mark, **self.values(call)})

    def values(self, call: Call) -> dict[str, Any]:
        """What the fields show."""
        return {name: getattr(call, name) for name in COLUMNS[self.part]}


class WordsForm(PartForm):
    """Texts of a part, in one language at a time; those in the others stay as they are."""

    def __init__(
        self, data: Any = None, *, call: Call, mark: str = "", language: str = settings.LANGUAGE_CODE
    ) -> None:
        self.language = language
        super().__init__(data, call=call, mark=mark)
        for name in COLUMNS[self.part]:
            self.fields[name].widget.attrs["lang"] = language
            if language != settings.LANGUAGE_CODE:
                self.fields[name].required = False
                self.fields[name].help_text = Truncator(source_text(getattr(call, name))).chars(600)

    def values(self, call: Call) -> dict[str, Any]:
        return {name: source_text(value, self.language) for name, value in super().values(call).items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in COLUMNS[self.part]:
            if name in cleaned:
                typed = cleaned[name].strip()
                cleaned[name] = with_text(getattr(self.call, name), typed, self.language)
        return cleaned


class LettersForm(WordsForm):
    """What the letters of the decision say around its facts; left empty, the product's own letter is sent."""

    part = Part.LETTERS
    letter_fund = TextField(label=LETTERS["letter_fund"], max_length=10_000, rows=12, required=False)
    letter_reserve = TextField(label=LETTERS["letter_reserve"], max_length=10_000, rows=12, required=False)
    letter_reject = TextField(label=LETTERS["letter_reject"], max_length=10_000, rows=12, required=False)

    def clean(self) -> dict[str, Any]:
        for name in LETTERS:
            for sentence in letters.faults(self.cleaned_data.get(name, "")):
                self.add_error(name, sentence)
        return super().clean()


class TextForm(WordsForm):
    """What applicants read."""

    part = Part.TEXT
    title = TextField(label=_("Title"), max_length=140)
    summary = TextField(
        label=_("Summary"),
        max_length=400,
        rows=3,
        required=False,
        help_text=_("Two sentences a company understands: how much, for what, for whom."),
    )
    description = TextField(
        label=_("Objective and activities"), max_length=20_000, rows=12, required=False, help_text=MARKDOWN
    )
    eligibility = TextField(
        label=_("Who may apply, in words"),
        max_length=10_000,
        rows=6,
        required=False,
        help_text=_("What countries and sizes alone do not say."),
    )
    process = TextField(
        label=_("What happens after the deadline"),
        max_length=10_000,
        rows=6,
        required=False,
        help_text=_("How files are judged, who decides, how to object, what is signed."),
    )
    redress = TextField(
        label=_("Objections"),
        max_length=5_000,
        rows=4,
        required=False,
        help_text=_("Until when, where, and who answers."),
    )
    privacy = TextField(
        label=_("Data protection"),
        max_length=10_000,
        rows=6,
        required=False,
        help_text=_("Who answers for personal data, what for, how long, who gets them."),
    )
    reason = TextField(
        label=_("What you change, and why"),
        max_length=1000,
        rows=2,
        required=False,
        help_text=_("Everybody reads this on the page of the call; people with drafts get it by mail."),
    )

    def __init__(self, data: Any = None, *, call: Call, **more: Any) -> None:
        super().__init__(data, call=call, **more)
        if call.state != CallState.PUBLISHED:
            del self.fields["reason"]
        self.unmark(*COLUMNS[self.part])


class DatesForm(WallClockForm, PartForm):
    """When it opens and closes, on the clocks of its zone, and what follows by when."""

    part = Part.DATES
    decision_by = day_field(label=_("Applicants have their answer by"), required=False)
    agreement_by = day_field(label=_("Agreements are signed by"), required=False)
    questions_days = forms.IntegerField(
        label=_("Questions are taken until so many days before the deadline"),
        min_value=0,
        max_value=60,
        required=False,
        widget=forms.NumberInput,
        help_text=_("Everybody reads the answers; leave time to use them. 7 is usual."),
    )
    project_months = forms.IntegerField(
        label=_("Longest project, in months"), min_value=1, max_value=60, widget=forms.NumberInput
    )
    short_opening_reason = TextField(
        label=_("If it is open for less than two months: why"),
        rows=2,
        max_length=1000,
        required=False,
        help_text=_("What in the grant agreement allows it, and who agreed. Kept for the auditor."),
    )
    field_order = [
        "opens_day", "opens_hour", "opens_which", "closes_day", "closes_hour", "closes_which",
    ]  # fmt: skip

    def __init__(self, data: Any = None, *, call: Call, mark: str = "") -> None:
        super().__init__(data, call=call, mark=mark)
        self.zone = call.zone
        self.add_moment("opens", day=_("Opens on"), hour=_("Opens at"), instant=call.opens_at)
        self.add_moment("closes", day=_("Deadline on"), hour=_("Deadline at"), instant=call.closes_at)
        self.order_fields(self.field_order)
        self.unmark("decision_by", "agreement_by", "questions_days")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("opens", "closes"):
            cleaned[f"{name}_at"] = self.clean_moment(name)
        return cleaned


class ApplicantsForm(PartForm):
    """What for, countries, sizes, how many together."""

    part = Part.APPLICANTS
    activities = TextField(
        label=_("Activities that are supported"),
        max_length=5_000,
        rows=6,
        required=False,
        help_text=_("A closed list, one a line: what is not here is not paid."),
    )
    whole_union = forms.BooleanField(label=_("All EU Member States"), required=False)
    union = forms.MultipleChoiceField(
        label=_("Or only these of them"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.MultipleChoiceField(
        label=_("Besides"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Countries associated to the programme: see the grant agreement."),
    )
    whole_world = forms.BooleanField(label=_("All countries of the world"), required=False)
    elsewhere = forms.MultipleChoiceField(
        label=_("Or these of the rest of the world"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Several with Ctrl or ⌘."),
    )
    countries_pending = forms.MultipleChoiceField(
        label=_("Only if associated at signature"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Countries that negotiate their association: they may apply, and are checked again then."
        ),
    )
    countries_as_of = day_field(
        label=_("Day of this list"),
        required=False,
        help_text=_("Of the programme's list of associated countries that you used."),
    )
    sizes = forms.MultipleChoiceField(
        label=_("Sizes"),
        required=False,
        choices=Organisation.Size.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    partners_min = forms.IntegerField(label=_("Organisations at least"), min_value=1, max_value=20)
    partners_max = forms.IntegerField(
        label=_("Organisations at most"), min_value=1, max_value=20, help_text=_("1: one applies alone.")
    )

    partner_part = forms.ChoiceField(
        label=_("What partners do themselves"),
        choices=PartnerPart.choices,
        initial=PartnerPart.NAMED,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Where they confirm, nobody submits before every partner has said yes."),
    )

    previous = forms.ModelChoiceField(
        Call.objects.none(),
        label=_("Earlier phase"),
        required=False,
        empty_label=_("none: the call is open to everybody"),
        help_text=_("Only projects selected in that call may apply; they are invited when it is released."),
    )

    def __init__(self, data: Any = None, *, call: Call, mark: str = "") -> None:
        super().__init__(data, call=call, mark=mark)
        others = Call.objects.filter(project=call.project_id).exclude(pk=call.pk)
        self.fields["previous"].queryset = others.exclude(state=CallState.CANCELLED)
        self.fields["union"].choices = countries.choices(countries.EU)
        self.fields["others"].choices = countries.choices(countries.NEIGHBOURS)
        self.fields["elsewhere"].choices = countries.choices(countries.ELSEWHERE)
        self.fields["countries_pending"].choices = countries.choices(countries.NEIGHBOURS)
        self.unmark(
            "activities",
            "union",
            "others",
            "elsewhere",
            "countries_pending",
            "countries_as_of",
            "sizes",
            "partner_part",
        )

    def values(self, call: Call) -> dict[str, Any]:
        chosen = set(call.countries)
        world, whole = chosen >= countries.WORLD, chosen >= countries.EU
        return {
            **super().values(call),
            "activities": source_text(call.activities),
            "whole_world": world,
            "whole_union": whole and not world,
            "union": [] if whole else sorted(chosen & countries.EU),
            "others": [] if world else sorted(chosen & countries.NEIGHBOURS),
            "elsewhere": [] if world else sorted(chosen & countries.ELSEWHERE),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["partner_part"] = cleaned.get("partner_part") or PartnerPart.NAMED
        whole = cleaned.pop("whole_union", False)
        union = countries.EU if whole else set(cleaned.pop("union", []))
        cleaned.pop("union", None)
        named = {*union, *cleaned.pop("others", []), *cleaned.pop("elsewhere", [])}
        cleaned["countries"] = sorted(countries.WORLD if cleaned.pop("whole_world", False) else named)
        if "activities" in cleaned:
            cleaned["activities"] = with_text(self.call.activities, cleaned["activities"].strip())
        return cleaned


class DocumentForm(Form):
    """A document that applicants read."""

    title = TextField(label=_("Title"), max_length=120, help_text=_("Such as: Model grant agreement"))
    file = forms.FileField(label=_("File"), help_text=_("PDF, DOCX, XLSX, PNG or JPEG, at most 20 MB."))
