"""What an evaluator does with a file: declare, score, submit, abstain; and what a manager may undo."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.services import record_recusal
from core import clock
from core.errors import DomainError, Gap, Incomplete, InvalidTransition
from core.locks import lock_row
from core.workflow import transition
from evaluation import notifications
from evaluation.models import Assignment, ConflictDeclaration, Round, Score
from evaluation.queries import scheme_of
from evaluation.queries.mandated import wrote_for_a_party
from evaluation.reasoning import words_missing
from evaluation.scoring import score_problems, total_of
from evaluation.services._common import join_round, need_reason, need_state
from evaluation.services.consensus import drop_consensus
from evaluation.statements import ABSENCE, BLIND_ABSENCE, CONFLICT
from evaluation.states import AssignmentState, RoundState
from funding.models import ProjectMember

Given = Mapping[str, Decimal | None]


@transaction.atomic(durable=True)
def declare_absence(assignment: Assignment, *, by: Any) -> Assignment:
    """The evaluator agrees to the statement of no conflict; the file's content opens to them."""
    round, assignment = _join(assignment, by)
    need_state(round, RoundState.SCORING)
    if assignment.state != AssignmentState.INVITED:
        raise InvalidTransition(_("You have declared on this file already."))
    _need_unmandated(assignment, by)
    statement = BLIND_ABSENCE if round.call.blind else ABSENCE
    ConflictDeclaration.objects.create(
        assignment=assignment, has_conflict=False, statement=str(statement), by=by
    )
    transition(assignment, AssignmentState.ACCEPTED, by=by)
    return assignment


@transaction.atomic(durable=True)
def declare_conflict(assignment: Assignment, *, details: str, by: Any) -> Assignment:
    """The evaluator has a conflict: the file closes to them at once, scores given do not count, the managers are told.

    Possible until the round is ranked, after scoring too. `details` may be short but not empty. A person of the
    project is recused from the file everywhere.
    """
    round, assignment = _join(assignment, by)
    need_state(round, RoundState.SCORING)
    details = need_reason(details, _("Say in a few words what connects you with this file."), field="details")
    close_for_conflict(assignment, statement=str(CONFLICT), details=details, by=by)
    if ProjectMember.objects.filter(user=by, project=round.call.project_id, ended_at__isnull=True).exists():
        record_recusal(assignment.application, user=by, reason=details, by=by)
    return assignment


def close_for_conflict(assignment: Assignment, *, statement: str, details: str, by: Any) -> None:
    """Close a file, already locked, to its evaluator, who declared a conflict, and tell the managers; in the caller's
    transaction."""
    ConflictDeclaration.objects.create(
        assignment=assignment, has_conflict=True, statement=statement, details=details, by=by
    )
    removed = str(assignment.total) if assignment.total is not None else ""
    assignment.total = assignment.submitted_at = None
    transition(assignment, AssignmentState.DECLINED, by=by, data={"score_removed": removed})
    assignment.save(update_fields=["total", "submitted_at"])
    drop_consensus(assignment, why=_("An evaluator of the file has a conflict of interest."), by=by)
    notifications.conflict_declared(assignment, details)


@transaction.atomic(durable=True)
def save_draft_scores(
    assignment: Assignment, *, scores: Given, reasons: Mapping[str, str], by: Any
) -> Assignment:
    """Keep what is written so far, only for the criteria named. No trail: it is a draft.

    Raises Incomplete for a score that is not on the scale, with targets as in `submit_scores`; nothing is saved then.
    """
    round, assignment = _join(assignment, by)
    need_state(round, RoundState.SCORING)
    _need_open(assignment)
    _write(assignment, round, scores, reasons)
    return assignment


