"""What the funder decided, as told by evaluation: plain functions in the caller's transaction."""

from typing import Any

from django.utils.translation import gettext as _

from applicants import notifications
from applicants.models import Application, Correction, Recusal
from applicants.services.claims import close_claim, release_claim
from applicants.states import ApplicationState
from calls.intake import CallModel
from core import clock
from core.audit import record
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row
from core.workflow import transition


def record_eligibility(application: Application, *, eligible: bool, note: str, by: Any) -> Application:
    """The result of the check, with the reasons the applicant reads; the applicant is told by mail.

    Raises InvalidTransition when the application is withdrawn or judged already, DomainError while a correction is open.
    """
    application = lock_row(application)
    if Correction.objects.filter(application=application, answer="").exists():
        raise DomainError(
            _(
                "A correction of %(ref)s is asked for and not answered yet. Wait for it, or take the request back; then decide."
            )
            % {"ref": application.ref}
        )
    application.eligibility_note = note.strip()
    application.save(update_fields=["eligibility_note"])
    target = ApplicationState.ELIGIBLE if eligible else ApplicationState.INELIGIBLE
    transition(application, target, by=by, note=application.eligibility_note)
    if not eligible:
        release_claim(application, by=by)
    notifications.eligibility_recorded(application)
    return application


def record_outcome(application: Application, *, outcome: str, text: str, by: Any) -> Application:
    """The released decision: SELECTED, RESERVE or REJECTED (`ApplicationState`), with the letter's text.

    Before this nothing on the applicant's side says anything of it (QD24). The letter leaves by mail, word for word.
    Raises InvalidTransition when the machine does not allow it, and for a file that was rejected: only an objection that
    was upheld leads on from there (`record_redecision`).
    """
    application = lock_row(application)
    if application.state == ApplicationState.REJECTED:
        raise InvalidTransition(
            _("%(ref)s was not selected; only an objection that is upheld changes that.")
            % {"ref": application.ref}
        )
    application.outcome_at, application.outcome_text = clock.now(), text.strip()
    application.save(update_fields=["outcome_at", "outcome_text"])
    transition(application, ApplicationState(outcome), by=by)
    if application.call.call_model == CallModel.CLAIM:
        end = release_claim if outcome == ApplicationState.REJECTED else close_claim
        end(application, by=by)
    notifications.outcome_released(application)
    return application


def record_redecision(application: Application, *, outcome: str, text: str, by: Any) -> Application:
    """A new decision on one file after its objection was upheld, with the letter's text; the same outcome may stay.

    Raises InvalidTransition when the machine does not allow the new outcome.
    """
    application = lock_row(application)
    application.outcome_at, application.outcome_text = clock.now(), text.strip()
    application.save(update_fields=["outcome_at", "outcome_text"])
    record(application, "application.redecided", by=by, data={"outcome": outcome})
    if application.state != outcome:
        transition(application, ApplicationState(outcome), by=by)
    notifications.outcome_released(application)
    return application


def record_recusal(application: Application, *, user: Any, reason: str, by: Any) -> Recusal:
    """This person must not see this application from now on; telling it twice changes nothing."""
    recusal, is_new = Recusal.objects.get_or_create(
        application=application, user=user, defaults={"reason": reason.strip()}
    )
    if is_new:
        record(application, "application.recused", by=by, note=recusal.reason, data={"user": user.pk})
    return recusal
