"""The consensus report of a file: opened by a manager, written by a rapporteur, agreed to or not by the others."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.merging import merge
from applicants.models import Application
from calls.selection import DivergenceThen
from core import clock
from core.audit import record
from core.errors import Conflict, DomainError, Gap, Incomplete, InvalidTransition
from core.locks import lock_row
from core.workflow import transition
from evaluation import notifications
from evaluation.models import Assignment, Consensus, ConsensusAnswer, ConsensusScore, Round
from evaluation.queries import scheme_of
from evaluation.reasoning import words_missing
from evaluation.scoring import format_score, score_problems, total_of
from evaluation.services._common import join_round, lock_round, need_reason, need_state
from evaluation.states import ConsensusState, RoundState


@transaction.atomic(durable=True)
def open_consensus(round: Round, *, file: Application, rapporteur: Assignment, by: Any) -> Consensus:
    """Ask the evaluators of a file for one report; `rapporteur` is the sheet of the one who writes it. All are told.

    Raises DomainError when the call knows no consensus, while a sheet is missing, or for a rapporteur without a sheet.
    """
    round = lock_round(round)
    need_state(round, RoundState.SCORING)
    if round.call.divergence_then != DivergenceThen.CONSENSUS:
        raise DomainError(_("The rules of this call know no consensus report."))
    sheets = list(Assignment.objects.counted().filter(round=round, application=file))
    if Assignment.objects.open().filter(round=round, application=file).exists() or len(sheets) < 2:
        raise DomainError(_("A consensus begins when every evaluator of the file has submitted scores."))
    if rapporteur.pk not in [sheet.pk for sheet in sheets]:
        raise DomainError(_("Choose one of the file's evaluators as rapporteur."), field="rapporteur")
    if Consensus.objects.filter(round=round, application=file).exists():
        raise InvalidTransition(_("A consensus for this file has begun already."))
    made = Consensus.objects.create(round=round, application=file, rapporteur=rapporteur, opened_by=by)
    data = {"rapporteur": rapporteur.evaluator.name, "totals": [str(sheet.total) for sheet in sheets]}
    record(made, "consensus.opened", by=by, data=data)
    notifications.consensus_moves(rapporteur, "write")
    return made


def save_consensus(
    consensus: Consensus, *, texts: Mapping[str, str], bases: Mapping[str, int], by: Any
) -> Consensus:
    """Keep what the rapporteur has written so far; nobody else reads it. No trail: it is a draft.

    `texts` by field ("score_<code>" as a plain number, "reason_<code>"), only those that changed; `bases` the number of each
    field that the writer saw (QR7). Fields that no other window changed are saved in any case; then raises Conflict, with what
    is stored in `theirs`, for those that were.
    """
    consensus, conflicts = _save(consensus, texts, bases, by)
    if conflicts:
        sentence = _("This was changed in another window in the meantime. Both texts are shown: choose one.")
        raise Conflict(sentence, theirs=conflicts)
    return consensus


@transaction.atomic(durable=True)
def _save(
    consensus: Consensus, texts: Mapping[str, str], bases: Mapping[str, int], by: Any
) -> tuple[Consensus, dict[str, Any]]:
    consensus = _own(consensus, ConsensusState.WRITING, by)
    scheme = scheme_of(consensus.round.call)
    known = {f"{kind}_{item.code}" for item in scheme.criteria for kind in ("score", "reason")}
    scores = {
        name.removeprefix("score_"): Decimal(text)
        for name, text in texts.items()
        if name.startswith("score_") and text
    }
    if not set(texts) <= known or score_problems(scheme, scores, complete=False):
        raise DomainError(_("A score is not on the scale. Nothing was saved."))
    merged = merge(consensus.draft, consensus.numbers, texts, bases)
    if merged.changed:
        consensus.draft, consensus.numbers = merged.values, merged.numbers
        consensus.save(update_fields=["draft", "numbers"])
    return consensus, merged.conflicts


@transaction.atomic(durable=True)
def put_consensus(
    consensus: Consensus,
    *,
    scores: Mapping[str, Decimal | None],
    reasons: Mapping[str, str],
    by: Any,
    seen: Mapping[str, int] | None = None,
) -> Consensus:
    """The rapporteur puts the report to the others: every criterion scored, each with enough words. Answers to an earlier
    text are gone. `seen`: the numbers of the fields that were read before. Raises Conflict when another window has changed one
    since, and Incomplete with a sentence for each gap."""
    consensus = _own(consensus, ConsensusState.WRITING, by)
    if seen is not None and {**consensus.numbers} != {**seen}:
        raise Conflict(
            _("This was changed in another window in the meantime. Read it again, then put it to the others.")
        )
    scheme = scheme_of(consensus.round.call)
    gaps = [Gap(text, f"score_{code}") for code, text in score_problems(scheme, scores).items()]
    criteria = list(consensus.round.call.criteria.all())
    for item in criteria:
        if lacking := words_missing(reasons.get(item.code, ""), item.min_words):
            gaps.append(Gap(lacking, f"reason_{item.code}"))
    if gaps:
        raise Incomplete(_("The report is not complete yet."), gaps)
    given = {item.code: scores[item.code] or Decimal(0) for item in scheme.criteria}
    consensus.scores.all().delete()
    consensus.answers.all().delete()
    ConsensusScore.objects.bulk_create(
        ConsensusScore(
            consensus=consensus, criterion=item, value=given[item.code], reason=reasons[item.code].strip()
        )
        for item in criteria
    )
    consensus.total = total_of(scheme, given)
    merged = merge(consensus.draft, consensus.numbers, _texts(given, reasons), consensus.numbers)
    consensus.draft, consensus.numbers = merged.values, merged.numbers
    consensus.save(update_fields=["total", "draft", "numbers"])
    transition(consensus, ConsensusState.AGREEING, by=by, data={"total": str(consensus.total)})
    for sheet in _others(consensus):
        notifications.consensus_moves(sheet, "agree")
    return consensus


@transaction.atomic(durable=True)
def answer_consensus(
    consensus: Consensus, *, assignment: Assignment, agrees: bool, words: str = "", by: Any
) -> ConsensusAnswer:
    """Another evaluator agrees, or dissents with words. When all agree the report is closed; when all have answered and
    somebody dissents, the managers are told.

    Raises DomainError for a dissent without words, or for somebody who is no other evaluator of the file.
    """
    consensus = _locked(consensus, ConsensusState.AGREEING)
    others = _others(consensus)
    if assignment.evaluator.user_id != by.pk or assignment.pk not in [sheet.pk for sheet in others]:
        raise DomainError(_("The other evaluators of this file answer."))
    if not agrees:
        words = need_reason(words, _("Say what you do not agree with."), field="words")
    answer, _new = ConsensusAnswer.objects.update_or_create(
        consensus=consensus,
        assignment=assignment,
        defaults={"agrees": agrees, "words": words.strip(), "at": clock.now()},
    )
    record(consensus, "consensus.answered", by=by, note=answer.words, data={"agrees": agrees})
    said = dict(consensus.answers.values_list("assignment", "agrees"))
    if all(said.get(sheet.pk) for sheet in others):
        _close(consensus, by=by)
    elif len(said) == len(others):
        notifications.consensus_dissent(consensus)
    return answer


@transaction.atomic(durable=True)
def rewrite_consensus(consensus: Consensus, *, by: Any) -> Consensus:
    """The rapporteur takes the report back to change it; it is put to the others again."""
    consensus = _own(consensus, ConsensusState.AGREEING, by)
    if not consensus.draft:  # put before drafts were kept
        rows = consensus.scores.select_related("criterion")
        given = {row.criterion.code: row.value for row in rows}
        consensus.draft = _texts(given, {row.criterion.code: row.reason for row in rows})
        consensus.save(update_fields=["draft"])
    transition(consensus, ConsensusState.WRITING, by=by)
    return consensus


@transaction.atomic(durable=True)
def close_consensus(consensus: Consensus, *, reason: str, by: Any) -> Consensus:
    """A manager lets the report count although not everybody agrees; the dissent stays with it, and so does the reason."""
    consensus = _locked(consensus, ConsensusState.AGREEING)
    consensus.note = need_reason(reason, _("Say why it counts although not everybody agrees."))
    consensus.save(update_fields=["note"])
    _close(consensus, by=by, note=consensus.note)
    return consensus


def drop_consensus(assignment: Assignment, *, why: str, by: Any) -> None:
    """A sheet that no longer counts takes the report of its file with it, in the caller's transaction."""
    for found in Consensus.objects.filter(round=assignment.round_id, application=assignment.application_id):
        record(found.application, "consensus.dropped", by=by, note=why, data={"total": str(found.total)})
        found.delete()


