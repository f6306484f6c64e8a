"""The days to object that the text of a call gives. Pure: one source for the letters, the clock and the page of objections."""

import re
from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

DAYS = re.compile(
    r"\b(\d{1,3})\s+(?:(?:calendar|working|full|de)\s+)?(?:days?|jours?|giorn[oi]|Tage?n?|zi(?:le)?)\b",
    re.IGNORECASE,
)
"""A number of days as the product's languages write it, in figures."""


def days_told(text: str) -> list[int]:
    """The numbers of days that a text gives, in its order; what is written in words is not seen."""
    return [int(found) for found in DAYS.findall(text)]


def days_to_object(texts: Mapping[str, str]) -> int | None:
    """The days to object that the redress text of a call gives, by language: the first number of each, the most where
    they differ, for whoever read that one; None when it gives none."""
    return max((told[0] for told in map(days_told, texts.values()) if told), default=None)


def fault_of_days(texts: Mapping[str, str]) -> str:
    """A sentence with the first number of days of each language, if they are not all the same; empty otherwise."""
    first = {language: told[0] for language, text in texts.items() if (told := days_told(text))}
    if len(set(first.values())) < 2:
        return ""
    names = dict(settings.LANGUAGES)
    listed = ", ".join(f"{names.get(code, code)}: {days}" for code, days in first.items())
    sentence = _("The days to object are not the same in all languages of the text on objections: %(told)s.")
    return sentence % {"told": listed}
