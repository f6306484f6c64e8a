"""Reading a form definition from JSON: sections and questions, every mistake named by its place. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from calls.formkit import conditions, formula, reading
from calls.formkit.model import (
    NOT_TYPED,
    WITH_LIMITS,
    Choice,
    DefinitionError,
    FormDefinition,
    Question,
    QuestionType,
    Section,
)
from calls.formkit.settings import DEFAULT_LENGTHS, LONGEST_TEXT, settings_of

__all__ = [
    "DEFAULT_LENGTHS",
    "LONGEST_TEXT",
    "WITH_LIMITS",
    "Choice",
    "DefinitionError",
    "FormDefinition",
    "Question",
    "QuestionType",
    "Section",
    "parse",
    "problems",
]

MAX_SECTIONS = 30
MAX_QUESTIONS = 200


def parse(definition: Mapping[str, Any]) -> FormDefinition:
    """Read a definition. A section may still be without questions: `problems` tells whether it can be published.

    Raises DefinitionError with the place and a sentence for anything else that is wrong: also for a condition or a
    formula that refers to itself, to what comes later or to what is not there.
    """
    sections = tuple(
        _section(raw, number) for number, raw in enumerate(reading.list_of(definition, "sections", ""), 1)
    )
    form = FormDefinition(sections)
    reading.refuse_repeated(
        [(section.key, section.key) for section in sections], _("There are two sections “%s”.")
    )
    reading.refuse_repeated(
        [(f"{section.key}/{question.key}", question.key) for section, question in form.questions()],
        _("There are two questions “%s”."),
    )
    if len(sections) > MAX_SECTIONS or sum(1 for _pair in form.questions()) > MAX_QUESTIONS:
        raise DefinitionError(
            "",
            _("A form has at most %(sections)d sections and %(questions)d questions.")
            % {"sections": MAX_SECTIONS, "questions": MAX_QUESTIONS},
        )
    _check_references(form)
    return form


def problems(definition: Mapping[str, Any]) -> list[DefinitionError]:
    """What keeps a form being designed from being published, each with its place; empty when nothing does."""
    try:
        form = parse(definition)
    except DefinitionError as error:
        return [error]
    if not form.sections:
        return [DefinitionError("", _("The form has no section yet."))]
    return [
        DefinitionError(section.key, _("The section “%s” has no question yet.") % section.title)
        for section in form.sections
        if not section.questions
    ]


def _section(raw: Any, number: int) -> Section:
    place = _("section %d") % number
    raw = reading.mapping(raw, place)
    key = reading.key_of(raw, place)
    return Section(
        key=key,
        title=reading.text(raw, "title", key, needed=_("The section needs a title.")),
        guidance=reading.text(raw, "guidance", key),
        questions=tuple(
            _question(one, key, number)
            for number, one in enumerate(reading.list_of(raw, "questions", key), 1)
        ),
        condition=conditions.read(raw, key),
    )


def _question(raw: Any, section: str, number: int) -> Question:
    raw = reading.mapping(raw, f"{section}/{number}")
    place = f"{section}/{reading.key_of(raw, f'{section}/{number}')}"
    kind = raw.get("type")
    if kind not in QuestionType.values:
        raise DefinitionError(place, _("“%s” is not a kind of question.") % str(kind)[:40])
    per_partner = reading.truth(raw, "per_partner", place)
    if per_partner and kind in (*NOT_TYPED, QuestionType.BUDGET):
        raise DefinitionError(place, _("This kind of question is asked once, not for each organisation."))
    return Question(
        key=raw["key"],
        type=str(kind),
        label=reading.text(raw, "label", place, needed=_("The question needs its words.")),
        help=reading.text(raw, "help", place),
        evaluators=reading.text(raw, "evaluators", place),
        required=reading.truth(raw, "required", place) and kind != QuestionType.CALCULATED,
        blind=reading.truth(raw, "blind", place, default=True),
        listed=_listed(raw, str(kind), place),
        per_partner=per_partner,
        condition=conditions.read(raw, place),
        **settings_of(QuestionType(kind), raw, place),
    )


def _listed(raw: Any, kind: str, place: str) -> bool:
    listed = reading.truth(raw, "listed", place)
    if listed and kind in (QuestionType.FILE, QuestionType.ORGANISATION):
        raise DefinitionError(
            place, _("Files and data of the organisation never stand in a public catalogue.")
        )
    return listed


def _check_references(form: FormDefinition) -> None:
    """Conditions and formulas look back only, at answers they can understand."""
    earlier: dict[str, Question] = {}
    everything = {question.key: question for _section, question in form.questions()}
    for section in form.sections:
        conditions.check(section.condition, section.key, earlier, everything, own="")
        for question in section.questions:
            place = f"{section.key}/{question.key}"
            conditions.check(question.condition, place, earlier, everything, own=question.key)
            _check_formula(question, place, earlier, everything)
            earlier[question.key] = question


def _check_formula(
    question: Question, place: str, earlier: Mapping[str, Question], everything: Mapping[str, Question]
) -> None:
    if question.formula is None:
        return
    for key, column in formula.references(question.formula):
        asked = conditions.look_back(key, place, earlier, everything, own=question.key)
        figures = (*WITH_LIMITS, QuestionType.CALCULATED)
        if asked.type == QuestionType.GROUP and column:
            inside = next((one for one in asked.columns if one.key == column), None)
            fits = inside is not None and inside.type in WITH_LIMITS
        elif asked.type in (QuestionType.BUDGET, QuestionType.CATALOGUE):
            fits = not column
        else:
            fits = asked.type in figures and not column and not formula.is_comparison(asked.formula)
        if not fits:
            name = f"{key}.{column}" if column else key
            raise DefinitionError(place, _("“%s” is not a figure one can calculate with.") % name)
