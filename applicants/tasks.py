"""Deferred effects: the receipt's PDF, and that of a test submission."""

from celery import shared_task
from django.db import transaction

from applicants import documents
from applicants.models import Rehearsal, Version
from applicants.states import VersionStatus
from core.files import store_bytes
from core.seal import seal_pdf
from core.tasks import task_options


@shared_task(name="applicants.render_receipt", **task_options())
def render_receipt(pk: int) -> bool:
    """Make and store the receipt of a submitted version, once: its row is locked, one that has a receipt is left.

    Returns whether this call made it.
    """
    with transaction.atomic():
        version = (
            Version.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related(
                "application",
                "application__call",
                "application__call__project",
                "submitted_by",
                "form_revision",
            )
            .filter(pk=pk, status=VersionStatus.FINAL, receipt=None)
            .first()
        )
        if version is None:
            return False
        name = f"{version.application.ref}-v{version.number}-receipt.pdf"
        document = seal_pdf(documents.receipt(version), reason=f"{version.application.ref} v{version.number}")
        version.receipt = store_bytes(document, name=name, media_type="application/pdf", by=None)
        version.save(update_fields=["receipt"])
        return True


@shared_task(name="applicants.print_rehearsal", **task_options())
def print_rehearsal(pk: int) -> bool:
    """Make and keep the PDF of a test submission, once, without a seal. Returns whether this call made it."""
    with transaction.atomic():
        test = (
            Rehearsal.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("call", "call__project", "made_by")
            .filter(pk=pk, document=None)
            .first()
        )
        if test is None:
            return False
        content = documents.rehearsal(test)
        test.document = store_bytes(content, name=f"{test.ref}.pdf", media_type="application/pdf", by=None)
        test.save(update_fields=["document"])
        return True
