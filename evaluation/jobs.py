"""What the clock starts in evaluation."""

from celery import shared_task

from calls.models import Call
from core import clock
from evaluation.services import open_round


@shared_task(name="evaluation.open_rounds")
def open_rounds() -> int:
    """Begin the evaluation of each closed call that has none; run twice or by two clocks, nothing more happens."""
    closed = Call.objects.closed_at(clock.now()).filter(round__isnull=True)
    for call in closed:
        open_round(call, by=None)
    return len(closed)
