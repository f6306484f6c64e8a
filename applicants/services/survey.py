"""What an applicant says about applying."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application, SurveyAnswer
from applicants.models.survey import EASE, LONGEST_WORDS, MOST_HOURS
from applicants.queries.survey import takes_survey
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.fieldview import count_characters
from core.locks import lock_row


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
    words = words.replace("\r\n", "\n").strip()
    _check_figure("ease", ease, EASE[0], EASE[-1])
    if hours is not None:
        _check_figure("hours", hours, 0, MOST_HOURS)
    if count_characters(words) > LONGEST_WORDS:
        raise DomainError(_("At most %d characters are possible.") % LONGEST_WORDS, field="words")
    said = {"ease": ease, "hours": hours, "words": words}
    answer, is_new = SurveyAnswer.objects.get_or_create(application=application, defaults=said)
    if is_new or said != {name: getattr(answer, name) for name in said}:
        answer.ease, answer.hours, answer.words, answer.changed_at = ease, hours, words, clock.now()
        answer.save()
        record(answer, "survey.answered", by=by)
    return answer


def _check_figure(field: str, figure: int, least: int, most: int) -> None:
    if not least <= figure <= most:
        raise DomainError(
            _("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, field=field
        )
