"""Answers of one box: from what people type to a JSON value. Pure.

JSON values: texts str; whole numbers int, numbers with decimals a plain decimal str ("12.5"); money cents; percentages
hundredths of a percent; date "YYYY-MM-DD"; yes or no bool; a choice its value, several a list of them in the order of
the form; country, NUTS and NACE their code; an item its value, or `{"value", "label", "price_cents"}` from a catalogue.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from calls import countries
from calls.formkit import catalogues, codes
from calls.formkit.model import Question, QuestionType
from core.errors import DomainError
from core.fieldview import count_characters
from core.money import GROUP_SEPARATOR, AmountError, format_eur, parse_eur

_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_WRITTEN_DAY = re.compile(r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})")
_WHOLE = re.compile(r"[-−+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-−+]?[0-9]{1,12}(?:[.,][0-9]+)?")
_YES = {"yes": True, "true": True, "no": False, "false": False}


def is_empty(value: Any) -> bool:
    """Was nothing answered? A space is nothing; zero and "no" are answers."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def sane(question: Question, raw: Any) -> str:
    """Line breaks as one character; nothing that no database can hold."""
    text = ("" if raw is None else str(raw)).replace("\r\n", "\n").replace("\r", "\n")
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        raise _refused(
            question,
            _("There is a character in this text that cannot be stored. Delete it, or type the text again."),
        )
    return text


def clean_text(question: Question, raw: str) -> str:
    text = " ".join(raw.split("\n")).strip() if question.type == QuestionType.SHORT_TEXT else raw
    most, used = question.max_length, count_characters(text)
    if most is not None and used > most:
        raise _refused(
            question,
            _("This text has %(used)s characters, %(over)s more than the %(most)s that are possible.")
            % {"used": grouped(used), "over": grouped(used - most), "most": grouped(most)},
        )
    return "" if is_empty(text) else text


def clean_number(question: Question, raw: str) -> int | str | None:
    figure = re.sub(rf"[ {GROUP_SEPARATOR}\u202f]", "", raw.strip())
    if not figure:
        return None
    if question.decimals:
        return _clean_decimal(question, raw, figure)
    if not _WHOLE.fullmatch(figure):
        raise _refused(question, _("“%s” is not a whole number. Write it like 12.") % raw.strip()[:40])
    number = int(figure.replace("−", "-"))
    _check_limits(question, number, grouped)
    return number


def _clean_decimal(question: Question, raw: str, figure: str) -> str:
    plain = figure.replace("−", "-").replace(",", ".")
    if not _DECIMAL.fullmatch(figure):
        raise _refused(question, _("“%s” is not a number. Write it like 12.5.") % raw.strip()[:40])
    if len(plain.partition(".")[2].rstrip("0")) > question.decimals:
        raise _refused(
            question,
            _("“%(typed)s” has too many decimals: at most %(n)d.")
            % {"typed": raw.strip()[:40], "n": question.decimals},
        )
    number = Decimal(plain)
    _check_limits(question, number, lambda one: plain_decimal(Decimal(one)))
    return plain_decimal(number)


def clean_money(question: Question, raw: str) -> int | None:
    if not raw.strip():
        return None
    try:
        cents = parse_eur(raw)
    except AmountError as error:
        raise _refused(question, error.message) from error
    _check_limits(question, cents, euros)
    return cents


def clean_percent(question: Question, raw: str) -> int | None:
    typed = raw.strip().removesuffix("%").strip().replace(",", ".").replace("−", "-")
    if not typed:
        return None
    try:
        hundredths = Decimal(typed) * 100 if _DECIMAL.fullmatch(typed) else None
    except InvalidOperation:  # pragma: no cover  (the pattern lets nothing through that is no figure)
        hundredths = None
    if hundredths is None or hundredths != int(hundredths):
        raise _refused(
            question,
            _("“%s” is not a percentage. Write it like 33.5, with at most two decimals.") % raw.strip()[:40],
        )
    _check_limits(question, int(hundredths), percent)
    return int(hundredths)


def _check_limits(question: Question, value: Any, words: Callable[[Any], str]) -> None:
    if question.min is not None and value < question.min:
        raise _refused(
            question,
            _("%(typed)s is too little: at least %(min)s.")
            % {"typed": words(value), "min": words(question.min)},
        )
    if question.max is not None and value > question.max:
        raise _refused(
            question,
            _("%(typed)s is too much: at most %(max)s.")
            % {"typed": words(value), "max": words(question.max)},
        )


def clean_date(question: Question, raw: str) -> str | None:
    written = raw.strip()
    if not written:
        return None
    found = day(written)
    if found is None or not 1900 <= found.year <= 2200:
        raise _refused(
            question, _("“%s” is not a date. Write day, month and year, like 31/03/2027.") % written[:40]
        )
    return found.isoformat()


