"""From the ranked list to released decisions: proposed by one manager, confirmed by another, released together."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.models import Hold
from applicants.services import record_outcome
from applicants.states import ApplicationState
from calls.intake import CallModel
from calls.models import Call
from calls.services import record_exhausted
from core import clock
from core.audit import record
from core.errors import BudgetExceeded, DomainError, FourEyesRequired
from core.locks import lock_row
from core.money import format_eur
from core.workflow import transition
from evaluation import notifications
from evaluation.feedback import Opinion, summary
from evaluation.models import Assignment, Decision, DecisionShare, Round
from evaluation.queries import (
    Sheet,
    closed_reports,
    eligible_files,
    ranking_of,
    room_of,
    scheme_of,
    shares_of,
    sheets_of,
)
from evaluation.queries.checks import check_of
from evaluation.queries.ethics import open_refs
from evaluation.ranking import Place, Row
from evaluation.services._common import (
    Shares,
    award_money,
    lock_claims,
    lock_round,
    need_impartial,
    need_reason,
    need_state,
    need_turn,
    take_money_back,
)
from evaluation.services.conditions import add_conditions, conditions_after, keep_conditions, need_cleared
from evaluation.sharing import within
from evaluation.states import DecisionState, Outcome, RoundState

OUTCOMES = {Place.FUNDED: Outcome.FUND, Place.RESERVE: Outcome.RESERVE, Place.BELOW: Outcome.REJECT}
STATES = {
    Outcome.FUND: ApplicationState.SELECTED,
    Outcome.RESERVE: ApplicationState.RESERVE,
    Outcome.REJECT: ApplicationState.REJECTED,
}


@transaction.atomic(durable=True)
def propose_decisions(round: Round, *, by: Any) -> Round:
    """Turn the ranked list into decisions with their shares and letters, for another manager to confirm.

    Applicants see nothing of it. Raises DomainError for a manager who is recused from a file of the list (rank-57).
    """
    round = lock_round(round)
    need_state(round, RoundState.RANKED)
    need_impartial(round, by)
    _need_checked(round)
    need_turn(round)
    files = {file.ref: file for file in eligible_files(round).select_related("created_by")}
    sheets = sheets_of(Assignment.objects.counted().filter(round=round))
    reports = closed_reports(round)
    for row in ranking_of(round).rows:
        file = files[row.key]
        _write_decision(round, file, row, sheets[file.pk], reports.get(file.pk))
    round.proposed_at, round.proposed_by = clock.now(), by
    round.save(update_fields=["proposed_at", "proposed_by"])
    transition(round, RoundState.DECIDED, by=by, data={"decisions": _as_data(round)})
    notifications.decisions_proposed(round)
    return round


@transaction.atomic(durable=True)
def withdraw_proposal(round: Round, *, reason: str, by: Any) -> Round:
    """Take proposed decisions off the table; the ranked list stands. What was proposed stays in the audit trail."""
    round = lock_round(round)
    need_state(round, RoundState.DECIDED)
    reason = need_reason(reason, _("Say why the proposal is withdrawn: it stays on record."))
    _undo(round, by=by, note=reason)
    return round


@transaction.atomic(durable=True)
def change_decision(
    decision: Decision,
    *,
    outcome: str,
    amounts: Mapping[int, int],
    reason: str,
    feedback: str = "",
    conditions: Sequence[str] = (),
    by: Any,
) -> Decision:
    """Decide otherwise than the list, with a reason; whoever does is the proposer now, so somebody else confirms.

    `amounts`: number of an organisation -> cents, never more than it asked for; used when the outcome is to fund.
    `feedback` is the evaluation summary of the letter, `conditions` are what has to be fulfilled before the agreement is
    sent for signature. Raises DomainError without a reason or for a file below a
    threshold that would be funded, BudgetExceeded when the money does not go so far.
    """
    round = lock_round(decision.round)
    need_state(round, RoundState.DECIDED)
    need_impartial(round, by)
    decision = lock_row(decision)
    reason = need_reason(reason, _("Say why this file is decided otherwise: it stays on record."))
    barred = check_of(decision.application)
    if barred is not None and barred.is_refused and outcome != Outcome.REJECT:
        raise DomainError(
            _("This file was not cleared for ethics and security, so it can only be rejected."),
            field="outcome",
        )
    if decision.rank is None and outcome != Outcome.REJECT:
        raise DomainError(
            _("This file is below a threshold of the call, so it can only be rejected."), field="outcome"
        )
    need_cleared(round, [(decision.application, outcome)], field="outcome")
    funded = outcome == Outcome.FUND and round.call.gives_money
    shares = _granted(decision, amounts) if funded else []
    before = _line(decision)
    decision.outcome, decision.amount_cents = outcome, sum(cents for _organisation, cents in shares)
    decision.deviation, decision.changed_by, decision.feedback = reason, by, feedback.strip()
    if _is_claim(round):
        _check_claim(decision)
    else:
        _check_money(round, decision)
    decision.shares.all().delete()
    decision.save()
    _keep_shares(decision, shares)
    keep_conditions(decision, conditions if outcome == Outcome.FUND else [])
    if outcome == Outcome.FUND:
        add_conditions(decision, conditions_after(decision.application))
    _number_reserve(round)
    _write_letters(round)
    round.proposed_at, round.proposed_by = clock.now(), by
    round.save(update_fields=["proposed_at", "proposed_by"])
    record(
        decision, "decision.changed", by=by, note=reason, data={"before": before, "after": _line(decision)}
    )
    return Decision.objects.get(pk=decision.pk)


@transaction.atomic(durable=True)
def confirm_decisions(round: Round, *, by: Any) -> Round:
    """The second pair of eyes: the money is awarded in the ledger now, so that it is safe when the letters leave.

    Raises FourEyesRequired for the proposer, DomainError when a file was withdrawn since, BudgetExceeded with the
    name of the organisation whose ceiling would be passed, or when the call's money is not there (cap-33).
    """
    round = lock_round(round)
    need_state(round, RoundState.DECIDED)
    need_impartial(round, by)
    if round.proposed_by_id == by.pk:
        raise FourEyesRequired(
            _("You proposed these decisions, or changed one. Another manager of the project has to confirm them.")
        )  # fmt: skip
    _need_all_there(round)
    need_cleared(round, [(one.application, one.outcome) for one in _decisions(round)])
    need_turn(round)
    if _is_claim(round):
        _need_claims_as_decided(round)
    else:
        _need_room(round)
    round.confirmed_at, round.confirmed_by = clock.now(), by
    round.save(update_fields=["confirmed_at", "confirmed_by"])
    transition(round, RoundState.CONFIRMED, by=by, data={"decisions": _as_data(round)})
    for decision in _decisions(round):
        transition(decision, DecisionState.CONFIRMED, by=by)
        if decision.outcome == Outcome.FUND and not _is_claim(round):
            award_money(round, decision.application, _shares(decision), by=by, source=decision)
    notifications.decisions_confirmed(round)
    return round


@transaction.atomic(durable=True)
def reopen_decisions(round: Round, *, reason: str, by: Any) -> Round:
    """Undo a confirmation before the release: the awarded money goes back to the call, the ranked list stands."""
    round = lock_round(round)
    need_state(round, RoundState.CONFIRMED)
    reason = need_reason(reason, _("Say why the decisions are opened again: it stays on record."))
    for decision in _decisions(round):
        if decision.outcome == Outcome.FUND and not _is_claim(round):
            take_money_back(round, _shares(decision), by=by, source=decision)
    _undo(round, by=by, note=reason)
    return round


@transaction.atomic(durable=True)
def release_decisions(round: Round, *, by: Any) -> Round:
    """Tell all applicants at once: each file gets its outcome and its letter, word for word as previewed, or none does.

    Raises InvalidTransition unless two persons made the decisions, DomainError when a file was withdrawn since.
    """
    lock_claims(round.call)
    round = lock_round(round)
    need_state(round, RoundState.CONFIRMED)
    _need_all_there(round)
    round.released_at, round.released_by = clock.now(), by
    round.save(update_fields=["released_at", "released_by"])
    transition(round, RoundState.RELEASED, by=by)
    for decision in _decisions(round):
        transition(decision, DecisionState.RELEASED, by=by)
        outcome = STATES[Outcome(decision.outcome)]
        record_outcome(decision.application, outcome=outcome, text=decision.letter, by=by)
    _end_if_used_up(round, by)
    return round


def _write_decision(
    round: Round, file: Any, row: Row, sheets: Sequence[Sheet], report: Opinion | None
) -> None:
    outcome = OUTCOMES[row.place]
    shares = within(shares_of(file.version_pk), row.amount_cents) if outcome == Outcome.FUND else []
    with translation.override(file.created_by.language or settings.LANGUAGE_CODE):
        feedback = _feedback(round, row, sheets, report)
    decision = Decision.objects.create(
        round=round,
        application=file,
        version_id=file.version_pk,
        outcome=outcome,
        rank=row.position,
        reserve_position=row.reserve_position,
        total=row.total,
        amount_cents=sum(cents for _organisation, cents in shares),
        why=row.reason,
        feedback=feedback,
    )
    _keep_shares(decision, shares)
    if outcome == Outcome.FUND:
        add_conditions(decision, conditions_after(file))
    decision.letter = notifications.letter_of(decision, shares)
    decision.save(update_fields=["letter"])


def _feedback(round: Round, row: Row, sheets: Sequence[Sheet], report: Opinion | None) -> str:
    """The consensus alone where there is one, else every sheet; nothing where a draw decided. In the applicant's language."""
    if report is not None:
        return summary(scheme_of(round.call), [report], joint=True)
    if not sheets:
        return ""
    levelled = row.candidate.result if round.call.normalise else None
    return summary(scheme_of(round.call), [Opinion(s.scores, s.reasons) for s in sheets], levelled=levelled)


