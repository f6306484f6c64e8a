"""Fields that several forms of this app share."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from calls.shares import RateError, parse_rate, plain
from core.localised import Localised
from core.money import format_rate

DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"]


def day_field(**kwargs: Any) -> forms.DateField:
    """A day: the browser's picker, or typed as 31/03/2027."""
    return forms.DateField(
        input_formats=DAYS, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class PercentField(forms.DecimalField):
    """An exact decimal as people write it: 33.5, 33,5 or 33.5 %."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "num"}))
        super().__init__(**{"max_digits": 5, "decimal_places": 2, **kwargs})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().removesuffix("%").strip().replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if hasattr(value, "as_tuple") else value


class RateField(forms.CharField):
    """A funding rate, kept exact: "70 %" or "2/3"."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return parse_rate(typed)
        except RateError as error:
            raise ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else format_rate(value)


def with_text(before: Any, text: str, language: str = settings.LANGUAGE_CODE) -> Localised:
    """The text in a language (the product's own) put beside those in other languages, which stay."""
    others = {k: v for k, v in (before or {}).items() if k != language}
    return Localised({language: text, **others} if text else others)


def source_text(value: Any, language: str = settings.LANGUAGE_CODE) -> str:
    """The text in a language (the product's own), to be edited; empty when it has none."""
    return (value or {}).get(language, "") if isinstance(value, dict) else str(value or "")


def same_breaks(text: str) -> str:
    """Line breaks as one character, as they are counted and stored."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class TextField(forms.CharField):
    """A text whose limit counts a line break as one character, however the browser sent it."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(same_breaks(value) if isinstance(value, str) else value)
