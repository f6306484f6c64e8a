"""The category of an enterprise with everything that led to it. Pure: dataclasses in and out, money in EUR cents."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from applicants.sme.figures import NOTHING, Figures, Size, category, total
from applicants.sme.structure import (
    PARTNER_FROM,
    WITHOUT_FIGURES,
    Kind,
    Relations,
    Structure,
    relations,
)
from applicants.sme.words import Reason, Say

ALL = Fraction(1)


class Independence(StrEnum):
    """What the declaration calls the enterprise: Article 3(1) to (3)."""

    AUTONOMOUS = "autonomous"
    PARTNER = "partner"
    LINKED = "linked"


@dataclass(frozen=True)
class Line:
    """One entry of the sum: whose figures, why, and which part of them counts."""

    keys: tuple[str, ...]
    name: str
    relation: str
    share: Fraction
    figures: Figures

    @property
    def counted(self) -> Figures:
        return self.figures.times(self.share)


@dataclass(frozen=True)
class Year:
    """One closed year, or the estimate of a new firm: the lines, their sum and its category."""

    lines: list[Line]
    totals: Figures
    size: Size | None


@dataclass(frozen=True)
class Assessment:
    """The result. `size` is None when something is missing; a public body's hold makes it LARGE with `is_public`.

    `years`: the last closed year first. `reasons` say in order what led to the result, `cautions` what a person has to
    look at; each has its sentence in the active language.
    """

    size: Size | None
    independence: Independence
    years: list[Year]
    is_estimate: bool = False
    is_public: bool = False
    reasons: list[Reason] = field(default_factory=list)
    cautions: list[Reason] = field(default_factory=list)

    @property
    def is_sme(self) -> bool | None:
        """Whether it is a micro, small or medium-sized enterprise; None when that cannot be told."""
        return None if self.size is None else self.size.is_sme


def status_after(
    before: Size | None, previous: Size | None, latest: Size, *, changed_owner: bool = False
) -> Size:
    """The status now: it changes only when two closed years in a row pass the ceilings the same way (Article 4(2)).

    It then becomes what both years reached (sme-61). Without a known status before, that of the first year stands for
    it. A change of owner counts at once, and a firm with one closed year has its category.
    """
    if previous is None or changed_owner:
        return latest
    start = before or previous
    if min(previous.rank, latest.rank) > start.rank:
        return min(previous, latest, key=lambda size: size.rank)
    if max(previous.rank, latest.rank) < start.rank:
        return max(previous, latest, key=lambda size: size.rank)
    return start


def assess(
    structure: Structure,
    *,
    before: Size | None = None,
    is_estimate: bool = False,
    changed_owner: bool = False,
) -> Assessment:
    """The category of `structure.enterprise` under Recommendation 2003/361/EC, with its reasoning.

    `before`: the status it had before these years, if known. `is_estimate`: a new firm without closed accounts gave a
    good-faith estimate as its only year (Article 4(3), sme-63). `changed_owner`: the figures of both years come from
    the ownership of today and the owner changed lately, so that the two-year rule shields nothing.
    """
    around = relations(structure)
    count = 1 if is_estimate else min(2, len(structure.parties[structure.enterprise].years))
    years = [_year(structure, around, at) for at in range(max(1, count))]
    is_public = around.public_share >= PARTNER_FROM
    kind = _independence(structure, around)
    reasons = [*_about_relations(structure, around, kind), *_about_years(years, is_estimate)]
    cautions = _cautions(structure, around, years)
    size = None
    if years[0].size is not None and (len(years) == 1 or years[1].size is not None):
        previous = years[1].size if len(years) == 2 else None
        size = status_after(before, previous, years[0].size, changed_owner=changed_owner)
        reasons += _about_status(before, previous, years[0].size, size, changed_owner)
    elif not is_public:
        reasons.append(Reason(Say.UNDECIDED))
    if is_public:
        size = Size.LARGE
        reasons.append(
            Reason(
                Say.PUBLIC,
                names=_names(structure, around.public_holders),
                share=around.public_share,
            )
        )
    return Assessment(size, kind, years, is_estimate, is_public, reasons, cautions)


def _year(structure: Structure, around: Relations, at: int) -> Year:
    lines = [
        _line(structure, (structure.enterprise,), "own", ALL, at),
        *(
            _line(structure, (key,), "linked", ALL, at)
            for key in sorted(around.linked - {structure.enterprise})
            if _brings_figures(structure, key)
        ),
    ]
    lines = _consolidate(structure, lines, at)
    for partner in around.partners:
        members = [
            _line(structure, (key,), "partner", partner.share, at)
            for key in sorted(partner.members)
            if _brings_figures(structure, key)
        ]
        lines += _consolidate(structure, members, at)
    totals = total(line.counted for line in lines)
    return Year(lines, totals, category(totals))


def _brings_figures(structure: Structure, key: str) -> bool:
    """People and authorities are no enterprises with accounts; an angel counts when figures were given."""
    party = structure.parties[key]
    return party.kind not in WITHOUT_FIGURES or (party.kind is Kind.BUSINESS_ANGEL and bool(party.years))


def _line(structure: Structure, keys: tuple[str, ...], relation: str, share: Fraction, at: int) -> Line:
    party = structure.parties[keys[0]]
    return Line(keys, party.called, relation, share, _figures_of(party.years, at))


def _figures_of(years: Sequence[Figures], at: int) -> Figures:
    """The year asked for; the latest stands for an earlier one that was not given."""
    if not years:
        return Figures(None, None, None)
    return years[at] if at < len(years) else years[-1]


def _consolidate(structure: Structure, lines: list[Line], at: int) -> list[Line]:
    """Put consolidated accounts in the place of the firms they include, once (sme-46)."""
    for accounts in structure.consolidated:
        covered = [line for line in lines if accounts.members.issuperset(line.keys)]
        if not covered:
            continue
        figures = _figures_of(accounts.years, at)
        name = ", ".join(line.name for line in covered)
        keys = tuple(key for line in covered for key in line.keys)
        one = Line(keys, name, "consolidated", max(line.share for line in covered), figures)
        lines = [one, *(line for line in lines if line not in covered)]
    return lines


def _independence(structure: Structure, around: Relations) -> Independence:
    if any(_brings_figures(structure, key) for key in around.linked - {structure.enterprise}):
        return Independence.LINKED
    if any(_brings_figures(structure, key) for partner in around.partners for key in partner.members):
        return Independence.PARTNER
    return Independence.AUTONOMOUS


def _names(structure: Structure, keys: Sequence[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(structure.parties[key].called for key in keys)


def _about_relations(structure: Structure, around: Relations, kind: Independence) -> list[Reason]:
    reasons = []
    for tie in around.ties:
        names, other = _names(structure, tie.owners), structure.parties[tie.owned].called
        said = Say.LINKED if tie.votes > Fraction(1, 2) else Say.CONTROLLED
        reasons.append(Reason(said, names=names, other=other, share=tie.votes))
    for partner in around.partners:
        reasons.append(
            Reason(
                Say.PARTNER,
                names=_names(structure, partner.holders),
                other=structure.parties[partner.held].called,
                share=partner.share,
            )
        )
    for one in around.spared:
        other = structure.parties[one.held].called
        reasons.append(Reason(Say.SPARED, names=_names(structure, one.holders), other=other, share=one.share))
    if kind is Independence.AUTONOMOUS:
        reasons.insert(0, Reason(Say.AUTONOMOUS))
    return reasons


def _about_years(years: Sequence[Year], is_estimate: bool) -> list[Reason]:
    told = []
    for at, year in enumerate(years):
        if year.size is None:
            continue
        said = Say.ESTIMATE if is_estimate else (Say.LATEST, Say.PREVIOUS)[at]
        told.append(Reason(said, figures=year.totals, size=year.size))
    return told


def _about_status(
    before: Size | None, previous: Size | None, latest: Size, now: Size, changed_owner: bool
) -> list[Reason]:
    if previous is None:
        return []
    if changed_owner:
        return [Reason(Say.OWNER_CHANGED, size=now)]
    start = before or previous
    if now is not start:
        return [Reason(Say.CHANGED, size=now, earlier=start)]
    if latest is not now:
        return [Reason(Say.KEPT, size=now, earlier=latest)]
    return []


def _cautions(structure: Structure, around: Relations, years: Sequence[Year]) -> list[Reason]:
    found = []
    for at, year in enumerate(years):
        for line in year.lines:
            if line.figures.missing:
                found.append(Reason(Say.MISSING, names=(line.name,), missing=tuple(line.figures.missing)))
            elif at and len(years) > 1 and _given(structure, line) == 1:
                found.append(Reason(Say.ASSUMED, names=(line.name,)))
    if around.refused_angels:
        found.append(Reason(Say.ANGELS, names=_names(structure, around.refused_angels)))
    funds = [key for key in around.linked if structure.parties[key].kind is Kind.PUBLIC_INVESTMENT]
    if funds:
        found.append(Reason(Say.PUBLIC_FUND, names=_names(structure, sorted(funds))))
    if structure.parties[structure.enterprise].years and years[0].lines[0].figures == NOTHING:
        found.append(Reason(Say.SHELL))
    return list(dict.fromkeys(found))


def _given(structure: Structure, line: Line) -> int:
    """How many years were given for a line."""
    if line.relation == "consolidated":
        held = next(one for one in structure.consolidated if one.members.issuperset(line.keys))
        return len(held.years)
    return len(structure.parties[line.keys[0]].years)
