"""Asking for the evaluation summary report of a file."""

from django.utils.translation import gettext as _

from applicants.models import Application
from core.errors import InvalidTransition
from core.pdf import fingerprint
from core.tasks import enqueue
from evaluation.documents import summary_html
from evaluation.models import EvaluationSummary
from evaluation.queries.feedback import kept_summary
from evaluation.tasks import print_summary


def ask_for_summary(application: Application, language: str) -> EvaluationSummary | None:
    """The report that says what the released decision is now; None while the worker still makes it.

    Whoever asks again rings the bell again, so nothing is lost when the broker was away. Raises InvalidTransition before
    the release.
    """
    html = summary_html(application, language)
    if not html:
        raise InvalidTransition(_("There is no decision on this application yet."))
    mark = fingerprint(html)
    found = kept_summary(application, language, mark)
    if found is None:
        enqueue(print_summary, application.pk, language)
        found = kept_summary(application, language, mark)
    return found
