"""What the clock starts: receipts that have no PDF yet, telling people what happened to their call, and reminding them."""

from celery import shared_task

from applicants import services
from applicants.models import Version
from applicants.states import VersionStatus
from applicants.tasks import render_receipt


@shared_task(name="applicants.render_missing_receipts")
def render_missing_receipts(limit: int = 20) -> int:
    """Make the receipts that the bell did not announce, oldest first. Returns how many were made."""
    missing = Version.objects.filter(status=VersionStatus.FINAL, receipt=None, emptied_at=None).order_by(
        "arrived_at"
    )
    return sum(render_receipt(pk) for pk in list(missing.values_list("pk", flat=True)[:limit]))


@shared_task(name="applicants.announce_call_changes")
def announce_call_changes() -> int:
    """Tell people with drafts or submissions what changed in their call, and that a draft was not submitted when its
    deadline has passed (time-09), that a correction was not answered, or where a claim stands, first come, first served. Idempotent, also with two beats. Returns how many letters were written."""
    written = sum(services.announce_change(pk) for pk in services.changes_to_announce())
    written += sum(services.tell_claim(pk) for pk in services.claims_to_tell())
    written += sum(services.lapse_correction(pk) for pk in services.corrections_overdue())
    return written + sum(services.tell_not_submitted(pk) for pk in services.drafts_left_behind())


@shared_task(name="applicants.compare_submissions")
def compare_submissions() -> int:
    """Compare the texts of what was submitted with what was submitted before, in all calls. Idempotent, also with two beats.
    Returns how many versions were compared."""
    return sum(services.compare_version(pk) for pk in services.versions_to_compare())


@shared_task(name="applicants.remind_of_deadlines")
def remind_of_deadlines() -> int:
    """Remind people with drafts 7 days, 2 days, 24, 6 and 1 hours before the deadline. Idempotent, also with two beats;
    after a pause the last reminder stands for those that were missed. Returns how many drafts were spoken of."""
    return sum(services.remind_writers(pk) for pk in services.drafts_to_remind())


@shared_task(name="applicants.expire_drafts")
def expire_drafts() -> int:
    """Tell people whose drafts are deleted in 14 days, and delete those that they were told of (feature A42). Derived from
    dates, idempotent, also with two beats. Returns how many letters were written and drafts emptied."""
    told = sum(services.warn_of_expiry(pk) for pk in services.drafts_to_warn())
    return told + sum(services.expire_draft(pk) for pk in services.drafts_to_empty())


@shared_task(name="applicants.forget_draft_prints")
def forget_draft_prints() -> int:
    """Delete the PDFs of drafts that are none any more. Returns how many."""
    return services.forget_draft_prints()


@shared_task(name="applicants.invite_to_next_phase")
def invite_to_next_phase() -> int:
    """Invite the projects selected in one phase to the call that follows it. Idempotent. Returns how many were invited."""
    return sum(services.invite_to_call(call) for call in services.calls_that_invite())


@shared_task(name="applicants.forget_unfinished_uploads")
def forget_unfinished_uploads() -> int:
    """Drop files that were begun and did not arrive within a day. Returns how many."""
    return services.forget_uploads()


@shared_task(name="applicants.tell_of_mandates")
def tell_of_mandates() -> int:
    """Tell both sides of mandates that end within 14 days. Idempotent, also with two beats. Returns how many were told of."""
    return sum(services.tell_mandate_ends(pk) for pk in services.mandates_to_tell())
