"""A call tried as a whole: made-up organisations, what the call's own rules say of them, and how it would end. Pure.

What comes out is kept as plain data with the sentences as they were told then. Amounts in EUR cents. Nothing in here is
a row of an application, so a test cannot be taken for one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from applicants import ceilings, eligibility
from applicants.ceilings import AmountRules, Share
from calls import formkit, rules
from calls.awards import Award, AwardUnit
from calls.rules import Facts, Outcome, Rule
from core.money import format_rate

REF = "TEST-%(code)s-%(number)d"
A_CALL = "TEST"
"""Stands for an earlier call in which a made-up organisation was awarded money."""


class Area(StrEnum):
    """Where something stands in the way of a submission."""

    TITLE = "title"
    WHO = "who"
    MONEY = "money"
    FORM = "form"


@dataclass(frozen=True)
class MadeUp:
    """An organisation that does not exist, with its share. The first one applies.

    `founded_on` is an ISO date or empty; `held_cents` what it is taken to hold from the project already, `aid_cents` its
    de minimis aid of the last three years; `awarded_before`, `through_phase` and `other_files` say what no made-up
    organisation can have in the books.
    """

    key: str
    legal_name: str
    country: str
    size: str
    town: str = ""
    registration_number: str = ""
    founded_on: str = ""
    nuts: str = ""
    nace: str = ""
    nace_revision: str = ""
    task: str = ""
    cost_cents: int = 0
    requested_cents: int = 0
    held_cents: int = 0
    aid_cents: int = 0
    awarded_before: bool = False
    through_phase: bool = True
    other_files: int = 0

    @property
    def is_lead(self) -> bool:
        return self.key == key_of(1)

    @property
    def is_sme(self) -> bool:
        return self.size in ("micro", "small", "medium")


@dataclass(frozen=True)
class Stop:
    """One thing that would stop the submission."""

    area: Area
    message: str


@dataclass(frozen=True)
class RuleLine:
    """A rule with its sentence, how it stands, and what it says of whom."""

    kind: str
    sentence: str
    outcome: Outcome
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartyLine:
    """The money of one organisation: `share` is the most of its costs that it gets, in words; `room_cents` what it may
    still receive under the ceiling before this."""

    name: str
    cost_cents: int
    asked_cents: int
    held_cents: int
    room_cents: int
    share: str = ""
    findings: tuple[str, ...] = ()


def key_of(number: int) -> str:
    """The key of the organisation with this number, from 1: what the form's answers go by."""
    return f"P{number}"


def restored(rows: Iterable[Mapping[str, Any]]) -> list[MadeUp]:
    """Made-up organisations as they were kept."""
    return [MadeUp(**row) for row in rows]


def kept(organisations: Iterable[MadeUp]) -> list[dict[str, Any]]:
    """Made-up organisations as plain data."""
    return [asdict(one) for one in organisations]


def form_parties(organisations: Sequence[MadeUp]) -> list[formkit.Party]:
    """The organisations as the form asks about them."""
    known = ("legal_name", "registration_number", "town", "country", "founded_on")
    return [
        formkit.Party(
            one.key,
            one.legal_name,
            cost_cents=one.cost_cents,
            known={name: getattr(one, name) for name in known},
        )
        for one in organisations
    ]


def party_of(
    one: MadeUp, *, country_name: str, size_name: str, phase: str, awards: tuple[str, ...]
) -> eligibility.Party:
    """The organisation as the rules see it. `phase` is the code of the earlier phase, where the call has one; `awards`
    are the codes of calls whose award would exclude it, where it is taken to have one."""
    return eligibility.Party(
        key=one.key,
        name=one.legal_name,
        country=one.country,
        country_name=country_name,
        size=one.size,
        size_name=size_name,
        is_lead=one.is_lead,
        is_funded=one.is_lead or one.requested_cents > 0,
        founded_on=date.fromisoformat(one.founded_on) if one.founded_on else None,
        nuts=one.nuts,
        nace=(f"{one.nace_revision}:{one.nace}",) if one.nace else (),
        awarded_in=awards if one.awarded_before else (),
        selected_in=(phase,) if phase and one.through_phase else (),
        applications=one.other_files,
        town=one.town,
        registration_number=one.registration_number,
    )


def excluding(call_rules: Sequence[Rule]) -> tuple[str, ...]:
    """The codes of earlier calls whose award excludes; a stand-in where every call of the project does."""
    named = [rule.settings.get("calls") or [A_CALL] for rule in call_rules if rule.kind == "earlier_award"]
    return tuple(dict.fromkeys(code for codes in named for code in codes))


def rule_lines(call_rules: Sequence[Rule], facts: Facts) -> list[RuleLine]:
    """Every rule of the call with how it stands, met ones too."""
    return [_line(rule, facts) for rule in call_rules]


def _line(rule: Rule, facts: Facts) -> RuleLine:
    verdicts = [verdict for _rule, verdict in rules.judge([rule], facts)]
    order = (Outcome.BROKEN, Outcome.MISSING, Outcome.LATER, Outcome.CONFIRM)
    found = {verdict.outcome for verdict in verdicts}
    worst = next((outcome for outcome in order if outcome in found), Outcome.MET)
    (sentence,) = rules.sentences([rule])
    said = tuple(verdict.message for verdict in verdicts if verdict.message and verdict.message != sentence)
    return RuleLine(rule.kind, sentence, worst, said)


def shares_of(organisations: Sequence[MadeUp], outside: Mapping[str, int]) -> list[Share]:
    """What each asks for; `outside` is what each declares in the form to hold from elsewhere, by key."""
    return [
        Share(
            party=one.key,
            asked_cents=one.requested_cents,
            name=one.legal_name,
            cost_cents=one.cost_cents or None,
            is_sme=one.is_sme,
            outside_cents=outside.get(one.key, 0),
        )
        for one in organisations
    ]


def money_lines(
    organisations: Sequence[MadeUp], amounts: AmountRules, outside: Mapping[str, int]
) -> tuple[list[PartyLine], list[str]]:
    """The money of each organisation, and what is wrong with that of the whole project."""
    held = {one.key: one.held_cents for one in organisations}
    findings = ceilings.check_shares(shares_of(organisations, outside), amounts, held)
    limit = amounts.ceiling.in_force_cents if amounts.ceiling else 0
    lines = []
    for one in organisations:
        rate = amounts.rate_of(is_sme=one.is_sme)
        own = tuple(finding.message for finding in findings if finding.party == one.key)
        room = ceilings.room_under(limit, one.held_cents + outside.get(one.key, 0))
        lines.append(
            PartyLine(
                one.legal_name,
                one.cost_cents,
                one.requested_cents,
                one.held_cents,
                room,
                format_rate(rate) if rate is not None else "",
                own,
            )
        )
    return lines, [finding.message for finding in findings if not finding.party]


def asked_each(award: Award, organisations: int) -> int:
    """What each of so many organisations can ask for, so that the money rules of the call are kept, if they can be; cents."""
    if award.unit == AwardUnit.NONE:
        return 0
    each = award.project_max_cents // max(1, organisations)
    if award.party_max_cents:
        each = min(each, award.party_max_cents)
    if award.unit_cents and award.unit == AwardUnit.UNIT:
        each -= each % award.unit_cents
    return each


def cost_for(asked_cents: int, rate: Fraction, least_cents: int = 0) -> int:
    """The least cost in whole euros of which the rate gives this support, and at least so much; cents."""
    if not asked_cents:
        return least_cents
    exact = Fraction(asked_cents) / rate if rate else Fraction(asked_cents)
    euros = -(-exact // 100)
    return max(int(euros) * 100, least_cents)
