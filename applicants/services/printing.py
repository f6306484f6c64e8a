"""A draft as PDF, to be read and signed off before it is submitted (feature A28)."""

from django.db import transaction

from applicants.documents import draft_html
from applicants.models import DraftPrint, Version
from applicants.queries.printing import kept_print, prints_of_no_draft
from applicants.tasks import print_draft
from core.erasing import forget_files
from core.models import StoredFile
from core.pdf import fingerprint
from core.tasks import enqueue


def ask_for_draft(version: Version, language: str) -> StoredFile | None:
    """The draft as it is now, DRAFT on every page; None while the worker still makes it. Asking again rings the bell again,
    so nothing is lost when the broker was away."""
    mark = fingerprint(draft_html(version, language))
    found = kept_print(version, language, mark)
    if found is None:
        enqueue(print_draft, version.pk, language)
        found = kept_print(version, language, mark)
    return found


@transaction.atomic(durable=True)
def forget_draft_prints(limit: int = 100) -> int:
    """Delete PDFs of what is no draft any more: it was submitted, and has a receipt, or thrown away. Returns how many."""
    rows = list(prints_of_no_draft().select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:limit])
    DraftPrint.objects.filter(pk__in=[row.pk for row in rows]).delete()
    forget_files(row.file_id for row in rows)
    return len(rows)
