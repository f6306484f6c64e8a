"""One rule of eligibility: its fields are made from what its kind is set with."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calls import countries
from calls.forms.fields import TextField, source_text, with_text
from calls.rules import Kind, Setting, Type
from core.forms import EurField, Form


class CodesField(forms.CharField):
    """Codes with commas, semicolons, blanks or lines between; kept as a list, each once, in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        typed = super().clean(value).upper()
        return list(dict.fromkeys(code for code in re.split(r"[\s,;]+", typed) if code))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class SentenceField(TextField):
    """A sentence for people in the product's language, put beside those in other languages."""

    before: Any = None

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return dict(with_text(self.before, typed)) if typed else {}

    def prepare_value(self, value: Any) -> Any:
        return source_text(value) if isinstance(value, dict) else value


class CountriesField(forms.MultipleChoiceField):
    """Countries by name."""

    def __init__(self, **kwargs: Any) -> None:
        everywhere = countries.choices(countries.WORLD)
        super().__init__(choices=everywhere, widget=forms.CheckboxSelectMultiple, **kwargs)

    def clean(self, value: Any) -> list[str]:
        return sorted(super().clean(value))


def _number(setting: Setting, **common: Any) -> forms.Field:
    return forms.IntegerField(min_value=setting.least, max_value=setting.most, **common)


def _choice(setting: Setting, **common: Any) -> forms.Field:
    return forms.ChoiceField(choices=setting.choices, **common)


FIELDS: dict[Type, Callable[..., forms.Field]] = {
    Type.NUMBER: _number,
    Type.EUR: lambda setting, **common: EurField(min_cents=setting.least, **common),
    Type.TEXT: lambda setting, **common: TextField(max_length=200, **common),
    Type.SENTENCE: lambda setting, **common: SentenceField(max_length=setting.most, rows=2, **common),
    Type.COUNTRIES: lambda setting, **common: CountriesField(**common),
    Type.CODES: lambda setting, **common: CodesField(**common),
    Type.CHOICE: _choice,
}


class RuleForm(Form):
    """The settings of one rule, whatever its kind."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=16)

    def __init__(
        self,
        data: Any = None,
        *,
        kind: Kind,
        stored: Mapping[str, Any] | None = None,
        mark: str = "",
    ) -> None:
        super().__init__(data, initial={"seen": mark, **(stored or {})})
        self.kind = kind
        if stored is None:
            del self.fields["seen"]
        for setting in kind.settings:
            field = FIELDS[setting.type](
                setting, label=setting.label, required=setting.required, help_text=setting.help
            )
            if isinstance(field, SentenceField):
                field.before = (stored or {}).get(setting.name)
            self.fields[setting.name] = field

    def clean(self) -> dict[str, Any]:
        """The settings of the rule, as its verb takes them."""
        cleaned = super().clean() or self.cleaned_data
        settings = {name: cleaned.pop(name) for name in list(cleaned) if name != "seen"}
        settings = {name: value for name, value in settings.items() if value not in (None, "", [], {})}
        if not self.errors:
            for fault in self.kind.faults(settings):
                self.add_error(
                    fault.setting if fault.setting in self.fields else None, ValidationError(fault.message)
                )
        return {**cleaned, "settings": settings}
