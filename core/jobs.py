"""What the clock starts in core."""

import structlog
from celery import shared_task

from core import antivirus, bounce_box, clock, digests, erasing
from core.files import scan_waiting
from core.models import OutgoingMessage, StoredFile
from core.outbox import take_back_undelivered
from core.tasks import deliver_message

log = structlog.get_logger(__name__)


@shared_task(name="core.deliver_pending")
def deliver_pending(limit: int = 200) -> int:
    """Send what the bell did not announce, or what failed and is due again. Returns how many were sent."""
    due = OutgoingMessage.objects.to_send().filter(next_attempt_at__lte=clock.now())
    return sum(deliver_message(pk) for pk in due.values_list("pk", flat=True)[:limit])


@shared_task(name="core.send_digests")
def send_digests() -> int:
    """Write the daily mails that are due. Returns how many were written."""
    return sum(digests.tell(user, until=until) for user, until in digests.due(clock.now()))


@shared_task(name="core.read_bounces")
def read_bounces() -> int:
    """Mark mail that came back later. Returns how many were marked; none while there is no mailbox or it is away."""
    if not bounce_box.is_configured():
        return 0
    try:
        return take_back_undelivered().marked
    except bounce_box.NoMailbox as error:
        log.warning("bounces_mailbox_away", error=str(error))
        return 0


@shared_task(name="core.scan_waiting_files")
def scan_waiting_files(limit: int = 50) -> int:
    """Show the virus scanner the files that came while it was away. Returns how many it has answered on."""
    if not antivirus.is_configured():
        return 0
    waiting = StoredFile.objects.filter(scan=StoredFile.Scan.WAITING).order_by("pk")
    return sum(scan_waiting(pk) for pk in list(waiting.values_list("pk", flat=True)[:limit]))


@shared_task(name="core.delete_doomed_files")
def delete_doomed_files(limit: int = 200) -> int:
    """Delete the bytes of files that nothing refers to any more. Idempotent. Returns how many were deleted."""
    return sum(erasing.delete_bytes(pk) for pk in erasing.doomed()[:limit])
