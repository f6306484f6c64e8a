"""The log of incidents: what kept people from applying is written down with its evidence, and may be published (A33)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from calls.models import Call, CallChange, Incident
from calls.states import CallState
from core import audit, clock
from core.errors import DomainError, InvalidTransition
from core.locks import lock_exclusive, lock_row


@transaction.atomic(durable=True)
def record_incident(
    call: Call,
    *,
    what: str,
    began_at: datetime,
    ended_at: datetime | None,
    evidence: str,
    affected: str,
    by: Any,
) -> Incident:
    """Write down what happened (instants in UTC; `ended_at` None while it lasts). Nobody outside the project reads it.

    The entry stays as it is written: what was wrong in it is said in another one. Raises DomainError for a beginning or end in
    the future or in the wrong order, InvalidTransition for a call that was never published.
    """
    lock_exclusive("incidents of call", call.pk)
    call = lock_row(call)
    if call.published_at is None:
        raise InvalidTransition(_("The log of incidents begins when the call is published."))
    for name, text in (("what", what), ("evidence", evidence), ("affected", affected)):
        if not text.strip():
            raise DomainError(_("Write it down: the log is read by auditors."), field=name)
    if began_at > clock.now():
        raise DomainError(_("This is still to come: the log is of what has happened."), field="began_day")
    _check_end(began_at, ended_at)
    last = Incident.objects.filter(call=call).aggregate(last=Max("number"))["last"] or 0
    made = Incident.objects.create(
        call=call,
        number=last + 1,
        what=what.strip(),
        began_at=began_at,
        ended_at=ended_at,
        evidence=evidence.strip(),
        affected=affected.strip(),
        recorded_by=by,
    )
    _audit(made, "call.incident_recorded", by, note=made.what)
    return made


@transaction.atomic(durable=True)
def end_incident(incident: Incident, *, ended_at: datetime, by: Any) -> Incident:
    """Say when an incident that lasted ended (UTC). Raises InvalidTransition when that is known already."""
    incident = lock_row(incident)
    if incident.ended_at is not None:
        raise InvalidTransition(_("The end of this incident is written down already."))
    _check_end(incident.began_at, ended_at)
    incident.ended_at = ended_at
    incident.save(update_fields=["ended_at"])
    _audit(incident, "call.incident_ended", by)
    return incident


@transaction.atomic(durable=True)
def publish_incident(incident: Incident, *, public_text: str, by: Any) -> Incident:
    """Put a short text on the page of the call, among what changed; everybody with a draft is told (applicants.jobs).

    Raises InvalidTransition when it is public already or nobody reads the call any more, DomainError without a text.
    """
    incident = lock_row(incident)
    if incident.published_at is not None:
        raise InvalidTransition(_("This incident is published already."))
    if incident.call.state != CallState.PUBLISHED:
        raise InvalidTransition(_("Only an incident of a published call can be published."))
    text = public_text.strip()
    if not text:
        raise DomainError(_("Say what happened: everybody reads it."), field="public_text")
    incident.published_at, incident.public_text = clock.now(), text
    incident.save(update_fields=["published_at", "public_text"])
    CallChange.objects.create(call=incident.call, by=by, kind=CallChange.Kind.INCIDENT, text=text)
    _audit(incident, "call.incident_published", by, note=text)
    return incident


def _check_end(began_at: datetime, ended_at: datetime | None) -> None:
    if ended_at is None:
        return
    if ended_at <= began_at:
        raise DomainError(_("It cannot end before it begins."), field="ended_day")
    if ended_at > clock.now():
        raise DomainError(
            _("Leave the end empty while it lasts, and write it down when it is over."), field="ended_day"
        )


def _audit(incident: Incident, verb: str, by: Any, *, note: str = "") -> None:
    data = {
        "incident": incident.number,
        "began_at": incident.began_at.isoformat(),
        "ended_at": incident.ended_at.isoformat() if incident.ended_at else None,
    }
    audit.record(incident.call, verb, by=by, note=note, data=data)