def _close(consensus: Consensus, *, by: Any, note: str = "") -> None:
    sheets = Assignment.objects.counted().filter(
        round=consensus.round_id, application=consensus.application_id
    )
    data = {"total": str(consensus.total), "totals": [str(sheet.total) for sheet in sheets]}
    transition(consensus, ConsensusState.CLOSED, by=by, note=note, data=data)


def _locked(consensus: Consensus, state: ConsensusState) -> Consensus:
    round = join_round(consensus.round)
    need_state(round, RoundState.SCORING)
    consensus = lock_row(consensus)
    consensus.round = round
    if consensus.state != state:
        raise InvalidTransition(_("The consensus is at “%s” now.") % consensus.get_state_display())
    return consensus


def _own(consensus: Consensus, state: ConsensusState, by: Any) -> Consensus:
    """The report, locked, if it is this person's to write."""
    consensus = _locked(consensus, state)
    if consensus.rapporteur.evaluator.user_id != by.pk:
        raise DomainError(_("The rapporteur writes this report."))
    return consensus


def _texts(scores: Mapping[str, Decimal], reasons: Mapping[str, str]) -> dict[str, str]:
    """A report as the fields of its form hold it."""
    told = {f"score_{code}": format_score(value) for code, value in scores.items()}
    return told | {f"reason_{code}": reasons[code].strip() for code in scores}


def _others(consensus: Consensus) -> list[Assignment]:
    sheets = Assignment.objects.counted().filter(
        round=consensus.round_id, application=consensus.application_id
    )
    return list(sheets.exclude(pk=consensus.rapporteur_id).select_related("evaluator__user"))
