"""Applications whose texts are alike, and the other applications of one applicant, as the call office reads them (A23)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from accounts.queries import entries_of_firms
from applicants.models import Application, Resemblance
from applicants.states import ApplicationState


@dataclass(frozen=True)
class Alike:
    """Another application with much of the same text. Of one that the reader may not see no more is told than its reference,
    the project and whom to ask."""

    ref: str
    percent: int
    project: str
    contact: str
    application: Application | None = None
    same_applicant: bool = False
    url: str = ""


def _counting() -> QuerySet[Resemblance]:
    """Pairs of versions that both still count."""
    return Resemblance.objects.filter(
        later__application__last_final=F("later"), earlier__application__last_final=F("earlier")
    ).exclude(
        Q(later__application__state=ApplicationState.WITHDRAWN)
        | Q(earlier__application__state=ApplicationState.WITHDRAWN)
    )


def alike_by_version(versions: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """For each of these versions the references of applications that are much like it, with about how many percent; the most
    first. One query."""
    rows = (
        _counting()
        .filter(Q(later__in=versions) | Q(earlier__in=versions))
        .order_by("-percent")
        .values_list("later", "earlier", "later__application__ref", "earlier__application__ref", "percent")
    )
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    wanted = set(versions)
    for later, earlier, later_ref, earlier_ref, percent in rows:
        if later in wanted:
            found[later].append((earlier_ref, percent))
        if earlier in wanted:
            found[earlier].append((later_ref, percent))
    return found


def alike(application: Application, user: Any) -> list[Alike]:
    """The applications that are much like this one, the most first: two queries, one where there is none."""
    version = application.last_final_id
    rows = _counting().filter(Q(later=version) | Q(earlier=version)).order_by("-percent", "pk")
    pairs = [(one.earlier_id if one.later_id == version else one.later_id, one.percent) for one in rows]
    if not pairs:
        return []
    others = {
        one.last_final_id: one
        for one in Application.objects.filter(last_final__in=[pk for pk, _percent in pairs])
        .select_related("call__project", "organisation", "last_final")
        .defer("last_final__payload", "last_final__declarations")
    }
    seen = set(
        Application.objects.visible_to_staff(user)
        .filter(pk__in=[one.pk for one in others.values()])
        .values_list("pk", flat=True)
    )
    return [
        _told(others[pk], percent, pk_seen=others[pk].pk in seen, firm=application.organisation.firm_id)
        for pk, percent in pairs
    ]


def _told(other: Application, percent: int, *, pk_seen: bool, firm: int) -> Alike:
    project = other.call.project
    if not pk_seen:
        return Alike(other.ref, percent, project.acronym, project.contact_email)
    url = reverse("applicants:staff_application_detail", args=[other.call.slug, other.ref])
    same = other.organisation.firm_id == firm
    return Alike(other.ref, percent, project.acronym, project.contact_email, other, same, url)


def others_of_applicant(application: Application, user: Any) -> list[Application]:
    """The other submitted applications of the same firm that the reader may see, under whichever of its entries, newest
    first: one query."""
    entries = entries_of_firms([application.organisation.firm_id])
    found = Application.objects.visible_to_staff(user).filter(organisation__in=entries)
    return list(
        found.exclude(pk=application.pk)
        .select_related("call__project", "last_final")
        .defer("last_final__payload", "last_final__declarations")
        .order_by("-pk")
    )
