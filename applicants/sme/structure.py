"""Who owns whom: enterprises, holders and holdings as a graph, and what follows for one enterprise. Pure.

Recommendation 2003/361/EC, Annex, Article 3 (autonomous, partner and linked enterprises, public bodies).
Linked enterprises form groups; a group is found by joining whoever holds a majority of votes until nothing changes,
so that circles of holdings end like everything else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from applicants.sme.figures import Figures

PARTNER_FROM = Fraction(1, 4)
MAJORITY = Fraction(1, 2)
ANGEL_BELOW_CENTS = 125_000_000
AUTHORITY_BUDGET_BELOW_CENTS = 1_000_000_000
AUTHORITY_INHABITANTS_BELOW = 5_000


class Kind(StrEnum):
    """What a party is: Article 3(2) and 3(4) treat them differently."""

    ENTERPRISE = "enterprise"
    PERSON = "person"
    PUBLIC_BODY = "public_body"
    PUBLIC_INVESTMENT = "public_investment"
    VENTURE_CAPITAL = "venture_capital"
    BUSINESS_ANGEL = "business_angel"
    UNIVERSITY = "university"
    INSTITUTIONAL = "institutional"
    LOCAL_AUTHORITY = "local_authority"


EXCEPTED_KINDS = frozenset(
    {Kind.PUBLIC_INVESTMENT, Kind.VENTURE_CAPITAL, Kind.UNIVERSITY, Kind.INSTITUTIONAL, Kind.BUSINESS_ANGEL}
)
"""Investors of Article 3(2), second subparagraph, (a) to (c); authorities (d) only when small enough."""
AUTHORITIES = frozenset({Kind.PUBLIC_BODY, Kind.LOCAL_AUTHORITY})
WITHOUT_FIGURES = AUTHORITIES | {Kind.PERSON, Kind.BUSINESS_ANGEL}


@dataclass(frozen=True)
class Party:
    """An enterprise, a person or a public body. `years`: figures of the last closed year, then the one before.

    `same_market`: it works in the same or an adjacent market as the enterprise that is looked at; only then are firms
    linked through a person (sme-45). `budget_cents` and `inhabitants` are a local authority's (sme-51).
    """

    key: str
    name: str = ""
    kind: Kind = Kind.ENTERPRISE
    years: tuple[Figures, ...] = ()
    same_market: bool = True
    budget_cents: int | None = None
    inhabitants: int | None = None

    @property
    def called(self) -> str:
        return self.name or self.key

    @property
    def is_small_authority(self) -> bool:
        """Article 3(2)(d): budget below 10 million EUR and fewer than 5 000 inhabitants, both (sme-52)."""
        return (
            self.kind is Kind.LOCAL_AUTHORITY
            and self.budget_cents is not None
            and self.inhabitants is not None
            and self.budget_cents < AUTHORITY_BUDGET_BELOW_CENTS
            and self.inhabitants < AUTHORITY_INHABITANTS_BELOW
        )


@dataclass(frozen=True)
class Holding:
    """`owner` holds parts of `owned`: capital and votes from 0 to 1 (votes left out: as capital).

    `control`: dominant influence without a majority, by appointing the board, by contract or by agreement with other
    holders. `invested_cents` is what business angels put in.
    """

    owner: str
    owned: str
    capital: Fraction = Fraction(0)
    votes: Fraction | None = None
    control: bool = False
    invested_cents: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.capital <= 1 or not 0 <= self.voting <= 1:
            raise ValueError("A holding is between 0 and all.")

    @property
    def voting(self) -> Fraction:
        return self.capital if self.votes is None else self.votes


@dataclass(frozen=True)
class Consolidated:
    """Consolidated accounts and whom they include: their figures stand for all of these at once (sme-46)."""

    members: frozenset[str]
    years: tuple[Figures, ...]


@dataclass(frozen=True)
class Structure:
    """The enterprise looked at, by key, with everybody around it. Raises ValueError for a key that nobody has."""

    enterprise: str
    parties: Mapping[str, Party]
    holdings: Sequence[Holding] = ()
    consolidated: Sequence[Consolidated] = ()

    def __post_init__(self) -> None:
        named = {self.enterprise, *(key for one in self.holdings for key in (one.owner, one.owned))}
        named |= {key for accounts in self.consolidated for key in accounts.members}
        if unknown := named - set(self.parties):
            raise ValueError(f"Nobody is called {', '.join(sorted(unknown))}.")

    def over_full(self) -> list[str]:
        """Keys of whom more than all capital or all votes are held: something was entered wrong."""
        found = []
        for key in self.parties:
            held = [one for one in self.holdings if one.owned == key]
            if sum(one.capital for one in held) > 1 or sum(one.voting for one in held) > 1:
                found.append(key)
        return found


@dataclass(frozen=True)
class Tie:
    """Why two groups became one: `owners` together hold `votes` of `owned`, or control it otherwise."""

    owners: tuple[str, ...]
    owned: str
    votes: Fraction


@dataclass(frozen=True)
class Partner:
    """A partner group: its members count with `share`, the higher of capital and votes, up or down."""

    members: frozenset[str]
    share: Fraction
    holders: tuple[str, ...]
    held: str


@dataclass(frozen=True)
class Spared:
    """An investor of Article 3(2) whose holding of 25 % or more leaves the enterprise autonomous."""

    holders: tuple[str, ...]
    held: str
    share: Fraction


@dataclass(frozen=True)
class Relations:
    """Everything around the enterprise that counts: its linked group (itself included), partners, exceptions, state."""

    linked: frozenset[str]
    ties: list[Tie]
    partners: list[Partner]
    spared: list[Spared]
    public_share: Fraction
    public_holders: tuple[str, ...]
    refused_angels: tuple[str, ...] = ()


@dataclass
class _Groups:
    """Linked groups of a structure, by the key of each member."""

    structure: Structure
    of: dict[str, frozenset[str]]
    ties: list[Tie] = field(default_factory=list)

    def join(self, tie: Tie, keys: Iterable[str]) -> None:
        joined = frozenset().union(*(self.of[key] for key in keys))
        for key in joined:
            self.of[key] = joined
        self.ties.append(tie)


def relations(structure: Structure) -> Relations:
    """What surrounds the enterprise under Article 3: linked in full, partners pro rata, exceptions, public bodies."""
    groups = _linked_groups(structure)
    own = groups.of[structure.enterprise]
    partners, spared, refused = _partners(structure, groups, own)
    share, holders = _public(structure)
    counted = own.union(*(partner.members for partner in partners))
    return Relations(
        linked=own,
        ties=[tie for tie in groups.ties if tie.owned in counted],
        partners=partners,
        spared=spared,
        public_share=share,
        public_holders=holders,
        refused_angels=refused,
    )


def _linked_groups(structure: Structure) -> _Groups:
    groups = _Groups(structure, {key: frozenset({key}) for key in structure.parties})
    holdings = sorted(
        (one for one in structure.holdings if _may_link(structure, one)),
        key=lambda one: (one.owned, one.owner),
    )
    changed = True
    while changed:
        changed = False
        for owned in sorted({one.owned for one in holdings}):
            for held in _by_group(groups, [one for one in holdings if one.owned == owned]):
                votes = sum((one.voting for one in held), Fraction(0))
                if owned in groups.of[held[0].owner] or not (
                    votes > MAJORITY or any(one.control for one in held)
                ):
                    continue
                groups.join(Tie(_owners(held), owned, votes), [held[0].owner, owned])
                changed = True
    return groups


def _may_link(structure: Structure, holding: Holding) -> bool:
    """Authorities never link the firms they hold; a person only those in the same or an adjacent market."""
    owner, owned = structure.parties[holding.owner], structure.parties[holding.owned]
    if (
        owner.kind in AUTHORITIES
        or owned.kind in AUTHORITIES | {Kind.PERSON}
        or holding.owner == holding.owned
    ):
        return False
    return owner.kind is not Kind.PERSON or owned.same_market or holding.owned == structure.enterprise


def _by_group(groups: _Groups, holdings: Iterable[Holding]) -> list[list[Holding]]:
    found: dict[frozenset[str], list[Holding]] = {}
    for one in holdings:
        found.setdefault(groups.of[one.owner], []).append(one)
    return list(found.values())


def _owners(holdings: Iterable[Holding]) -> tuple[str, ...]:
    return tuple(sorted({one.owner for one in holdings}))


def _higher(holdings: Sequence[Holding]) -> Fraction:
    """The higher of capital and votes that these hold together (sme-33), at most all."""
    capital = sum((one.capital for one in holdings), Fraction(0))
    return min(Fraction(1), max(capital, sum((one.voting for one in holdings), Fraction(0))))


def _partners(
    structure: Structure, groups: _Groups, own: frozenset[str]
) -> tuple[list[Partner], list[Spared], tuple[str, ...]]:
    best: dict[frozenset[str], Partner] = {}
    spared: list[Spared] = []
    refused: set[str] = set()
    for held, is_up in _touching(structure, groups, own):
        share, group = _higher(held), groups.of[held[0].owner if is_up else held[0].owned]
        if share < PARTNER_FROM:
            continue
        if is_up and _is_excepted(structure, held):
            spared.append(Spared(_owners(held), held[0].owned, share))
            continue
        if is_up:
            refused |= {key for key in _owners(held) if structure.parties[key].kind is Kind.BUSINESS_ANGEL}
        known = best.get(group)
        if known is None or share > known.share:
            best[group] = Partner(group, share, _owners(held), held[0].owned)
    return list(best.values()), spared, tuple(sorted(refused))


def _touching(structure: Structure, groups: _Groups, own: frozenset[str]) -> list[tuple[list[Holding], bool]]:
    """Holdings that cross the border of the own group, added up by group and enterprise held; True: from above."""
    up: dict[tuple[frozenset[str], str], list[Holding]] = {}
    down: dict[str, list[Holding]] = {}
    for one in sorted(structure.holdings, key=lambda one: (one.owned, one.owner)):
        if structure.parties[one.owner].kind in AUTHORITIES | {Kind.PERSON}:
            continue
        if one.owned in own and one.owner not in own:
            up.setdefault((groups.of[one.owner], one.owned), []).append(one)
        elif one.owner in own and one.owned not in own:
            down.setdefault(one.owned, []).append(one)
    return [(held, True) for held in up.values()] + [(held, False) for held in down.values()]


def _is_excepted(structure: Structure, held: Sequence[Holding]) -> bool:
    """Whether all these holders are investors of Article 3(2); angels only below 1 250 000 EUR together (sme-43).

    An amount that is not known spares nobody.
    """
    if any(structure.parties[one.owner].kind not in EXCEPTED_KINDS for one in held):
        return False
    angels = [
        one
        for one in structure.holdings
        if one.owned == held[0].owned and structure.parties[one.owner].kind is Kind.BUSINESS_ANGEL
    ]
    if not any(structure.parties[one.owner].kind is Kind.BUSINESS_ANGEL for one in held):
        return True
    invested = [one.invested_cents for one in angels]
    return None not in invested and sum(cents or 0 for cents in invested) < ANGEL_BELOW_CENTS


def _public(structure: Structure) -> tuple[Fraction, tuple[str, ...]]:
    """The part of the enterprise that public bodies control, directly or through bodies they control (Article 3(4))."""
    state = {party.key for party in structure.parties.values() if party.kind in AUTHORITIES}
    while True:
        grown = state | {
            key
            for key, party in structure.parties.items()
            if party.kind is Kind.ENTERPRISE
            and key != structure.enterprise
            and _controlled(structure, key, state)
        }
        if grown == state:
            break
        state = grown
    held = [
        one
        for one in structure.holdings
        if one.owned == structure.enterprise
        and one.owner in state
        and not (
            structure.parties[one.owner].is_small_authority and one.voting <= MAJORITY and not one.control
        )
    ]
    if any(one.control for one in held):
        return max(_higher(held), PARTNER_FROM), _owners(held)
    return _higher(held), _owners(held)


def _controlled(structure: Structure, key: str, by: set[str]) -> bool:
    held = [one for one in structure.holdings if one.owned == key and one.owner in by]
    return any(one.control for one in held) or sum(one.voting for one in held) > MAJORITY
