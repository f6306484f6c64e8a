"""Sections and questions of the form being designed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from calls.formkit import QuestionType, editing
from calls.formkit.definition import LONGEST_TEXT, WITH_LIMITS
from calls.forms.fields import TextField, source_text, with_text
from core.files import KINDS
from core.forms import Form
from core.localised import localised
from core.money import AmountError, format_eur, parse_eur

FILE_KINDS = [
    (media, "/".join(sorted(e.lstrip(".").upper() for e in endings))) for media, endings in KINDS.items()
]


class DesignForm(Form):
    """A piece of the form, given and taken as JSON: `content` for the verb."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(self, data: Any = None, *, stored: Mapping[str, Any] | None = None, mark: str = "") -> None:
        self.stored: Mapping[str, Any] = stored or {}
        super().__init__(data, initial={"seen": mark, **self.values()} if stored else {"seen": mark})

    def values(self) -> dict[str, Any]:
        raise NotImplementedError

    def content(self, given: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        made = {"content": self.content(cleaned)}
        return {**made, "seen": cleaned["seen"]} if self.stored else made

    def text(self, name: str, typed: str) -> dict[str, str]:
        """A text by language, the others kept."""
        return dict(with_text(localised(self.stored.get(name)), typed.strip()))


class SectionWordsForm(DesignForm):
    """Title and guidance of a section."""

    title = TextField(label=_("Title"), max_length=80)
    guidance = TextField(
        label=_("Guidance"),
        rows=3,
        max_length=1000,
        required=False,
        help_text=_("What evaluators look at here, in plain words."),
    )

    def values(self) -> dict[str, Any]:
        return {name: source_text(localised(self.stored.get(name))) for name in ("title", "guidance")}

    def content(self, given: dict[str, Any]) -> dict[str, Any]:
        made = {name: self.text(name, given[name]) for name in ("title", "guidance")}
        return {name: text for name, text in made.items() if text}


class QuestionForm(DesignForm):
    """One question; what does not belong to its kind is passed over."""

    label = TextField(label=_("Question"), max_length=200)
    type = forms.ChoiceField(label=_("Answer"), choices=QuestionType.choices, initial=QuestionType.LONG_TEXT)
    required = forms.BooleanField(label=_("Has to be answered before one submits"), required=False)
    help = TextField(label=_("Help"), max_length=600, rows=2, required=False)
    max_length = forms.IntegerField(
        label=_("Texts: characters at most"),
        min_value=1,
        max_value=LONGEST_TEXT,
        required=False,
        help_text=_("Left empty: 200 for one line, 2000 for a long text."),
    )
    min = forms.CharField(
        label=_("Numbers and amounts: at least"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "num", "inputmode": "decimal"}),
    )
    max = forms.CharField(
        label=_("Numbers and amounts: at most"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"class": "num", "inputmode": "decimal"}),
    )
    choices = TextField(
        label=_("Choices"), max_length=4000, rows=4, required=False, help_text=_("One on each line.")
    )
    accept = forms.MultipleChoiceField(
        label=_("Files: kinds"), choices=FILE_KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def values(self) -> dict[str, Any]:
        stored = self.stored
        money = stored.get("type") == QuestionType.MONEY
        limits = {
            name: format_eur(stored[name]) if money else stored[name]
            for name in ("min", "max")
            if isinstance(stored.get(name), int)
        }
        return {
            **{name: source_text(localised(stored.get(name))) for name in ("label", "help")},
            **{name: stored.get(name) for name in ("type", "required", "max_length", "accept")},
            **limits,
            "choices": "\n".join(
                source_text(localised(one.get("label"))) for one in stored.get("choices", [])
            ),
        }

    def clean_min(self) -> int | None:
        return self._limit("min")

    def clean_max(self) -> int | None:
        return self._limit("max")

    def _limit(self, name: str) -> int | None:
        typed = self.cleaned_data[name].strip()
        kind = self.cleaned_data.get("type")
        if not typed or kind not in WITH_LIMITS:
            return None
        if kind == QuestionType.MONEY:
            try:
                return parse_eur(typed)
            except AmountError as error:
                raise ValidationError(error.message) from error
        if not typed.lstrip("-").isascii() or not typed.lstrip("-").isdigit() or len(typed) > 15:
            raise ValidationError(_("Write a whole number."))
        return int(typed)

    def content(self, given: dict[str, Any]) -> dict[str, Any]:
        kind = given["type"]
        made: dict[str, Any] = {
            "type": kind,
            "label": self.text("label", given["label"]),
            "help": self.text("help", given["help"]),
            "required": given["required"],
        }
        if kind in (QuestionType.SHORT_TEXT, QuestionType.LONG_TEXT):
            made["max_length"] = given["max_length"]
        if kind in WITH_LIMITS:
            made |= {"min": given["min"], "max": given["max"]}
        if kind == QuestionType.CHOICE:
            made["choices"] = self._choices(given["choices"])
        if kind == QuestionType.FILE:
            made["accept"] = given["accept"] or ["application/pdf"]
        return made

    def _choices(self, typed: str) -> list[dict[str, Any]]:
        """One choice for each line; a line whose words are unchanged keeps its value and its other languages."""
        known = {source_text(localised(one["label"])): one for one in self.stored.get("choices", [])}
        taken: set[str] = set()
        made = []
        for line in filter(None, (one.strip() for one in typed.split("\n"))):
            old = known.get(line)
            value = old["value"] if old and old["value"] not in taken else editing.key_from(line, taken)
            taken.add(value)
            made.append({"value": value, "label": old["label"] if old else dict(with_text({}, line))})
        return made
