"""Answers: from what people type to JSON values, from JSON values back to boxes, and what is missing. Pure.

What the values of each kind look like is said in simple (one box) and compound (several); an answer that is not given
is "" for texts, [] for several choices and None for the rest. Characters are Unicode code points, a line break counts
as one, on the server and in the browser alike.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit import conditions
from calls.formkit.calculating import holds_as_it_must, unmet
from calls.formkit.compound import CellError, clean_compound, missing_in, parts_of, rows_of, tables_of
from calls.formkit.model import (
    PARTED,
    Field,
    FormDefinition,
    Party,
    Question,
    QuestionType,
    Section,
    fields_of,
    label_of,
)
from calls.formkit.simple import CLEANERS, clean_several, is_empty, plain_decimal, sane
from core.errors import DomainError, Gap
from core.money import format_eur

Answers = Mapping[str, Mapping[str, Any]]


def clean_answer(question: Question, raw: Any, parties: Sequence[Party] = ()) -> Any:
    """The JSON value of what was typed into `question`. Nothing typed is never refused here: a draft has gaps.

    `raw` is text, a list of texts for several choices, texts nested as the boxes are for what has several. Raises
    DomainError with a sentence, its field the key of the question, for what cannot be an answer.
    """
    if not question.is_typed:
        sentence = _("Files are uploaded, not typed.") if question.is_file else _("This value is calculated.")
        raise DomainError(sentence, field=question.key)
    if question.type in PARTED:
        return clean_compound(question, raw, parties)
    if question.type == QuestionType.SEVERAL:
        return clean_several(question, raw)
    return CLEANERS[question.type](question, sane(question, raw))


def typed(question: Question, value: Any) -> Any:
    """What the boxes of `question` hold for a JSON value; what a person typed themselves stays as it is."""
    if question.type in PARTED:
        return _typed_boxes(question, value)
    if question.type == QuestionType.SEVERAL:
        return list(value) if isinstance(value, list | tuple) else []
    if question.type == QuestionType.YES_NO and isinstance(value, bool):
        return "yes" if value else "no"
    if question.type == QuestionType.MONEY and is_int(value):
        return format_eur(value)
    if question.type == QuestionType.PERCENT and is_int(value):
        return plain_decimal(Decimal(value) / 100)
    if question.type == QuestionType.CATALOGUE and isinstance(value, Mapping):
        return str(value.get("value", ""))
    return "" if value is None else str(value)


def _typed_boxes(question: Question, value: Any) -> dict[str, Any]:
    value = value if isinstance(value, Mapping) else {}
    if question.type == QuestionType.BUDGET:
        return {
            party: {key: format_eur(cents) if is_int(cents) else str(cents) for key, cents in row.items()}
            for party, row in value.items()
            if isinstance(row, Mapping)
        }
    made: dict[str, Any] = {
        box.key: typed(box, value[box.key]) for box in parts_of(question) if box.key in value
    }
    for table in tables_of(question):
        made[table.key] = [
            {column.key: typed(column, row[column.key]) for column in table.columns if column.key in row}
            for row in rows_of(value, table.key)
        ]
    return made


def gaps(
    definition: FormDefinition,
    answers: Answers,
    files: Mapping[str, int],
    parties: Sequence[Party] = (),
) -> list[Gap]:
    """What is missing or wrong before the form can be submitted, in the order of the form.

    `answers` by section and question, `files` how many there are by question, `parties` who takes part. What is not
    asked is not missed. `Gap.target` is "section/question", for one organisation "section/question-REF".
    """
    found = []
    for section, one in asked_fields(definition, answers, parties):
        value = answers.get(section.key, {}).get(one.name)
        if one.question.is_calculated:
            faults = (
                [] if holds_as_it_must(definition, one.question, answers, parties) else [unmet(one.question)]
            )
        else:
            faults = _faults(one, value, files.get(one.question.key, 0), parties)
        found += [Gap(f"“{label_of(one)}”: {fault}", f"{section.key}/{one.name}") for fault in faults]
    return found


def asked_fields(
    definition: FormDefinition, answers: Answers, parties: Sequence[Party] = ()
) -> Iterator[tuple[Section, Field]]:
    """What is asked with these answers, each question for each organisation where it is asked so."""
    asked = conditions.asked_keys(definition, answers)
    for section in definition.sections:
        for one in fields_of(section, list(parties)):
            if one.question.key in asked:
                yield section, one


def relevant_answers(
    definition: FormDefinition, answers: Answers, parties: Sequence[Party] = ()
) -> dict[str, dict[str, Any]]:
    """Only the answers to what is asked: what is submitted. A section nobody answered anything in is left out."""
    kept: dict[str, dict[str, Any]] = {key: {} for key in answers if definition.section(key)}
    for section, one in asked_fields(definition, answers, parties):
        row = answers.get(section.key, {})
        if one.name in row:
            kept[section.key][one.name] = row[one.name]
    return kept


def _faults(one: Field, value: Any, file_count: int, parties: Sequence[Party]) -> list[str]:
    question = one.question
    if question.is_file:
        return [_("a file is missing.")] if question.required and not file_count else []
    if is_empty(value):
        return [_("an answer is missing.")] if question.required else []
    fault = _fault(question, value, parties)
    if fault:
        return [fault]
    if question.type in PARTED:
        return missing_in(question, value, parties)
    if question.type == QuestionType.SEVERAL and len(value) < (question.min or 0):
        return [
            _("%(n)d are chosen; choose at least %(least)d.") % {"n": len(value), "least": question.min or 0}
        ]
    return []


def _fault(question: Question, value: Any, parties: Sequence[Party]) -> str:
    """Why a stored value is no answer, or nothing: the same rules as for what is typed."""
    if not _has_shape(question, value):
        return _("this is not a number.") if question.type in _FIGURES else _("this answer cannot be read.")
    try:
        clean_answer(question, typed(question, value), parties)
    except CellError as error:
        return " ".join(error.sentences)
    except DomainError as error:
        return error.message
    return ""


_FIGURES = (QuestionType.NUMBER, QuestionType.MONEY, QuestionType.PERCENT)


def _has_shape(question: Question, value: Any) -> bool:
    """Is it the kind of JSON value that this kind of question stores?"""
    if question.type in PARTED:
        return isinstance(value, Mapping)
    if question.type == QuestionType.SEVERAL:
        return isinstance(value, list)
    if question.type == QuestionType.NUMBER and question.decimals:
        return is_int(value) or isinstance(value, str)
    if question.type in _FIGURES:
        return is_int(value)
    if question.type == QuestionType.CATALOGUE and question.catalogue:
        return isinstance(value, Mapping)
    return isinstance(value, bool if question.type == QuestionType.YES_NO else str)


def is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
