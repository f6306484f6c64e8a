"""Answers: from what people type to JSON values, from JSON values to words, and what is missing. Pure.

JSON values by kind of question: texts str, whole number and money (cents) int, date "YYYY-MM-DD", yes or no bool,
choice the value of one of its choices; an answer that is not given is "" for texts and None for the rest.
Characters are Unicode code points, a line break counts as one, on the server and in the browser alike.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls.formkit.definition import FormDefinition, Question, QuestionType
from core.errors import DomainError, Gap
from core.fieldview import count_characters
from core.money import GROUP_SEPARATOR, AmountError, format_eur, parse_eur

_ISO_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_WRITTEN_DAY = re.compile(r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})[./](?P<year>[0-9]{4})")
_WHOLE = re.compile(r"[-−+]?[0-9]{1,15}")
_YES = {"yes": True, "true": True, "no": False, "false": False}


def is_empty(value: Any) -> bool:
    """Was nothing answered? A space is nothing; zero and "no" are answers."""
    return value is None or (isinstance(value, str) and not value.strip())


def clean_answer(question: Question, raw: str) -> Any:
    """The JSON value of what was typed into `question`. Nothing typed is never refused here: a draft has gaps.

    Raises DomainError with a sentence, its field the key of the question, for what cannot be an answer.
    """
    cleaners = {
        QuestionType.SHORT_TEXT: _clean_text,
        QuestionType.LONG_TEXT: _clean_text,
        QuestionType.NUMBER: _clean_number,
        QuestionType.MONEY: _clean_money,
        QuestionType.DATE: _clean_date,
        QuestionType.YES_NO: _clean_yes_no,
        QuestionType.CHOICE: _clean_choice,
    }
    cleaner = cleaners.get(QuestionType(question.type))
    if cleaner is None:
        raise DomainError(_("Files are uploaded, not typed."), field=question.key)
    return cleaner(question, _sane(question, raw))


def display(question: Question, value: Any) -> str:
    """The answer in words, in the active language, for pages and documents; "" when there is none."""
    if is_empty(value):
        return ""
    if question.type == QuestionType.MONEY and _is_int(value):
        return f"{format_eur(value)}{GROUP_SEPARATOR}EUR"
    if question.type == QuestionType.NUMBER and _is_int(value):
        return _grouped(value)
    if question.type == QuestionType.DATE:
        day = _day(str(value))
        return date_format(day, pgettext("date format", "j F Y")) if day else str(value)
    if question.type == QuestionType.YES_NO:
        return _("Yes") if value is True else _("No")
    if question.type == QuestionType.CHOICE:
        return next((str(one.label) for one in question.choices if one.value == value), str(value))
    return str(value)


def typed(question: Question, value: Any) -> Any:
    """What the control of `question` holds for a JSON value; what a person typed themselves stays as it is."""
    if question.type == QuestionType.YES_NO and isinstance(value, bool):
        return "yes" if value else "no"
    if question.type == QuestionType.MONEY and _is_int(value):
        return format_eur(value)
    return "" if value is None else str(value)


def gaps(
    definition: FormDefinition,
    answers: Mapping[str, Mapping[str, Any]],
    files: Mapping[str, int],
) -> list[Gap]:
    """What is missing or wrong before the form can be submitted, in the order of the form.

    `answers` by section and question, `files` how many there are by question. `Gap.target` is "section/question".
    """
    found = []
    for section, question in definition.questions():
        value = answers.get(section.key, {}).get(question.key)
        sentence = _gap(question, value, files.get(question.key, 0))
        if sentence:
            found.append(Gap(sentence, f"{section.key}/{question.key}"))
    return found


def _gap(question: Question, value: Any, file_count: int) -> str:
    if question.is_file:
        missing = question.required and not file_count
        return _("“%s”: a file is missing.") % question.label if missing else ""
    if is_empty(value):
        return _("“%s”: an answer is missing.") % question.label if question.required else ""
    fault = _fault(question, value)
    return f"“{question.label}”: {fault}" if fault else ""


def _fault(question: Question, value: Any) -> str:
    """Why a stored value is no answer, or nothing: the same rules as for what is typed."""
    if question.type in (QuestionType.NUMBER, QuestionType.MONEY) and not _is_int(value):
        return _("this is not a number.")
    try:
        clean_answer(question, typed(question, value))
    except DomainError as error:
        return error.message
    return ""


def _sane(question: Question, raw: str) -> str:
    """Line breaks as one character; nothing that no database can hold."""
    text = str(raw).replace("\r\n", "\n").replace("\r", "\n")
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        raise DomainError(
            _("There is a character in this text that cannot be stored. Delete it, or type the text again."),
            field=question.key,
        )
    return text


def _clean_text(question: Question, raw: str) -> str:
    text = " ".join(raw.split("\n")).strip() if question.type == QuestionType.SHORT_TEXT else raw
    most, used = question.max_length, count_characters(text)
    if most is not None and used > most:
        over = used - most
        raise DomainError(
            _("This text has %(used)s characters, %(over)s more than the %(most)s that are possible.")
            % {"used": _grouped(used), "over": _grouped(over), "most": _grouped(most)},
            field=question.key,
        )
    return "" if is_empty(text) else text


def _clean_number(question: Question, raw: str) -> int | None:
    figure = re.sub(rf"[ {GROUP_SEPARATOR}\u202f]", "", raw.strip())
    if not figure:
        return None
    if not _WHOLE.fullmatch(figure):
        raise DomainError(
            _("“%s” is not a whole number. Write it like 12.") % raw.strip()[:40], field=question.key
        )
    number = int(figure.replace("−", "-"))
    _check_limits(question, number, _grouped)
    return number


def _clean_money(question: Question, raw: str) -> int | None:
    if not raw.strip():
        return None
    try:
        cents = parse_eur(raw)
    except AmountError as error:
        raise DomainError(error.message, field=question.key) from error
    _check_limits(question, cents, lambda figure: f"{format_eur(figure)}{GROUP_SEPARATOR}EUR")
    return cents


def _check_limits(question: Question, value: int, words: Any) -> None:
    figures = {"typed": words(value)}
    if question.min is not None and value < question.min:
        raise DomainError(
            _("%(typed)s is too little: at least %(min)s.") % {**figures, "min": words(question.min)},
            field=question.key,
        )
    if question.max is not None and value > question.max:
        raise DomainError(
            _("%(typed)s is too much: at most %(max)s.") % {**figures, "max": words(question.max)},
            field=question.key,
        )


def _clean_date(question: Question, raw: str) -> str | None:
    written = raw.strip()
    if not written:
        return None
    day = _day(written)
    if day is None or not 1900 <= day.year <= 2200:
        raise DomainError(
            _("“%s” is not a date. Write day, month and year, like 31/03/2027.") % written[:40],
            field=question.key,
        )
    return day.isoformat()


def _day(written: str) -> date | None:
    match = _ISO_DAY.fullmatch(written) or _WRITTEN_DAY.fullmatch(written)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:
        return None


def _clean_yes_no(question: Question, raw: str) -> bool | None:
    answer = raw.strip().lower()
    if not answer:
        return None
    if answer not in _YES:
        raise DomainError(_("Choose yes or no."), field=question.key)
    return _YES[answer]


def _clean_choice(question: Question, raw: str) -> str | None:
    chosen = raw.strip()
    if not chosen:
        return None
    if chosen not in {choice.value for choice in question.choices}:
        raise DomainError(
            _("“%s” is not one of the choices. Choose one from the list.") % chosen[:40], field=question.key
        )
    return chosen


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _grouped(figure: int) -> str:
    """12 345 with a no-break space; four figures stay together, for they may be a year."""
    return f"{figure:,}".replace(",", GROUP_SEPARATOR) if abs(figure) >= 10_000 else str(figure)