def _undo(round: Round, *, by: Any, note: str) -> None:
    """Back to the ranked list. The decisions are written down in the trail before their rows go."""
    data = {"decisions": _as_data(round)}
    transition(round, RoundState.RANKED, by=by, note=note, data=data)
    round.proposed_at = round.proposed_by = round.confirmed_at = round.confirmed_by = None
    round.save(update_fields=["proposed_at", "proposed_by", "confirmed_at", "confirmed_by"])
    Decision.objects.filter(round=round).delete()


def _granted(decision: Decision, amounts: Mapping[int, int]) -> Shares:
    """What each organisation gets: at most what it asked for, and something in all."""
    granted = []
    for organisation, asked in shares_of(decision.version_id):
        cents = amounts.get(organisation.pk, 0)
        if not 0 <= cents <= asked:
            raise DomainError(
                _("%(name)s asked for %(asked)s EUR; it can get that or less.")
                % {"name": organisation, "asked": format_eur(asked)},
                field=f"amount_{organisation.pk}",
            )
        if cents:
            granted.append((organisation, cents))
    if not granted:
        raise DomainError(_("To fund a file, give it an amount."), field="outcome")
    return granted


def _check_money(round: Round, changed: Decision) -> None:
    others = Decision.objects.filter(round=round, outcome=Outcome.FUND).exclude(pk=changed.pk)
    funded = [row.amount_cents for row in others]
    if changed.outcome == Outcome.FUND:
        funded.append(changed.amount_cents)
    left = room_of(round)
    if sum(funded) > left:
        raise BudgetExceeded(
            _("With this the call would award %(sum)s EUR; it has %(left)s: %(over)s too much. Lower another file first.")
            % {"sum": format_eur(sum(funded)), "left": format_eur(left), "over": format_eur(sum(funded) - left)},
            field="outcome",
        )  # fmt: skip
    most = round.call.max_awards
    if most is not None and len(funded) > most:
        raise BudgetExceeded(
            _("The call funds at most %(most)d files. Take another one out first.") % {"most": most},
            field="outcome",
        )


