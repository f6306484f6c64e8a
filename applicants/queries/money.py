"""What an application asks for, against the rules of its call and the room under the ceiling."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation
from applicants import ceilings
from applicants.ceilings import AmountRules, Ceiling, Finding, Share
from applicants.models import Partner, SectionAnswers
from calls import elsewhere
from calls.awards import AwardUnit
from calls.models import Call
from core.money import format_rate
from core.pictures import Part
from funding.queries import Holdings, ceiling, holdings

_NONE: Mapping[str, int] = MappingProxyType({})

_APPROVED = "approved"
"""Above the standard only ceilings with a legal basis and a second person's approval are stored (cap-31)."""

_TAKEABLE = {
    ceilings.Code.PROJECT_MAXIMUM,
    ceilings.Code.PARTY_MAXIMUM,
    ceilings.Code.CEILING,
    ceilings.Code.RATE,
    ceilings.Code.UNIT,
}


@dataclass(frozen=True)
class PartyMoney:
    """One organisation: what it asks for, holds already and may still receive, in cents."""

    partner: Partner
    held_cents: int
    room_cents: int
    findings: list[Finding] = field(default_factory=list)
    take_cents: int | None = None
    outside_cents: int = 0
    rate: Fraction | None = None

    @property
    def share(self) -> str:
        """The most of its costs that it gets, in words; empty where costs are not counted."""
        return format_rate(self.rate) if self.rate is not None else ""

    @property
    def ref(self) -> str:
        return self.partner.organisation.ref

    @property
    def left_cents(self) -> int:
        """What would be left under the ceiling with what it asks for here."""
        return max(0, self.room_cents - self.partner.requested_cents)


@dataclass(frozen=True)
class Money:
    """The money of one version, in cents, with everything the rules say about it."""

    parties: list[PartyMoney]
    ceiling_cents: int
    findings: list[Finding]
    by_group: bool = False

    @property
    def cost_cents(self) -> int:
        return sum(party.partner.cost_cents for party in self.parties)

    @property
    def asked_cents(self) -> int:
        return sum(party.partner.requested_cents for party in self.parties)

    @property
    def project_findings(self) -> list[Finding]:
        """Those about the whole project."""
        return [finding for finding in self.findings if not finding.party]

    @property
    def lead(self) -> PartyMoney | None:
        return next((party for party in self.parties if party.partner.is_lead), None)


@dataclass(frozen=True)
class Room:
    """What an organisation holds in all calls of a project and may still receive, in cents.

    `by_group`: its linked group is one third party under the ceiling, and what the others hold is in it.
    """

    organisation: Organisation
    held_cents: int
    ceiling_cents: int
    most_cents: int
    by_group: bool = False

    @property
    def room_cents(self) -> int:
        return ceilings.room_under(self.ceiling_cents, self.held_cents)


def amount_rules(call: Call, limit_cents: int, answer: str = "") -> AmountRules:
    """The money rules of a call; an amount of 0 is no rule. `limit_cents`: the ceiling per third party in force; `answer`
    chooses the type of project, where there are types."""
    award = call.award_for(answer)
    return AmountRules(
        project_min_cents=award.project_min_cents or None,
        project_max_cents=award.project_max_cents or None,
        party_min_cents=award.party_min_cents or None,
        party_max_cents=award.party_max_cents or None,
        parties_min=award.parties_min,
        parties_max=award.parties_max,
        rate=award.rate if call.award_unit == AwardUnit.RATE else None,
        no_sme_rate=award.no_sme_rate if call.award_unit == AwardUnit.RATE else None,
        unit_cents=call.unit_cents or None,
        ceiling=Ceiling(limit_cents, legal_basis=_APPROVED),
    )


def money(
    call: Call, partners: Sequence[Partner], answer: str = "", outside: Mapping[str, int] = _NONE
) -> Money:
    """The standing of what these partners ask for: two queries (ledger and ceiling), more where groups count. `answer`
    chooses the type of project; `outside` is what each declares to hold from elsewhere, by reference, in cents."""
    rule = ceiling(call.project)
    found = holdings(call.project, [partner.organisation for partner in partners], rule)
    limit = rule.limit_cents
    rules = amount_rules(call, limit, answer)
    shares = shares_of(partners, found, outside)
    findings = ceilings.check_shares(shares, rules, held_by_scope(found))
    told = _declared_together(shares)
    funded = sum(1 for partner in partners if partner.requested_cents)
    parties = [
        _party(
            partner,
            found.held[partner.organisation_id],
            told[share.scope],
            rules,
            findings,
            alone=funded == 1,
        )
        for partner, share in zip(partners, shares, strict=True)
    ]
    return Money(parties, limit, findings, rule.by_group)


