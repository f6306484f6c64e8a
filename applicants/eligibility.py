"""Who may apply: what can be told by rule from what the organisations declare. Pure: dataclasses in and out.

A finding is told while people draft and stops a submission. The decision itself is a person's, in evaluation.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Code(StrEnum):
    """What a finding is about."""

    COUNTRY = "country"
    SIZE = "size"
    TOWN_MISSING = "town_missing"
    REGISTRATION_MISSING = "registration_missing"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Party:
    """An organisation that takes part. `country` is the ISO code, `size` the value it declares (Organisation.Size).

    `is_funded`: it leads, or asks for support; a partner without support may come from anywhere and be of any size.
    """

    key: str
    name: str
    country: str
    country_name: str
    size: str
    size_name: str
    town: str
    registration_number: str
    is_lead: bool = False
    is_funded: bool = True


@dataclass(frozen=True)
class Rules:
    """Whom the call takes: ISO country codes and sizes; an empty collection means all."""

    countries: Collection[str] = ()
    sizes: Collection[str] = ()
    country_names: str = ""
    size_names: str = ""
    single: bool = False


@dataclass(frozen=True)
class Finding:
    """One rule that a party does not keep (`party` empty: the group)."""

    code: Code
    party: str
    message: str


def blocking_findings(parties: Sequence[Party], rules: Rules) -> list[Finding]:
    """What stands in the way of a submission, party by party. An empty list means that nothing does."""
    findings: list[Finding] = []
    if rules.single and len(parties) > 1:
        sentence = _(
            "%(count)d organisations take part; in this call one organisation applies alone. "
            "Remove the others."
        )
        findings.append(Finding(Code.TOO_MANY, "", str(sentence) % {"count": len(parties)}))
    for party in parties:
        findings.extend(_about(party, rules))
    return findings


def _about(party: Party, rules: Rules) -> list[Finding]:
    told = {
        "name": party.name,
        "country": party.country_name,
        "countries": rules.country_names,
        "size": party.size_name,
        "sizes": rules.size_names,
    }
    checks = [
        (
            Code.COUNTRY,
            party.is_funded and bool(rules.countries) and party.country not in rules.countries,
            _("%(name)s is established in %(country)s; this call supports organisations in %(countries)s."),
        ),
        (
            Code.SIZE,
            party.is_funded and bool(rules.sizes) and party.size not in rules.sizes,
            _("%(name)s is declared as %(size)s; this call supports %(sizes)s."),
        ),
        (Code.TOWN_MISSING, not party.town.strip(), _("The town of %(name)s is missing.")),
        (
            Code.REGISTRATION_MISSING,
            not party.registration_number.strip(),
            _("The registration number of %(name)s is missing."),
        ),
    ]
    return [Finding(code, party.key, str(sentence) % told) for code, broken, sentence in checks if broken]
