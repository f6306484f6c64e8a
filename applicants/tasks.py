"""Deferred effects: the PDFs of receipts, drafts and test submissions."""

from celery import shared_task
from django.db import transaction

from applicants import documents
from applicants.models import DraftPrint, Rehearsal, Version
from applicants.states import VersionStatus
from core.erasing import forget_files
from core.files import store_bytes
from core.locks import lock_exclusive
from core.pdf import fingerprint, print_html
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
            .filter(pk=pk, status=VersionStatus.FINAL, receipt=None, emptied_at=None)
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


@shared_task(name="applicants.print_draft", **task_options())
def print_draft(pk: int, language: str) -> bool:
    """Make and keep the PDF of a draft as it is now, in place of the one before. Returns whether this call made it."""
    draft = Version.objects.select_related(
        "application__call__project__logo", "application__organisation", "form_revision"
    ).filter(pk=pk, status=VersionStatus.DRAFT)
    version = draft.first()
    if version is None:
        return False
    html = documents.draft_html(version, language)
    mark = fingerprint(html)
    with transaction.atomic():
        lock_exclusive("applicants.print", pk)
        before = DraftPrint.objects.filter(version=version, language=language).first()
        if (before and before.fingerprint == mark) or not draft.exists():
            return False
        name = f"{version.application.ref.lower()}-draft.pdf"
        stored = store_bytes(print_html(html), name=name, media_type="application/pdf", by=None)
        DraftPrint.objects.update_or_create(
            version=version, language=language, defaults={"fingerprint": mark, "file": stored}
        )
        if before:
            forget_files([before.file_id])
    return True