def _declared_together(shares: Sequence[Share]) -> dict[str, int]:
    """What the organisations of each third party, a linked group or the entries of one firm, declare together, in cents."""
    told: dict[str, int] = {}
    for share in shares:
        told[share.scope] = told.get(share.scope, 0) + share.outside_cents
    return told


def outside_of(call: Call, versions: Iterable[int]) -> dict[int, dict[str, int]]:
    """What the organisations of each version declare to hold from elsewhere, by reference, in cents: one query, none
    where the call does not count it."""
    if not call.outside_question:
        return {}
    answers: dict[int, dict[str, dict[str, Any]]] = {}
    for row in SectionAnswers.objects.filter(version__in=list(versions)):
        answers.setdefault(row.version_id, {})[row.section] = row.answers
    return {pk: elsewhere.declared(call.outside_question, given) for pk, given in answers.items()}


def outside_by_organisation(call: Call, version: int | None) -> dict[int, int]:
    """What each organisation of a submitted version, by primary key, declares to hold from elsewhere, in cents: as the
    ledger takes it. No query where the call does not count it."""
    if version is None or not call.outside_question:
        return {}
    told = outside_of(call, [version]).get(version, {})
    rows = Partner.objects.filter(version=version).values_list("organisation", "organisation__ref")
    return {pk: told[ref] for pk, ref in rows if ref in told}


def shares_of(
    partners: Sequence[Partner], found: Holdings, outside: Mapping[str, int] = _NONE
) -> list[Share]:
    """What each partner asks for, with the third party it is or belongs to under the ceiling, its size and what it
    declares to hold from elsewhere."""
    return [
        Share(
            party=partner.organisation.ref,
            asked_cents=partner.requested_cents,
            name=str(partner.organisation),
            scope=found.scope[partner.organisation_id],
            cost_cents=partner.cost_cents or None,
            is_sme=partner.organisation.is_sme,
            outside_cents=outside.get(partner.organisation.ref, 0),
        )
        for partner in partners
    ]


def held_by_scope(found: Holdings) -> dict[str, int]:
    """What each third party holds, by the key of `shares_of`."""
    return {found.scope[pk]: cents for pk, cents in found.held.items()}


def room(call: Call, organisations: Sequence[Organisation]) -> list[Room]:
    """What each of these organisations may still receive in this call: two queries."""
    rule = ceiling(call.project)
    held = holdings(call.project, organisations, rule).held
    limit = rule.limit_cents
    caps = [cap for cap in (call.sme_max_cents, call.project_max_cents) if cap]
    return [
        Room(
            organisation,
            held.get(organisation.pk, 0),
            limit,
            min([ceilings.room_under(limit, held.get(organisation.pk, 0)), *caps]),
            rule.by_group,
        )
        for organisation in organisations
    ]


def bar(standing: Money) -> list[Part]:
    """The picture of the lead's ceiling: held, asked here, what would be left."""
    lead = standing.lead
    if lead is None:
        return []
    asked = min(lead.partner.requested_cents, lead.room_cents)
    return [
        Part("paid", _("held"), lead.held_cents + lead.outside_cents),
        Part("reserved", _("asked here"), asked),
        Part("free", _("would be left"), lead.left_cents),
    ]


def _party(
    partner: Partner, held: int, outside: int, rules: AmountRules, findings: Sequence[Finding], *, alone: bool
) -> PartyMoney:
    own = [finding for finding in findings if finding.party == partner.organisation.ref]
    binding = own + [f for f in findings if alone and not f.party and partner.requested_cents]
    rooms = [f.room_cents for f in binding if f.code in _TAKEABLE and f.room_cents is not None]
    take = min(rooms) if rooms and min(rooms) > 0 else None
    limit = rules.ceiling.in_force_cents if rules.ceiling else 0
    room = ceilings.room_under(limit, held + outside)
    rate = rules.rate_of(is_sme=partner.organisation.is_sme)
    return PartyMoney(partner, held, room, own, take, outside, rate)