def _is_claim(round: Round) -> bool:
    """Is the money of the files held since their submission?"""
    return bool(round.call.call_model == CallModel.CLAIM)


def _check_claim(decision: Decision) -> None:
    """What is held for a claim is what it gets: all of it, or nothing."""
    asked = sum(cents for _organisation, cents in shares_of(decision.version_id))
    if decision.outcome == Outcome.FUND and (decision.amount_cents != asked or not _held(decision)):
        raise DomainError(
            _("A file for which money is held gets exactly that, %s EUR; for others none is held.")
            % format_eur(asked),
            field="outcome",
        )


def _held(decision: Decision) -> bool:
    return Hold.objects.filter(claim__application=decision.application_id, released_at=None).exists()


def _need_claims_as_decided(round: Round) -> None:
    """Money that others gave back may have gone to a file that was to stay on the reserve."""
    for decision in Decision.objects.filter(round=round).exclude(outcome=Outcome.REJECT):
        if _held(decision) != (decision.outcome == Outcome.FUND):
            raise DomainError(_("Money has come back since this was proposed. Go back to the list."))


def _end_if_used_up(round: Round, by: Any) -> None:
    """First come, first served: when the next file cannot be funded any more, the call ends (rank-48)."""
    call = round.call
    if call.call_model != CallModel.QUEUE:
        return
    funded = Decision.objects.filter(round__call=call, outcome=Outcome.FUND, taken_back_at=None).count()
    waits = Decision.objects.filter(round=round, outcome=Outcome.RESERVE).exists()
    is_full = call.max_awards is not None and funded >= call.max_awards
    is_spent = call.gives_money and room_of(round) < max(call.project_min_cents, 1)
    if waits or is_full or is_spent:
        record_exhausted(Call.objects.select_for_update().get(pk=call.pk), at=clock.now(), by=by)


