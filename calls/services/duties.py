"""Where a call is published, with evidence; and the duties it departs from, with their reasons."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from calls.models import Call, Channel, DutyException
from calls.plans import ChannelPlan
from calls.publication import DUTIES, Duty, Part
from calls.services._common import check_seen, lock_draft, record_part, set_columns
from calls.states import CallState
from core import audit, clock
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.locks import lock_row
from core.models import AuditEvent


@transaction.atomic(durable=True)
def change_channels(
    call: Call, *, channels: Sequence[ChannelPlan], by: Any, parent_topic: str = "", seen: str = ""
) -> Call:
    """Set where a call is published: planned in a draft, with day and link as evidence once it is there.

    It may change after publication; each change is in the audit trail. Raises DomainError for a day to come, or one
    without its link.
    """
    call = lock_row(call)
    if call.state == CallState.CANCELLED:
        raise InvalidTransition(_("This call is cancelled: it can no longer be changed."))
    check_seen(call, Part.CHANNELS, seen)
    today = clock.now().astimezone(call.zoneinfo).date()
    for one in channels:
        name = one.name or Channel.Kind(one.kind).label
        if one.published_on and not one.url:
            raise DomainError(_("%s: give the link where it can be seen.") % name)
        if one.published_on and one.published_on > today:
            raise DomainError(_("%s: this day has not come yet. Leave it empty until it is there.") % name)
    changed = set_columns(call, {"parent_topic": parent_topic.strip()})
    before = list(Channel.objects.filter(call=call))
    Channel.objects.filter(call=call).delete()
    write_channels(call, channels)
    told = [digest_of(before), digest_of(Channel.objects.filter(call=call))]
    if told[0] != told[1] or changed:
        record_part(call, Part.CHANNELS, by=by, changed={**changed, "channels": told})
    return call


def write_channels(call: Call, channels: Sequence[ChannelPlan]) -> None:
    """Store planned channels in their order."""
    Channel.objects.bulk_create(
        Channel(
            call=call,
            position=position,
            kind=one.kind,
            name=one.name,
            published_on=one.published_on,
            url=one.url,
        )
        for position, one in enumerate(channels)
    )


def digest_of(channels: Any) -> list[str]:
    """The channels as the trail keeps them."""
    return [f"{one.kind} {one.name} {one.published_on or ''} {one.url}".strip() for one in channels]


@transaction.atomic(durable=True)
def except_duty(call: Call, *, duty: str, reason: str, by: Any) -> Call:
    """Record why a draft departs from a duty. Another manager confirms it by publishing the call.

    An earlier reason for the same duty is replaced. Raises DomainError without a reason or for a duty without exception.
    """
    call = lock_draft(call, Part.CHANNELS)
    if duty not in DUTIES or duty == Duty.TWO_MONTHS:
        raise DomainError(_("There is no exception from this duty."))
    if not reason.strip():
        raise DomainError(_("Say why: it is kept for the auditor."), field="reason")
    DutyException.objects.update_or_create(
        call=call,
        duty=duty,
        defaults={"reason": reason.strip(), "by": by, "at": clock.now()},
    )
    record_part(call, Part.CHANNELS, by=by, changed={"exception": duty, "reason": reason.strip()})
    return call


@transaction.atomic(durable=True)
def keep_duty(call: Call, *, duty: str, by: Any) -> Call:
    """Take an exception of a draft back; nothing happens when there is none."""
    call = lock_draft(call, Part.CHANNELS)
    gone, _rows = DutyException.objects.filter(call=call, duty=duty).delete()
    if gone:
        record_part(call, Part.CHANNELS, by=by, changed={"exception_taken_back": duty})
    return call


def confirm_exceptions(call: Call, *, by: Any) -> None:
    """Whoever publishes confirms every exception. Raises FourEyesRequired when one of them is their own."""
    rows = list(DutyException.objects.filter(call=call))
    own = [DUTIES[Duty(one.duty)] for one in rows if one.by_id == by.pk]
    if call.short_opening_reason.strip() and _author_of_short_opening(call) == by.pk:
        own.append(DUTIES[Duty.TWO_MONTHS])
    if own:
        sentence = _("You recorded the exception from “%s” yourself; another manager has to publish it.")
        raise FourEyesRequired(sentence % own[0])
    DutyException.objects.filter(call=call).update(confirmed_by=by, confirmed_at=clock.now())
    if rows:
        audit.record(call, "call.exceptions_confirmed", by=by, data={"duties": [one.duty for one in rows]})


def _author_of_short_opening(call: Call) -> int | None:
    """Who wrote the reason for opening for less than two months last."""
    written: AuditEvent | None = (
        audit.history(call)
        .filter(verb="call.dates_changed", data__has_key="short_opening_reason")
        .order_by("-pk")
        .first()
    )
    return written.actor_id if written else None
