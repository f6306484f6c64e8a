"""More time for one applicant: asked for by it, proposed by one manager, given by another, or refused (A34).

A deadline whose evaluation has begun gives no more time. Both sides of that take the lock of the call's evaluation, and
the evaluation never begins while somebody may still ask, waits for an answer or has time left (`queries.intake_wait`).
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applicants import notifications, queries
from applicants.models import LONGEST_CAUSE_WORDS, Application, Extension
from calls.calendar import in_words
from calls.models import Call, CallChange
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_exclusive, lock_row


@transaction.atomic(durable=True)
def ask_extension(application: Application, *, cause: str, words: str, by: Any) -> Extension:
    """Ask the call office for more time for a draft; the managers are told. `cause`: an `Extension.Cause`.

    Until a day after the deadline, and while more time that was given runs. Raises InvalidTransition when it is too late,
    the call gives nobody more time, or a request is open; DomainError without words.
    """
    _lock_evaluation(application.call_id)
    application = lock_row(application)
    about = queries.asked_about(application, application.draft(), clock.now())
    if about is None:
        raise InvalidTransition(_("More time cannot be asked for here, or not any more."))
    if Extension.objects.filter(application=application, answer="").exists():
        raise InvalidTransition(_("You have asked already; the call office has not answered yet."))
    words = words.strip()
    if cause not in Extension.Cause.values:
        raise DomainError(_("Choose what kept you."), field="cause")
    if not words:
        raise DomainError(_("Say what happened, and when: two managers decide by it."), field="words")
    if len(words) > LONGEST_CAUSE_WORDS:
        raise DomainError(_("At most %d characters.") % LONGEST_CAUSE_WORDS, field="words")
    made = Extension.objects.create(
        application=application, cut_off=about.cut_off, cause=cause, words=words, asked_by=by
    )
    # The words are kept in the request alone, which can be emptied: they may tell of somebody's health.
    record(application, "application.extension_asked", by=by)
    notifications.extension_asked(made)
    return made


@transaction.atomic(durable=True)
def take_back_extension(application: Application, *, by: Any) -> Extension:
    """The applicant does not need its open request any more. Raises InvalidTransition when none is open."""
    _lock_evaluation(application.call_id)
    found = Extension.objects.filter(application=application, answer="").first()
    if found is None:
        raise InvalidTransition(_("No request for more time is open."))
    extension = lock_row(found)
    _answer(extension, Extension.Answer.TAKEN_BACK, by=by)
    return extension


@transaction.atomic(durable=True)
def propose_extension(extension: Extension, *, until: datetime, because: str, by: Any) -> Extension:
    """The first of two managers: until when (UTC), and why it is right; the others are told. Proposing again replaces it.

    Raises InvalidTransition when it is answered, DomainError for an instant that is over, not after the deadline, later
    than the call gives, or not before the next cut-off.
    """
    extension = _open(extension)
    if not because.strip():
        raise DomainError(_("Say why: it stays on record for the auditor."), field="because")
    _check_until(extension, until)
    extension.until, extension.because = until, because.strip()
    extension.proposed_at, extension.proposed_by = clock.now(), by
    extension.save(update_fields=["until", "because", "proposed_at", "proposed_by"])
    data = {"until": until.isoformat()}
    record(extension.application, "application.extension_proposed", by=by, data=data)
    notifications.extension_proposed(extension)
    return extension


@transaction.atomic(durable=True)
def grant_extension(extension: Extension, *, by: Any) -> Extension:
    """The second manager gives the time: from now on the application takes what arrives until then. The applicant is told, and
    everybody reads on the page of the call that one applicant has more time, not who.

    Raises InvalidTransition when nothing is proposed or the same manager proposed it, DomainError when the time is over.
    """
    extension = _open(extension)
    if extension.until is None or extension.proposed_by_id is None:
        raise InvalidTransition(_("Nobody has proposed until when."))
    if extension.proposed_by_id == by.pk:
        raise InvalidTransition(_("You proposed it: another manager has to give it."))
    _check_until(extension, extension.until)
    application = lock_row(extension.application)
    application.extended_to = extension.until
    application.save(update_fields=["extended_to"])
    _answer(extension, Extension.Answer.GRANTED, by=by)
    with translation.override(settings.LANGUAGE_CODE):
        text = _("One applicant has more time, until %(when)s, for a reason that two managers accepted.")
        text %= {"when": in_words(extension.until, application.call.zone)}
    now = clock.now()
    CallChange.objects.create(
        call=application.call, by=by, kind=CallChange.Kind.EXTENSION, text=text, announced_at=now
    )
    notifications.extension_granted(extension)
    return extension


@transaction.atomic(durable=True)
def refuse_extension(extension: Extension, *, words: str, by: Any) -> Extension:
    """A manager refuses; the applicant reads why. Raises InvalidTransition when it is answered, DomainError without words."""
    extension = _open(extension)
    if not words.strip():
        raise DomainError(_("Say why: the applicant reads it."), field="words")
    extension.answer_words = words.strip()
    _answer(extension, Extension.Answer.REFUSED, by=by)
    notifications.extension_refused(extension)
    return extension


def _lock_evaluation(call: int) -> None:
    lock_exclusive("evaluation of call", call)


def _open(extension: Extension) -> Extension:
    """The request, locked with its call: submissions wait, so that each is judged by one deadline (QD2)."""
    call = Call.objects.only("pk").get(applications=extension.application_id)
    _lock_evaluation(call.pk)
    lock_exclusive("call", call.pk)
    extension = lock_row(extension)
    if extension.answer:
        raise InvalidTransition(_("This request was answered already: %s.") % extension.get_answer_display())
    return extension


def _check_until(extension: Extension, until: datetime) -> None:
    zone = extension.application.call.zone
    closes_at, latest = queries.deadline_of(extension), queries.latest_for(extension)
    if closes_at is None or latest is None:
        raise InvalidTransition(_("This call gives nobody more time."))
    if until <= clock.now():
        raise DomainError(_("This has passed. Choose a time to come, or refuse."), field="until_day")
    if until <= closes_at:
        told = _("The deadline of all is %s: more time is later than that.")
        raise DomainError(told % in_words(closes_at, zone), field="until_day")
    if until > latest:
        told = _("The call gives at most until %s.")
        raise DomainError(told % in_words(latest, zone), field="until_day")
    following = queries.following_cut_off(extension)
    if following is not None and following.closes_at and until >= following.closes_at:
        told = _("%(title)s follows, %(when)s: stay before it.")
        raise DomainError(
            told % {"title": following, "when": in_words(following.closes_at, zone)}, field="until_day"
        )


def _answer(extension: Extension, answer: str, *, by: Any) -> None:
    extension.answer, extension.answered_at, extension.answered_by = answer, clock.now(), by
    extension.save(update_fields=["answer", "answer_words", "answered_at", "answered_by"])
    data = {"until": extension.until.isoformat()} if extension.until else {}
    record(extension.application, f"application.extension_{answer}", by=by, data=data)