def _need_room(round: Round) -> None:
    """Another round of the call may have given money since these decisions were proposed."""
    funded = Decision.objects.filter(round=round, outcome=Outcome.FUND).aggregate(cents=Sum("amount_cents"))
    given, left = funded["cents"] or 0, room_of(round)
    if given > left:
        told = {"sum": format_eur(given), "left": format_eur(left), "over": format_eur(given - left)}
        raise BudgetExceeded(
            _(
                "These decisions award %(sum)s EUR; %(left)s are left now: %(over)s too much. Go back to the list."
            )
            % told
        )


def _keep_shares(decision: Decision, shares: Shares) -> None:
    DecisionShare.objects.bulk_create(
        DecisionShare(decision=decision, organisation=organisation, amount_cents=cents)
        for organisation, cents in shares
    )


def _number_reserve(round: Round) -> None:
    """The reserve list follows the rank; a file that left it has no place on it."""
    Decision.objects.filter(round=round).exclude(outcome=Outcome.RESERVE).update(reserve_position=None)
    reserve = Decision.objects.filter(round=round, outcome=Outcome.RESERVE).order_by("rank", "pk")
    for position, row in enumerate(reserve, start=1):
        if row.reserve_position != position:
            row.reserve_position = position
            row.save(update_fields=["reserve_position"])


def _write_letters(round: Round) -> None:
    """After a change every letter that says something else now is written again (places on the reserve list move)."""
    for row in _decisions(round):
        letter = notifications.letter_of(row, _shares(row))
        if letter != row.letter:
            row.letter = letter
            row.save(update_fields=["letter"])


def _need_checked(round: Round) -> None:
    refs = open_refs(round)
    if refs:
        sentence = ngettext(
            "%(n)d file still has to be checked for ethics and security: %(refs)s.",
            "%(n)d files still have to be checked for ethics and security: %(refs)s.",
            len(refs),
        )
        told = ", ".join(refs[:10]) + (" …" if len(refs) > 10 else "")
        raise DomainError(sentence % {"n": len(refs), "refs": told})


def _need_all_there(round: Round) -> None:
    gone = Decision.objects.filter(round=round).exclude(application__state=ApplicationState.ELIGIBLE)
    refs = list(gone.values_list("application__ref", flat=True))
    if refs:
        raise DomainError(
            _(
                "%(refs)s: withdrawn or no longer eligible since the decisions were proposed. Go back to the list, so that "
                "the next file can move up."
            )
            % {"refs": ", ".join(refs)}
        )


def _decisions(round: Round) -> list[Decision]:
    rows = Decision.objects.select_for_update(of=("self",)).filter(round=round)
    related = rows.select_related(
        "application__created_by", "application__call", "version", "round__call__project"
    )
    return list(related.prefetch_related("shares__organisation", "conditions").order_by("rank", "pk"))


def _shares(decision: Decision) -> Shares:
    return [(share.organisation, share.amount_cents) for share in decision.shares.all()]


def _as_data(round: Round) -> list[dict[str, Any]]:
    rows = Decision.objects.filter(round=round).select_related("application").prefetch_related("conditions")
    return [_line(row) for row in rows]


def _line(row: Decision) -> dict[str, Any]:
    return {
        "application": row.application.ref,
        "outcome": str(row.outcome),
        "rank": row.rank,
        "total": str(row.total),
        "amount_cents": row.amount_cents,
        "deviation": row.deviation,
        "conditions": [condition.text for condition in row.conditions.all()],
    }
