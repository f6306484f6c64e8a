"""Deferred effects: the evaluation summary report is printed in the worker, once. Run twice, nothing changes."""

from celery import shared_task
from django.db import transaction

from applicants.models import Application
from core.files import store_bytes
from core.locks import lock_exclusive
from core.pdf import fingerprint, print_html
from core.tasks import task_options
from evaluation.documents import summary_html
from evaluation.models import EvaluationSummary
from evaluation.queries.feedback import kept_summary


@shared_task(name="evaluation.print_summary", **task_options())
def print_summary(pk: int, language: str) -> bool:
    """Make and keep the report of a released decision as it stands now. Returns whether this call made it."""
    application = Application.objects.get(pk=pk)
    html = summary_html(application, language)
    if not html:
        return False
    mark = fingerprint(html)
    with transaction.atomic():
        lock_exclusive("evaluation.print", pk)
        if kept_summary(application, language, mark):
            return False
        name = f"{application.ref.lower()}-evaluation-{language}.pdf"
        stored = store_bytes(print_html(html), name=name, media_type="application/pdf", by=None)
        EvaluationSummary.objects.create(
            application=application, language=language, fingerprint=mark, file=stored
        )
    return True
