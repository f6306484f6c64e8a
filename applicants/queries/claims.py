"""Where an application stands in the order of arrival, first come, first served."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Organisation
from applicants.arrivals import Claimed
from applicants.models import Application, Claim, Hold, Partner
from applicants.states import ApplicationState
from calls.intake import CallModel
from calls.models import Call

SURE_AFTER = timedelta(minutes=1)
"""So long after its arrival a claim's place is told as final: nothing that arrived before it is on its way any more."""


def shares_asked(version_pk: int) -> list[tuple[Organisation, int]]:
    """What each organisation of a submitted version asks for, in cents, the lead first."""
    rows = Partner.objects.filter(version=version_pk, requested_cents__gt=0).select_related("organisation")
    return [(row.organisation, row.requested_cents) for row in rows]


def claimed_of(claim: Claim, *, is_held: bool) -> Claimed:
    """A claim as the order of arrival sees it."""
    return Claimed(
        claim.pk, claim.arrived_at, claim.pk, claim.amount_cents, is_held, claim.told_at is not None
    )


@dataclass(frozen=True)
class Place:
    """Where an application stands: `held` (its money, in cents, is held), `waiting` (with its place), `queued` (to be
    scored, with its place), or `barred` (with the reason). `sure_at`: until then an earlier arrival may go first."""

    kind: str
    number: int = 0
    cents: int = 0
    sure_at: datetime | None = None
    reason: str = ""


def place_of(application: Application) -> Place | None:
    """Its place, as long as nothing is decided on it; None in a call that is not first come, first served."""
    call = application.call
    undecided = application.state in (ApplicationState.OPEN, ApplicationState.ELIGIBLE)
    if application.last_final_id is None or not undecided:
        return None
    if call.call_model == CallModel.QUEUE:
        return _in_queue(application)
    return _of_claim(application) if call.call_model == CallModel.CLAIM else None


def _in_queue(application: Application) -> Place:
    version = application.last_final
    assert version is not None and version.arrived_at is not None
    waiting = Application.objects.submitted().filter(
        call=application.call_id, state__in=[ApplicationState.OPEN, ApplicationState.ELIGIBLE]
    )
    earlier = waiting.filter(last_final__arrived_at__lt=version.arrived_at).count()
    equal = waiting.filter(last_final__arrived_at=version.arrived_at, last_final__lt=version.pk).count()
    return Place("queued", earlier + equal + 1)


def _of_claim(application: Application) -> Place | None:
    claim = Claim.objects.filter(application=application, ended_at=None).first()
    if claim is None:
        return None
    if claim.barred_because:
        return Place("barred", reason=claim.barred_because)
    sure_at = claim.arrived_at + SURE_AFTER if claim.told_at is None else None
    if Hold.objects.filter(claim=claim, released_at=None).exists():
        return Place("held", cents=claim.amount_cents, sure_at=sure_at)
    return Place("waiting", _places(application.call).index(claim.pk) + 1, claim.amount_cents, sure_at)


def _places(call: Call) -> list[int]:
    """The claims that wait, first come first: those that were told so stand first."""
    waiting = (
        Claim.objects.in_order().filter(call=call).exclude(holds__in=Hold.objects.filter(released_at=None))
    )
    rows = sorted(waiting, key=lambda one: (one.told_at is None, one.arrived_at, one.pk))
    return [one.pk for one in rows]


@dataclass(frozen=True)
class ClaimLine:
    """One claim on the page of the project: its application, and how it stands."""

    claim: Claim
    place: int
    is_held: bool


def claim_lines(call: Call, most: int | None = 200) -> list[ClaimLine]:
    """The claims of a call that nothing is decided on, those with money first, each in the order of arrival: two queries."""
    held = set(Hold.objects.filter(claim__call=call, released_at=None).values_list("claim", flat=True))
    rows = Claim.objects.in_order().filter(call=call).select_related("application__organisation")
    ordered = sorted(rows, key=lambda one: (one.pk not in held, one.told_at is None, one.arrived_at, one.pk))
    return [ClaimLine(one, number, one.pk in held) for number, one in enumerate(ordered[:most], start=1)]
