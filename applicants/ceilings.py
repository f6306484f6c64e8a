"""How much a third party may receive: shares, ceilings, rates and the envelope. Pure; amounts in EUR cents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from core.money import format_eur, format_rate, round_half_up

STANDARD_CEILING_CENTS = 6_000_000
"""60 000 EUR per third party (Regulation (EU, Euratom) 2024/2509 Art. 207; Art. 204 of 2018/1046)."""

_NOTHING_HELD: Mapping[str, int] = MappingProxyType({})


class Code(StrEnum):
    """What a finding is about."""

    PARTIES_TOO_FEW = "parties_too_few"
    PARTIES_TOO_MANY = "parties_too_many"
    PROJECT_MINIMUM = "project_minimum"
    PROJECT_MAXIMUM = "project_maximum"
    PARTY_MINIMUM = "party_minimum"
    PARTY_MAXIMUM = "party_maximum"
    CEILING = "ceiling"
    COST_MISSING = "cost_missing"
    COST_MINIMUM = "cost_minimum"
    RATE = "rate"
    UNIT = "unit"
    SERVICES_MAXIMUM = "services_maximum"
    ENVELOPE = "envelope"


@dataclass(frozen=True)
class Ceiling:
    """The most one third party may hold over the ceiling's scope.

    A limit above the standard counts only with the legal basis on which it was approved (cap-31, cap-06): without
    one the standard is in force. A lower limit needs no basis.
    """

    limit_cents: int = STANDARD_CEILING_CENTS
    legal_basis: str = ""

    @property
    def in_force_cents(self) -> int:
        """The limit that counts, in cents."""
        return self.limit_cents if self.legal_basis.strip() else min(self.limit_cents, STANDARD_CEILING_CENTS)


@dataclass(frozen=True)
class AmountRules:
    """The money rules of a call. None: the call has no such rule.

    `rate` is the exact part of the cost that is funded (Fraction(2, 3), never 0.66; cap-18); `no_sme_rate` that of
    organisations that are no SME, where it is another one. A fixed amount per project is a minimum equal to the maximum.
    """

    project_min_cents: int | None = None
    project_max_cents: int | None = None
    party_min_cents: int | None = None
    party_max_cents: int | None = None
    parties_min: int | None = None
    parties_max: int | None = None
    services_max: int | None = None
    cost_min_cents: int | None = None
    rate: Fraction | None = None
    no_sme_rate: Fraction | None = None
    unit_cents: int | None = None
    ceiling: Ceiling | None = Ceiling()

    def rate_of(self, *, is_sme: bool) -> Fraction | None:
        """The exact part of its cost that such an organisation gets."""
        return self.rate if is_sme or self.no_sme_rate is None else self.no_sme_rate


@dataclass(frozen=True)
class Share:
    """What one party of an application asks for.

    `party` is the key of the organisation (VAT number, registration number or PIC, never the name; convention N5),
    `name` what people call it. `scope` is the key under which the ceiling is counted, when that is not the party
    itself but its linked group. `cost_cents` is the party's cost where the call funds a rate of it. `outside_cents` is
    what it declares to hold from projects outside the product, where the call counts that against the ceiling.
    """

    party: str
    asked_cents: int
    name: str = ""
    scope: str = ""
    cost_cents: int | None = None
    services: int = 0
    is_sme: bool = True
    outside_cents: int = 0

    def __post_init__(self) -> None:
        if min(self.asked_cents, self.cost_cents or 0, self.services, self.outside_cents) < 0:
            raise ValueError("A share asks for zero or more.")


@dataclass(frozen=True)
class Finding:
    """One rule that is not kept.

    `party` is empty when it is about the whole project. `figure` is what was found and `limit` what the rule says:
    cents, or a count where the rule counts parties or services. `room_cents` is the most that could be asked instead
    (None where less is not the remedy).
    """

    code: Code
    figure: int
    limit: int
    party: str = ""
    name: str = ""
    held_cents: int = 0
    room_cents: int | None = None
    cost_cents: int = 0
    rate: Fraction | None = None
    members: int = 1
    outside_cents: int = 0

    @property
    def message(self) -> str:
        """The finding as a sentence with the rule, the figure and the room left, in the active language."""
        return self._sentence() % {
            "name": self.name or _("This SME"),
            "figure": format_eur(self.figure),
            "limit": format_eur(self.limit, short=True),
            "held": format_eur(self.held_cents),
            "outside": format_eur(self.outside_cents),
            "room": format_eur(self.room_cents or 0),
            "cost": format_eur(self.cost_cents),
            "rate": format_rate(self.rate) if self.rate is not None else "",
            "number": self.figure,
            "count": self.limit,
        }

    def _sentence(self) -> str:
        if self.outside_cents:
            return str(_GROUP_OUTSIDE if self.members > 1 else _CEILING_OUTSIDE)
        if self.code == Code.CEILING and self.members > 1:
            return str(_GROUP_HOLDS if self.held_cents else _GROUP_ASKS)
        if self.code != Code.CEILING or not self.held_cents:
            return str(_SENTENCES[self.code])
        return str(_CEILING_USED_UP if self.room_cents == 0 else _CEILING_HELD)


_CEILING_HELD = _("%(name)s already holds %(held)s; at most %(room)s more under the %(limit)s ceiling.")
_CEILING_USED_UP = _("%(name)s already holds %(held)s; nothing more is possible under the %(limit)s ceiling.")
_CEILING_OUTSIDE = _(
    "%(name)s holds %(held)s here and declares %(outside)s from elsewhere; at most %(room)s more under the %(limit)s "
    "ceiling."
)
_GROUP_OUTSIDE = _(
    "%(name)s are linked: their group holds %(held)s here and declares %(outside)s from elsewhere; at most %(room)s more "
    "under the %(limit)s ceiling."
)
_GROUP_ASKS = _(
    "%(name)s are linked and ask for %(figure)s together; at most %(room)s is possible under the %(limit)s ceiling."
)
_GROUP_HOLDS = _(
    "%(name)s are linked and their group already holds %(held)s; at most %(room)s more under the %(limit)s ceiling."
)
_SENTENCES = {
    Code.CEILING: _(
        "%(name)s asks for %(figure)s; at most %(room)s is possible under the %(limit)s ceiling."
    ),
    Code.PARTIES_TOO_FEW: _(
        "There are %(number)d parties with a share; this call asks for at least %(count)d."
    ),
    Code.PARTIES_TOO_MANY: _(
        "There are %(number)d parties with a share; this call allows at most %(count)d."
    ),
    Code.PROJECT_MINIMUM: _(
        "The shares add up to %(figure)s; the minimum for a project of this call is %(limit)s."
    ),
    Code.PROJECT_MAXIMUM: _(
        "The shares add up to %(figure)s; the maximum for a project of this call is %(limit)s."
    ),
    Code.PARTY_MINIMUM: _("%(name)s asks for %(figure)s; the minimum for each party is %(limit)s."),
    Code.PARTY_MAXIMUM: _("%(name)s asks for %(figure)s; the maximum for each party is %(limit)s."),
    Code.COST_MISSING: _("The cost of %(name)s is missing; this call funds %(rate)s of it."),
    Code.COST_MINIMUM: _(
        "The total cost is %(figure)s; this call asks for a project that costs at least %(limit)s."
    ),
    Code.RATE: _("%(name)s asks for %(figure)s; %(rate)s of its cost of %(cost)s is %(room)s."),
    Code.UNIT: _("%(name)s asks for %(figure)s; this call pays %(limit)s for each unit: ask for a multiple."),
    Code.SERVICES_MAXIMUM: _(
        "%(name)s asks for %(number)d services; this call allows at most %(count)d for each party."
    ),
    Code.ENVELOPE: _("%(figure)s does not fit in the envelope of %(limit)s: %(room)s is left."),
}


def room_under(limit_cents: int, held_cents: int) -> int:
    """What is left under a limit, in cents; never below zero (cap-15)."""
    return max(0, limit_cents - held_cents)


def held_after_release(awarded_cents: int, released_cents: int, *, net_of_release: bool = True) -> int:
    """What an award still takes of a ceiling, in cents, after part of it was de-committed or recovered (cap-30).

    `net_of_release` is the call's setting: False keeps counting the whole award. Raises ValueError when more was
    released than awarded.
    """
    if not 0 <= released_cents <= awarded_cents:
        raise ValueError("No more can be released than was awarded.")
    return awarded_cents - released_cents if net_of_release else awarded_cents


def grant_for(cost_cents: int, rate: Fraction, cap_cents: int | None = None) -> int:
    """The grant for a cost, in cents: rate x cost, half a cent up (N1), at most `cap_cents` (cap-17, cap-18)."""
    grant = round_half_up(cost_cents * rate)
    return grant if cap_cents is None else min(grant, cap_cents)


def check_shares(
    shares: Sequence[Share], rules: AmountRules, held_cents: Mapping[str, int] = _NOTHING_HELD
) -> list[Finding]:
    """Every money rule of the call that these shares break: first those of the project, then party by party.

    `held_cents` maps the scope key of a ceiling (the party, or its linked group) to what it holds already over the
    ceiling's scope, net of what was released: other vouchers of the project, sister projects where the call counts
    them. A party named twice is one third party: its shares are added. A share of nothing is an unfunded partner: it
    is not counted among the parties, and the party minimum does not bind it. An empty list means all is well.
    """
    parties = _by_party(shares)
    findings = _project_findings(parties, rules)
    told: set[str] = set()
    for share in parties:
        scope = share.scope or share.party
        ceiling = _ceiling_finding(scope, parties, rules, held_cents) if scope not in told else None
        told.add(scope)
        findings.extend(_party_findings(share, rules))
        findings.extend(_tighter(_party_maximum(share, rules), ceiling))
    return findings


def check_envelope(envelope_cents: int, taken_cents: int, asked_cents: int) -> Finding | None:
    """Whether an amount still fits into an envelope of which `taken_cents` is gone; None when it does (cap-24, 25)."""
    room = room_under(envelope_cents, taken_cents)
    if asked_cents <= room:
        return None
    return Finding(
        Code.ENVELOPE, figure=asked_cents, limit=envelope_cents, held_cents=taken_cents, room_cents=room
    )


def _by_party(shares: Sequence[Share]) -> list[Share]:
    """One share per party, in the order they were named; amounts, costs and services of a repeated party added."""
    merged: dict[str, Share] = {}
    for share in shares:
        before = merged.get(share.party)
        if before is not None:
            costs = [cost for cost in (before.cost_cents, share.cost_cents) if cost is not None]
            share = Share(
                party=share.party,
                asked_cents=before.asked_cents + share.asked_cents,
                name=before.name or share.name,
                scope=before.scope or share.scope,
                cost_cents=sum(costs) if costs else None,
                services=before.services + share.services,
                is_sme=before.is_sme,
                outside_cents=max(before.outside_cents, share.outside_cents),
            )
        merged[share.party] = share
    return list(merged.values())


def _project_findings(parties: Sequence[Share], rules: AmountRules) -> list[Finding]:
    funded = sum(1 for share in parties if share.asked_cents)
    total = sum(share.asked_cents for share in parties)
    cost = sum(share.cost_cents or 0 for share in parties)
    findings = []
    if rules.parties_min is not None and funded < rules.parties_min:
        findings.append(Finding(Code.PARTIES_TOO_FEW, figure=funded, limit=rules.parties_min))
    if rules.parties_max is not None and funded > rules.parties_max:
        findings.append(Finding(Code.PARTIES_TOO_MANY, figure=funded, limit=rules.parties_max))
    if rules.project_min_cents is not None and total < rules.project_min_cents:
        findings.append(Finding(Code.PROJECT_MINIMUM, figure=total, limit=rules.project_min_cents))
    if rules.project_max_cents is not None and total > rules.project_max_cents:
        limit = rules.project_max_cents
        findings.append(Finding(Code.PROJECT_MAXIMUM, figure=total, limit=limit, room_cents=limit))
    if rules.cost_min_cents is not None and cost < rules.cost_min_cents:
        findings.append(Finding(Code.COST_MINIMUM, figure=cost, limit=rules.cost_min_cents))
    return findings


def _party_findings(share: Share, rules: AmountRules) -> list[Finding]:
    asked, who = share.asked_cents, (share.party, share.name)
    findings = []
    if rules.party_min_cents is not None and 0 < asked < rules.party_min_cents:
        findings.append(Finding(Code.PARTY_MINIMUM, asked, rules.party_min_cents, *who))
    if rules.services_max is not None and share.services > rules.services_max:
        findings.append(Finding(Code.SERVICES_MAXIMUM, share.services, rules.services_max, *who))
    if rules.unit_cents and asked % rules.unit_cents:
        room = asked - asked % rules.unit_cents
        findings.append(Finding(Code.UNIT, asked, rules.unit_cents, *who, room_cents=room))
    rate = rules.rate_of(is_sme=share.is_sme)
    if rate is not None and asked:
        findings.extend(_rate_findings(share, rate))
    return findings


def _rate_findings(share: Share, rate: Fraction) -> list[Finding]:
    if share.cost_cents is None:
        return [Finding(Code.COST_MISSING, share.asked_cents, 0, share.party, share.name, rate=rate)]
    grant = grant_for(share.cost_cents, rate)
    if share.asked_cents <= grant:
        return []
    return [
        Finding(
            Code.RATE,
            figure=share.asked_cents,
            limit=grant,
            party=share.party,
            name=share.name,
            room_cents=grant,
            cost_cents=share.cost_cents,
            rate=rate,
        )
    ]


def _party_maximum(share: Share, rules: AmountRules) -> Finding | None:
    limit = rules.party_max_cents
    if limit is None or share.asked_cents <= limit:
        return None
    return Finding(Code.PARTY_MAXIMUM, share.asked_cents, limit, share.party, share.name, room_cents=limit)


def _tighter(maximum: Finding | None, ceiling: Finding | None) -> list[Finding]:
    """Both findings, but only the one with less room when they speak of the very same amount."""
    found = [finding for finding in (maximum, ceiling) if finding is not None]
    if len(found) == 2 and found[0].figure == found[1].figure:
        return [min(found, key=lambda finding: finding.room_cents or 0)]
    return found


def _ceiling_finding(
    scope: str, parties: Sequence[Share], rules: AmountRules, held_cents: Mapping[str, int]
) -> Finding | None:
    if rules.ceiling is None:
        return None
    members = [share for share in parties if (share.scope or share.party) == scope]
    asked = sum(share.asked_cents for share in members)
    limit, held = rules.ceiling.in_force_cents, held_cents.get(scope, 0)
    outside = sum(share.outside_cents for share in members)
    room = room_under(limit, held + outside)
    if asked <= room:
        return None
    names = ", ".join(share.name for share in members if share.name)
    return Finding(
        Code.CEILING,
        figure=asked,
        limit=limit,
        party=members[0].party,
        name=names,
        held_cents=held,
        room_cents=room,
        members=len(members),
        outside_cents=outside,
    )
