"""What the clock starts in evaluation."""

from celery import shared_task

from applicants.queries import intake_wait
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
    now = clock.now()
    closed = Call.objects.closed_at(now).filter(rounds__isnull=True, call_model=CallModel.SINGLE)
    passed = CutOff.objects.filter(call__state=CallState.PUBLISHED, closes_at__lt=now)
    begun = Round.objects.filter(cut_off__isnull=False).values("cut_off")
    late = passed.exclude(pk__in=begun).select_related("call").order_by("call", "closes_at")
    due = [call for call in closed if intake_wait(call) is None]
    waiting: set[int] = set()  # a later cut-off is not opened before an earlier one
    for one in late:
        if one.call_id not in waiting and intake_wait(one.call, one) is not None:
            waiting.add(one.call_id)
        if one.call_id not in waiting:
            due.append(one.call)
    ended = Call.objects.closed_at(now).filter(call_model__in=sorted(ROLLING))
    due += [call for call in ended if for_batch(call).exists()]
    for call in due:
        open_round(call, by=None)
    return len(due)
