"""Questions about a call: anybody asks, staff answer to everybody. No answer goes to one person alone (equal treatment)."""

from collections.abc import Container, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from calls import notifications
from calls.calendar import in_words
from calls.models import Answer, Call, CallChange, Enquiry, Wording
from calls.states import CallState
from core import audit, clock
from core.errors import Conflict, DeadlinePassed, DomainError, InvalidTransition
from core.locks import lock_row


@transaction.atomic(durable=True)
def ask_question(call: Call, *, text: str, by: Any = None, email: str = "", language: str = "en") -> Enquiry:
    """Keep a question about a published call, of a person or of an address. The same question of the same asker, sent
    again while it waits, is kept once. The managers see it on their home pages.

    Raises DeadlinePassed after `Call.questions_until`, InvalidTransition when the call takes no questions at all.
    """
    _check_taken(call)
    text, email = text.strip(), "" if by is not None else email.strip().lower()
    if not text:
        raise DomainError(_("Write your question."), field="text")
    if by is None and not email:
        raise DomainError(_("Give an address, so that we can tell you of the answer."), field="email")
    waiting = Enquiry.objects.filter(call=call, answer=None, aside_at=None)
    same = waiting.filter(text=text, asked_by=by, email=email).first()
    if same is not None:
        return same
    made = Enquiry.objects.create(call=call, text=text, asked_by=by, email=email, language=language)
    audit.record(call, "call.question_asked", by=None, data={"enquiry": made.ref})
    return made


def _check_taken(call: Call) -> None:
    if call.takes_questions():
        return
    until = call.questions_until
    if call.state == CallState.PUBLISHED and until is not None:
        raise DeadlinePassed(
            _("Questions about this call were taken until %s. What was answered stands on its page.")
            % in_words(until, call.zone)
        )
    raise InvalidTransition(_("This call takes no questions."))


@transaction.atomic(durable=True)
def publish_answer(call: Call, *, enquiries: Sequence[str], question: str, text: str, by: Any) -> Answer:
    """Answer one or several questions (by reference; none: something asked elsewhere) in one wording, to everybody:
    on the call's page, in the list of changes, and by mail to everyone who writes, asked or subscribed
    (applicants.jobs). Who asked is never told.

    Raises Conflict when one was dealt with meanwhile, DomainError for a wording that names who asked.
    """
    call = _lock_published(call)
    answered = _lock_open(call, enquiries)
    question, text = _checked(question, text, answered)
    last = Answer.objects.filter(call=call).aggregate(last=Max("number"))["last"] or 0
    answer = Answer.objects.create(call=call, number=last + 1)
    Wording.objects.create(answer=answer, question=question, text=text, by=by)
    for enquiry in answered:
        _end(enquiry, answer)
    _tell(call, answer, CallChange.Kind.ANSWER, f"{question}\n\n{text}", by=by)
    refs = [enquiry.ref for enquiry in answered]
    audit.record(call, "call.question_answered", by=by, data={"number": answer.number, "enquiries": refs})
    return answer


@transaction.atomic(durable=True)
def point_to_answer(call: Call, *, enquiries: Sequence[str], number: int, by: Any) -> Answer:
    """Say that questions are answered already: who asked is told where. Nothing new is published."""
    call = _lock_published(call)
    answer, last = _answer(call, number)
    if last.is_withdrawn:
        raise InvalidTransition(_("That answer is withdrawn: it cannot answer anything."))
    pointed = _lock_open(call, enquiries)
    if not pointed:
        raise DomainError(_("Choose at least one question."))
    for enquiry in pointed:
        _end(enquiry, answer)
        notifications.question_answered_already(enquiry, last)
    refs = [enquiry.ref for enquiry in pointed]
    audit.record(call, "call.question_pointed", by=by, data={"number": number, "enquiries": refs})
    return answer


@transaction.atomic(durable=True)
def correct_answer(call: Call, *, number: int, question: str, text: str, reason: str, by: Any) -> Answer:
    """Put another wording in the place of a published one, with the reason; everybody is told and can read both."""
    call = _lock_published(call)
    answer, last = _answer(call, number)
    asked = list(answer.enquiries.select_related("asked_by"))
    question, text = _checked(question, text, asked)
    if (question, text, False) == (last.question, last.text, last.is_withdrawn):
        raise DomainError(_("Nothing has changed in the answer."))
    _supersede(answer, question, text, reason, by=by)
    told = f"{_number(answer)}: {question}\n\n{text}\n\n{reason.strip()}"
    _tell(call, answer, CallChange.Kind.CORRECTION, told, by=by)
    return answer


