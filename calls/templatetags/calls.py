"""How pages of calls say figures, files and kinds of questions."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from calls import words
from calls.formkit import Question, QuestionType
from calls.formkit.definition import WITH_LIMITS
from calls.shares import plain
from core.files import KINDS
from core.money import format_eur

register = template.Library()


@register.filter
def figure(value: Decimal | None) -> str:
    """A decimal without idle zeros: 40, 33.5."""
    return "" if value is None else plain(value)


@register.filter
def file_size(size: int) -> str:
    """850 kB, 1.2 MB."""
    return words.size_of_file(size)


@register.filter
def file_kind(name: str) -> str:
    """PDF, DOCX."""
    return words.kind_of_file(name)


@register.filter
def asked(question: Question) -> str:
    """What kind of answer a question wants, in a phrase: "Long text, at most 500 characters"."""
    kind = str(QuestionType(question.type).label)
    if question.max_length:
        return _("%(kind)s, at most %(n)d characters") % {"kind": kind, "n": question.max_length}
    if question.type == QuestionType.CHOICE:
        return f"{kind}: {', '.join(str(choice.label) for choice in question.choices)}"
    if question.type == QuestionType.FILE:
        endings = sorted(e.lstrip(".").upper() for media in question.accept for e in KINDS.get(media, ()))
        return f"{kind}: {', '.join(endings)}"
    if question.type in WITH_LIMITS:
        return _limits(question, kind)
    return kind


def _limits(question: Question, kind: str) -> str:
    low, high = (
        None
        if limit is None
        else format_eur(limit, short=True)
        if question.type == QuestionType.MONEY
        else str(limit)
        for limit in (question.min, question.max)
    )
    figures = {"kind": kind, "low": low, "high": high}
    if low and high:
        return _("%(kind)s, %(low)s to %(high)s") % figures
    if low:
        return _("%(kind)s, at least %(low)s") % figures
    return _("%(kind)s, at most %(high)s") % figures if high else kind
