"""First come, first served with money held at submission: claims, the money held for them, and who waits.

Whoever calls is alone with the call (`lock_exclusive("call", …)`): the order of claims is made by one at a time.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import notifications
from applicants.arrivals import Standing, is_exhausted, stand
from applicants.models import Application, Claim, Hold, Version
from applicants.queries.claims import SURE_AFTER, claimed_of, shares_asked
from applicants.queries.money import outside_by_organisation
from applicants.states import ApplicationState
from calls import services as calls
from calls.models import Call
from core import clock
from core.audit import record
from core.errors import BudgetExceeded
from core.locks import lock_exclusive, lock_row
from core.money import format_eur
from core.workflow import transition
from funding import services as funding
from funding.models import Account
from funding.queries import line_balance


def take_claim(version: Version, *, by: Any) -> Claim:
    """Put a version that was just submitted into the order of arrival, and hold its money if it is there.

    The rules of the call have found it eligible; nobody else checks it now. Raises BudgetExceeded when the money does not
    go so far and no place to wait is left; then nothing was submitted.
    """
    application, call = version.application, version.application.call
    assert version.arrived_at is not None
    transition(application, ApplicationState.ELIGIBLE, by=None, note=_("The rules of the call are kept."))
    asked = sum(cents for _organisation, cents in shares_asked(version.pk))
    own = Claim.objects.create(
        call=call, application=application, version=version, arrived_at=version.arrived_at, amount_cents=asked
    )
    standing = _arrange(call, by=by, own=own)
    handled_late = (
        call.exhausted_at is not None
    )  # arrived before the end, or it would have been refused by now
    if own.pk in standing.waiting and len(standing.waiting) > call.waiting_most and not handled_late:
        raise BudgetExceeded(_too_little(call, own))
    return own


def _too_little(call: Call, own: Claim) -> str:
    assert call.budget_line is not None
    left = line_balance(call.budget_line, Account.RESERVED)
    told = {"left": format_eur(left), "asked": format_eur(own.amount_cents)}
    return (
        _("%(left)s EUR are left in this call; you ask for %(asked)s. Ask for less, or it cannot be taken.")
        % told
    )


def release_claim(application: Application, *, by: Any, in_books: bool = True) -> None:
    """The claim of an application is over: the money held for it goes back, and to the next who waits. Nothing happens to
    an application without one. `in_books`: the ledger does not know it yet."""
    claim = (
        Claim.objects.select_related("call", "version").filter(application=application, ended_at=None).first()
    )
    if claim is None:
        return
    claim.ended_at = clock.now()
    claim.save(update_fields=["ended_at"])
    for hold in Hold.objects.filter(claim=claim, released_at=None):
        _release(hold, by=by, in_books=in_books)
    _arrange(claim.call, by=by)


def close_claim(application: Application, *, by: Any) -> None:
    """A decision was released on the claim: what is held for it is an award, and no longer part of the order."""
    record(application, "application.claim_decided", by=by)
    Claim.objects.filter(application=application, ended_at=None).update(decided_at=clock.now())


def claims_to_tell() -> list[int]:
    """Claims whose place is sure by now and was not told, oldest first."""
    due = Claim.objects.filter(told_at=None, ended_at=None, arrived_at__lt=clock.now() - SURE_AFTER)
    return list(due.order_by("arrived_at", "pk").values_list("pk", flat=True)[:100])


@transaction.atomic(durable=True)
def tell_claim(pk: int) -> bool:
    """Tell an applicant that its money is held, or its place among those who wait; once. Returns whether it did."""
    call_pk = Claim.objects.filter(pk=pk).values_list("call", flat=True).first()
    if call_pk is None:
        return False
    lock_exclusive("call", call_pk)
    claim = (
        Claim.objects.select_related("application__call__project")
        .filter(pk=pk, told_at=None, ended_at=None)
        .first()
    )
    if claim is None or claim.arrived_at >= clock.now() - SURE_AFTER:
        return False
    claim.told_at = clock.now()
    claim.save(update_fields=["told_at"])
    notifications.claim_stands(claim)
    return True


def _arrange(call: Call, *, by: Any, own: Claim | None = None) -> Standing:
    """Give and take back what the order of arrival says, tell those who move up, and end the call when nothing is left.

    A claim that a ceiling keeps from its money leaves the order, with the reason, unless it is the one being submitted:
    then BudgetExceeded is raised.
    """
    call = lock_row(call)
    assert call.budget_line is not None
    claims = {
        one.pk: one
        for one in Claim.objects.in_order().filter(call=call).select_related("application__call", "version")
    }
    holds = {
        one.claim_id: one
        for one in Hold.objects.filter(claim__call=call, released_at=None, claim__ended_at=None)
    }
    taken = sum(1 for pk in holds if pk not in claims)
    held_here = sum(claims[pk].amount_cents for pk in holds if pk in claims)
    budget = line_balance(call.budget_line, Account.RESERVED) + held_here
    standing = stand(
        [claimed_of(one, is_held=one.pk in holds) for one in claims.values()],
        budget_cents=budget,
        most=call.max_awards,
        taken=taken,
    )
    for pk in standing.waiting:
        if pk in holds:
            _release(holds[pk], by=by)
    for pk in standing.held:
        if pk not in holds and not _hold(claims[pk], by=by, must=own is not None and own.pk == pk):
            return _arrange(call, by=by, own=own)
    _end_if_used_up(call, standing, list(claims.values()), taken=taken, by=by)
    return standing


def _end_if_used_up(call: Call, standing: Standing, claims: list[Claim], *, taken: int, by: Any) -> None:
    assert call.budget_line is not None
    free = line_balance(call.budget_line, Account.RESERVED)
    if (
        call.exhausted_at is None
        and claims
        and is_exhausted(
            standing,
            free_cents=free,
            least_cents=call.project_min_cents,
            waiting_most=call.waiting_most,
            most=call.max_awards,
            taken=taken,
        )
    ):
        calls.record_exhausted(call, at=max(one.arrived_at for one in claims), by=by)


def _hold(claim: Claim, *, by: Any, must: bool) -> bool:
    """Hold the money of a claim; False when a ceiling forbids it, and the claim has left the order."""
    line = claim.application.call.budget_line
    assert line is not None
    try:
        with transaction.atomic():
            hold = Hold.objects.create(claim=claim)
            outside = outside_by_organisation(claim.application.call, claim.version_id)
            shares = shares_asked(claim.version_id)
            funding.record_awarded(line, shares, by=by, source=hold, outside=outside)
    except BudgetExceeded as error:
        if must:
            raise
        claim.barred_because = error.message
        claim.save(update_fields=["barred_because"])
        record(claim.application, "application.claim_barred", by=None, note=error.message)
        return False
    record(claim.application, "application.claim_held", by=None, data={"amount_cents": claim.amount_cents})
    if claim.told_at is not None:
        notifications.claim_stands(claim)
    return True


def _release(hold: Hold, *, by: Any, in_books: bool = True) -> None:
    claim = hold.claim
    hold.released_at = clock.now()
    hold.save(update_fields=["released_at"])
    line = claim.call.budget_line
    assert line is not None
    if in_books:
        funding.record_award_released(line, shares_asked(claim.version_id), by=by, source=hold)
    record(claim.application, "application.claim_released", by=by, data={"amount_cents": claim.amount_cents})
