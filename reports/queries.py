"""What is public: funded projects with their duration, the figures of each call, and calls as opportunities."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from applicants.models import Application
from applicants.states import ApplicationState
from calls.awards import AwardUnit
from calls.models import Call, long_texts
from calls.queries import Wanted
from core import clock
from evaluation.models import Round
from evaluation.queries import Award, awards_of
from grants.models import Agreement
from grants.states import AgreementState
from reports.opportunities import opportunity

BEFORE_FORCE = [AgreementState.DRAFTED, AgreementState.SENT, AgreementState.SIGNED, AgreementState.WITHDRAWN]


@dataclass(frozen=True)
class Result:
    """A funded project as everybody may read it; the days are known once its agreement is in force."""

    award: Award
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Figures:
    """A call in numbers: files that were submitted, that were eligible, that are funded."""

    submitted: int
    eligible: int
    funded: int


def public_calls(*, code: str = "", project: str = "") -> QuerySet[Call]:
    """Calls whose results are public, the newest first; narrowed to a code or a project's slug."""
    found = Call.objects.public().filter(results_published_at__lte=clock.now())
    found = found.exclude(award_unit=AwardUnit.NONE)  # their results are the catalogue
    if code:
        found = found.filter(code=code.upper())
    if project:
        found = found.filter(project__slug=project)
    order = found.order_by("-results_published_at", "-pk")
    return order.select_related("project", "voucher_type").defer(*long_texts())


def results(calls: QuerySet[Call]) -> list[Result]:
    """The funded projects of these calls: four queries, whatever their number."""
    awards = awards_of(calls.order_by())
    keys = [award.application for award in awards]
    binding = Agreement.objects.filter(application__in=keys).exclude(state__in=BEFORE_FORCE)
    days = {row[0]: row[1:] for row in binding.values_list("application", "starts_on", "ends_on")}
    return [Result(award, *days.get(award.application, (None, None))) for award in awards]


def figures(calls: list[Call]) -> dict[int, Figures]:
    """The numbers of each call by its key, of a call with cut-offs over those that are published: one query."""
    public = Round.objects.filter(results_published_at__lte=clock.now(), cut_off__isnull=False)
    known = Q(last_final__cut_off__isnull=True) | Q(last_final__cut_off__in=public.values("cut_off"))
    counts = Q(last_final__isnull=False) & ~Q(state=ApplicationState.WITHDRAWN)
    judged = [ApplicationState.ELIGIBLE, ApplicationState.SELECTED, ApplicationState.RESERVE]
    rows = (
        Application.objects.filter(known, call__in=calls)
        .order_by()
        .values(key=F("call"))
        .annotate(
            submitted=Count("pk", filter=counts),
            eligible=Count("pk", filter=counts & Q(state__in=[*judged, ApplicationState.REJECTED])),
            funded=Count("pk", filter=Q(state=ApplicationState.SELECTED)),
        )
    )
    return {row["key"]: Figures(row["submitted"], row["eligible"], row["funded"]) for row in rows}


def opportunities(at: datetime, *, site_url: str, text: str = "") -> list[dict[str, Any]]:
    """Every published call, with these words, as CommonGrants tells it: two queries."""
    unread = [name for name in long_texts() if name != "summary"]
    found = Wanted.read({"text": text}).narrow(Call.objects.public())
    rows = (
        found.select_related("project")
        .prefetch_related("cut_offs")
        .defer(*unread)
        .annotate(changed=Max("changes__at"))
    )
    told = []
    for call in rows.order_by("pk"):
        last = max(filter(None, [call.published_at, call.changed, call.results_published_at]))
        told.append(opportunity(call, at, changed_at=last, site_url=site_url))
    return told
