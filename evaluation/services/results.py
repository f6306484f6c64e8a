"""Making the results of a call public: who gets what, for everybody (transparency towards all third parties)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from calls import services as calls
from core import clock
from core.audit import record
from core.errors import InvalidTransition
from evaluation.models import Round
from evaluation.services._common import lock_round, need_impartial, need_state
from evaluation.states import RoundState


@transaction.atomic(durable=True)
def publish_results(round: Round, *, by: Any) -> Round:
    """Publish the funded projects, after every applicant has the answer; subscribers are told. A call with cut-offs
    publishes each cut-off by an act of its own; elsewhere what is decided later (a further batch) appears by itself, as
    does a file that moves up from the reserve.

    Raises InvalidTransition before the answers are released, or when these results are public already.
    """
    round = lock_round(round)
    need_state(round, RoundState.RELEASED)
    need_impartial(round, by)
    if not round.call.gives_money:
        raise InvalidTransition(_("This call awards no money: its accepted entries stand in the catalogue."))
    if round.public_since is not None:
        raise InvalidTransition(_("These results are public already."))
    if round.cut_off_id is not None:
        round.results_published_at = clock.now()
        round.save(update_fields=["results_published_at"])
        record(round, "round.results_published", by=by)
    if round.call.results_published_at is None:
        calls.record_results_published(round.call, by=by)
    return round
