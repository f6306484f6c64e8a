"""What the clock starts in evaluation."""

from celery import shared_task

from calls.intake import ROLLING, CallModel
from calls.models import Call, CutOff
from calls.states import CallState
from core import clock
from evaluation.models import Round
from evaluation.queries import for_batch
from evaluation.services import open_round


@shared_task(name="evaluation.open_rounds")
def open_rounds() -> int:
    """Begin the evaluation of each closed call, of each cut-off that has passed, and of what came before the end of a call
    that was first come, first served, where it has not begun; run twice or by two
    clocks, nothing more happens."""
    closed = Call.objects.closed_at(clock.now()).filter(rounds__isnull=True, call_model=CallModel.SINGLE)
    passed = CutOff.objects.filter(call__state=CallState.PUBLISHED, closes_at__lt=clock.now())
    begun = Round.objects.filter(cut_off__isnull=False).values("cut_off")
    due = [*closed, *(one.call for one in passed.exclude(pk__in=begun).select_related("call"))]
    ended = Call.objects.closed_at(clock.now()).filter(call_model__in=sorted(ROLLING))
    due += [call for call in ended if for_batch(call).exists()]
    for call in due:
        open_round(call, by=None)
    return len(due)
