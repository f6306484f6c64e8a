"""What we print of an evaluation: the summary report of one file. Composed anywhere, printed by the worker only."""

from django.utils import translation
from django.utils.translation import gettext as _

from applicants.models import Application
from core.pdf import compose
from evaluation.queries.feedback import Feedback, feedback_of
from funding.visibility import visibility_of


def summary_html(application: Application, language: str) -> str:
    """The HTML of the evaluation summary report in this language; empty before the release. Nothing in it depends on the
    hour or the reader, so that the same decision gives the same document (QR15)."""
    with translation.override(language):
        feedback = feedback_of(application)
        return _composed(application, feedback) if feedback is not None else ""


def _composed(application: Application, feedback: Feedback) -> str:
    call = feedback.decision.round.call
    context = {
        "application": application,
        "feedback": feedback,
        "decision": feedback.decision,
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
    }
    title = _("Evaluation summary report, %(ref)s") % {"ref": application.ref}
    return compose("evaluation/pdf/summary.html", context, title=title)
