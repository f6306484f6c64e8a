"""Feedback before the deadline: the applicant asks, the call office answers, perhaps with one adviser."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.services import record_recusal
from core import clock
from core.audit import record
from core.errors import DeadlinePassed, DomainError, InvalidTransition
from core.locks import lock_row
from core.workflow import transition
from evaluation import early, notifications
from evaluation.early import LONGEST_QUESTION, LONGEST_REMARKS, Standing
from evaluation.ethics import refusal
from evaluation.models import EarlyFeedback
from evaluation.queries.early import advisers_for, early_of, early_standing, early_subject
from evaluation.services._common import need_reason
from evaluation.statements import ABSENCE
from evaluation.states import EarlyState


@transaction.atomic(durable=True)
def ask_feedback(
    application: Application, *, question: str = "", by: Any, arrived: datetime | None = None
) -> EarlyFeedback:
    """Ask for feedback on the version that counts: once for an application, and in time. The managers are told.

    It is the consent that this version is read by the call office, and by one adviser it may name. `arrived`: when the
    request came, UTC. Raises DeadlinePassed when it is too late, InvalidTransition when nothing was submitted or it was
    asked for already, DomainError in a call without feedback.
    """
    application = lock_row(application)
    call, at = application.call, arrived or clock.now()
    if call.feedback_days is None:
        raise DomainError(_("This call gives no feedback before its deadline."))
    standing = early_standing(application, early_of(application), at)
    if standing == Standing.TOO_LATE:
        raise DeadlinePassed(
            _("It is too late to ask for feedback: nobody could use it before the deadline any more.")
        )
    if standing == Standing.NOT_SUBMITTED:
        raise InvalidTransition(
            _("Submit first: feedback is on what was submitted, and you can submit again.")
        )
    if standing != Standing.MAY_ASK:
        raise InvalidTransition(_("You have asked for feedback on this application already."))
    question = question.strip()
    if len(question) > LONGEST_QUESTION:
        raise DomainError(_("At most %(n)d characters.") % {"n": LONGEST_QUESTION}, field="question")
    version = application.valid_version()
    assert version is not None
    made = EarlyFeedback.objects.create(
        application=application,
        version=version,
        question=question,
        asked_at=at,
        asked_by=by,
        answer_by=early.answer_by(at, call.feedback_answer_days, call.zone),
    )
    record(application, "application.feedback_asked", by=by, data={"version": version.number})
    notifications.early_asked(made)
    return made


@transaction.atomic(durable=True)
def take_back_request(made: EarlyFeedback, *, by: Any) -> EarlyFeedback:
    """The applicant takes its consent back: nobody named for it reads the version any more. It may ask again in time.

    Raises InvalidTransition when it is answered already.
    """
    made = lock_row(made)
    if not made.is_open:
        raise InvalidTransition(_("This is answered already."))
    transition(made, EarlyState.WITHDRAWN, by=by)
    return made


@transaction.atomic(durable=True)
def name_adviser(made: EarlyFeedback, *, adviser: int, by: Any) -> EarlyFeedback:
    """A manager names the one person who reads the version, beside the call office: the number of a person of the project or
    of an evaluator who accepted in one of its calls. They are told by mail. Who is named and reads it does not score it.

    Raises DomainError for a person who may not read it.
    """
    made = _open(made)
    if made.state not in (EarlyState.ASKED, EarlyState.NAMED):
        raise InvalidTransition(_("Somebody reads it already."))
    person = next((one for one in advisers_for(made) if one.key == adviser), None)
    if person is None:
        raise DomainError(_("Choose a person of the project, or one of its evaluators."), field="adviser")
    if sentence := refusal(early_subject(made), person):
        raise DomainError(sentence, field="adviser")
    if made.state == EarlyState.NAMED:
        transition(made, EarlyState.ASKED, by=by)
    made.adviser_id = person.key
    made.save(update_fields=["adviser"])
    transition(made, EarlyState.NAMED, by=by, data={"adviser": person.name})
    notifications.early_named(made)
    return made


@transaction.atomic(durable=True)
def open_for_advice(made: EarlyFeedback, *, by: Any) -> EarlyFeedback:
    """The adviser agrees to the statement of no conflict; that version opens to them, and they do not score the file."""
    made = _advised(made, by)
    if made.state != EarlyState.NAMED:
        raise InvalidTransition(_("You have declared on this file already."))
    made.statement, made.declared_at = str(ABSENCE), clock.now()
    made.save(update_fields=["statement", "declared_at"])
    transition(made, EarlyState.READING, by=by, data={"statement": made.statement})
    return made


@transaction.atomic(durable=True)
def decline_advice(made: EarlyFeedback, *, details: str, by: Any) -> EarlyFeedback:
    """The adviser has a conflict: the file is closed to them everywhere, and the managers are told."""
    made = _advised(made, by)
    details = need_reason(details, _("Say in a few words what connects you with this file."), field="details")
    record_recusal(made.application, user=by, reason=details, by=by)
    made.adviser, made.statement, made.declared_at = None, "", None
    transition(made, EarlyState.ASKED, by=by, note=details)
    made.save(update_fields=["adviser", "statement", "declared_at"])
    notifications.early_declined(made, by, details)
    return made


@transaction.atomic(durable=True)
def give_advice(made: EarlyFeedback, *, remarks: str, by: Any) -> EarlyFeedback:
    """The adviser writes remarks for the applicant; the call office reads them and sends the answer."""
    made = _advised(made, by)
    if made.state != EarlyState.READING:
        raise InvalidTransition(_("You have written already, or not declared yet."))
    made.remarks = _words(need_reason(remarks, _("Write your remarks."), field="remarks"), "remarks")
    made.save(update_fields=["remarks"])
    transition(made, EarlyState.GIVEN, by=by)
    notifications.early_given(made)
    return made


@transaction.atomic(durable=True)
def answer_feedback(made: EarlyFeedback, *, answer: str = "", by: Any) -> EarlyFeedback:
    """A manager sends the feedback: own words, and the adviser's where there are some. Everybody who writes for the applicant
    gets it by mail, and reads it on its page. Who answers does not score the file.

    Raises DomainError without any words, DeadlinePassed when nobody could use it any more.
    """
    made = _open(made)
    made.answer = _words(answer.strip(), "answer")
    if not made.answer and not made.remarks:
        raise DomainError(_("Write what the applicant should read."), field="answer")
    made.answered_at, made.answered_by = clock.now(), by
    made.save(update_fields=["answer", "answered_at", "answered_by"])
    transition(made, EarlyState.ANSWERED, by=by)
    notifications.early_answered(made)
    return made


def _words(text: str, field: str) -> str:
    if len(text) > LONGEST_REMARKS:
        raise DomainError(_("At most %(n)d characters.") % {"n": LONGEST_REMARKS}, field=field)
    return text


def _open(made: EarlyFeedback) -> EarlyFeedback:
    """The request, locked, while it waits and its answer could be used."""
    made = lock_row(made)
    if not made.is_open:
        raise InvalidTransition(_("This is answered already, or the applicant has taken it back."))
    if not made.application.is_writable(clock.now()):
        raise DeadlinePassed(_("The deadline has passed: the applicant cannot change anything any more."))
    return made


def _advised(made: EarlyFeedback, by: Any) -> EarlyFeedback:
    found = EarlyFeedback.objects.visible_to_adviser(by).filter(pk=made.pk).exists()
    made = _open(made)
    if not found or made.adviser_id != by.pk:
        raise DomainError(_("Only the person who was named can do this."))
    return made
