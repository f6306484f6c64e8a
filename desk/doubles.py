"""Organisations that may stand twice, two of them side by side, and what would be if they were one (cap-28, C26).

Everything within one project: its managers see who applied to its calls, what it holds there, and nothing of other projects.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.likeness import Alike, Entry, likely
from accounts.models import Membership, Organisation, OrganisationMerge
from accounts.queries import colleagues, entries_of
from accounts.services import obstacles
from applicants.models import Application, Partner
from calls.models import long_texts
from core.actions import NextAction
from funding.models import Project, ProjectMember
from funding.permissions import MANAGER
from funding.queries import ceiling, holdings

WORDS = {
    Alike.NUMBER: gettext_lazy("the same number, written differently"),
    Alike.NAME: gettext_lazy("the same name"),
    Alike.WEBSITE: gettext_lazy("the same website"),
}


@dataclass(frozen=True)
class Likely:
    """Two entries that may be one firm, and why, in words."""

    one: Organisation
    other: Organisation
    alike: list[str]


@dataclass(frozen=True)
class Together:
    """What the two hold as one third party in the project, under its ceiling, in cents."""

    held_cents: int
    limit_cents: int

    @property
    def over_cents(self) -> int:
        """How much more than the ceiling that is."""
        return max(0, self.held_cents - self.limit_cents)

    @property
    def room_cents(self) -> int:
        return max(0, self.limit_cents - self.held_cents)


@dataclass(frozen=True)
class Half:
    """One of the two: its people, its applications in the project, what it holds there (cents), its earlier entries."""

    organisation: Organisation
    people: list[Membership]
    applications: list[Application]
    held_cents: int
    entries: list[Organisation]


@dataclass(frozen=True)
class Comparison:
    """Two entries side by side. `rows`: what was entered for each, with whether it is the same; `obstacles`: why they
    cannot be merged."""

    halves: list[Half]
    rows: list[tuple[str, str, str, bool]]
    together: Together
    obstacles: list[str] = field(default_factory=list)


def applying(user: Any, project: Project) -> QuerySet[Organisation]:
    """The organisations that take part in what was submitted to the project and the person may see, as they go on."""
    versions = _files(user, project).values("last_final")
    parties = Partner.objects.filter(version__in=versions).values("organisation")
    return Organisation.objects.filter(pk__in=Organisation.objects.survivors(parties))


def likely_doubles(organisations: Sequence[Organisation]) -> list[Likely]:
    """Pairs among these that may be one firm, those alike in most first. No query."""
    known = {one.pk: one for one in organisations}
    entries = [
        Entry(
            one.pk,
            str(one.country),
            tuple(number for number in (one.registration_number, one.vat) if number),
            one.legal_name,
            one.website,
        )
        for one in organisations
    ]
    return [
        Likely(known[pair.one], known[pair.other], [str(WORDS[one]) for one in Alike if one in pair.alike])
        for pair in likely(entries)
    ]


def compare(user: Any, project: Project, one: Organisation, other: Organisation) -> Comparison:
    """Both side by side, with what stands in the way."""
    rule = ceiling(project)
    held = holdings(project, [one, other], rule).held
    return Comparison(
        halves=[_half(user, project, each, held[each.pk]) for each in (one, other)],
        rows=[(label, a, b, a == b) for label, a, b in _rows(one, other) if a or b],
        together=together(project, one, other),
        obstacles=obstacles(one, other),
    )


def together(project: Project, one: Organisation, other: Organisation) -> Together:
    """What they hold as one, also before they are merged."""
    rule = ceiling(project)
    found = holdings(project, [one, other], rule)
    by_scope = {found.scope[pk]: cents for pk, cents in found.held.items()}
    return Together(sum(by_scope.values()), rule.limit_cents)


def open_merges(user: Any, project: Project) -> QuerySet[OrganisationMerge]:
    """Proposals that wait, about organisations that the person sees in this project."""
    return merges(user, project).filter(answer="")


def merges(user: Any, project: Project) -> QuerySet[OrganisationMerge]:
    """All proposals about two organisations of the project, also under entries that were merged since; newest first."""
    here = applying(user, project).values("pk")
    found = OrganisationMerge.objects.select_related("survivor", "duplicate", "proposed_by", "answered_by")
    survivors = Q(survivor__in=here) | Q(survivor__merged_into__in=here)
    return found.filter(survivors, Q(duplicate__in=here) | Q(duplicate__merged_into__in=here)).order_by("-pk")


def next_actions(user: Any) -> list[NextAction]:
    """Proposals of other managers. One query, and four for each that waits anywhere."""
    lines = []
    related = ("survivor", "duplicate", "proposed_by")
    for merge in (
        OrganisationMerge.objects.filter(answer="").exclude(proposed_by=user).select_related(*related)
    ):
        project = _project_of(user, merge)
        if project is None:
            continue
        names = {"one": merge.survivor, "other": merge.duplicate}
        lines.append(
            NextAction(
                _("Say whether %(one)s and %(other)s are one firm") % names,
                reverse("desk:organisation_merge", args=[project.slug, merge.ref]),
                _("Proposed by %(name)s") % {"name": merge.proposed_by},
                tone="warn",
            )
        )
    return lines


def _project_of(user: Any, merge: OrganisationMerge) -> Project | None:
    """The first project that the person manages and both applied to, as they see it."""
    entries = entries_of([merge.survivor_id, merge.duplicate_id])
    managed = ProjectMember.objects.filter(user=user, role=MANAGER, ended_at__isnull=True)
    found = Project.objects.filter(pk__in=managed.values("project")).order_by("pk")
    for firm in entries.values():
        parts = Partner.objects.filter(organisation__in=firm).values("version")
        files = Application.objects.visible_to_staff(user).filter(last_final__in=parts)
        found = found.filter(pk__in=files.values("call__project"))
    return found.first()


def _files(user: Any, project: Project) -> QuerySet[Application]:
    return Application.objects.visible_to_staff(user).filter(call__project=project)


def _half(user: Any, project: Project, organisation: Organisation, held: int) -> Half:
    entries = entries_of([organisation.pk])[organisation.pk]
    parts = Partner.objects.filter(organisation__in=entries).values("version")
    files = _files(user, project).filter(last_final__in=parts)
    found = files.select_related("call", "last_final", "organisation").defer(
        *long_texts("call__"), "last_final__payload"
    )
    others = Organisation.objects.filter(pk__in=entries).exclude(pk=organisation.pk)
    return Half(organisation, list(colleagues(organisation)), list(found), held, list(others))


def _rows(one: Organisation, other: Organisation) -> list[tuple[str, str, str]]:
    told = [
        (
            each.legal_name,
            str(each.country.name),
            each.registration_number,
            each.vat,
            each.pic,
            each.euid,
            ", ".join(part for part in (each.street, f"{each.postcode} {each.town}".strip()) if part),
            each.get_size_display(),
            each.website,
        )
        for each in (one, other)
    ]
    labels = (
        _("Legal name"),
        _("Country"),
        _("Registration number"),
        _("VAT number"),
        _("PIC"),
        _("EUID"),
        _("Address"),
        _("Size"),
        _("Website"),
    )
    return [(label, str(a), str(b)) for label, a, b in zip(labels, *told, strict=True)]
