"""The parts a call is made of: names, columns, and which of them stay open after publication. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.letters import LETTERS
from calls.publication import Part

LABELS: dict[Part, Promise] = {
    Part.TEXT: _("Text"),
    Part.DATES: _("Dates"),
    Part.INTAKE: _("How applications are taken"),
    Part.MONEY: _("Money"),
    Part.INSTALMENTS: _("Instalments"),
    Part.APPLICANTS: _("Who may apply"),
    Part.CRITERIA: _("Criteria"),
    Part.SELECTION: _("Evaluation and selection"),
    Part.FORM: _("Application form"),
    Part.DOCUMENTS: _("Documents"),
    Part.CHANNELS: _("Where it is published"),
    Part.LETTERS: _("Letters"),
}

COLUMNS: dict[Part, tuple[str, ...]] = {
    Part.TEXT: ("title", "summary", "description", "eligibility", "process", "redress", "privacy"),
    Part.DATES: (
        "zone",
        "opens_at",
        "closes_at",
        "decision_by",
        "agreement_by",
        "questions_days",
        "project_months",
        "short_opening_reason",
    ),
    Part.INTAKE: (
        "call_model",
        "carry_over",
        "waiting_most",
        "answer_days",
        "final_at_once",
        "feedback_days",
        "feedback_answer_days",
        "extension_days",
    ),
    Part.MONEY: (
        "award_unit",
        "budget_cents",
        "project_min_cents",
        "project_max_cents",
        "party_min_cents",
        "sme_max_cents",
        "unit_cents",
        "unit_name",
        "rate_numerator",
        "rate_denominator",
        "no_sme_numerator",
        "no_sme_denominator",
        "outside_question",
        "state_aid",
        "instalments_agreed",
        "partial_approval",
        "types",
    ),
    Part.INSTALMENTS: (),
    Part.APPLICANTS: (
        "partners_min",
        "partners_max",
        "partner_part",
        "countries",
        "countries_pending",
        "countries_as_of",
        "sizes",
        "activities",
        "previous",
    ),
    Part.CRITERIA: ("total_method", "overall_threshold"),
    Part.SELECTION: (
        "evaluators_per_file",
        "evaluator_profile",
        "country_rule",
        "combine",
        "normalise",
        "blind",
        "profiles",
        "divergence_limit",
        "divergence_of",
        "divergence_then",
        "tie_break",
        "cut_rule",
        "max_awards",
        "panel_percent",
        "ethics_check",
        "topic_question",
        "limits",
    ),
    Part.FORM: (),
    Part.DOCUMENTS: (),
    Part.CHANNELS: ("parent_topic",),
    Part.LETTERS: tuple(LETTERS),
}

OPEN_AFTER_PUBLICATION = frozenset({Part.TEXT, Part.DOCUMENTS, Part.CHANNELS, Part.LETTERS})
"""The others are what applicants rely on: frozen, by PostgreSQL too."""


def digest(content: Any) -> str:
    """A short mark of a part's content, carried by its page: when it differs, somebody else has saved meanwhile."""
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def columns_of(call: Any, part: Part) -> Mapping[str, Any]:
    """The values of a part's columns."""
    return {name: getattr(call, name) for name in COLUMNS[part]}
