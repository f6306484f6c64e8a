"""Making the results of a call public: who gets what, for everybody (transparency towards all third parties)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from calls import services as calls
from core.errors import InvalidTransition
from evaluation.models import Round
from evaluation.services._common import lock_round, need_impartial, need_state
from evaluation.states import RoundState


@transaction.atomic(durable=True)
def publish_results(round: Round, *, by: Any) -> Round:
    """Publish the funded projects of the call, after every applicant has the answer; subscribers are told. What is decided
    later (a file that moves up, a further round) appears by itself.

    Raises InvalidTransition before the answers are released, or when the results are public already.
    """
    round = lock_round(round)
    need_state(round, RoundState.RELEASED)
    need_impartial(round, by)
    if not round.call.gives_money:
        raise InvalidTransition(_("This call awards no money: its accepted entries stand in the catalogue."))
    if round.call.results_published_at is not None:
        raise InvalidTransition(_("The results of this call are public already."))
    calls.record_results_published(round.call, by=by)
    return round
