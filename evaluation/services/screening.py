"""The check of eligibility by a person, with reasons."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application, Recusal
from applicants.services import record_eligibility
from applicants.states import ApplicationState
from core.errors import DomainError, InvalidTransition
from core.locks import lock_row
from core.workflow import transition
from evaluation.models import Assignment, Round, Screening
from evaluation.queries import round_of_file
from evaluation.services._common import join_round, lock_claims, need_reason, need_state
from evaluation.states import AssignmentState, RoundState

_CHECKED = (ApplicationState.OPEN, ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE)


@transaction.atomic(durable=True)
def screen_application(
    application: Application, *, is_eligible: bool, reasons: str = "", findings: Sequence[str] = (), by: Any
) -> Screening:
    """Record whether a submitted file is eligible; the applicant is told by `applicants`.

    `findings` are the sentences of the rules as the person saw them. A file found not eligible later loses its
    evaluators. Raises DomainError without reasons for a no, without a submitted version, or for a recused person;
    InvalidTransition before the round began or after it was ranked.
    """
    lock_claims(application.call)
    round = join_round(_round_of(application))
    need_state(round, RoundState.SETUP, RoundState.SCORING)
    application = lock_row(application)
    version = application.valid_version()
    if version is None or application.state not in _CHECKED:
        raise InvalidTransition(
            _("This file is withdrawn or was never submitted: there is nothing to check.")
        )
    if Recusal.objects.filter(application=application, user=by).exists():
        raise DomainError(_("You are recused from this file. Another manager has to check it."))
    if not is_eligible:
        reasons = need_reason(
            reasons, _("Give the reasons: the applicant receives them word for word."), field="reasons"
        )
    screening = Screening.objects.create(
        application=application,
        version=version,
        is_eligible=is_eligible,
        reasons=reasons.strip(),
        findings=list(findings),
        by=by,
    )
    wanted = ApplicationState.ELIGIBLE if is_eligible else ApplicationState.INELIGIBLE
    if application.state != wanted:
        record_eligibility(application, eligible=is_eligible, note=reasons.strip(), by=by)
    if not is_eligible:
        _take_back_all(application, by)
    return screening


def _round_of(application: Application) -> Round:
    found = round_of_file(application)
    if found is None:
        raise InvalidTransition(_("The evaluation of this call has not begun: it begins after the deadline."))
    return found


def _take_back_all(application: Application, by: Any) -> None:
    states = [AssignmentState.INVITED, AssignmentState.ACCEPTED, AssignmentState.SCORED]
    rows = Assignment.objects.select_for_update(of=("self",)).filter(
        application=application, state__in=states
    )
    for assignment in rows:
        assignment.note = _("The file is not eligible.")
        assignment.save(update_fields=["note"])
        transition(assignment, AssignmentState.REVOKED, by=by, note=assignment.note)
