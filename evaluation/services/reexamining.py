"""An upheld objection: its one file is examined again by its handler, decided again by a manager; the others stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.services import record_eligibility, record_redecision
from applicants.states import ApplicationState
from core import clock
from core.audit import record
from core.errors import BudgetExceeded, DomainError, FourEyesRequired, InvalidTransition
from core.locks import lock_exclusive, lock_row
from core.money import format_eur
from core.workflow import transition
from evaluation import notifications
from evaluation.feedback import Opinion, summary
from evaluation.models import Decision, DecisionShare, EthicsCheck, Objection, Reexamination, Round, Screening
from evaluation.queries.files import round_of_file, shares_of
from evaluation.queries.ranked import scheme_of
from evaluation.queries.redress import effect_of, left_for, verdicts_for
from evaluation.scoring import Result, ScoresRefused, combined_result
from evaluation.services._common import (
    Shares,
    award_money,
    lock_claims,
    lock_round,
    need_impartial,
    need_reason,
    need_state,
    take_money_back,
)
from evaluation.services.conditions import add_conditions, conditions_after, need_cleared
from evaluation.services.decisions import STATES
from evaluation.sharing import within
from evaluation.states import (
    DecisionState,
    EthicsOutcome,
    Matter,
    ObjectionState,
    Outcome,
    Remedy,
    RoundState,
    Verdict,
)
from funding.permissions import can_manage_project

DECIDING = (Verdict.FUND, Verdict.RESERVE, Verdict.REJECT)


@dataclass(frozen=True)
class _Case:
    """What a re-examination is about."""

    objection: Objection
    application: Application
    round: Round
    decision: Decision | None

    @property
    def needs_scores(self) -> bool:
        """Is it scored anew, whatever comes of it?"""
        return self.objection.remedy == Remedy.SCORES


@transaction.atomic(durable=True)
def propose_reexamination(
    objection: Objection,
    *,
    verdict: str,
    reason: str,
    amount_cents: int = 0,
    scores: Mapping[str, Decimal | None] | None = None,
    words: Mapping[str, str] | None = None,
    experts: str = "",
    by: Any,
) -> Reexamination:
    """The handler proposes what the file gets, for a manager to confirm; an earlier proposal is replaced.

    `scores` and `words` by code of criterion are what `experts` gave who judge it anew. Nobody is worse off for having
    objected. Raises DomainError for what the list, a threshold or the request does not allow, BudgetExceeded when the
    money is not there.
    """
    objection = lock_row(objection)
    case = _case(objection)
    if objection.handler_id != by.pk:
        raise DomainError(_("Only the person who was named to examine this objection can do this."))
    reason = need_reason(reason, _("Give the reason: it stands in the letter."))
    if verdict not in verdicts_for(objection):
        raise DomainError(_("This cannot come of this objection."), field="verdict")
    result = _result(case, verdict, scores or {}, words or {}, experts)
    _check_threshold(case, verdict, result)
    need_cleared(case.round, [(case.application, verdict)], field="verdict")
    amount = amount_cents if verdict == Verdict.FUND and case.round.call.gives_money else 0
    _check_amount(case, verdict, amount)
    total = result.total if result else case.decision.total if case.decision else None
    place = effect_of(case.application, total).place if verdict in DECIDING else None
    Reexamination.objects.filter(objection=objection, confirmed_at=None).delete()
    made = Reexamination(
        objection=objection,
        verdict=verdict,
        reason=reason,
        scores={code: str(value) for code, value in result.scores.items()} if result else {},
        words=dict(words or {}) if result else {},
        experts=experts.strip() if result else "",
        total=total,
        place=place,
        amount_cents=amount,
        before=_line(case.decision),
        proposed_by=by,
    )
    made.letter = _letter(case, made)
    made.save()
    record(objection, "objection.decision_proposed", by=by, note=reason, data={"verdict": verdict})
    notifications.reexamination_proposed(made)
    return made


@transaction.atomic(durable=True)
def confirm_reexamination(objection: Objection, *, by: Any) -> Reexamination:
    """A manager other than the handler confirms: money awarded, outcome told, letter sent. Every other decision stays.

    Raises FourEyesRequired for the handler, DomainError for a recused person, BudgetExceeded when the money went since.
    """
    round = _case(objection).round
    lock_claims(round.call)
    round = lock_round(round)
    lock_exclusive("decisions of call", round.call_id)
    need_impartial(round, by)
    case = _case(lock_row(objection))
    found = Reexamination.objects.select_for_update().filter(objection=objection, confirmed_at=None).first()
    if found is None:
        raise InvalidTransition(_("There is nothing to confirm."))
    if not can_manage_project(by, round.call.project):
        raise DomainError(_("A manager of the project does this."))
    if found.proposed_by_id == by.pk:
        raise FourEyesRequired(_("You proposed this. A manager of the project has to confirm it."))
    if found.before != _line(case.decision):
        raise DomainError(_("The decision on this file changed since this was proposed. Propose it again."))
    _check_amount(case, found.verdict, found.amount_cents)
    need_cleared(round, [(case.application, found.verdict)])
    found.confirmed_at, found.confirmed_by = clock.now(), by
    found.save(update_fields=["confirmed_at", "confirmed_by"])
    _apply(case, found, by)
    transition(case.objection, ObjectionState.REDECIDED, by=by, note=found.reason)
    return found


def _case(objection: Objection) -> _Case:
    application = objection.application
    round = round_of_file(application)
    if objection.state != ObjectionState.UPHELD or round is None:
        raise InvalidTransition(_("Only the file of an upheld objection is examined again."))
    if application.state == ApplicationState.WITHDRAWN:
        raise InvalidTransition(_("The applicant has withdrawn this file."))
    if objection.matter == Matter.ELIGIBILITY:
        need_state(round, RoundState.SETUP, RoundState.SCORING, RoundState.RELEASED)
    decision = Decision.objects.select_related("version", "application__created_by", "round__call__project")
    return _Case(objection, application, round, decision.filter(application=application, round=round).first())


def _result(
    case: _Case,
    verdict: str,
    scores: Mapping[str, Decimal | None],
    words: Mapping[str, str],
    experts: str,
) -> Result | None:
    """The result of the new scores; None where none are asked for."""
    joins = case.objection.matter == Matter.ELIGIBILITY and verdict in DECIDING
    if not case.round.call.is_scored or not (case.needs_scores or joins):
        return None
    scheme = scheme_of(case.round.call)
    try:
        result = combined_result(scheme, [scores])  # type: ignore[list-item]
    except ScoresRefused as error:
        code, sentence = next(iter(error.problems.items()))
        raise DomainError(sentence, field=f"score_{code}") from error
    for item in scheme.criteria:
        if not words.get(item.code, "").strip():
            raise DomainError(
                _("Give reasons for %(name)s.") % {"name": item.name}, field=f"reason_{item.code}"
            )
    need_reason(experts, _("Say who judged the file anew; the letter does not name them."), field="experts")
    return result


def _check_threshold(case: _Case, verdict: str, result: Result | None) -> None:
    """A file below a threshold is neither funded nor on the reserve list."""
    unranked = case.decision is not None and case.decision.rank is None and not _was_set_aside(case)
    below = bool(result.shortfalls) if result else unranked
    if below and verdict in (Verdict.FUND, Verdict.RESERVE):
        raise DomainError(_("With these scores the file is below a threshold of the call."), field="verdict")


def _was_set_aside(case: _Case) -> bool:
    """Was it unranked because it was not cleared for ethics and security, and not for its scores?"""
    refused = EthicsCheck.objects.filter(
        application=case.application,
        outcome=EthicsOutcome.REFUSED,
        confirmed_at__lte=case.round.proposed_at,
    )
    return case.decision is not None and case.decision.rank is None and refused.exists()


def _check_amount(case: _Case, verdict: str, cents: int) -> None:
    if verdict != Verdict.FUND or not case.round.call.gives_money:
        return
    asked = case.application.asked_cents
    had = case.decision.amount_cents if case.decision and case.decision.outcome == Outcome.FUND else 0
    if not had < cents <= asked:
        raise DomainError(
            _("The file asked for %(asked)s EUR: give that or less, and more than the %(had)s EUR it has.")
            % {"asked": format_eur(asked), "had": format_eur(had)},
            field="amount_cents",
        )
    left = left_for(case.round, case.decision)
    if cents > left:
        raise BudgetExceeded(
            _("%(left)s EUR are left in this call; what others have been awarded stays.")
            % {"left": format_eur(left)},
            field="amount_cents",
        )


def _letter(case: _Case, made: Reexamination) -> str:
    """As it is sent: the letter of the new decision, or that nothing changes."""
    if made.verdict not in DECIDING:
        return notifications.letter_unchanged(case.objection, made.verdict, made.reason)
    decision = _decided(case, made)
    more = conditions_after(case.application) if made.verdict == Verdict.FUND else []
    return notifications.letter_of(decision, _shares(case, made), reexamined=True, conditions=more)


def _decided(case: _Case, made: Reexamination) -> Decision:
    """The decision as it will be; not saved."""
    version = case.application.last_final
    assert version is not None
    decision = case.decision or Decision(
        round=case.round, application=case.application, version=version, state=DecisionState.RELEASED
    )
    decision.outcome = Outcome(made.verdict)
    decision.amount_cents, decision.total, decision.deviation = made.amount_cents, made.total, ""
    decision.why = made.reason
    scores = {code: Decimal(value) for code, value in made.scores.items()}
    if scores:
        with translation.override(case.application.created_by.language or settings.LANGUAGE_CODE):
            opinion = Opinion(scores, made.words)
            decision.feedback = summary(scheme_of(case.round.call), [opinion], joint=True)
        below = combined_result(scheme_of(case.round.call), [scores]).shortfalls
        decision.rank = None if below else made.place
    elif case.decision is None or _was_set_aside(case):
        decision.rank = made.place
    decision.reserve_position = _reserve_position(case, decision)
    return decision


def _reserve_position(case: _Case, decision: Decision) -> int | None:
    """Beside those of the same rank: the places of the others stay."""
    if decision.outcome != Outcome.RESERVE or decision.rank is None:
        return None
    others = Decision.objects.filter(round=case.round, outcome=Outcome.RESERVE).exclude(pk=decision.pk)
    return 1 + others.filter(rank__lt=decision.rank).count()


def _shares(case: _Case, made: Reexamination) -> Shares:
    if made.verdict != Verdict.FUND or not case.round.call.gives_money:
        return []
    return within(shares_of(case.application.last_final_id or 0), made.amount_cents)


def _apply(case: _Case, made: Reexamination, by: Any) -> None:
    if made.verdict == Verdict.STAY:
        notifications.file_stays(case.objection, made.letter)
        return
    if case.objection.matter == Matter.ELIGIBILITY:
        Screening.objects.create(
            application=case.application,
            version_id=case.application.last_final_id or 0,
            is_eligible=True,
            reasons=made.reason,
            by=by,
        )
        record_eligibility(case.application, eligible=True, note=made.reason, by=by)
    if made.verdict in DECIDING:
        _decide_again(case, made, by)


def _decide_again(case: _Case, made: Reexamination, by: Any) -> None:
    if case.decision is not None and case.decision.outcome == Outcome.FUND:
        old = [(s.organisation, s.amount_cents) for s in case.decision.shares.select_related("organisation")]
        take_money_back(case.round, old, by=by, source=made)
        case.decision.shares.all().delete()
    decision = _decided(case, made)
    decision.letter = made.letter
    decision.save()
    if decision.outcome == Outcome.FUND:
        add_conditions(decision, conditions_after(case.application))
    shares = _shares(case, made)
    DecisionShare.objects.bulk_create(
        DecisionShare(decision=decision, organisation=organisation, amount_cents=cents)
        for organisation, cents in shares
    )
    if shares:
        award_money(case.round, decision.application, shares, by=by, source=made)
    record(
        decision,
        "decision.redecided",
        by=by,
        note=made.reason,
        data={"before": made.before, "after": _line(decision)},
    )
    outcome = STATES[Outcome(decision.outcome)]
    record_redecision(case.application, outcome=outcome, text=made.letter, by=by)


def _line(decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return {}
    return {
        "outcome": str(decision.outcome),
        "rank": decision.rank,
        "reserve_position": decision.reserve_position,
        "total": f"{decision.total:.3f}" if decision.total is not None else None,
        "amount_cents": decision.amount_cents,
        "why": decision.why,
        "letter": decision.letter,
        "feedback": decision.feedback,
    }
