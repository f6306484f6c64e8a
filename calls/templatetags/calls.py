"""How pages of calls say figures, files and kinds of questions."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from calls import awards, countries, formkit, words
from calls.formkit import FormDefinition, Question, QuestionType, formula
from calls.formkit.blank import BlankTable
from calls.formkit.blank import blank_tables as tables_to_fill
from calls.formkit.blank import room as room_for
from calls.formkit.compound import parts_of
from calls.formkit.definition import WITH_LIMITS
from calls.formkit.model import COUNTED, Condition
from calls.formkit.simple import percent
from calls.shares import plain
from core.files import KINDS
from core.money import format_eur

register = template.Library()


@register.filter
def figure(value: Decimal | None) -> str:
    """A decimal without idle zeros: 40, 33.5."""
    return "" if value is None else plain(value)


@register.filter
def country_name(code: str) -> str:
    """Italy."""
    return countries.name_of(code)


@register.filter
def file_size(size: int) -> str:
    """850 kB, 1.2 MB."""
    return words.size_of_file(size)


@register.filter
def file_kind(name: str) -> str:
    """PDF, DOCX."""
    return words.kind_of_file(name)


@register.filter
def alone(outer: bool, inner: bool) -> bool:
    """Both: the first question of the first section, the last one of the last."""
    return outer and inner


@register.simple_tag
def told_condition(form: FormDefinition, condition: Condition | None) -> str:
    """ "Only if “TRL now” is at least 5.", or nothing."""
    return formkit.told_condition(form, condition)


@register.filter
def award_sentence(call: Any) -> str:
    """What a project gets: "70 % of the costs, up to 30 000 EUR per project." """
    told = awards.sentence(call.award)
    return f"{told[:1].upper()}{told[1:]}."


@register.filter
def room(question: Question) -> str:
    """What is left on paper to write the answer in."""
    return room_for(question)


@register.filter
def blank_tables(question: Question) -> list[BlankTable]:
    """The tables of a question, to be filled in on paper."""
    return tables_to_fill(question)


@register.filter
def asked(question: Question, how: str = "") -> str:
    """What kind of answer a question wants, in a phrase: "Long text, at most 500 characters". `short`: without what it
    lists, where that is printed below to be ticked or filled in."""
    kind = str(QuestionType(question.type).label)
    is_below = how == "short" and room_for(question) in ("choices", "table")
    told = ("" if is_below else _listed(question, kind)) or _told(question, kind)
    if question.type == QuestionType.FILE and question.max_pages:
        told = _("%(kind)s, at most %(n)d pages") % {"kind": told, "n": question.max_pages}
    return told


def _listed(question: Question, kind: str) -> str:
    if question.choices:
        return f"{kind}: {', '.join(str(choice.label) for choice in question.choices)}"
    if question.columns:
        return f"{kind}: {', '.join(str(column.label) for column in question.columns)}"
    if question.type == QuestionType.ORGANISATION:
        return f"{kind}: {', '.join(str(part.label) for part in parts_of(question))}"
    return ""


def _told(question: Question, kind: str) -> str:
    if question.max_length:
        return _("%(kind)s, at most %(n)d characters") % {"kind": kind, "n": question.max_length}
    if question.type == QuestionType.TRL:
        return _("%(kind)s, TRL %(low)d to %(high)d") % {
            "kind": kind,
            "low": question.min,
            "high": question.max,
        }
    if question.formula is not None:
        return f"{kind}: {formula.as_text(question.formula)}"
    if question.months:
        return _("%(kind)s, over at most %(n)d months") % {"kind": kind, "n": question.months}
    if question.type == QuestionType.FILE:
        endings = sorted(e.lstrip(".").upper() for media in question.accept for e in KINDS.get(media, ()))
        return f"{kind}: {', '.join(endings)}"
    if question.type in (*WITH_LIMITS, *COUNTED):
        return _limits(question, kind)
    return kind


def _limits(question: Question, kind: str) -> str:
    words = {QuestionType.MONEY: lambda cents: format_eur(cents, short=True), QuestionType.PERCENT: percent}
    said = words.get(QuestionType(question.type), str)
    low, high = (None if limit is None else said(limit) for limit in (question.min, question.max))
    figures = {"kind": kind, "low": low, "high": high}
    if low and high:
        return _("%(kind)s, %(low)s to %(high)s") % figures
    if low:
        return _("%(kind)s, at least %(low)s") % figures
    return _("%(kind)s, at most %(high)s") % figures if high else kind
