"""The parts of an organisation's data that a question may ask for (domain.md 6.4, section 1). Pure."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from calls.formkit.model import Question, QuestionType
from core.localised import Localised

PARTS: dict[str, tuple[QuestionType, Any, bool, dict[str, Any]]] = {
    "legal_name": (QuestionType.SHORT_TEXT, _("Legal name"), True, {"max_length": 200}),
    "legal_form": (QuestionType.SHORT_TEXT, _("Legal form"), True, {"max_length": 60}),
    "registration_number": (QuestionType.SHORT_TEXT, _("Registration number"), True, {"max_length": 60}),
    "euid": (QuestionType.SHORT_TEXT, _("EUID"), False, {"max_length": 60}),
    "vat": (QuestionType.SHORT_TEXT, _("VAT number"), False, {"max_length": 20}),
    "pic": (QuestionType.SHORT_TEXT, _("PIC"), False, {"max_length": 9}),
    "street": (QuestionType.SHORT_TEXT, _("Street and number"), True, {"max_length": 120}),
    "postcode": (QuestionType.SHORT_TEXT, _("Postcode"), True, {"max_length": 16}),
    "town": (QuestionType.SHORT_TEXT, _("Town"), True, {"max_length": 80}),
    "country": (QuestionType.COUNTRY, _("Country"), True, {}),
    "nuts": (QuestionType.NUTS, _("Region (NUTS 2)"), True, {"level": 2}),
    "nace": (QuestionType.NACE, _("Main activity (NACE Rev. 2.1)"), True, {"level": 4, "revision": "2.1"}),
    "founded_on": (QuestionType.DATE, _("Founded on"), True, {}),
    "website": (QuestionType.SHORT_TEXT, _("Website"), False, {"max_length": 200}),
    "representative": (QuestionType.SHORT_TEXT, _("Legal representative"), True, {"max_length": 120}),
    "contact_name": (QuestionType.SHORT_TEXT, _("Contact person"), True, {"max_length": 120}),
    "contact_email": (QuestionType.SHORT_TEXT, _("E-mail of the contact person"), True, {"max_length": 254}),
    "contact_phone": (QuestionType.SHORT_TEXT, _("Telephone of the contact person"), False, {"max_length": 40}),
    "cluster": (QuestionType.SHORT_TEXT, _("Member of which clusters"), False, {"max_length": 300}),
    "staff": (QuestionType.NUMBER, _("Staff (AWU), last closed year"), True, {"min": 0, "decimals": 2}),
    "turnover": (QuestionType.MONEY, _("Turnover, last closed year, EUR"), True, {"min": 0}),
    "balance": (QuestionType.MONEY, _("Balance sheet total, last closed year, EUR"), True, {"min": 0}),
    "staff_before": (QuestionType.NUMBER, _("Staff (AWU), year before"), True, {"min": 0, "decimals": 2}),
    "turnover_before": (QuestionType.MONEY, _("Turnover, year before, EUR"), True, {"min": 0}),
    "balance_before": (QuestionType.MONEY, _("Balance sheet total, year before, EUR"), True, {"min": 0}),
}  # fmt: skip
"""Key: kind, words, needed or optional, settings."""


class _Words(Localised):
    """Words of the product itself, in the reader's language."""

    def __init__(self, words: Any) -> None:
        super().__init__()
        self.words = words

    def in_language(self, language: str) -> str:
        return str(self.words)

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)


def own_words(words: Any) -> Localised:
    """A translated text of the product where a coordinator's text may stand."""
    return _Words(words)


@cache
def part(key: str) -> Question:
    """The part as a small question."""
    kind, words, needed, settings = PARTS[key]
    return Question(key=key, type=kind, label=own_words(words), required=needed, **settings)


def parts(keys: Sequence[str]) -> list[Question]:
    """The parts a question asks for, in order."""
    return [part(key) for key in keys]
