"""Who may apply: what can be told by rule from what the organisations declare. Pure: dataclasses in and out.

The rules themselves are the call's (`calls.rules`). What blocks is told while people draft and stops a submission; what
no fact can tell is declared by the applicant. The decision itself is a person's, in evaluation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from calls import rules
from calls.rules import Facts, Outcome, Rule

BLOCKING = frozenset({Outcome.BROKEN, Outcome.MISSING})


@dataclass(frozen=True)
class Party(rules.Party):
    """An organisation that takes part, with what every call asks of it."""

    town: str = ""
    registration_number: str = ""


@dataclass(frozen=True)
class Finding:
    """One rule that needs attention: its kind, how it stands, the party (empty: the group) and the sentence."""

    code: str
    party: str
    message: str
    outcome: Outcome = Outcome.BROKEN

    @property
    def blocks(self) -> bool:
        """Does it stand in the way of a submission?"""
        return self.outcome in BLOCKING


@dataclass(frozen=True)
class ToConfirm:
    """A rule that no fact can tell: the applicant declares the sentence. `key` never changes."""

    key: str
    text: str


def findings(facts: Facts, call_rules: Sequence[Rule]) -> list[Finding]:
    """What the rules say of these organisations and their project, group first, then party by party."""
    judged = [
        Finding(rule.kind, verdict.party, verdict.message, verdict.outcome)
        for rule, verdict in rules.judge(call_rules, facts)
        if verdict.outcome != Outcome.CONFIRM
    ]
    places = {party.key: number for number, party in enumerate(facts.parties, start=1)}
    judged += [finding for party in facts.parties for finding in _always(party)]
    return sorted(judged, key=lambda finding: places.get(finding.party, 0))


def blocking_findings(facts: Facts, call_rules: Sequence[Rule]) -> list[Finding]:
    """What stands in the way of a submission. An empty list means that nothing does."""
    return [finding for finding in findings(facts, call_rules) if finding.blocks]


def to_confirm(facts: Facts, call_rules: Sequence[Rule]) -> list[ToConfirm]:
    """The sentences that the applicant declares because no fact can tell."""
    return [
        ToConfirm(f"rule_{rule.id}", verdict.message)
        for rule, verdict in rules.judge(call_rules, facts)
        if verdict.outcome == Outcome.CONFIRM
    ]


def _always(party: rules.Party) -> list[Finding]:
    """What every call needs to know of an organisation."""
    if not isinstance(party, Party):
        return []
    found = []
    if not party.town.strip():
        found.append(_missing("town_missing", party, _("The town of %(name)s is missing.")))
    if not party.registration_number.strip():
        sentence = _("The registration number of %(name)s is missing.")
        found.append(_missing("registration_missing", party, sentence))
    return found


def _missing(code: str, party: Party, sentence: object) -> Finding:
    return Finding(code, party.key, str(sentence) % {"name": party.name}, Outcome.MISSING)
