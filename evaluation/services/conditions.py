"""Conditions of an award: set with the decision, fulfilled before the agreement is sent for signature."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row
from evaluation.models import Decision, DecisionCondition, Round
from evaluation.queries.checks import check_of, uncleared
from evaluation.services._common import need_reason
from evaluation.states import DecisionState


def keep_conditions(decision: Decision, texts: Sequence[str]) -> None:
    """Put these conditions in the place of those before, in the caller's transaction."""
    decision.conditions.all().delete()
    DecisionCondition.objects.bulk_create(
        DecisionCondition(decision=decision, text=text.strip()) for text in texts if text.strip()
    )


@transaction.atomic(durable=True)
def meet_condition(condition: DecisionCondition, *, how: str, by: Any) -> DecisionCondition:
    """Record that a condition is fulfilled, and by what it is known; when the last one is, the agreement can be sent.

    Raises InvalidTransition before the release or when it was recorded already, DomainError without words.
    """
    condition = lock_row(condition)
    if condition.decision.state != DecisionState.RELEASED or condition.met_at is not None:
        raise InvalidTransition(
            _("A condition is recorded as fulfilled once, after the decisions are released.")
        )
    condition.how = need_reason(how, _("Say by what you know that it is fulfilled."), field="how")
    condition.met_at, condition.met_by = clock.now(), by
    condition.save(update_fields=["how", "met_at", "met_by"])
    record(
        condition.decision, "decision.condition_met", by=by, note=condition.how, data={"text": condition.text}
    )
    return condition


def conditions_after(application: Application) -> list[str]:
    """What the check of ethics and security demands of this file; nothing where there is none."""
    check = check_of(application)
    return [str(text) for text in check.conditions] if check is not None and check.has_passed else []


def add_conditions(decision: Decision, texts: Sequence[str]) -> None:
    """Put these conditions beside those that the decision has already, each once, in the caller's transaction."""
    there = set(decision.conditions.values_list("text", flat=True))
    DecisionCondition.objects.bulk_create(
        DecisionCondition(decision=decision, text=text) for text in dict.fromkeys(texts) if text not in there
    )


def need_cleared(
    round: Round, wanted: Sequence[tuple[Application, str]], *, field: str | None = None
) -> None:
    """Raise DomainError for a file that no check of ethics and security cleared and that would be funded (or put on the
    reserve, where those are checked)."""
    refs = uncleared(round, list(wanted))
    if refs:
        sentence = _(
            "%(refs)s: not cleared in the check of ethics and security, so this is not possible. Look at the page of that "
            "check."
        )
        raise DomainError(sentence % {"refs": ", ".join(refs)}, field=field)
