"""De minimis aid in a draft of a call that is State aid: what is declared, what it allows, what is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from accounts.queries import entries_of
from applicants import deminimis, paths, sme
from applicants.models import Application, Partner
from applicants.queries.ownership import newest_statements, sheet_of
from calls.models import Call
from core import clock
from core.errors import Gap
from funding.models import Account, LedgerEntry, Project
from funding.queries import HELD


@dataclass(frozen=True)
class PartyAid:
    """One organisation that asks for support: its declaration, if there is one, and what follows for what it asks.

    `known`: aid from State-aid calls here that the declaration leaves out; it counts all the same.
    """

    partner: Partner
    declaration: deminimis.Declaration | None
    verdict: deminimis.Verdict
    known: tuple[deminimis.Aid, ...] = ()


def member_state_of(project: Project) -> str:
    """The Member State whose ceiling counts: that of the coordinator, who grants the aid. One query."""
    found = project.partners.filter(is_coordinator=True).values_list("organisation__country", flat=True)
    return str(found.first() or "")


def party_aid(call: Call, partner: Partner, member_state: str) -> PartyAid:
    """What the declaration of one organisation allows today; where the call is not State aid, why none is asked."""
    declaration = deminimis.restored(partner.aid) if partner.aid else None
    known = _left_out(partner.organisation_id, declaration) if declaration and call.state_aid else ()
    verdict = deminimis.check(
        [*declaration.aids, *known] if declaration else None,
        partner.requested_cents,
        granted_on=clock.now().astimezone(call.zoneinfo).date(),
        member_state=member_state,
        is_state_aid=call.state_aid,
        use=declaration.use if declaration else None,
    )
    return PartyAid(partner, declaration, verdict, known)


def awarded_here(organisation: int) -> list[deminimis.Aid]:
    """What an organisation (by primary key) holds in State-aid calls of this installation, one aid for each call, dated
    by its last award: of all entries of the firm, since earlier aid of firms that are one counts (aid-24). Two queries, and
    one for each project."""
    rows = (
        LedgerEntry.objects.filter(
            organisation__in=entries_of([organisation])[organisation],
            account__in=HELD,
            budget_line__in=Call.objects.filter(state_aid=True).values("budget_line"),
        )
        .order_by("budget_line")
        .values_list("budget_line", "project")
        .annotate(
            cents=Sum("amount_cents"),
            at=Max("movement__at", filter=Q(account=Account.AWARDED, amount_cents__gt=0)),
        )
    )
    projects = Project.objects.in_bulk({project for _line, project, _cents, _at in rows})
    return [
        deminimis.Aid(at.date(), cents, member_state_of(projects[project]), authority=str(projects[project]))
        for _line, project, cents, at in rows
        if cents > 0 and at is not None
    ]


def _left_out(organisation: int, declaration: deminimis.Declaration) -> tuple[deminimis.Aid, ...]:
    """What is known here and not among the aid declared: told apart by amount and Member State. One aid declared stands for
    one that is known, not for all of the same amount."""
    declared = Counter((aid.amount_cents, aid.member_state) for aid in declaration.aids)
    left: list[deminimis.Aid] = []
    for aid in awarded_here(organisation):
        key = (aid.amount_cents, aid.member_state)
        if declared[key]:
            declared[key] -= 1
        else:
            left.append(aid)
    return tuple(left)


def granted_aid(call: Call) -> list[deminimis.RegisterEntry]:
    """The aid of a State-aid call for the central register, in the order it was granted: a legal right is conferred by
    the agreement, so each commitment of the ledger is one aid. Two queries; nothing for other calls."""
    if not call.state_aid:
        return []
    state, project = member_state_of(call.project), call.project
    entries = LedgerEntry.objects.filter(
        budget_line=call.budget_line_id, account=Account.COMMITTED, amount_cents__gt=0
    ).select_related("movement", "organisation")
    made = []
    for number, entry in enumerate(entries.order_by("pk"), start=1):
        firm = entry.organisation
        if firm is None:
            continue
        aid = deminimis.Aid(
            entry.movement.at.astimezone(call.zoneinfo).date(),
            entry.amount_cents,
            state,
            undertaking=firm.ref,
            authority=f"{project}: {project.granting_authority}",
        )
        identifier = firm.vat or firm.registration_number
        nace = f"{firm.nace} (NACE {firm.nace_revision})" if firm.nace else ""
        made.append(
            deminimis.RegisterEntry(
                f"{call.code}-AID-{number:04d}", firm.legal_name, identifier, str(firm.country), nace, aid
            )
        )
    return made


def notices_of(application: Application) -> list[str]:
    """What the organisations of an application are told of the aid granted to them; empty where there is none."""
    valid = application.valid_version() if application.call.state_aid else None
    if valid is None:
        return []
    members = set(valid.partners.values_list("organisation__ref", flat=True))
    return [
        deminimis.notice(entry.aid, beneficiary=entry.beneficiary, title=valid.title)
        for entry in granted_aid(application.call)
        if entry.aid.undertaking in members
    ]


def aid_of(call: Call, partners: Sequence[Partner]) -> list[PartyAid]:
    """Every organisation that leads or asks for support: one query, none where the call is not State aid."""
    if not call.state_aid:
        return []
    state = member_state_of(call.project)
    return [party_aid(call, one, state) for one in partners if one.is_lead or one.requested_cents]


def aid_gaps(application: Application, partners: Sequence[Partner]) -> list[Gap]:
    """What stands in the way of a submission: a blank declaration, or support that would pass the ceiling."""
    return [
        Gap(
            f"{one.partner.organisation}: {finding.message}",
            paths.of(application, "aid", one.partner.organisation.ref),
        )
        for one in aid_of(application.call, partners)
        for finding in one.verdict.findings
    ]


def known_members(partner: Partner) -> tuple[deminimis.Member, ...]:
    """The single undertaking as the organisation's own statement tells it: what a declaration starts from."""
    organisation = partner.organisation
    own = deminimis.Member(organisation.legal_name, organisation.vat or organisation.registration_number)
    sheet = sheet_of(newest_statements([organisation]).get(organisation.pk))
    if sheet is None:
        return (own,)
    structure = sme.structure_of(sheet)
    numbers = {row.name: row.number for row in sheet.rows}
    others = sorted(deminimis.single_undertaking(structure) - {structure.enterprise})
    names = [structure.parties[key].called for key in others]
    return (own, *(deminimis.Member(name, numbers.get(name, "")) for name in names))


def aid_note(parties: Sequence[PartyAid]) -> str:
    """One line for the task list."""
    missing = [one for one in parties if one.declaration is None]
    if missing:
        return _("%(name)s: to be declared") % {"name": missing[0].partner.organisation}
    refused = [one for one in parties if not one.verdict.allowed]
    return refused[0].verdict.findings[0].message if refused else _("Declared; what is asked fits.")
