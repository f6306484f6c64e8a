"""Who judges which file: what forbids a pair, and a proposal that spreads the work evenly. Pure.

The proposal is exact: no other one that respects the rules has a more even load. It is a minimum-cost flow in which
the n-th file of a person costs n; each step takes the path to the least loaded person that can still be reached by
exchanging files, which keeps the flow optimal at every step.
"""

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Bar(StrEnum):
    """Why a person may not judge a file."""

    WORKS_THERE = "works_there"  # rank-51
    COUNTRY = "country"  # rank-52
    CONFLICT = "conflict"
    NAMED = "named"  # blind calls
    SILENT = "silent"  # blind calls
    ABSTAINED = "abstained"
    RECUSED = "recused"
    ADVISED = "advised"


_SENTENCES = {
    Bar.WORKS_THERE: _("%(person)s works for %(name)s, which takes part in this file."),
    Bar.COUNTRY: _("%(person)s is from %(name)s, as an organisation of this file is."),
    Bar.CONFLICT: _("%(person)s declared a conflict of interest on this file."),
    Bar.NAMED: _("%(person)s named a conflict of interest that %(name)s of this file matches."),
    Bar.SILENT: _("%(person)s has not yet named with whom there is a conflict of interest."),
    Bar.ABSTAINED: _("%(person)s abstained from this file."),
    Bar.RECUSED: _("%(person)s is recused from this file."),
    Bar.ADVISED: _("%(person)s gave feedback on this file before the deadline."),
}


@dataclass(frozen=True)
class Refusal:
    """A pair that is not possible; `str()` is the sentence. `name` is the organisation or the country."""

    bar: Bar
    person: str
    name: str = ""

    def __str__(self) -> str:
        return str(_SENTENCES[self.bar]) % {"person": self.person, "name": self.name}


@dataclass(frozen=True)
class Party:
    """An organisation that takes part in a file. `bars`: may nobody from its country judge the file (rank-52)?"""

    key: int
    name: str
    country: str
    bars: bool = True


@dataclass(frozen=True)
class File:
    """A file to be judged: its reference, who takes part, whom it already has, and who may not judge it any more. `named`:
    in a blind call, who named which of its parties as a conflict."""

    ref: str
    parties: tuple[Party, ...] = ()
    assigned: frozenset[int] = frozenset()
    conflicted: frozenset[int] = frozenset()
    abstained: frozenset[int] = frozenset()
    recused: frozenset[int] = frozenset()
    named: Mapping[int, str] = field(default_factory=dict)
    advised: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Person:
    """An evaluator: key, name, country (ISO code), the organisations (keys) and the one named at the invitation, and the
    code of the profile, where the call asks for profiles. `is_silent`: the call is blind, and they named no conflicts yet."""

    key: int
    name: str
    country: str = ""
    organisations: frozenset[int] = frozenset()
    organisation_name: str = ""
    profile: str = ""
    is_silent: bool = False


@dataclass(frozen=True)
class Shortage:
    """A file for which not enough persons are possible: how many are missing (of which profile), and why the others are out."""

    ref: str
    missing: int
    refusals: tuple[Refusal, ...]
    profile: str = ""


@dataclass(frozen=True)
class Proposal:
    """New pairs (reference, person's key) in the order of the files, the load that results, and what cannot be done."""

    pairs: tuple[tuple[str, int], ...]
    load: Mapping[int, int]
    shortages: tuple[Shortage, ...] = ()

    @property
    def digest(self) -> str:
        """A short fingerprint: what is stored later has to be what was shown."""
        return hashlib.sha256(repr(self.pairs).encode()).hexdigest()[:16]


def refusal(file: File, person: Person) -> Refusal | None:
    """Why this person may not judge this file, or None: conflicts first, then organisation (rank-51), country (rank-52)."""
    for bar, keys in (
        (Bar.CONFLICT, file.conflicted),
        (Bar.ABSTAINED, file.abstained),
        (Bar.RECUSED, file.recused),
        (Bar.ADVISED, file.advised),
    ):
        if person.key in keys:
            return Refusal(bar, person.name)
    if person.key in file.named:
        return Refusal(Bar.NAMED, person.name, file.named[person.key])
    for party in file.parties:
        if party.key in person.organisations or same_name(party.name, person.organisation_name):
            return Refusal(Bar.WORKS_THERE, person.name, party.name)
    for party in file.parties:
        if party.bars and person.country and party.country == person.country:
            return Refusal(Bar.COUNTRY, person.name, party.country)
    return Refusal(Bar.SILENT, person.name) if person.is_silent else None