def day(written: str) -> date | None:
    """The day that was written, if it is one."""
    match = _ISO_DAY.fullmatch(written) or _WRITTEN_DAY.fullmatch(written)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:
        return None


def clean_yes_no(question: Question, raw: str) -> bool | None:
    answer = raw.strip().lower()
    if not answer:
        return None
    if answer not in _YES:
        raise _refused(question, _("Choose yes or no."))
    return _YES[answer]


def clean_choice(question: Question, raw: str) -> str | None:
    chosen = raw.strip()
    if not chosen:
        return None
    if question.choice(chosen) is None:
        raise _refused(question, not_a_choice(chosen))
    return chosen


def clean_several(question: Question, raw: Any) -> list[str]:
    chosen = {sane(question, one).strip() for one in ([raw] if isinstance(raw, str) else raw or [])} - {""}
    unknown = sorted(one for one in chosen if question.choice(one) is None)
    if unknown:
        raise _refused(question, not_a_choice(unknown[0]))
    if question.max is not None and len(chosen) > question.max:
        raise _refused(
            question,
            _("%(n)d are chosen; choose at most %(most)d.") % {"n": len(chosen), "most": question.max},
        )
    return [one.value for one in question.choices if one.value in chosen]


def clean_country(question: Question, raw: str) -> str | None:
    code = raw.strip().upper()
    if not code:
        return None
    if countries.name_of(code) == code or (question.countries and code not in question.countries):
        raise _refused(question, not_a_choice(raw.strip()))
    return code


def clean_nuts(question: Question, raw: str) -> str | None:
    if not raw.strip():
        return None
    try:
        return codes.clean_nuts(raw, level=question.level or 0, allowed=question.countries)
    except codes.CodeError as error:
        raise _refused(question, error.message) from error


def clean_nace(question: Question, raw: str) -> str | None:
    if not raw.strip():
        return None
    try:
        return codes.clean_nace(raw, revision=question.revision, level=question.level or 2)
    except codes.CodeError as error:
        raise _refused(question, error.message) from error


def clean_item(question: Question, raw: str) -> str | dict[str, Any] | None:
    """An item of the question's own list by its value, of a catalogue with its words, for they may change there."""
    chosen = raw.strip()
    if not chosen or not question.catalogue:
        return clean_choice(question, chosen)
    item = next((one for one in catalogues.items_of(question.catalogue) if one.value == chosen), None)
    if item is None:
        raise _refused(
            question, _("This item is not in the catalogue any more. Choose another one from the list.")
        )
    return {"value": item.value, "label": item.label, "price_cents": item.price_cents}


def not_a_choice(chosen: str) -> str:
    return _("“%s” is not one of the choices. Choose one from the list.") % chosen[:40]


def _refused(question: Question, sentence: str) -> DomainError:
    return DomainError(sentence, field=question.key)


def grouped(figure: int) -> str:
    """12 345 with a no-break space; four figures stay together, for they may be a year."""
    return f"{figure:,}".replace(",", GROUP_SEPARATOR) if abs(figure) >= 10_000 else str(figure)


def plain_decimal(figure: Decimal) -> str:
    """A decimal without idle zeros and without exponent: 12.5, 100."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped_decimal(figure: Decimal) -> str:
    """-12 345.5: a decimal as people read it."""
    whole, _dot, rest = plain_decimal(abs(figure)).partition(".")
    sign = "-" if figure < 0 else ""
    return f"{sign}{grouped(int(whole))}" + (f".{rest}" if rest else "")


def euros(cents: int) -> str:
    return f"{format_eur(cents)}{GROUP_SEPARATOR}EUR"


def percent(hundredths: int) -> str:
    """33.5 % of 3350."""
    return f"{plain_decimal(Decimal(hundredths) / 100)}{GROUP_SEPARATOR}%"


CLEANERS: dict[str, Callable[[Question, str], Any]] = {
    QuestionType.SHORT_TEXT: clean_text,
    QuestionType.LONG_TEXT: clean_text,
    QuestionType.NUMBER: clean_number,
    QuestionType.MONEY: clean_money,
    QuestionType.PERCENT: clean_percent,
    QuestionType.DATE: clean_date,
    QuestionType.YES_NO: clean_yes_no,
    QuestionType.CHOICE: clean_choice,
    QuestionType.COUNTRY: clean_country,
    QuestionType.NUTS: clean_nuts,
    QuestionType.NACE: clean_nace,
    QuestionType.CATALOGUE: clean_item,
}
