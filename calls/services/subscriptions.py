"""News by mail: asked for, confirmed, ended, and told. Nothing is told twice, and nothing to an address that did not confirm."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from calls import notifications, queries
from calls.models import Call, CallChange, Enquiry, Subscription
from calls.states import CallPhase, CallState
from core import clock
from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage

ASK_AGAIN_AFTER = timedelta(hours=1)
"""However often somebody enters an address, it is asked to confirm at most once in this time."""
NEWSWORTHY = (CallPhase.UPCOMING, CallPhase.OPEN, CallPhase.CLOSED)
FORGET_UNCONFIRMED = timedelta(days=7)
FORGET_ASKERS = timedelta(days=90)
"""So long after its deadline a call's questions lose the addresses of those who asked without an account."""


@transaction.atomic(durable=True)
def subscribe(
    *,
    call: Call | None = None,
    search: Mapping[str, str] | None = None,
    by: Any = None,
    email: str = "",
    language: str = "en",
) -> Subscription:
    """Ask for news of a call, or of new calls that fit a search (as `Wanted` reads it). A person with an account gets them
    at once; an address is written to and has to confirm. The same again changes nothing.

    Raises InvalidTransition for a call of which there will be no news.
    """
    now = clock.now()
    if call is not None and (call.phase(now) not in NEWSWORTHY or _has_all_results(call, now)):
        raise InvalidTransition(_("There will be no more news of this call."))
    address = "" if by is not None else email.strip().lower()
    if by is None and not address:
        raise DomainError(_("Give an address."), field="email")
    wanted = queries.Wanted(**(search or {})).lasting
    given = {"language": language, "created_at": now}
    made, _new = Subscription.objects.get_or_create(
        user=by, email=address, call=call, **wanted, defaults=given
    )
    if by is not None and made.confirmed_at is None:
        _confirm(made, now)
    elif by is None and (made.asked_at is None or made.asked_at <= now - ASK_AGAIN_AFTER):
        made.asked_at = now
        made.save(update_fields=["asked_at"])
        notifications.subscription_to_confirm(made)
    return made


def _has_all_results(call: Call, at: datetime) -> bool:
    return call.results_published_at is not None and call.phase(at) == CallPhase.CLOSED


@transaction.atomic(durable=True)
def confirm_subscription(subscription: Subscription) -> Subscription:
    """The address says yes, by the link that only it has. Told from now on; done twice nothing changes."""
    locked = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
    if locked.confirmed_at is None:
        _confirm(locked, clock.now())
    return locked


def _confirm(subscription: Subscription, now: datetime) -> None:
    last = CallChange.objects.filter(call=subscription.call_id).aggregate(last=Max("pk"))["last"]
    subscription.confirmed_at = subscription.searched_until = now
    subscription.change_told = last or 0
    subscription.save(update_fields=["confirmed_at", "searched_until", "change_told"])


@transaction.atomic(durable=True)
def end_subscription(subscription: Subscription) -> None:
    """No more mails; what was kept of it is deleted. Done twice nothing changes."""
    Subscription.objects.filter(pk=subscription.pk).delete()


@transaction.atomic(durable=True)
def tell_of_call(pk: int) -> bool:
    """Write what is new in the call of a subscription: every change that was announced since the last mail in one mail, and
    its opening, its deadline a week before, its results. Returns whether anything was written.

    Who was told of a change already, as somebody with a draft or a question, is not told again.
    """
    found = _lock(pk)
    if found is None or found.call is None:
        return False
    now = clock.now()
    changes = queries.changes_to_tell(found)
    found.change_told = max([found.change_told, *(one.pk for one in changes)])
    fresh = [one for one in changes if one.pk not in _told_already(found, changes)]
    moments = queries.moments_due(found, now)
    if "opening" in moments:
        found.opening_told_at = now
    if "deadline" in moments:
        found.reminded_for = found.call.closes_at
    found.save(update_fields=["change_told", "opening_told_at", "reminded_for"])
    if fresh or moments:
        notifications.news_of_call(found, fresh, moments)
    if "results" in moments or found.call.state == CallState.CANCELLED:
        found.delete()
    return bool(fresh or moments)


def _told_already(subscription: Subscription, changes: list[CallChange]) -> set[int]:
    told = OutgoingMessage.objects.filter(
        about_type=notifications.kind_of_changes(),
        about_id__in=[one.pk for one in changes],
        to__iexact=subscription.address,
    )
    return {pk for pk in told.values_list("about_id", flat=True) if pk is not None} if changes else set()


@transaction.atomic(durable=True)
def tell_of_search(pk: int, *, until: datetime) -> bool:
    """Write once of the open and coming calls that fit a search and were published since the last time and by `until`.
    Returns whether there were any."""
    found = _lock(pk)
    if found is None or found.call_id is not None or found.searched_until is None:
        return False
    if found.searched_until >= until:
        return False
    calls = queries.new_calls(found, until=until)
    found.searched_until = until
    found.save(update_fields=["searched_until"])
    if calls:
        notifications.new_calls(found, calls)
    return bool(calls)


def _lock(pk: int) -> Subscription | None:
    """The subscription, locked; None when it is ended, or another beat is at it."""
    return (
        Subscription.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("call", "call__project", "user")
        .filter(pk=pk, confirmed_at__isnull=False)
        .first()
    )


@transaction.atomic(durable=True)
def forget_addresses() -> int:
    """Delete what was never confirmed, and the addresses of askers of calls that are long over. Returns how many."""
    now = clock.now()
    gone, _by_table = Subscription.objects.filter(
        confirmed_at=None, created_at__lt=now - FORGET_UNCONFIRMED
    ).delete()
    old = Enquiry.objects.filter(call__closes_at__lt=now - FORGET_ASKERS).exclude(email="")
    return gone + old.update(email="")
