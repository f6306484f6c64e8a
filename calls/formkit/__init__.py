"""The application form as data: what a definition means, and everything that is made of it.

The only place that interprets `FormRevision.definition`. Pages, receipts and checks ask here.
"""

from calls.formkit.answers import asked_fields, clean_answer, gaps, relevant_answers, typed
from calls.formkit.calculating import told as calculated
from calls.formkit.conditions import asked_keys, page_fields
from calls.formkit.definition import parse, problems
from calls.formkit.fields import build_form
from calls.formkit.model import (
    Choice,
    DefinitionError,
    Field,
    FormDefinition,
    Party,
    Question,
    QuestionType,
    Section,
    fields_of,
    label_of,
)
from calls.formkit.shown import ShownTable, condition_in_words, display, tables, told_condition
from calls.formkit.simple import is_empty
from calls.formkit.standard import written_out
from calls.formkit.trial import Read, Trial, read_answers, try_form

__all__ = [
    "Choice",
    "DefinitionError",
    "Field",
    "FormDefinition",
    "Party",
    "Question",
    "QuestionType",
    "Read",
    "Section",
    "ShownTable",
    "Trial",
    "asked_fields",
    "asked_keys",
    "build_form",
    "calculated",
    "clean_answer",
    "condition_in_words",
    "display",
    "fields_of",
    "gaps",
    "is_empty",
    "label_of",
    "page_fields",
    "parse",
    "problems",
    "read_answers",
    "relevant_answers",
    "tables",
    "told_condition",
    "try_form",
    "typed",
    "written_out",
]
