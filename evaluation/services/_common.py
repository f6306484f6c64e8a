"""What all verbs of a round share: its lock, and the checks that many of them begin with."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation
from applicants.models import Application
from applicants.queries.money import outside_by_organisation
from calls.intake import CallModel
from calls.models import Call
from core.errors import DomainError, InvalidTransition
from core.locks import lock_exclusive, lock_row, lock_shared
from evaluation.models import Round
from evaluation.permissions import is_recused
from evaluation.queries import undecided_before
from evaluation.states import RoundState
from funding.models import BudgetLine
from funding.services import record_award_released, record_awarded

FAMILY = "evaluation round"
Shares = Sequence[tuple[Organisation, int]]


def lock_round(round: Round) -> Round:
    """Be alone with the round: nobody scores or decides meanwhile. The round as it is now."""
    lock_exclusive(FAMILY, round.pk)
    return lock_row(round)


def lock_claims(call: Call) -> None:
    """Be alone with the order of arrival, where money is held at submission. Before every other lock."""
    if call.call_model == CallModel.CLAIM:
        lock_exclusive("call", call.pk)


def join_round(round: Round) -> Round:
    """Score beside others, while nobody moves the round on. The round as it is now."""
    lock_shared(FAMILY, round.pk)
    return Round.objects.select_related("call").get(pk=round.pk)


def need_state(round: Round, *states: RoundState) -> None:
    """Raise InvalidTransition unless the round is in one of these states."""
    if round.state not in states:
        raise InvalidTransition(
            _(
                "The evaluation is at “%(state)s”: this is not possible now. Open the page again to see what is."
            )
            % {"state": round.get_state_display()}
        )


def need_impartial(round: Round, by: Any) -> None:
    """Raise DomainError when the person is recused from a file of the list: another manager has to decide (rank-57)."""
    if is_recused(by, round):
        raise DomainError(
            _(
                "You are recused from a file of this list, so you cannot decide about it. Ask another manager of the "
                "project."
            )
        )


def need_turn(round: Round) -> None:
    """Raise DomainError while an earlier round of the call is not decided that this one shares its money with. Rounds of one
    call are decided one at a time."""
    lock_exclusive("decisions of call", round.call_id)
    earlier = undecided_before(round)
    if earlier is not None:
        raise DomainError(
            _("Decide %(earlier)s first: what it leaves is what this one can give.")
            % {"earlier": earlier.title}
        )


def line_of(round: Round) -> BudgetLine:
    """The budget line of the round's call; every published call has one. Raises DomainError otherwise."""
    line = round.call.budget_line
    if line is None:
        raise DomainError(_("This call has no money of its own yet."))
    return line


def need_reason(reason: str, sentence: str, *, field: str = "reason") -> str:
    """The reason without the space around it. Raises DomainError with the sentence when there is none."""
    if not reason.strip():
        raise DomainError(sentence, field=field)
    return reason.strip()


def award_money(round: Round, application: Application, shares: Shares, *, by: Any, source: Any) -> None:
    """Write an award into the books, under the ceiling with what its organisations declare from elsewhere; nothing where
    the call gives no money."""
    if round.call.gives_money:
        outside = outside_by_organisation(round.call, application.last_final_id)
        record_awarded(line_of(round), shares, by=by, source=source, outside=outside)


def take_money_back(round: Round, shares: Shares, *, by: Any, source: Any) -> None:
    """An award goes back to the call; nothing where the call gives no money."""
    if round.call.gives_money:
        record_award_released(line_of(round), shares, by=by, source=source)
