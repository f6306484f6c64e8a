"""Lists: an applicant's own applications, and a call's files for its staff. Constant queries, no row that is not shown."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from applicants.models import Application, Correction, Mandate, Version
from applicants.models.mandates import own_organisations
from applicants.states import ApplicationState, VersionStatus
from calls.models import Call, long_texts
from core import clock
from core.prepared import Prepared, put_together

PAGE = 50


@dataclass(frozen=True)
class OwnApplication:
    """An application with the two versions that matter: the one that counts and the one being written."""

    application: Application
    valid: Version | None = None
    draft: Version | None = None
    last: Version | None = None
    """The newest final version, whether it counts or was withdrawn."""
    mandate: Mandate | None = None
    """What the person writes it under, where they do not belong to the applicant; set by the page of one application."""

    @property
    def is_open(self) -> bool:
        """May it be written, changed and submitted now?"""
        return self.application.is_writable(clock.now())

    @property
    def correction(self) -> Correction | None:
        """What the call office asks to be corrected now; the draft answers it."""
        asked = self.draft.correction if self.draft is not None else None
        return asked if asked is not None and asked.is_open(clock.now()) else None

    @property
    def title(self) -> str:
        """What people call it: the draft's title, else that of what was submitted last."""
        titles = [version.title for version in (self.draft, self.last) if version and version.title]
        return titles[0] if titles else ""


def own_applications(user: Any) -> list[OwnApplication]:
    """The applications of the person's organisations, newest first: two queries."""
    found = list(
        Application.objects.visible_to(user)
        .select_related("call", "call__project", "organisation", "last_final__cut_off")
        .defer(*long_texts("call__"), "last_final__payload", "last_final__declarations")
        .order_by("-pk")
    )
    return with_versions(found)


