"""Opening a round, starting its scoring, closing it for the ranking, and going back."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.queries import intake_wait
from calls.calendar import in_words
from calls.models import Call, CutOff
from calls.states import CallPhase, CallState
from core import clock
from core.audit import record
from core.errors import DomainError, Incomplete
from core.locks import lock_exclusive
from core.workflow import transition
from evaluation import notifications
from evaluation.models import Assignment, Evaluator, Round
from evaluation.queries import Progress, for_batch, missing_profiles, missing_scores, progress, ranking_of
from evaluation.services._common import lock_round, need_impartial, need_reason, need_state, need_turn
from evaluation.services.redress import keep_procedure
from evaluation.states import EvaluatorState, RoundState


@transaction.atomic(durable=True)
def open_round(call: Call, *, by: Any) -> Round:
    """Begin the evaluation of what is due: a closed call, the files of the next cut-off that has passed, or, first come,
    first served, a batch of all that has come since the last one; nothing happens when it has begun. `by` is None for the clock.

    A further round of a call begins with the evaluators who accepted for the one before; conflicts are declared file by
    file. Raises DomainError while the call takes submissions, or when it was never open.
    """
    lock_exclusive("evaluation of call", call.pk)
    if call.has_cut_offs:
        return _open_cut_off(call, by)
    if call.is_rolling:
        return _open_batch(call, by)
    known = Round.objects.filter(call=call).first()
    if known is not None:
        return known
    if call.phase() != CallPhase.CLOSED:
        raise DomainError(_("The evaluation begins after the deadline of the call, not before."))
    _need_all_in(call, None)
    round = Round.objects.create(call=call)
    keep_procedure(call)
    record(round, "round.opened", by=by)
    return round


def _open_cut_off(call: Call, by: Any) -> Round:
    passed = [one for one in call.cut_offs.all() if one.closes_at and one.closes_at < clock.now()]
    if not passed or call.state != CallState.PUBLISHED:
        raise DomainError(_("The evaluation begins after the first cut-off, not before."))
    known = {round.cut_off_id: round for round in Round.objects.filter(call=call)}
    due = next((one for one in passed if one.pk not in known), None)
    if due is None:
        return known[passed[-1].pk]
    _need_all_in(call, due)
    round = Round.objects.create(call=call, cut_off=due, number=due.number)
    keep_procedure(call)
    _take_over_evaluators(round)
    record(round, "round.opened", by=by, data={"cut_off": due.number})
    return round


def _need_all_in(call: Call, cut_off: CutOff | None) -> None:
    """Files are opened together: not while one applicant has more time, or may get it (A34)."""
    wait = intake_wait(call, cut_off)
    if wait is None:
        return
    if wait.until is None:
        raise DomainError(wait.sentence)
    told = {"why": wait.sentence, "when": in_words(wait.until, call.zone)}
    raise DomainError(_("%(why)s The evaluation can begin after %(when)s.") % told)


def _open_batch(call: Call, by: Any) -> Round:
    files = list(for_batch(call))
    if not files:
        raise DomainError(
            _("No file waits for a batch: what came within the last minutes is still being put in order.")
        )
    number = Round.objects.filter(call=call).count() + 1
    round = Round.objects.create(call=call, number=number)
    keep_procedure(call)
    round.batch.set(files)
    _take_over_evaluators(round)
    record(round, "round.opened", by=by, data={"files": [file.ref for file in files]})
    return round


def _take_over_evaluators(round: Round) -> None:
    """Who accepted for the round before judges in this one, too, unless they say otherwise."""
    earlier = Round.objects.filter(call=round.call_id, number__lt=round.number).order_by("-number").first()
    for person in Evaluator.objects.filter(round=earlier, state=EvaluatorState.ACCEPTED) if earlier else ():
        person.pk, person.round, person.token = None, round, secrets.token_urlsafe(16)
        person.interests_named_at = None
        person.save(force_insert=True)


@transaction.atomic(durable=True)
def start_scoring(round: Round, *, due_at: datetime, by: Any) -> Round:
    """Open the assigned files to their evaluators, and write to them. `due_at`: when scores are due, UTC.

    Raises DomainError when files are not screened, lack evaluators, or the date has passed.
    """
    round = lock_round(round)
    need_state(round, RoundState.SETUP)
    _need_future(due_at)
    if not round.call.is_scored:
        raise DomainError(_("Nobody scores the files of this call: a draw decides."))
    figures = progress(round)
    _need_screened(figures)
    if figures.short:
        text = ngettext(
            "%(n)d file has fewer than %(needed)d evaluators.",
            "%(n)d files have fewer than %(needed)d evaluators.",
            figures.short,
        )
        raise DomainError(text % {"n": figures.short, "needed": figures.needed})
    if gaps := missing_profiles(round):
        raise Incomplete(_("Not every file has the evaluators that the call asks for."), gaps)
    round.scoring_due_at = due_at
    round.save(update_fields=["scoring_due_at"])
    transition(round, RoundState.SCORING, by=by, data={"due_at": due_at.isoformat()})
    for evaluator, count in _open_work(round):
        notifications.files_assigned(evaluator, count)
    return round


@transaction.atomic(durable=True)
def move_due_date(round: Round, *, due_at: datetime, by: Any) -> Round:
    """Give evaluators another date (UTC), and tell those whose files are open. Raises DomainError for a past one."""
    round = lock_round(round)
    need_state(round, RoundState.SCORING)
    _need_future(due_at)
    before, round.scoring_due_at = round.scoring_due_at, due_at
    round.save(update_fields=["scoring_due_at"])
    data = {"from": before.isoformat() if before else "", "to": due_at.isoformat()}
    record(round, "round.due_moved", by=by, data=data)
    for evaluator, count in _open_work(round):
        notifications.due_moved(evaluator, count)
    return round


@transaction.atomic(durable=True)
def remind_evaluators(round: Round, *, by: Any) -> int:
    """Write to everyone with open files; returns to how many. Raises DomainError when nobody has one."""
    round = lock_round(round)
    need_state(round, RoundState.SCORING)
    waiting = _open_work(round)
    if not waiting:
        raise DomainError(_("Every score is in: there is nobody to remind."))
    for evaluator, count in waiting:
        notifications.scores_missing(evaluator, count)
    record(round, "round.reminded", by=by, data={"evaluators": [evaluator.pk for evaluator, _n in waiting]})
    return len(waiting)


@transaction.atomic(durable=True)
def rank_round(round: Round, *, by: Any) -> Round:
    """Close the scoring, or draw where nobody scores: from now on the list stands. It is kept in the audit trail.

    Raises Incomplete with a line for each file that lacks a score, DomainError before a draw when files are not screened.
    """
    round = lock_round(round)
    need_state(round, RoundState.SCORING if round.call.is_scored else RoundState.SETUP)
    need_impartial(round, by)
    need_turn(round)
    if not round.call.is_scored:
        _need_screened(progress(round))
    if gaps := missing_scores(round):
        raise Incomplete(_("Not every file has its scores, so there is no list yet."), gaps)
    rows = [[row.key, row.position, str(row.total), row.place.value] for row in ranking_of(round).rows]
    round.ranked_at, round.ranked_by = clock.now(), by
    round.save(update_fields=["ranked_at", "ranked_by"])
    transition(round, RoundState.RANKED, by=by, data={"list": rows})
    return round


@transaction.atomic(durable=True)
def reopen_scoring(round: Round, *, reason: str, by: Any) -> Round:
    """Let scores change again, for a reason that stays on record; the list is made anew afterwards.

    After a draw the screening is open again; the sealed seed stays, so each file keeps its lot.
    """
    round = lock_round(round)
    need_state(round, RoundState.RANKED)
    reason = need_reason(reason, _("Say why the scoring is opened again: it stays on record."))
    round.ranked_at = round.ranked_by = None
    round.save(update_fields=["ranked_at", "ranked_by"])
    before = RoundState.SCORING if round.call.is_scored else RoundState.SETUP
    transition(round, before, by=by, note=reason)
    return round


def _need_screened(figures: Progress) -> None:
    if figures.unscreened:
        text = ngettext(
            "%(n)d file is not screened yet.", "%(n)d files are not screened yet.", figures.unscreened
        )
        raise DomainError(text % {"n": figures.unscreened})
    if not figures.eligible:
        raise DomainError(_("No file is eligible, so there is nothing to choose from."))


def _need_future(due_at: datetime) -> None:
    if due_at <= clock.now():
        raise DomainError(_("This date has passed. Choose one to come."), field="due_at")


def _open_work(round: Round) -> list[tuple[Evaluator, int]]:
    """Evaluators with open files, each with how many."""
    rows = (
        Assignment.objects.open().filter(round=round).values("evaluator").annotate(n=Count("pk")).order_by()
    )
    counts = {row["evaluator"]: row["n"] for row in rows}
    people = Evaluator.objects.filter(pk__in=counts).select_related("user", "round__call__project")
    return [(person, counts[person.pk]) for person in people]
