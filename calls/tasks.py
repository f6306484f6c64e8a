"""Deferred effects: the documents made of a call's settings."""

from celery import shared_task
from django.db import transaction

from calls import documents, queries
from calls.models import Call, CallPaper, Paper
from core.files import store_bytes
from core.locks import lock_exclusive
from core.pdf import fingerprint, print_html
from core.tasks import task_options


@shared_task(name="calls.print_paper", **task_options())
def print_paper(pk: int, paper: str, language: str) -> bool:
    """Make and keep a document as the call's settings are now, once. Returns whether this call made it.

    A second worker waits for the first and finds it done. A draft keeps its newest document only.
    """
    call = Call.objects.select_related("project").get(pk=pk)
    html = documents.composed(call, Paper(paper), language)
    mark = fingerprint(html)
    with transaction.atomic():
        lock_exclusive("calls.print", pk)
        if queries.kept_paper(call, Paper(paper), language, mark):
            return False
        stored = store_bytes(
            print_html(html),
            name=documents.name_of(call, Paper(paper), language),
            media_type="application/pdf",
            by=None,
        )
        if call.published_at is None:
            CallPaper.objects.filter(call=call, paper=paper, language=language).delete()
        CallPaper.objects.create(call=call, paper=paper, language=language, fingerprint=mark, file=stored)
    return True
