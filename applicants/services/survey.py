"""What an applicant says about applying."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application, SurveyAnswer
from applicants.queries.survey import takes_survey
from core.errors import InvalidTransition
from core.locks import lock_row
from core.surveys import keep_answer


@transaction.atomic(durable=True)
def answer_survey(
    application: Application, *, ease: int, hours: int | None, words: str, by: Any
) -> SurveyAnswer:
    """Keep the application's answer, or change it: `ease` from 1 (very hard) to 5, whole `hours` if known, `words` or none.

    It is recorded about the answer and not about the application, whose history the call office reads: a new line there
    would tell whose answer came in. Nobody is told. Raises InvalidTransition before the submission and after the decision,
    DomainError for figures out of range and words that are too long.
    """
    application = lock_row(application)
    if not takes_survey(application):
        raise InvalidTransition(_("These questions are open from the submission until the decision."))
    said = {"ease": ease, "hours": hours, "words": words}
    answer: SurveyAnswer = keep_answer(SurveyAnswer.objects.all(), said, by=by, application=application)
    return answer
