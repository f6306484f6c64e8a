"""What the clock starts in core."""

from celery import shared_task

from core import clock
from core.models import OutgoingMessage
from core.tasks import deliver_message


@shared_task(name="core.deliver_pending")
def deliver_pending(limit: int = 200) -> int:
    """Send what the bell did not announce, or what failed and is due again. Returns how many were sent."""
    due = OutgoingMessage.objects.filter(sent_at__isnull=True, next_attempt_at__lte=clock.now())
    return sum(deliver_message(pk) for pk in due.values_list("pk", flat=True)[:limit])
