"""All rounds of a call that has several: cut-offs, or batches of what came first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from applicants.models import Application, Claim, Hold
from applicants.queries import SURE_AFTER, intake_wait
from applicants.states import ApplicationState
from calls.intake import CallModel
from calls.models import Call, CutOff
from core import clock
from evaluation.models import Round
from evaluation.queries.files import round_files
from evaluation.queries.room import room_of
from evaluation.states import RoundState


@dataclass(frozen=True)
class RoundLine:
    """One cut-off or batch: where it stands, how many files, and what it may still give (cents; None before it began)."""

    title: str
    closes_at: datetime | None
    round: Round | None
    files: int
    room_cents: int | None = None
    is_due: bool = False
    is_waiting: bool = False  # for one applicant's more time

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        if self.round is None:
            return "warn" if self.is_due else ""
        return "good" if self.round.state == RoundState.RELEASED else "busy"


def rounds_of(call: Call) -> list[RoundLine]:
    """Each cut-off of the call, or each batch, in order."""
    begun = list(
        Round.objects.filter(call=call).select_related("call__budget_line", "cut_off").order_by("number")
    )
    if call.has_cut_offs:
        by_cut_off = {round.cut_off_id: round for round in begun}
        return [_of_cut_off(call, one, by_cut_off.get(one.pk)) for one in call.cut_offs.all()]
    return [RoundLine(one.title, None, one, round_files(one).count(), room_of(one)) for one in begun]


def _of_cut_off(call: Call, cut_off: CutOff, round: Round | None) -> RoundLine:
    files = Application.objects.submitted().filter(last_final__cut_off=cut_off).count()
    is_past = cut_off.closes_at is not None and cut_off.closes_at < clock.now()
    waits = is_past and round is None and intake_wait(call, cut_off) is not None
    room = room_of(round) if round else None
    return RoundLine(str(cut_off), cut_off.closes_at, round, files, room, is_past and not waits, waits)


def for_batch(call: Call) -> QuerySet[Application]:
    """The files that a batch would take now, first come first: all whose place is sure and that no batch has taken; of
    claims those whose money is held, and once the call has ended those that still wait, too."""
    files = (
        Application.objects.submitted()
        .filter(call=call, batches=None)
        .order_by("last_final__arrived_at", "pk")
    )
    if call.call_model == CallModel.QUEUE:
        return files.filter(state=ApplicationState.OPEN, last_final__arrived_at__lt=clock.now() - SURE_AFTER)
    claims = Claim.objects.in_order().filter(call=call, told_at__isnull=False)
    if call.is_open():
        claims = claims.filter(holds__in=Hold.objects.filter(released_at=None))
    return files.filter(state=ApplicationState.ELIGIBLE, pk__in=claims.values("application"))
