"""Which answers of an earlier application fit a draft: same section, same question, same kind. Pure (A35)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calls import formkit
from calls.formkit import FormDefinition, Party, Question, QuestionType
from core.errors import DomainError

TO_CHECK = frozenset(
    {
        QuestionType.DATE,
        QuestionType.MONEY,
        QuestionType.NUMBER,
        QuestionType.PERCENT,
        QuestionType.TRL,
        QuestionType.ORGANISATION,
        QuestionType.WORK_PLAN,
        QuestionType.BUDGET,
        QuestionType.GROUP,
    }
)
"""Kinds whose answers carry dates, amounts and figures: they are seldom right a second time."""

Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Offer:
    """One answer that could be taken over. `here` is what the draft says now, in words; empty when it says nothing."""

    section: str
    name: str
    label: str
    value: Any
    there: str
    here: str
    check: bool

    @property
    def key(self) -> str:
        """How the form names it."""
        return f"{self.section}/{self.name}"


def offers(
    was: FormDefinition, before: Answers, now: FormDefinition, answers: Answers, parties: Sequence[Party]
) -> list[Offer]:
    """What can be taken over, in the order of the draft's form: answers to the questions it asks as things stand, that
    differ from what it says and that its form accepts. Answers of single organisations only for those that take part."""
    found = []
    for section, one in formkit.asked_fields(now, answers, parties):
        value = before.get(section.key, {}).get(one.name)
        mine = answers.get(section.key, {}).get(one.name)
        if formkit.is_empty(value) or value == mine:
            continue
        if _same(was, section.key, one.question) and _fits(one.question, value, parties):
            found.append(
                Offer(
                    section=section.key,
                    name=one.name,
                    label=formkit.label_of(one),
                    value=value,
                    there=formkit.display(one.question, value, parties),
                    here=formkit.display(one.question, mine, parties),
                    check=one.question.type in TO_CHECK,
                )
            )
    return found


def _same(was: FormDefinition, section: str, question: Question) -> bool:
    part = was.section(section)
    asked = part.question(question.key) if part else None
    return asked is not None and (asked.type, asked.per_partner) == (question.type, question.per_partner)


def _fits(question: Question, value: Any, parties: Sequence[Party]) -> bool:
    """Would the draft's form take it, if it were typed: choices and columns may be others there."""
    try:
        return bool(formkit.clean_answer(question, formkit.typed(question, value), parties) == value)
    except DomainError:
        return False
