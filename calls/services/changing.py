"""What may still happen to a published call: its deadline moves later, or it is cancelled. Everybody reads it."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from calls import notifications
from calls.calendar import in_words
from calls.models import Call, CallChange, CutOff, Incident
from calls.services._common import as_data
from calls.states import CallState
from core import audit, clock
from core.errors import DeadlinePassed, DomainError, InvalidTransition
from core.locks import lock_exclusive, lock_row
from core.workflow import transition
from funding import queries as funding_queries
from funding import services as funding


@transaction.atomic(durable=True)
def extend_deadline(
    call: Call,
    *,
    closes_at: datetime,
    reason: str,
    by: Any,
    decision_by: date | None = None,
    agreement_by: date | None = None,
    cut_off: CutOff | None = None,
    incident: Incident | None = None,
) -> Call:
    """Move the deadline of a published call later (instant, UTC), while it has not passed (time-28).

    Submissions wait for this verb and it for them, so that each is judged by one deadline. People with drafts and
    submissions are told (applicants.jobs reads the change). The dates of answer and agreement may move with it; None
    leaves them. In a call with cut-offs `cut_off` says which one moves (default: the next), with its own day of answer;
    it stays before the one after it. `incident`: the published one whose lost time this gives back, to everybody (A33).
    Raises DeadlinePassed, or DomainError for an earlier deadline, or for one that gives back less than was lost.
    """
    lock_exclusive("call", call.pk)
    call = lock_row(call)
    if call.has_cut_offs:
        return _extend_cut_off(call, cut_off, closes_at, reason, by, decision_by, incident)
    _check_extension(
        call, closes_at, reason, decision_by or call.decision_by, agreement_by or call.agreement_by
    )
    before = call.closes_at
    made_good = _make_good(call, incident, before, closes_at)
    call.closes_at = closes_at
    call.decision_by, call.agreement_by = decision_by or call.decision_by, agreement_by or call.agreement_by
    call.save(update_fields=["closes_at", "decision_by", "agreement_by"])
    _tell_extension(call, before, closes_at, reason, by, incident=made_good)
    return call


def _extend_cut_off(
    call: Call,
    wanted: CutOff | None,
    closes_at: datetime,
    reason: str,
    by: Any,
    decision_by: date | None,
    incident: Incident | None,
) -> Call:
    moving = (
        CutOff.objects.filter(call=call, pk=wanted.pk).first() if wanted else call.cut_off_at(clock.now())
    )
    if moving is None or moving.closes_at is None or call.state != CallState.PUBLISHED:
        raise InvalidTransition(_("Only a cut-off to come of a published call can be extended."))
    before = moving.closes_at
    _check_later(call, before, closes_at, reason)
    following = CutOff.objects.filter(call=call, position__gt=moving.position).first()
    if following is not None and following.closes_at and closes_at >= following.closes_at:
        told = {"title": following, "when": in_words(following.closes_at, call.zone)}
        raise DomainError(_("%(title)s follows, %(when)s: stay before it.") % told, field="closes_day")
    answer = decision_by or moving.decision_by
    if answer and answer <= closes_at.astimezone(call.zoneinfo).date():
        raise DomainError(_("The answer cannot be due before the deadline."), field="decision_by")
    made_good = _make_good(call, incident, before, closes_at)
    moving.closes_at, moving.decision_by = closes_at, answer
    moving.save(update_fields=["closes_at", "decision_by"])
    if following is None:
        call.closes_at = closes_at
        call.save(update_fields=["closes_at"])
    _tell_extension(call, before, closes_at, reason, by, str(moving), incident=made_good)
    return call


def _make_good(
    call: Call, incident: Incident | None, before: datetime | None, closes_at: datetime
) -> Incident | None:
    """The incident, locked and marked as made good up to now or its end. Raises DomainError when it is another call's or not
    public, or when the deadline gives back less time than it took."""
    if incident is None or before is None:
        return None
    incident = lock_row(incident)
    if incident.call_id != call.pk or incident.published_at is None:
        raise DomainError(
            _("Publish the incident first: everybody reads why the deadline moves."), field="incident"
        )
    now = clock.now()
    lost = incident.lost_at(now)
    if not lost:
        raise DomainError(_("The time of this incident is given back already."), field="incident")
    if closes_at < before + lost:
        least = in_words(before + lost, call.zone)
        raise DomainError(_("This gives back less than was lost. Not before %s.") % least, field="closes_day")
    incident.made_good_at = incident.ended_at or now
    incident.save(update_fields=["made_good_at"])
    return incident


def _tell_extension(
    call: Call,
    before: datetime | None,
    closes_at: datetime,
    reason: str,
    by: Any,
    title: str = "",
    *,
    incident: Incident | None = None,
) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        text = _("%(what)s moved from %(before)s to %(after)s. %(reason)s") % {
            "what": title or _("The deadline"),
            "before": in_words(before, call.zone) if before else "",
            "after": in_words(closes_at, call.zone),
            "reason": reason.strip(),
        }
    CallChange.objects.create(call=call, by=by, kind=CallChange.Kind.DEADLINE, text=text)
    moved: dict[str, Any] = {"closes_at": [as_data(before), as_data(closes_at)]}
    moved |= {"cut_off": title} if title else {}
    moved |= {"incident": incident.number} if incident else {}
    audit.record(call, "call.deadline_extended", by=by, note=reason, data=moved)


def _check_later(call: Call, told_at: datetime, closes_at: datetime, reason: str) -> None:
    told = in_words(told_at, call.zone)
    if clock.now() > told_at:
        raise DeadlinePassed(_("The deadline has passed: %s. A call that is closed stays closed.") % told)
    if closes_at <= told_at:
        raise DomainError(_("A deadline only moves later; now it is %s.") % told, field="closes_day")
    if not reason.strip():
        raise DomainError(_("Say why: everybody reads it."), field="reason")


def _check_extension(
    call: Call, closes_at: datetime, reason: str, decision_by: date | None, agreement_by: date | None
) -> None:
    if call.state != CallState.PUBLISHED or call.closes_at is None:
        raise InvalidTransition(_("Only the deadline of a published call can be extended."))
    if call.exhausted_at is not None:
        raise DomainError(_("The money of this call is used up: a later deadline would change nothing."))
    _check_later(call, call.closes_at, closes_at, reason)
    if decision_by and decision_by <= closes_at.astimezone(call.zoneinfo).date():
        raise DomainError(
            _("The answer was promised by a day that is no longer after the deadline. Move it too."),
            field="decision_by",
        )
    if decision_by and agreement_by and agreement_by < decision_by:
        raise DomainError(_("The agreement cannot be due before the answer."), field="agreement_by")


@transaction.atomic(durable=True)
def cancel_call(call: Call, *, reason: str, by: Any) -> Call:
    """Cancel a draft, or a published call in which nothing is awarded yet: its money is free again.

    Everybody reads the reason; people with drafts are told. Raises DomainError when money is awarded.
    """
    lock_exclusive("call", call.pk)
    call = lock_row(call)
    if not reason.strip():
        raise DomainError(_("Say why: everybody reads it."), field="reason")
    if call.budget_line is not None:
        _release(call, by=by)
    transition(call, CallState.CANCELLED, by=by, note=reason.strip())
    if call.published_at is not None:
        CallChange.objects.create(call=call, by=by, kind=CallChange.Kind.CANCELLED, text=reason.strip())
        notifications.call_cancelled(call, reason=reason.strip(), by=by)
    return call


def _release(call: Call, *, by: Any) -> None:
    line = call.budget_line
    assert line is not None
    funding.lock_money(call.project)
    money = funding_queries.line_money(line)
    if money.envelope != money.reserved:
        raise DomainError(
            _("Money of this call is awarded already: end those awards first, then cancel the call."),
        )
    if money.reserved:
        funding.release_reserved(line, amount_cents=money.reserved, by=by, source=call)
