"""The check of ethics and security of a file, a step of its own between the ranked list and the decisions. Pure.

It stands before the decisions are proposed, not after. What it finds goes into the letters, which are previewed and
released word for word; and a file that is not cleared frees its money for the next one, which only the list can give. So
no decision is proposed while a check that is due is open, and none is confirmed, changed or made later that the rule does
not allow (domain 1.4, Innowwide: after three remote experts the best 105 go to panel and ethics).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from calls.selection import EthicsScope
from evaluation.assignment import same_name
from evaluation.listing import Place
from evaluation.states import EthicsOutcome, Outcome

MOST_CONDITIONS = 20

PASSED = (EthicsOutcome.CLEARED, EthicsOutcome.CONDITIONS)


def due(
    scope: str, places: Mapping[str, Place], panel: Collection[str] = (), named: Collection[str] = ()
) -> list[str]:
    """The files whose check has to be closed before decisions are proposed, in the order of `places`.

    `places` says where each file of the list stands now, `panel` which go to the panel, and `named` for which somebody
    asked for a check beyond the rule. Without the setting there is none.
    """
    if scope == EthicsScope.OFF:
        return []
    by_place = {Place.FUNDED, Place.RESERVE} if scope == EthicsScope.SELECTED else {Place.FUNDED}
    by_name = {*named, *panel} if scope == EthicsScope.PANEL else set(named)
    return [key for key, place in places.items() if place in by_place or key in by_name]


def needs_clearance(scope: str, outcome: str) -> bool:
    """May a file get this outcome only when it is cleared? To be funded always; for the reserve where reserve files are
    checked."""
    if scope == EthicsScope.OFF:
        return False
    return outcome == Outcome.FUND or (outcome == Outcome.RESERVE and scope == EthicsScope.SELECTED)


class Bar(StrEnum):
    """Why a person may not check a file."""

    RECUSED = "recused"
    CONFLICT = "conflict"
    SILENT = "silent"
    SCORED = "scored"
    WORKS_THERE = "works_there"


_SENTENCES = {
    Bar.RECUSED: _("%(person)s is recused from %(ref)s."),
    Bar.CONFLICT: _("%(person)s declared a conflict of interest on %(ref)s."),
    Bar.SILENT: _("%(person)s has not yet named with whom there is a conflict of interest."),
    Bar.SCORED: _("%(person)s was given %(ref)s to score; somebody else checks it for ethics and security."),
    Bar.WORKS_THERE: _("%(person)s works for %(name)s, which takes part in %(ref)s."),
}


@dataclass(frozen=True)
class Reviewer:
    """Somebody who could check files: the organisations (keys) they work for, and the one they named at an invitation."""

    key: int
    name: str
    organisations: frozenset[int] = frozenset()
    organisation_name: str = ""


@dataclass(frozen=True)
class Subject:
    """A file to be checked: who takes part (key, name), and who is out, by why (keys of persons)."""

    ref: str
    parties: Sequence[tuple[int, str]] = ()
    recused: frozenset[int] = frozenset()
    conflicted: frozenset[int] = frozenset()
    scored: frozenset[int] = frozenset()
    silent: frozenset[int] = frozenset()


def refusal(subject: Subject, reviewer: Reviewer) -> str:
    """Why this person may not check this file, in a sentence; empty when they may."""
    told = {"person": reviewer.name, "ref": subject.ref, "name": ""}
    for bar, keys in (
        (Bar.RECUSED, subject.recused),
        (Bar.CONFLICT, subject.conflicted),
        (Bar.SCORED, subject.scored),
        (Bar.SILENT, subject.silent),
    ):
        if reviewer.key in keys:
            return str(_SENTENCES[bar]) % told
    for key, name in subject.parties:
        if key in reviewer.organisations or same_name(name, reviewer.organisation_name):
            return str(_SENTENCES[Bar.WORKS_THERE]) % {**told, "name": name}
    return ""


def lines_of(text: str) -> list[str]:
    """Conditions as they are typed, one a line, each once, without the space around it."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
