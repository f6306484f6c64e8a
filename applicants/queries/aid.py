"""De minimis aid in a draft of a call that is State aid: what is declared, what it allows, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from applicants import deminimis, paths, sme
from applicants.models import Application, Partner
from applicants.queries.ownership import newest_statements, sheet_of
from calls.models import Call
from core import clock
from core.errors import Gap
from funding.models import Project


@dataclass(frozen=True)
class PartyAid:
    """One organisation that asks for support: its declaration, if there is one, and what follows for what it asks."""

    partner: Partner
    declaration: deminimis.Declaration | None
    verdict: deminimis.Verdict


def member_state_of(project: Project) -> str:
    """The Member State whose ceiling counts: that of the coordinator, who grants the aid. One query."""
    found = project.partners.filter(is_coordinator=True).values_list("organisation__country", flat=True)
    return str(found.first() or "")


def party_aid(call: Call, partner: Partner, member_state: str) -> PartyAid:
    """What the declaration of one organisation allows today; where the call is not State aid, why none is asked."""
    declaration = deminimis.restored(partner.aid) if partner.aid else None
    verdict = deminimis.check(
        declaration.known_aids if declaration else None,
        partner.requested_cents,
        granted_on=clock.now().astimezone(call.zoneinfo).date(),
        member_state=member_state,
        is_state_aid=call.state_aid,
        use=declaration.use if declaration else None,
    )
    return PartyAid(partner, declaration, verdict)


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
    sheet = sheet_of(newest_statements([organisation.pk]).get(organisation.pk))
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
