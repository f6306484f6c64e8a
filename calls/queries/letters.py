"""What the page of a call's letters shows beside them: the placeholders, the standard text, and how each would read."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from calls import letters
from calls.models import Call
from calls.parts import COLUMNS
from calls.publication import Part
from core.money import with_currency


def languages_written(call: Call, part: Part) -> list[tuple[str, str, int, int]]:
    """Each language by code and name, how many texts of the part it has, and how many there are in any language."""
    texts = [getattr(call, name) or {} for name in COLUMNS[part]]
    there = [text for text in texts if any(text.values())]
    return [
        (code, str(name), sum(1 for text in texts if text.get(code)), len(there))
        for code, name in settings.LANGUAGES
    ]


def letters_shown(call: Call, form: Any, language: str) -> dict[str, Any]:
    """The context of the page: placeholders with what they stand for, the standard letter, and examples as typed."""
    with translation.override(language):
        standard, values = str(letters.STANDARD), _example_values(call)
        shown = {name: letters.example(form[name].value() or "", values) for name in letters.LETTERS}
    return {
        "placeholders": list(letters.PLACEHOLDERS.items()),
        "needed": letters.NEEDED,
        "standard": standard,
        "examples": [(letters.LETTERS[name], text) for name, text in shown.items() if text],
    }


def _example_values(call: Call) -> Mapping[str, str]:
    """Invented values: the page says so."""
    return {
        "applicant": "Rossi Meccanica S.r.l.",
        "application": f"{call.code}-0042",
        "title": _("Vision control for short series"),
        "call": str(call.title),
        "project": call.project.acronym,
        "contact": call.project.contact_email,
        "amount": with_currency(20_000_00),
        "decision": _("(Here stands the decision with its reasons and amounts.)"),
        "evaluation": _("(Here stands how the application was evaluated.)"),
        "questions": _("(Here stands where to ask, and how to object.)"),
    }
