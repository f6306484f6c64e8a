"""Giving files to evaluators: by hand, or as proposed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from calls.profiles import lacking
from core.audit import record
from core.errors import Conflict, DomainError, Gap, Incomplete
from core.workflow import transition
from evaluation import notifications
from evaluation.assignment import refusal
from evaluation.models import Assignment, Evaluator, Round
from evaluation.queries import Situation, eligible_files, proposal_for, situation
from evaluation.services._common import lock_round, need_state
from evaluation.states import AssignmentState, RoundState


@transaction.atomic(durable=True)
def assign_evaluators(round: Round, *, wanted: Mapping[str, Sequence[int]], by: Any) -> int:
    """Bring the files named in `wanted` (reference -> numbers of evaluators) to exactly these evaluators.

    Who is no longer wanted loses the file, unless the scores are in. New ones are written to when scoring runs.
    Returns how many pairs changed. Raises Incomplete with a sentence for each pair that is not possible (rank-51,
    rank-52), its target "<reference>"; nothing is changed then.
    """
    round = lock_round(round)
    need_state(round, RoundState.SETUP, RoundState.SCORING)
    files = {file.ref: file for file in eligible_files(round, by).filter(ref__in=list(wanted))}
    facts = situation(round, list(files.values()))
    gaps = [gap for ref, keys in wanted.items() for gap in _problems(round, ref, keys, facts)]
    if gaps:
        raise Incomplete(_("These pairs are not possible. Nothing was changed."), gaps)
    added: list[tuple[str, int]] = []
    removed: list[Assignment] = []
    for ref, keys in wanted.items():
        now = {pair.evaluator_id: pair for pair in facts.pairs.get(ref, [])}
        added += [(ref, key) for key in dict.fromkeys(keys) if key not in now]
        removed += [pair for key, pair in now.items() if key not in keys]
    for pair in removed:
        transition(pair, AssignmentState.REVOKED, by=by)
    _give(round, [(files[ref], key) for ref, key in added], by)
    return len(added) + len(removed)


@transaction.atomic(durable=True)
def assign_as_proposed(round: Round, *, digest: str, by: Any) -> int:
    """Store the proposal that was shown (`digest`, see `Proposal.digest`). Returns the number of new pairs.

    Raises Conflict when it would be another one by now, DomainError when there is nothing to assign.
    """
    round = lock_round(round)
    need_state(round, RoundState.SETUP, RoundState.SCORING)
    proposal = proposal_for(round)
    if proposal.digest != digest:
        raise Conflict(_("Something changed since this proposal was made. Look at the new one below."))
    if not proposal.pairs:
        raise DomainError(
            _("There is nothing to assign: every file has its evaluators, or nobody is possible.")
        )
    files = {file.ref: file for file in eligible_files(round)}
    _give(round, [(files[ref], key) for ref, key in proposal.pairs], by)
    return len(proposal.pairs)


def _problems(round: Round, ref: str, keys: Sequence[int], facts: Situation) -> Iterable[Gap]:
    file = facts.files.get(ref)
    if file is None:
        yield Gap(_("%(ref)s is not a file to assign: it is withdrawn or not eligible.") % {"ref": ref}, ref)
        return
    if len(set(keys)) < len(keys):
        yield Gap(_("%(ref)s: the same evaluator stands there twice.") % {"ref": ref}, ref)
    for key in dict.fromkeys(keys):
        person = facts.people.get(key)
        if person is None:
            yield Gap(_("%(ref)s: this evaluator has not accepted the invitation.") % {"ref": ref}, ref)
        elif key not in file.assigned and (no := refusal(file, person)):
            yield Gap(f"{ref}: {no}", ref)
    there = [facts.people[key].profile for key in dict.fromkeys(keys) if key in facts.people]
    for words in lacking(round.call.selection.profiles, there, round.call.evaluators_per_file):
        text = _(
            "%(ref)s has its evaluators, but not the profiles that the call asks for; it needs %(words)s."
        )
        yield Gap(text % {"ref": ref, "words": words}, ref)
    for pair in facts.pairs.get(ref, []):
        if pair.evaluator_id not in keys and pair.state == AssignmentState.SCORED:
            text = _("%(ref)s: %(name)s has submitted scores. They count, so the file stays with them.")
            yield Gap(text % {"ref": ref, "name": pair.evaluator.name}, ref)


def _give(round: Round, pairs: Sequence[tuple[Any, int]], by: Any) -> None:
    rows = Assignment.objects.bulk_create(
        Assignment(
            round=round, application=file, version_id=file.version_pk, evaluator_id=key, assigned_by=by
        )
        for file, key in pairs
    )
    for row in rows:
        record(row, "assignment.given", by=by, data={"application": row.application.ref})
    if round.state != RoundState.SCORING:
        return
    keys = [key for _file, key in pairs]
    for evaluator in Evaluator.objects.filter(pk__in=keys).select_related("user", "round__call__project"):
        notifications.files_assigned(evaluator, keys.count(evaluator.pk))
