"""What may be deleted when, call by call; and which applications' term is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from applicants.models import Application
from applicants.queries import under_hold
from applicants.states import ApplicationState
from calls.calendar import zone_named
from calls.models import Call
from core import clock
from evaluation.models import Objection
from evaluation.states import ObjectionState
from funding.models import FinalPayment, Project
from funding.retention import ANNOUNCED, funded_free_from, losers_free_from
from grants.models import Agreement

UNDER_OBJECTION = [ObjectionState.FILED, ObjectionState.HANDLING, ObjectionState.UPHELD]


@dataclass(frozen=True)
class CallTerm:
    """One call: what there is, and the first day on which it may be deleted (None: no end is known)."""

    call: Call
    funded: int
    funded_from: date | None
    losers: int
    losers_from: date | None
    deleted: int
    held: int


def final_payment_of(project: Project) -> date | None:
    """The approved day of the final payment of the main grant; None when nobody knows it."""
    approved = FinalPayment.objects.filter(project=project, approved_at__isnull=False)
    return approved.order_by("-approved_at", "-pk").values_list("paid_on", flat=True).first()


def losers_of(project: Project) -> "QuerySet[Application]":
    """Submitted applications that got no money, each with `answered`: when its own answer was released, else that of its call.

    Left out: those with a grant agreement, with an objection that is not answered, those that have to be kept (LegalHold), and
    those deleted already.
    """
    agreed = Agreement.objects.filter(application=OuterRef("pk"))
    disputed = Objection.objects.filter(application=OuterRef("pk"), state__in=UNDER_OBJECTION)
    released = Application.objects.filter(call=OuterRef("call"), outcome_at__isnull=False).order_by()
    last = released.values("call").annotate(last=Max("outcome_at")).values("last")
    found = Application.objects.filter(call__project=project, last_final__isnull=False, deleted_at=None)
    return (
        found.exclude(state__in=[ApplicationState.SELECTED, ApplicationState.OPEN, ApplicationState.ELIGIBLE])
        .exclude(Exists(agreed))
        .exclude(Exists(disputed))
        .exclude(under_hold())
        .annotate(answered=Coalesce("outcome_at", last))
    )


def terms_of(project: Project) -> list[CallTerm]:
    """All calls of a project that have applications, newest first."""
    paid = final_payment_of(project)
    funded_from = funded_free_from(paid, project.eu_grant_cents)
    selected = Q(state=ApplicationState.SELECTED)
    rows = []
    for call in Call.objects.filter(project=project).order_by("-pk"):
        own = Application.objects.filter(call=call, last_final__isnull=False)
        counts = own.aggregate(
            funded=Count("pk", filter=selected),
            deleted=Count("pk", filter=Q(deleted_at__isnull=False)),
            held=Count("pk", filter=under_hold()),
        )
        losers = losers_of(project).filter(call=call).aggregate(n=Count("pk"), first=Min("answered"))
        if not (counts["funded"] or counts["deleted"] or counts["held"] or losers["n"]):
            continue
        rows.append(
            CallTerm(
                call,
                counts["funded"],
                funded_from if counts["funded"] else None,
                losers["n"],
                losers_free_from(_day(losers["first"], call), project.losers_years),
                counts["deleted"],
                counts["held"],
            )
        )
    return rows


def due_by(project: Project, at: datetime) -> list[Application]:
    """The losers that may be deleted at this instant (UTC)."""
    day_before = at - timedelta(days=365 * project.losers_years)  # rough; the day is exact below
    found = losers_of(project).filter(answered__lt=day_before).select_related("call").order_by("call", "pk")
    return [one for one in found if _is_due(one, project, at)]


def to_announce(project: Project) -> list[Application]:
    """Losers whose managers are to be told now."""
    return [one for one in due_by(project, clock.now() + ANNOUNCED) if one.deletion_told_at is None]


def to_delete(project: Project) -> list[Application]:
    """Losers whose term is over, and whose managers were told long enough ago."""
    told = clock.now() - ANNOUNCED
    return [
        one
        for one in due_by(project, clock.now())
        if one.deletion_told_at is not None and one.deletion_told_at <= told
    ]


def _is_due(application: Application, project: Project, at: datetime) -> bool:
    answered = application.answered  # type: ignore[attr-defined]  # annotated
    free = losers_free_from(_day(answered, application.call), project.losers_years)
    return free is not None and at.astimezone(zone_named(application.call.zone)).date() >= free


def _day(instant: datetime | None, call: Call) -> date | None:
    return instant.astimezone(zone_named(call.zone)).date() if instant else None
