"""An evaluator of a blind call names with whom they have a conflict, before they get files."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit import record
from core.errors import DomainError
from core.locks import lock_row
from evaluation.interests import LONGEST_LINE, MOST_LINES
from evaluation.models import Assignment, Evaluator
from evaluation.queries import matches_of
from evaluation.services._common import join_round, need_state
from evaluation.services.scores import close_for_conflict
from evaluation.statements import NAMED
from evaluation.states import EvaluatorState, RoundState


@transaction.atomic(durable=True)
def name_interests(evaluator: Evaluator, *, lines: Sequence[str], by: Any) -> Evaluator:
    """Keep the organisations and persons with whom the evaluator has a conflict, one a line; an empty list says: none.

    Files of theirs that a line matches close at once, as by a declaration for that file, and the managers are told. Once
    the scoring runs lines are added, never taken away. Raises DomainError otherwise, for somebody else's list, and for a
    list that is too long.
    """
    round = join_round(evaluator.round)
    need_state(round, RoundState.SETUP, RoundState.SCORING)
    evaluator = lock_row(evaluator)
    if evaluator.user_id != by.pk or evaluator.state != EvaluatorState.ACCEPTED or not round.call.blind:
        raise DomainError(_("This list is not yours to write."))
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        sentence = _("At most %(lines)d lines of %(length)d characters each.")
        raise DomainError(sentence % {"lines": MOST_LINES, "length": LONGEST_LINE}, field="lines")
    gone = [line for line in evaluator.interests.splitlines() if line not in lines]
    if gone and evaluator.interests_named_at is not None and round.state == RoundState.SCORING:
        sentence = _(
            "The scoring has begun: you can add lines, but “%s” stays. Ask the call office if it is wrong."
        )
        raise DomainError(sentence % gone[0], field="lines")
    evaluator.interests, evaluator.interests_named_at = "\n".join(lines), clock.now()
    evaluator.save(update_fields=["interests", "interests_named_at"])
    record(evaluator, "evaluator.interests_named", by=by, data={"lines": len(lines)})
    mine = Assignment.objects.active().filter(evaluator=evaluator, round=round).select_related("application")
    pairs = list(mine.order_by("pk"))
    named = matches_of(round, [pair.version_id for pair in pairs]) if pairs else {}
    for pair in pairs:
        if match := named.get(pair.version_id, {}).get(evaluator.pk):
            close_for_conflict(lock_row(pair), statement=str(NAMED), details=match.line, by=by)
    return evaluator
