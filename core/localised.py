"""Text that coordinators write in several languages: one JSON value per text, with a fallback."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language


class Localised(dict[str, str]):
    """`str()` gives the text in the reader's language, else in English, else in any language it has."""

    def __str__(self) -> str:
        return self.in_language(get_language() or settings.LANGUAGE_CODE)

    def in_language(self, language: str) -> str:
        """The text in `language`, or its fallback."""
        return self.get(self.language_used(language), "")

    def language_used(self, language: str) -> str:
        """The code of the language in which a reader of `language` gets the text; empty without any text."""
        for code in (language, language.partition("-")[0], settings.LANGUAGE_CODE, *self):
            if self.get(code):
                return code
        return ""

    @property
    def foreign(self) -> str:
        """The code of its language where the active one has no text of it, for the `lang` of what shows it (WCAG 3.1.2)."""
        active = get_language() or settings.LANGUAGE_CODE
        used = self.language_used(active)
        return used if used and used != active.partition("-")[0] and used != active else ""

    def __bool__(self) -> bool:
        return any(self.values())


def localised(value: Any) -> Localised:
    """Make a Localised of a mapping, or of plain text in the product's own language."""
    if isinstance(value, Mapping):
        return Localised({str(k): str(v) for k, v in value.items()})
    return Localised({settings.LANGUAGE_CODE: str(value)}) if value else Localised()


class LocalisedField(models.JSONField):
    """A text in several languages. `max_length` is checked on each of them by the form."""

    def __init__(self, *args: Any, max_length: int | None = None, **kwargs: Any) -> None:
        self.text_max_length = max_length
        kwargs.setdefault("default", Localised)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.text_max_length is not None:
            kwargs["max_length"] = self.text_max_length
        return name, path, list(args), kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return localised(super().from_db_value(value, expression, connection))

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, Localised) else localised(value)
