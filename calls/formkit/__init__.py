"""The application form as data: what a definition means, and everything that is made of it.

The only place that interprets `FormRevision.definition`. Pages, receipts and checks ask here.
"""

from calls.formkit.answers import clean_answer, display, gaps, is_empty
from calls.formkit.definition import (
    Choice,
    DefinitionError,
    FormDefinition,
    Question,
    QuestionType,
    Section,
    parse,
    problems,
)
from calls.formkit.fields import build_form

__all__ = [
    "Choice",
    "DefinitionError",
    "FormDefinition",
    "Question",
    "QuestionType",
    "Section",
    "build_form",
    "clean_answer",
    "display",
    "gaps",
    "is_empty",
    "parse",
    "problems",
]
