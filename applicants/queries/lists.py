"""Lists: an applicant's own applications, and a call's files for its staff. Constant queries, no row that is not shown."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from applicants.models import Application, Partner, Version
from applicants.states import ApplicationState, VersionStatus
from calls.models import Call

PAGE = 50


@dataclass(frozen=True)
class OwnApplication:
    """An application with the two versions that matter: the one that counts and the one being written."""

    application: Application
    valid: Version | None = None
    draft: Version | None = None

    @property
    def is_open(self) -> bool:
        """Does the call take submissions now?"""
        return self.application.call.is_open()

    @property
    def title(self) -> str:
        """What people call it: the draft's title, else the submitted one's."""
        titles = [version.title for version in (self.draft, self.valid) if version and version.title]
        return titles[0] if titles else ""


def own_applications(user: Any) -> list[OwnApplication]:
    """The applications of the person's organisations, newest first: two queries."""
    found = list(
        Application.objects.visible_to(user)
        .select_related("call", "call__project", "organisation")
        .order_by("-pk")
    )
    return with_versions(found)


def with_versions(found: list[Application]) -> list[OwnApplication]:
    """Add the version that counts and the draft to each: one query, without what was frozen."""
    rows = (
        Version.objects.filter(application__in=found, status__in=[VersionStatus.DRAFT, VersionStatus.FINAL])
        .defer("payload", "declarations")
        .order_by("number")
    )
    drafts: dict[int, Version] = {}
    finals: dict[int, Version] = {}
    for version in rows:
        target = drafts if version.status == VersionStatus.DRAFT else finals
        target[version.application_id] = version
    made = []
    for application in found:
        counts = application.state != ApplicationState.WITHDRAWN
        valid = finals.get(application.pk) if counts else None
        made.append(OwnApplication(application, valid, drafts.get(application.pk)))
    return made


def standing(application: Application) -> OwnApplication:
    """One application with its two versions: one query."""
    return with_versions([application])[0]


@dataclass(frozen=True)
class StaffFilter:
    """What the staff's list is narrowed to; an unknown value narrows nothing."""

    state: str = ""
    country: str = ""
    text: str = ""

    @classmethod
    def read(cls, given: Any) -> "StaffFilter":
        """From the query string."""
        state, country = given.get("state", ""), given.get("country", "").upper()
        return cls(
            state=state if state in ApplicationState.values else "",
            country=country if len(country) == 2 and country.isalpha() else "",
            text="".join(c for c in given.get("text", "") if c.isprintable()).strip()[:80],
        )

    @property
    def is_set(self) -> bool:
        return bool(self.state or self.country or self.text)


@dataclass(frozen=True)
class Totals:
    """The sums over a whole list, in cents."""

    files: int = 0
    asked_cents: int = 0
    by_state: dict[str, int] = field(default_factory=dict)
    drafts: int = 0


def staff_versions(user: Any, call: Call) -> QuerySet[Version]:
    """The version that counts of each file of the call the person may see, with its application and organisation."""
    newer = Version.objects.filter(
        application=OuterRef("application"), status=VersionStatus.FINAL, number__gt=OuterRef("number")
    )
    visible = Application.objects.visible_to_staff(user).filter(call=call)
    return (
        Version.objects.filter(status=VersionStatus.FINAL, application__in=visible)
        .exclude(Exists(newer))
        .select_related("application", "application__organisation")
        .defer("payload", "declarations")
    )


def narrowed(versions: QuerySet[Version], wanted: StaffFilter) -> QuerySet[Version]:
    """The list narrowed to state, country of the applicant, and text in reference, title or name."""
    if wanted.state:
        versions = versions.filter(application__state=wanted.state)
    if wanted.country:
        versions = versions.filter(application__organisation__country=wanted.country)
    if wanted.text:
        versions = versions.filter(
            Q(application__ref__icontains=wanted.text)
            | Q(title__icontains=wanted.text)
            | Q(application__organisation__legal_name__icontains=wanted.text)
        )
    return versions


def staff_page(versions: QuerySet[Version], *, after: int = 0, size: int = PAGE) -> tuple[list[Any], int]:
    """One page in the order of numbers, after the file numbered `after`; second: where the next begins, or 0."""
    asked = (
        Partner.objects.filter(version=OuterRef("pk"))
        .order_by()
        .values("version")
        .annotate(cents=Sum("requested_cents"))
        .values("cents")
    )
    rows = list(
        versions.filter(application__number__gt=after)
        .annotate(asked_cents=Subquery(asked))
        .order_by("application__number")[: size + 1]
    )
    return rows[:size], rows[size - 1].application.number if len(rows) > size else 0


def staff_totals(versions: QuerySet[Version], call: Call) -> Totals:
    """Sums over the narrowed list, and how many drafts the call has (a count only): three queries."""
    states = dict(
        versions.order_by().values_list("application__state").annotate(files=Count("pk", distinct=True))
    )
    asked = Partner.objects.filter(version__in=versions.order_by().values("pk")).aggregate(
        cents=Sum("requested_cents")
    )
    return Totals(
        files=sum(states.values()),
        asked_cents=asked["cents"] or 0,
        by_state=states,
        drafts=drafts_only(call),
    )


def drafts_only(call: Call) -> int:
    """How many applications of the call are being written and have nothing submitted that counts."""
    finals = Version.objects.filter(application=OuterRef("pk"), status=VersionStatus.FINAL)
    drafts = Version.objects.filter(application=OuterRef("pk"), status=VersionStatus.DRAFT)
    return (
        Application.objects.filter(Exists(drafts), call=call)
        .exclude(Exists(finals), ~Q(state=ApplicationState.WITHDRAWN))
        .count()
    )


def countries_in(versions: QuerySet[Version]) -> list[str]:
    """The countries of the applicants in a list, for the filter: one query."""
    found = versions.order_by().values_list("application__organisation__country", flat=True)
    return sorted(set(found.distinct()))
