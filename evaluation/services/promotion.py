"""After the release: money of a withdrawn award goes back, and the reserve list moves up, by two persons (rank-34)."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.services import record_outcome, release_claim
from applicants.states import ApplicationState
from core import clock
from core.audit import record
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.locks import lock_row
from evaluation import notifications
from evaluation.models import Decision, DecisionShare, Promotion, Round
from evaluation.queries import before, room_of, rules_of, shares_of
from evaluation.queries.checks import refusals_of
from evaluation.queries.facts import facts_of
from evaluation.ranking import Candidate, Place, Ranking, Row, promote
from evaluation.reasons import Note, Reason
from evaluation.scoring import Result
from evaluation.services._common import (
    award_money,
    lock_claims,
    lock_round,
    need_impartial,
    need_state,
    need_turn,
    take_money_back,
)
from evaluation.services.conditions import add_conditions, conditions_after, need_cleared
from evaluation.sharing import within
from evaluation.states import Outcome, RoundState
from evaluation.ties import Facts


@transaction.atomic(durable=True)
def take_back_award(decision: Decision, *, by: Any) -> Decision:
    """The money of a funded file whose applicant withdrew goes back to the call.

    Raises InvalidTransition when the file was not withdrawn, BudgetExceeded when an agreement has bound the money.
    """
    lock_claims(decision.round.call)
    round = lock_round(decision.round)
    need_state(round, RoundState.RELEASED)
    decision = lock_row(decision)
    withdrawn = decision.application.state == ApplicationState.WITHDRAWN
    if decision.outcome != Outcome.FUND or not withdrawn or decision.taken_back_at is not None:
        raise InvalidTransition(
            _("Only the money of a funded file that was withdrawn can be taken back, once.")
        )
    shares = [
        (share.organisation, share.amount_cents) for share in decision.shares.select_related("organisation")
    ]
    take_money_back(round, shares, by=by, source=decision)
    decision.taken_back_at = clock.now()
    decision.save(update_fields=["taken_back_at"])
    release_claim(decision.application, by=by, in_books=False)
    record(decision, "decision.award_taken_back", by=by, data={"amount_cents": decision.amount_cents})
    return decision


@transaction.atomic(durable=True)
def propose_promotion(round: Round, *, by: Any) -> list[Promotion]:
    """Propose the reserve files that the money now reaches, by the rule of the call, for another manager to confirm.

    An earlier proposal that nobody confirmed is replaced. Raises DomainError when no file can move up.
    """
    round = lock_round(round)
    need_state(round, RoundState.RELEASED)
    need_impartial(round, by)
    need_turn(round)
    Promotion.objects.filter(decision__round=round, confirmed_at__isnull=True).delete()
    rows = _promotable(round)
    if not rows:
        raise DomainError(
            _("No file can move up: the reserve list is empty, or the money does not reach it.")
        )
    need_cleared(round, [(decision.application, Outcome.FUND) for decision, _row in rows])
    made = []
    for decision, row in rows:
        letter = _letter(decision, row.amount_cents)
        promotion = Promotion.objects.create(
            decision=decision, amount_cents=row.amount_cents, why=row.reason, letter=letter, proposed_by=by
        )
        record(decision, "decision.promotion_proposed", by=by, data={"amount_cents": row.amount_cents})
        made.append(promotion)
    notifications.promotion_proposed(round, by)
    return made


@transaction.atomic(durable=True)
def confirm_promotion(round: Round, *, by: Any) -> list[Promotion]:
    """Another manager confirms the proposed promotions: money awarded, outcome told, letter sent, all or none.

    Raises FourEyesRequired for the proposer, DomainError when the list would be another one by now, BudgetExceeded.
    """
    round = lock_round(round)
    need_state(round, RoundState.RELEASED)
    need_impartial(round, by)
    need_turn(round)
    waiting = list(
        Promotion.objects.select_for_update(of=("self",)).filter(
            decision__round=round, confirmed_at__isnull=True
        )
    )
    if not waiting:
        raise DomainError(_("There is nothing to confirm."))
    if any(promotion.proposed_by_id == by.pk for promotion in waiting):
        raise FourEyesRequired(_("You proposed this. Another manager of the project has to confirm it."))
    now = [(decision.pk, row.amount_cents) for decision, row in _promotable(round)]
    if now != [(promotion.decision_id, promotion.amount_cents) for promotion in waiting]:
        raise DomainError(
            _("The reserve list or the money changed since this was proposed. Propose it again.")
        )
    need_cleared(round, [(promotion.decision.application, Outcome.FUND) for promotion in waiting])
    for promotion in waiting:
        _promote(round, promotion, by)
    return waiting  # fmt: skip


def _promote(round: Round, promotion: Promotion, by: Any) -> None:
    promotion.confirmed_at, promotion.confirmed_by = clock.now(), by
    promotion.save(update_fields=["confirmed_at", "confirmed_by"])
    decision = lock_row(promotion.decision)
    decision.outcome, decision.amount_cents = Outcome.FUND, promotion.amount_cents
    decision.why, decision.letter = promotion.why, promotion.letter
    decision.save(update_fields=["outcome", "amount_cents", "why", "letter"])
    add_conditions(decision, conditions_after(decision.application))
    shares = within(shares_of(decision.version_id), promotion.amount_cents)
    DecisionShare.objects.bulk_create(
        DecisionShare(decision=decision, organisation=organisation, amount_cents=cents)
        for organisation, cents in shares
    )
    award_money(round, decision.application, shares, by=by, source=decision)
    record(decision, "decision.promoted", by=by, data={"amount_cents": decision.amount_cents})
    record_outcome(decision.application, outcome=ApplicationState.SELECTED, text=decision.letter, by=by)


def _promotable(round: Round) -> list[tuple[Decision, Row]]:
    """Reserve files that move up when the list is walked again with the money that is there now."""
    decisions = {
        row.application.ref: row
        for row in Decision.objects.filter(round=round, rank__isnull=False)
        .select_related("application", "version", "round__call")
        .order_by("rank")
    }
    barred = refusals_of(round)
    standing = [
        row
        for row in decisions.values()
        if row.outcome != Outcome.REJECT and row.application.ref not in barred
    ]
    rules = rules_of(round.call, budget_cents=0)
    facts = facts_of(round.call, rules, [row.version_id for row in standing])
    rows = tuple(_row(row, facts[row.version_id]) for row in standing)
    kept = sum(row.amount_cents for row in rows if row.place == Place.FUNDED)
    budget = kept + room_of(round)
    moved = promote(Ranking(rows, replace(rules, budget_cents=budget)), before=before(round, rules))
    stood = {row.key: row.place for row in rows}
    return [
        (decisions[row.key], row)
        for row in moved.rows
        if row.place == Place.FUNDED and stood[row.key] == Place.RESERVE
    ]


def _row(decision: Decision, facts: Facts) -> Row:
    asked = sum(cents for _organisation, cents in shares_of(decision.version_id))
    gone = decision.application.state == ApplicationState.WITHDRAWN
    funded = decision.outcome == Outcome.FUND
    place = Place.WITHDRAWN if gone else Place.FUNDED if funded else Place.RESERVE
    candidate = Candidate(
        key=decision.application.ref,
        result=Result({}, decision.total or 0, ()),  # type: ignore[arg-type]
        arrived=decision.version.arrived_at or clock.now(),
        amount_cents=decision.amount_cents if funded else asked,
        facts=facts,
    )
    return Row(candidate, place, decision.rank, (Note(Reason.FUNDED, {"amount_cents": 0}),))


def _letter(decision: Decision, amount_cents: int) -> str:
    decision.outcome, decision.amount_cents = Outcome.FUND, amount_cents
    shares = within(shares_of(decision.version_id), amount_cents)
    more = conditions_after(decision.application)
    return notifications.letter_of(decision, shares, promoted=True, conditions=more)
