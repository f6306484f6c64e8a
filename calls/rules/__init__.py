"""Who may apply, as data: kinds of rules, their sentences, and how they judge an application. Pure.

A new kind of rule is a class in one of the modules `company`, `group` or `project`, marked with `register`: the page
of the workshop, the public page, the check before submission and the screening take it from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from calls.rules import company, group, project
from calls.rules.base import KINDS, Fault, Kind, Outcome, Rule, Setting, Type, Verdict
from calls.rules.check import MOST_RULES, dump, faults_of, faults_of_list, new_id, parse
from calls.rules.facts import Facts, Party
from calls.types import ProjectType

OFFERED = [kind for kind in KINDS.values() if not kind.in_columns]
"""The kinds that are added one by one; the others are fields of the page “Who may apply” itself."""


def of_call(call: Any, cut_off: Any = None, project_type: ProjectType | None = None) -> list[Rule]:
    """All rules of a call, those kept in its columns first; a cut-off may be for some of its countries only, a type of
    project for some number of organisations."""
    award = call.award if project_type is None else project_type.award(call.award)
    narrowed = set(cut_off.countries) if cut_off is not None and cut_off.countries else None
    in_columns = [
        Rule(
            "countries",
            company.Countries.key,
            {
                "countries": [code for code in call.countries if narrowed is None or code in narrowed],
                "pending": [code for code in call.countries_pending if narrowed is None],
                "as_of": call.countries_as_of.isoformat() if call.countries_as_of else "",
            },
        ),
        Rule("sizes", company.Sizes.key, {"sizes": call.sizes}),
        Rule(
            "organisations", group.Organisations.key, {"least": award.parties_min, "most": award.parties_max}
        ),
    ]
    if call.previous_id:
        phase = {"call": call.previous.code, "title": str(call.previous.title)}
        in_columns.append(Rule("phase", company.EarlierPhase.key, phase))
    return in_columns + parse(call.rules)


def sentences(rules: Iterable[Rule]) -> list[str]:
    """The rules for people, in their order."""
    return [KINDS[rule.kind].sentence(rule.settings) for rule in rules]


def judge(rules: Iterable[Rule], facts: Facts) -> Iterator[tuple[Rule, Verdict]]:
    """How each rule stands, but for those that are simply met."""
    for rule in rules:
        for verdict in KINDS[rule.kind].judge(rule.settings, facts):
            yield rule, verdict


def needs(rules: Sequence[Rule], kind: type[Kind]) -> bool:
    """Has the call a rule of this kind? For facts that are looked up only then."""
    return any(rule.kind == kind.key for rule in rules)


__all__ = [
    "KINDS",
    "MOST_RULES",
    "OFFERED",
    "Facts",
    "Fault",
    "Kind",
    "Outcome",
    "Party",
    "Rule",
    "Setting",
    "Type",
    "Verdict",
    "company",
    "dump",
    "faults_of",
    "faults_of_list",
    "group",
    "judge",
    "needs",
    "new_id",
    "of_call",
    "parse",
    "project",
    "sentences",
]
