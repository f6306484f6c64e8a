"""Objections: filed by the applicant in time, examined by somebody who did not take part in the decision, answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from applicants.models import Application
from calls.models import Call
from calls.redress import days_to_object
from core import clock
from core.audit import record
from core.errors import DeadlinePassed, DomainError, InvalidTransition
from core.files import store_upload
from core.locks import lock_row
from core.workflow import transition
from evaluation import notifications, redress
from evaluation.models import LONGEST_OBJECTION, Decision, Objection, ObjectionFile, Procedure
from evaluation.queries.redress import (
    days_told_in,
    possible_handlers,
    procedure_of,
    remedies_of,
    standing_of,
)
from evaluation.services._common import need_reason
from evaluation.states import ObjectionState
from funding.permissions import can_manage_project

ANSWERS = (ObjectionState.INADMISSIBLE, ObjectionState.REJECTED, ObjectionState.UPHELD)


@transaction.atomic(durable=True)
def set_procedure(call: Call, *, redress_days: int, answer_days: int, by: Any) -> Procedure:
    """How many days an applicant has to object, and the project to answer. The letters say so, so that it is fixed when
    decisions are proposed; once the call is published the time to object may become longer, never shorter."""
    call = lock_row(call)
    found = procedure_of(call)
    if Decision.objects.filter(round__call=call).exists():
        raise InvalidTransition(
            _(
                "Decisions of this call are proposed or released, and their letters name these days: they stay."
            )
        )
    if call.published_at is not None and redress_days < found.redress_days:
        raise DomainError(
            _("The call is published with %(n)d days to object; give that or more.")
            % {"n": found.redress_days},
            field="redress_days",
        )
    told = days_told_in(call)
    if told and redress_days not in told:
        raise DomainError(
            _("The text of the call gives %(told)d days to object, not %(n)d: change the text first.")
            % {"told": days_to_object(call.redress), "n": redress_days},
            field="redress_days",
        )
    before = {"redress_days": found.redress_days, "answer_days": found.answer_days}
    found.redress_days, found.answer_days = redress_days, answer_days
    found.save()
    after = {"redress_days": redress_days, "answer_days": answer_days}
    record(call, "call.procedure_set", by=by, data={"before": before, "after": after})
    return found


def keep_procedure(call: Call) -> None:
    """From the first round on the days do not follow the text any more. In the caller's transaction, under its lock."""
    found = procedure_of(call)
    if found.pk is None:
        days = {"redress_days": found.redress_days, "answer_days": found.answer_days}
        Procedure.objects.get_or_create(call=call, defaults=days)


@transaction.atomic(durable=True)
def file_objection(
    application: Application,
    *,
    ground: str,
    text: str,
    files: Sequence[UploadedFile] = (),
    by: Any,
    arrived: datetime | None = None,
) -> Objection:
    """An applicant objects to the decision they were told, once, within the call's days (time-36). `arrived`: the instant
    that counts, UTC; by default now. Both sides are told by mail; nothing of the decision stops.

    Raises InvalidTransition when there is nothing to object to, or an objection already; DeadlinePassed after the last
    second; DomainError without words, or for a file that cannot be taken.
    """
    application = lock_row(application)
    arrived = arrived or clock.now()
    standing = standing_of(application)
    if standing is None:
        raise InvalidTransition(_("There is no decision on this application to object to."))
    if Objection.objects.filter(application=application, matter=standing.matter).exists():
        raise InvalidTransition(
            _("You have objected to this decision already; that objection is dealt with.")
        )
    if not standing.is_in_time(arrived):
        raise DeadlinePassed(_("The time to object to this decision is over."))
    text = need_reason(text, _("Say what was wrong: which rule, or which error."), field="text")
    if len(text) > LONGEST_OBJECTION:
        raise DomainError(
            _("At most %(n)d characters. Put the rest into a file.") % {"n": LONGEST_OBJECTION}, field="text"
        )
    days = procedure_of(application.call).answer_days
    made = Objection.objects.create(
        application=application,
        matter=standing.matter,
        ground=ground,
        text=text,
        told_at=standing.told_at,
        last_at=standing.last_at,
        filed_at=arrived,
        filed_by=by,
        answer_by=redress.last_moment(arrived, days, application.call.zone),
    )
    for upload in files:
        ObjectionFile.objects.create(objection=made, file=store_upload(upload, by=by))
    record(application, "application.objected", by=by, data={"objection": made.ref, "ground": ground})
    notifications.objection_received(made)
    notifications.objection_to_handle(made)
    return made


@transaction.atomic(durable=True)
def name_handler(objection: Objection, *, handler: int, by: Any) -> Objection:
    """A manager gives the objection to a person of the project who did not take part in the decision; also to another one
    until it is answered. `handler`: the person's primary key. Raises DomainError for anybody else."""
    objection = lock_row(objection)
    if objection.state not in (ObjectionState.FILED, ObjectionState.HANDLING):
        raise InvalidTransition(_("This objection is answered."))
    _need_manager(objection, by)
    person = possible_handlers(objection.application).filter(pk=handler).first()
    if person is None:
        raise DomainError(
            _(
                "An objection is examined by somebody of the project who did not screen or score the file, and did not "
                "propose, change or confirm its decision."
            ),
            field="handler",
        )
    before = objection.handler_id
    objection.handler, objection.named_by, objection.named_at = person, by, clock.now()
    objection.save(update_fields=["handler", "named_by", "named_at"])
    record(objection, "objection.handler_named", by=by, data={"handler": person.pk, "before": before})
    if objection.state == ObjectionState.FILED:
        transition(objection, ObjectionState.HANDLING, by=by)
    notifications.objection_given(objection)
    return objection


@transaction.atomic(durable=True)
def answer_objection(
    objection: Objection, *, verdict: str, answer: str, remedy: str = "", by: Any
) -> Objection:
    """The handler answers with reasons: inadmissible, rejected, or upheld with what is to be done again. The letter leaves.

    Raises DomainError for everybody else, without reasons, or when upheld without saying what is done again.
    """
    objection = lock_row(objection)
    _need_handler(objection, by)
    if objection.state != ObjectionState.HANDLING or verdict not in ANSWERS:
        raise InvalidTransition(_("This objection is answered."))
    if not possible_handlers(objection.application).filter(pk=by.pk).exists():
        raise DomainError(
            _("You have taken part in the decision since, so that somebody else has to answer.")
        )
    answer = need_reason(
        answer, _("Give the reasons: the applicant receives them word for word."), field="answer"
    )
    upheld = verdict == ObjectionState.UPHELD
    if upheld and remedy not in remedies_of(objection):
        raise DomainError(_("Say what is done again."), field="remedy")
    objection.answer, objection.remedy = answer, remedy if upheld else ""
    objection.answered_at, objection.answered_by = clock.now(), by
    objection.save(update_fields=["answer", "remedy", "answered_at", "answered_by"])
    transition(objection, ObjectionState(verdict), by=by, note=answer)
    record(objection.application, "application.objection_answered", by=by, data={"verdict": verdict})
    notifications.objection_answered(objection)
    return objection


def _need_manager(objection: Objection, by: Any) -> None:
    if not can_manage_project(by, objection.application.call.project):
        raise DomainError(_("A manager of the project does this."))


def _need_handler(objection: Objection, by: Any) -> None:
    if objection.handler_id != by.pk:
        raise DomainError(_("Only the person who was named to examine this objection can do this."))