@transaction.atomic(durable=True)
def submit_scores(
    assignment: Assignment, *, scores: Given, reasons: Mapping[str, str], by: Any
) -> Assignment:
    """Submit the sheet: every criterion scored on its scale, each with enough words. Others' sheets open to them then.

    Raises Incomplete with a sentence for each gap; targets are "score_<code>" and "reason_<code>".
    """
    round, assignment = _join(assignment, by)
    need_state(round, RoundState.SCORING)
    _need_open(assignment)
    _need_unmandated(assignment, by)
    scheme = scheme_of(round.call)
    problems = score_problems(scheme, scores)
    gaps = [Gap(text, f"score_{code}") for code, text in problems.items()]
    for item in round.call.criteria.all():
        lacking = words_missing(reasons.get(item.code, ""), item.min_words)
        if lacking:
            gaps.append(Gap(lacking, f"reason_{item.code}"))
    if gaps:
        raise Incomplete(_("The sheet is not complete yet."), gaps)
    given = {item.code: scores[item.code] or Decimal(0) for item in scheme.criteria}
    _write(assignment, round, given, reasons)
    assignment.total, assignment.submitted_at = total_of(scheme, given), clock.now()
    assignment.save(update_fields=["total", "submitted_at"])
    data = {"total": str(assignment.total), "scores": {code: str(value) for code, value in given.items()}}
    transition(assignment, AssignmentState.SCORED, by=by, data=data)
    return assignment


@transaction.atomic(durable=True)
def abstain(assignment: Assignment, *, reason: str, by: Any) -> Assignment:
    """The evaluator gives the file back without scores; the managers are told why."""
    round, assignment = _join(assignment, by)
    need_state(round, RoundState.SCORING)
    assignment.note = need_reason(reason, _("Say why you abstain: the call office needs to know."))
    assignment.save(update_fields=["note"])
    transition(assignment, AssignmentState.ABSTAINED, by=by, note=assignment.note)
    notifications.evaluator_abstained(assignment)
    return assignment


@transaction.atomic(durable=True)
def return_sheet(assignment: Assignment, *, reason: str, by: Any) -> Assignment:
    """A manager gives a submitted sheet back for correction, with a reason that the evaluator reads."""
    round = join_round(assignment.round)
    need_state(round, RoundState.SCORING)
    assignment = lock_row(assignment)
    assignment.note = need_reason(reason, _("Say what has to be corrected: the evaluator reads it."))
    removed = str(assignment.total)
    transition(assignment, AssignmentState.ACCEPTED, by=by, note=assignment.note, data={"total": removed})
    assignment.total = assignment.submitted_at = None
    assignment.save(update_fields=["note", "total", "submitted_at"])
    drop_consensus(assignment, why=_("A sheet was given back for correction."), by=by)
    notifications.sheet_returned(assignment)
    return assignment


def _join(assignment: Assignment, by: Any) -> tuple[Round, Assignment]:
    """The round (shared) and the assignment (alone), if it is this person's and its file is still there."""
    round = join_round(assignment.round)
    assignment = lock_row(assignment)
    assignment.round = round
    if assignment.evaluator.user_id != by.pk:
        raise DomainError(_("This file is assigned to somebody else."))
    if not Assignment.objects.active().filter(pk=assignment.pk).exists():
        raise InvalidTransition(_("This file is no longer yours to judge: it was withdrawn or taken back."))
    return round, assignment


def _need_open(assignment: Assignment) -> None:
    if assignment.state == AssignmentState.INVITED:
        raise InvalidTransition(_("Declare first whether you have a conflict of interest with this file."))
    if assignment.state != AssignmentState.ACCEPTED:
        raise InvalidTransition(_("You have submitted this sheet. Ask the call office if it must change."))


def _write(assignment: Assignment, round: Round, scores: Given, reasons: Mapping[str, str]) -> None:
    """Store what is named; a criterion that is not named keeps what it has."""
    problems = score_problems(scheme_of(round.call), scores, complete=False)
    if problems:
        gaps = [Gap(text, f"score_{code}") for code, text in problems.items()]
        raise Incomplete(_("A score is not on the scale. Nothing was saved."), gaps)
    known = {row.criterion_id: row for row in assignment.scores.all()}
    for item in round.call.criteria.all():
        if item.code not in scores and item.code not in reasons:
            continue
        row = known.get(item.pk) or Score(assignment=assignment, criterion=item)
        row.value = scores.get(item.code, row.value)
        row.reason = reasons.get(item.code, row.reason)
        row.changed_at = clock.now()
        row.save()


def _need_unmandated(assignment: Assignment, by: Any) -> None:
    """A mandate may have come after the file. The sentence names nobody: the call may be blind."""
    if wrote_for_a_party(assignment, by.pk):
        raise DomainError(
            _(
                "You write or wrote for an organisation of this file under a mandate, so you cannot judge it. Say that you "
                "have a conflict of interest."
            )
        )