def propose(
    files: Sequence[File],
    people: Sequence[Person],
    per_file: int,
    *,
    seed: str = "",
    profiles: Mapping[str, int] | None = None,
) -> Proposal:
    """Give each file the persons it lacks, so that the loads are as even as the rules allow.

    Pairs that exist stay. Persons of equal load are taken in an order that differs from file to file but is the same
    whenever the same things are asked (`seed`), so that nobody is first by name. `profiles`: how many of each profile judge
    a file; together they are `per_file`.
    """
    flow = _Flow(files, people, seed, tuple(profiles or [""]))
    shortages = []
    for file in files:
        for profile, needed in (profiles or {"": per_file}).items():
            there = sum(1 for key in file.assigned if not profiles or flow.profile_of.get(key) == profile)
            for lacking in range(needed - there, 0, -1):
                if not flow.add((file.ref, profile)):
                    out = [found for p in people if p.profile == profile or not profiles
                           if (found := refusal(file, p))]  # fmt: skip
                    shortages.append(Shortage(file.ref, lacking, tuple(out), profile))
                    break
    return Proposal(tuple(flow.pairs()), dict(flow.load), tuple(shortages))


Node = tuple[str, str]
"""The places of one profile in one file: its reference and the code of the profile, empty where the call has none."""


@dataclass
class _Flow:
    """The state of the assignment: who may judge what, who has what now, and how many files each person has."""

    files: Sequence[File]
    people: Sequence[Person]
    seed: str
    profiles: Sequence[str] = ("",)
    load: dict[int, int] = field(init=False)
    profile_of: dict[int, str] = field(init=False)
    allowed: dict[Node, list[int]] = field(init=False)
    held: dict[int, dict[Node, None]] = field(init=False)
    new: dict[Node, dict[int, None]] = field(init=False)

    def __post_init__(self) -> None:
        self.load = {person.key: 0 for person in self.people}
        self.profile_of = {person.key: person.profile for person in self.people}
        self.held = {person.key: {} for person in self.people}
        self.new, self.allowed = {}, {}
        for file in self.files:
            for key in file.assigned:
                if key in self.load:
                    self.load[key] += 1
            free = [p.key for p in self.people if p.key not in file.assigned and refusal(file, p) is None]
            mixed = sorted(free, key=lambda key: self._mixed(file.ref, key))
            for profile in self.profiles:
                node = (file.ref, profile)
                self.new[node] = {}
                self.allowed[node] = [key for key in mixed if profile in ("", self.profile_of[key])]

    def add(self, node: Node) -> bool:
        """One more person for the file, exchanging others if that is more even. False when nobody is possible."""
        came_from = self._reach(node)
        if not came_from:
            return False
        order = {key: index for index, key in enumerate(came_from)}
        end = min(came_from, key=lambda key: (self.load[key], order[key]))
        self.load[end] += 1
        while True:
            file, before = came_from[end]
            self.new[file][end] = None
            self.held[end][file] = None
            if before is None:
                return True
            del self.new[file][before]
            del self.held[before][file]
            end = before

    def _reach(self, node: Node) -> dict[int, tuple[Node, int | None]]:
        """Each person that can take one more file, with the file and the person it would be taken from."""
        lowest = min(self.load.values(), default=0)
        came_from: dict[int, tuple[Node, int | None]] = {}
        queue: deque[tuple[Node, int | None]] = deque([(node, None)])
        seen = {node}
        while queue:
            file, giver = queue.popleft()
            for key in self.allowed[file]:
                if key in came_from or key in self.new[file]:
                    continue
                came_from[key] = (file, giver)
                if self.load[key] == lowest:
                    return came_from
                for other in self.held[key]:
                    if other not in seen:
                        seen.add(other)
                        queue.append((other, key))
        return came_from

    def pairs(self) -> list[tuple[str, int]]:
        return [(ref, key) for (ref, _profile), chosen in self.new.items() for key in chosen]

    def _mixed(self, ref: str, key: int) -> str:
        return hashlib.sha256(f"{self.seed}:{ref}:{key}".encode()).hexdigest()


def same_name(one: str, other: str) -> bool:
    """Are these names equal but for case, points and spaces: "ACME Srl" and "Acme S.r.l."? Never for an empty one."""
    left, right = ("".join(c for c in name.casefold() if c.isalnum()) for name in (one, other))
    return bool(left) and left == right
