"""May we apply? A few plain questions made of a call's own rules, before there is an account. Pure.

What a fact can tell (country, size, age, region, activity, cost) is judged by the rule itself; every other rule becomes a
sentence that one says yes or no to. The answer is a help: nobody is refused by it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from calls import rules
from calls.rules import Facts, Outcome, Rule

BY_FACT = {
    "countries": "country",
    "sizes": "size",
    "lead": "size",
    "nuts": "nuts",
    "nace": "nace",
    "age": "founded_on",
    "cost": "cost_cents",
}
"""Kinds of rules that one organisation's facts can tell, and the fact each needs."""
MAY_APPLY = "may_apply"
"""What is counted when nothing stands in the way."""
SPOKEN = frozenset({"organisations"})
"""Kinds that only say something: nothing is asked."""


class Said(StrEnum):
    """What somebody says to a sentence."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Statement:
    """A rule to say yes or no to."""

    key: str
    text: str


@dataclass(frozen=True)
class Answer:
    """`reasons` stand in the way, `open_points` are to be cleared up, `remember` is said of the call in any case.

    `broken` are the kinds of the rules behind the reasons, each once: what is counted, without anything entered.
    """

    reasons: list[str]
    open_points: list[str]
    remember: list[str]
    broken: tuple[str, ...] = ()

    @property
    def may_apply(self) -> bool:
        return not self.reasons


def facts_needed(call_rules: Sequence[Rule]) -> set[str]:
    """Which facts the rules need: country and size always."""
    return {"country", "size"} | {BY_FACT[rule.kind] for rule in call_rules if rule.kind in BY_FACT}


def statements(call_rules: Sequence[Rule]) -> list[Statement]:
    """The rules that only people can tell, as sentences."""
    asked = [rule for rule in call_rules if rule.kind not in BY_FACT and rule.kind not in SPOKEN]
    return [
        Statement(f"say-{rule.id}", text) for rule, text in zip(asked, rules.sentences(asked), strict=True)
    ]


def judge(call_rules: Sequence[Rule], facts: Facts, said: Mapping[str, Said]) -> Answer:
    """What the rules say to these facts, and to what was said of each statement (left out: not sure)."""
    by_fact = [rule for rule in call_rules if rule.kind in BY_FACT]
    verdicts = list(rules.judge(by_fact, facts))
    reasons = [one.message for _rule, one in verdicts if one.outcome == Outcome.BROKEN]
    broken = [rule.kind for rule, one in verdicts if one.outcome == Outcome.BROKEN]
    points = [one.message for _rule, one in verdicts if one.outcome not in {Outcome.BROKEN, Outcome.MET}]
    kinds = {f"say-{rule.id}": rule.kind for rule in call_rules}
    for statement in statements(call_rules):
        answer = said.get(statement.key, Said.UNSURE)
        if answer is Said.NO:
            broken.append(kinds[statement.key])
            reasons.append(_("You say that this is not so: %s") % statement.text)
        elif answer is Said.UNSURE:
            points.append(statement.text)
    spoken = [rule for rule in call_rules if rule.kind in SPOKEN]
    remember = [text for text in rules.sentences(spoken) if text]
    return Answer(reasons, points, remember, tuple(dict.fromkeys(broken)))


def fits(call_rules: Sequence[Rule], facts: Facts) -> bool:
    """Whether nothing that the facts can tell stands in the way of another call."""
    by_fact = [rule for rule in call_rules if rule.kind in BY_FACT]
    return all(verdict.outcome != Outcome.BROKEN for _rule, verdict in rules.judge(by_fact, facts))