def with_versions(found: list[Application]) -> list[OwnApplication]:
    """Add the version that counts and the draft to each: one query, without what was frozen."""
    rows = (
        Version.objects.filter(application__in=found, status__in=[VersionStatus.DRAFT, VersionStatus.FINAL])
        .select_related("form_revision", "correction")
        .defer("payload", "declarations", "form_revision__definition")
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
        made.append(
            OwnApplication(application, valid, drafts.get(application.pk), finals.get(application.pk))
        )
    return made


def standing(application: Application) -> OwnApplication:
    """One application with its two versions: one query."""
    return with_versions([application])[0]


_COLUMNS = (
    *("pk", "number", "changed_at", "correction"),
    *("application__pk", "application__ref", "application__organisation", "application__call"),
    *("form_revision__pk", "form_revision__frozen_at"),
)
"""What saving a text begins with, of the draft, its application and its form."""


def _own_drafts(user: int, ref: str) -> QuerySet[Version, Any]:
    """The draft of an application of the person's own organisation, with what saving begins with."""
    found = Version.objects.filter(
        status=VersionStatus.DRAFT,
        application__ref=ref,
        application__organisation__in=own_organisations(user),
    )
    return found.values_list(*_COLUMNS)


_own_draft = Prepared(_own_drafts, user=int, ref=str)


def draft_to_save(user: Any, ref: str) -> Version | None:
    """The draft of an application that the person may write, for what is saved by itself: no more than that needs. One query
    for their own people, and one more for those who write under a mandate. None when it is not theirs or has no draft.
    `is_own`: they belong to the applicant."""
    rows = _own_draft.rows(user=user.pk, ref=ref)
    is_own = bool(rows)
    if not is_own:
        mandated = Version.objects.filter(
            status=VersionStatus.DRAFT,
            application__in=Application.objects.visible_to(user),
            application__ref=ref,
        )
        rows = list(mandated.values_list(*_COLUMNS))
    if not rows:
        return None
    draft = put_together(Version, _COLUMNS, rows[0])
    draft.is_own = is_own  # type: ignore[attr-defined]  # asked by the view of a section
    return draft


_TO_SUBMIT = ("pk", "ref", "organisation", "call__pk", "call__call_model")


def _own_to_submit(user: int, ref: str) -> QuerySet[Application, Any]:
    own = Application.objects.filter(ref=ref, organisation__in=own_organisations(user))
    return own.values_list(*_TO_SUBMIT)


_own_application = Prepared(_own_to_submit, user=int, ref=str)


def to_submit(user: Any, ref: str) -> Application | None:
    """The application that the person may write, with no more than a submission begins with: the verb reads the rest under
    its lock. None for one they do not see. Whether they may submit it is another question."""
    rows = _own_application.rows(user=user.pk, ref=ref)
    rows = rows or list(Application.objects.visible_to(user).filter(ref=ref).values_list(*_TO_SUBMIT))
    return put_together(Application, _TO_SUBMIT, rows[0]) if rows else None


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
    """The sums over a whole list, in cents, and the countries it could be narrowed to."""

    files: int = 0
    asked_cents: int = 0
    countries: list[str] = field(default_factory=list)
    drafts: int = 0


def staff_files(user: Any, call: Call) -> QuerySet[Application]:
    """The submitted files of the call that the person may see."""
    return Application.objects.visible_to_staff(user).filter(call=call)


def narrowed(files: QuerySet[Application], wanted: StaffFilter) -> QuerySet[Application]:
    """The list narrowed to state, country of the applicant, and text in reference, title or name."""
    if wanted.state:
        files = files.filter(state=wanted.state)
    if wanted.country:
        files = files.filter(organisation__country=wanted.country)
    if wanted.text:
        files = files.filter(
            Q(ref__icontains=wanted.text)
            | Q(last_final__title__icontains=wanted.text)
            | Q(organisation__legal_name__icontains=wanted.text)
        )
    return files


LISTED = [
    *("ref", "number", "state", "asked_cents"),
    *("organisation__legal_name", "organisation__country"),
    *("last_final__number", "last_final__title", "last_final__arrived_at"),
]
"""What a row shows; nothing else is read."""


def staff_page(
    files: QuerySet[Application], *, after: int = 0, size: int = PAGE
) -> tuple[list[Application], int]:
    """One page in the order of numbers, after the file numbered `after`; second: where the next begins, or 0."""
    found = files.filter(number__gt=after).select_related("organisation", "last_final").only(*LISTED)
    rows = list(found.order_by("number")[: size + 1])
    return rows[:size], rows[size - 1].number if len(rows) > size else 0


def staff_totals(files: QuerySet[Application], call: Call, wanted: StaffFilter) -> Totals:
    """Sums over the list narrowed to `wanted`, and how many drafts the call has (a count only): two queries, three when
    a text is looked for."""
    groups = _groups(files)
    countries = sorted({group.country for group in groups})
    if wanted.text:
        groups = _groups(narrowed(files, wanted))
    chosen = [
        group
        for group in groups
        if wanted.state in ("", group.state) and wanted.country in ("", group.country)
    ]
    return Totals(
        files=sum(group.files for group in chosen),
        asked_cents=sum(group.asked_cents for group in chosen),
        countries=countries,
        drafts=drafts_only(call),
    )


@dataclass(frozen=True)
class _Group:
    """Files of one state and country."""

    state: str
    country: str
    files: int
    asked_cents: int


def _groups(files: QuerySet[Application]) -> list[_Group]:
    found = files.order_by().values_list("state", "organisation__country")
    return [_Group(*row) for row in found.annotate(Count("pk"), Sum("asked_cents"))]


def drafts_only(call: Call) -> int:
    """How many applications of the call are being written and have nothing submitted that counts."""
    return (
        Version.objects.filter(application__call=call, status=VersionStatus.DRAFT)
        .filter(Q(application__last_final=None) | Q(application__state=ApplicationState.WITHDRAWN))
        .count()
    )