@transaction.atomic(durable=True)
def withdraw_answer(call: Call, *, number: int, reason: str, by: Any) -> Answer:
    """Take an answer back in the open: it no longer counts, stays to be read with the reason, and everybody is told."""
    call = _lock_published(call)
    answer, last = _answer(call, number)
    if last.is_withdrawn:
        raise InvalidTransition(_("This answer is withdrawn already."))
    _supersede(answer, last.question, last.text, reason, by=by, is_withdrawn=True)
    with translation.override(settings.LANGUAGE_CODE):
        told = _("%(number)s: %(question)s\n\nThe answer is withdrawn: it no longer counts. %(reason)s") % {
            "number": _number(answer),
            "question": last.question,
            "reason": reason.strip(),
        }
    _tell(call, answer, CallChange.Kind.CORRECTION, told, by=by)
    return answer


@transaction.atomic(durable=True)
def set_enquiry_aside(call: Call, *, enquiry: str, reason: str, by: Any) -> Enquiry:
    """End what is no question about the call, with a reason that its author gets. An answer is for everybody: what asks
    about the call is published instead."""
    if not reason.strip():
        raise DomainError(_("Say why: whoever asked reads it."), field="reason")
    call = lock_row(call)
    (found,) = _lock_open(call, [enquiry])
    found.aside_at, found.aside_because = clock.now(), reason.strip()
    found.save(update_fields=["aside_at", "aside_because"])
    notifications.question_set_aside(found)
    audit.record(call, "call.question_set_aside", by=by, note=reason.strip(), data={"enquiry": found.ref})
    return found


def _lock_published(call: Call) -> Call:
    locked = lock_row(call)
    if locked.state not in (CallState.PUBLISHED, CallState.ARCHIVED):
        raise InvalidTransition(_("Only questions about a published call are answered."))
    return locked


def _lock_open(call: Call, refs: Sequence[str]) -> list[Enquiry]:
    """The questions, locked, each still waiting."""
    found = list(
        Enquiry.objects.select_for_update(of=("self",)).filter(call=call, ref__in=refs).order_by("pk")
    )
    for enquiry in found:
        enquiry.call = call
    if len(found) != len(set(refs)) or not all(enquiry.is_open for enquiry in found):
        raise Conflict(
            _("Somebody dealt with one of these questions meanwhile. Open the list to see what waits.")
        )
    return found


def _answer(call: Call, number: int) -> tuple[Answer, Wording]:
    answer = Answer.objects.filter(call=call, number=number).first()
    if answer is None:
        raise DomainError(_("There is no answer with the number %(n)d.") % {"n": number})
    answer.call = call
    return answer, answer.wordings.order_by("-pk")[0]


def _checked(question: str, text: str, asked: Sequence[Enquiry]) -> tuple[str, str]:
    """Both texts, without blanks around them. Raises DomainError when one is missing or tells who asked."""
    question, text = question.strip(), text.strip()
    for field, value in (("question", question), ("text", text)):
        if not value:
            raise DomainError(_("Everybody reads question and answer: write both."), field=field)
        for enquiry in asked:
            person = enquiry.asked_by
            names = [enquiry.email] if person is None else [person.email, person.full_name]
            telling = [name.lower() for name in names if "@" in name or " " in name]
            if any(name in value.lower() for name in telling):
                raise DomainError(_("This tells who asked. Take the name or address out."), field=field)
    return question, text


def _supersede(
    answer: Answer, question: str, text: str, reason: str, *, by: Any, is_withdrawn: bool = False
) -> None:
    if not reason.strip():
        raise DomainError(_("Say why: everybody reads it."), field="reason")
    Wording.objects.create(
        answer=answer, question=question, text=text, reason=reason.strip(), is_withdrawn=is_withdrawn, by=by
    )
    verb = "call.answer_withdrawn" if is_withdrawn else "call.answer_corrected"
    audit.record(answer.call, verb, by=by, note=reason.strip(), data={"number": answer.number})


def _end(enquiry: Enquiry, answer: Answer) -> None:
    enquiry.answer = answer
    enquiry.save(update_fields=["answer"])


def _tell(call: Call, answer: Answer, kind: CallChange.Kind, text: str, *, by: Any) -> None:
    CallChange.objects.create(call=call, by=by, kind=kind, text=text, answer=answer)


def _number(answer: Answer) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(answer)


def tell_askers(change: CallChange, *, but: Container[str]) -> list[str]:
    """Tell those whose question a change answers; called by the one who announces the change, in the same transaction.
    `but`: lower-case addresses that were told already. Returns the addresses that are told now."""
    return notifications.change_to_askers(change, but=but) if change.answer_id else []
