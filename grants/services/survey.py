"""What a beneficiary says after the last payment."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import InvalidTransition
from core.locks import lock_row
from core.surveys import keep_answer
from grants import notifications, queries
from grants.models import Agreement
from grants.surveys import PaymentAnswer, SurveyDeclined


def ask_if_paid_off(agreement: Agreement) -> None:
    """Ask the beneficiary's people by mail when nothing is left to pay; in the transaction of the verb that ended it, so
    that it is asked once."""
    if queries.takes_payment_survey(agreement):
        notifications.payment_survey(agreement)


@transaction.atomic(durable=True)
def answer_payment_survey(
    agreement: Agreement, *, clarity: int, speed: int, hours: int | None, words: str, by: User
) -> PaymentAnswer:
    """Keep the agreement's answer, or change it: `clarity` and `speed` from 1 to 5, whole `hours` if known, `words` or none.

    It is recorded about the answer and not about the agreement, whose history staff read: a new line there would tell whose
    answer came in. Nobody is told. Raises InvalidTransition before the last payment, DomainError for figures out of range
    and words that are too long.
    """
    agreement = lock_row(agreement)
    if not queries.takes_payment_survey(agreement):
        raise InvalidTransition(_("These questions are open after the last payment."))
    said = {"clarity": clarity, "speed": speed, "hours": hours, "words": words}
    answer: PaymentAnswer = keep_answer(PaymentAnswer.objects.all(), said, by=by, agreement=agreement)
    return answer


@transaction.atomic(durable=True)
def decline_payment_survey(agreement: Agreement, *, by: User) -> Agreement:
    """Never ask this person again about this agreement. Nothing is recorded in its history: it is nobody else's business."""
    SurveyDeclined.objects.get_or_create(agreement=agreement, user=by)
    return agreement
