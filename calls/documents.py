"""What we print of a call: guide, form, score sheet, conditions. Composed anywhere, printed by the worker only."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation

from calls import queries
from calls.declarations import DECLARATIONS
from calls.models import Call, CallChange, Criterion, Paper
from calls.shares import plain
from calls.states import CallState
from core.pdf import compose
from funding.visibility import visibility_of

NOT_TOLD = (
    CallChange.Kind.PUBLISHED,
    CallChange.Kind.ANSWER,
    CallChange.Kind.CORRECTION,
    CallChange.Kind.INCIDENT,
    CallChange.Kind.EXTENSION,
)
"""Changes that the guide leaves out: answers are read on the page of the call."""

MOST_STEPS = 21
"""Scores that are printed to be ticked; a longer scale gets a line to write on."""


def composed(call: Call, paper: Paper, language: str) -> str:
    """The HTML of a document as the call's settings are now: the call's texts and our words in this language.

    Nothing in it depends on the hour or the reader, so equal settings give an equal document.
    """
    with translation.override(language):
        context = {
            "call": call,
            "project": call.project,
            "terms": queries.terms(call),
            "is_draft": call.state == CallState.DRAFT,
            "is_cancelled": call.state == CallState.CANCELLED,
            "visibility": visibility_of(call.project),
        }
        template, more = _PRINTED[paper]
        return compose(template, {**context, **more(call)}, title=f"{paper.label}: {call.title}")


def name_of(call: Call, paper: Paper, language: str) -> str:
    """The name under which a document is saved: drm-27-guide-en.pdf."""
    return f"{call.code.lower()}-{paper}-{language}.pdf"


def _guide(call: Call) -> dict[str, Any]:
    return {
        "form": queries.questions_page(call),
        "declarations": [str(one.text) for one in DECLARATIONS],
        "changes": CallChange.objects.filter(call=call).exclude(kind__in=NOT_TOLD).order_by("pk"),
        "address": f"{settings.SITE_URL}{call.get_absolute_url()}",
    }


def _form(call: Call) -> dict[str, Any]:
    return {
        "form": queries.questions_page(call),
        "declarations": [str(one.text) for one in DECLARATIONS],
        "address": f"{settings.SITE_URL}{call.get_absolute_url()}",
    }


def _scores(call: Call) -> dict[str, Any]:
    criteria = list(Criterion.objects.filter(call=call))
    looked_at = [
        (f"{number}.{place}", question)
        for number, section in enumerate(queries.questions_page(call).sections, 1)
        for place, question in enumerate(section.questions, 1)
        if question.evaluators
    ]
    return {
        "sheets": [(one, scores(one.max_score, one.step)) for one in criteria],
        "highest": plain(queries.scheme_of(call).highest),
        "looked_at": looked_at,
    }


def scores(most: Decimal, step: Decimal) -> list[str]:
    """The scores of a scale to be ticked, from 0 to the highest; none when they are too many."""
    number = int(most / step)
    return [plain(step * n) for n in range(number + 1)] if number < MOST_STEPS else []


def _nothing_more(call: Call) -> dict[str, Any]:
    return {}


_PRINTED: dict[Paper, tuple[str, Callable[[Call], dict[str, Any]]]] = {
    Paper.GUIDE: ("calls/pdf/guide.html", _guide),
    Paper.FORM: ("calls/pdf/form.html", _form),
    Paper.SCORES: ("calls/pdf/score_sheet.html", _scores),
    Paper.CONDITIONS: ("calls/pdf/conditions.html", _nothing_more),
}
