"""What people enter about their enterprise, row by row, and the structure it describes. Pure.

A row is one holding: somebody owns a part of the enterprise or of another row, or is owned in part. Rows that carry
the same name are the same party, so that cross-holdings and holdings in several firms can be told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from applicants.sme.assessment import Assessment, assess
from applicants.sme.figures import Figures, Size
from applicants.sme.structure import (
    AUTHORITIES,
    Consolidated,
    Holding,
    Kind,
    Party,
    Structure,
    relations,
)

OWN = "own"
MOST_ROWS = 40


class Direction(StrEnum):
    """Which way a row's holding goes."""

    OWNS = "owns"
    OWNED = "owned"


@dataclass(frozen=True)
class Row:
    """One holding and who is at its other end. `of` is the number of another row (from 0), None for the enterprise.

    `number` is a VAT number, EUID or PIC by which the firm is recognised, if it is known.
    """

    name: str
    number: str = ""
    kind: Kind = Kind.ENTERPRISE
    direction: Direction = Direction.OWNS
    of: int | None = None
    capital: Fraction = Fraction(0)
    votes: Fraction | None = None
    control: bool = False
    years: tuple[Figures, ...] = ()
    same_market: bool = True
    consolidated: bool = False
    invested_cents: int | None = None
    budget_cents: int | None = None
    inhabitants: int | None = None


@dataclass(frozen=True)
class Sheet:
    """All that is entered. `years`: the enterprise's last closed year, then the one before; `group_years`: consolidated
    accounts that include it and every row marked so."""

    years: tuple[Figures, ...]
    name: str = ""
    is_estimate: bool = False
    changed_owner: bool = False
    before: Size | None = None
    rows: tuple[Row, ...] = field(default=())
    group_years: tuple[Figures, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What cannot be, said in words: in which row (None: the enterprise itself), at which field."""

    row: int | None
    field: str
    message: str


def problems(sheet: Sheet) -> list[Problem]:
    """Everything that contradicts itself; an empty list when the sheet can be judged."""
    found = list(_row_problems(sheet))
    if found:
        return found
    names = [OWN, *_keys(sheet)]
    structure = structure_of(sheet)
    for key in structure.over_full():
        row = None if key == OWN else names.index(key) - 1
        who = structure.parties[key].called
        sentence = _("More than 100 %% of %(name)s is held by those you entered. Check the percentages.")
        found.append(Problem(row, "capital", sentence % {"name": who}))
    return found


def structure_of(sheet: Sheet) -> Structure:
    """The graph that the rows describe. Raises ValueError for a sheet with problems in its rows."""
    keys = _keys(sheet)
    own = Party(OWN, sheet.name or _("your enterprise"), years=sheet.years)
    parties, holdings = {OWN: own}, []
    for key, row in zip(keys, sheet.rows, strict=True):
        if key not in parties or not parties[key].years:
            parties[key] = Party(
                key, row.name, row.kind, row.years, row.same_market, row.budget_cents, row.inhabitants
            )
        other = OWN if row.of is None else keys[row.of]
        owner, owned = (key, other) if row.direction is Direction.OWNS else (other, key)
        holdings.append(Holding(owner, owned, row.capital, row.votes, row.control, row.invested_cents))
    together = frozenset([OWN, *(key for key, row in zip(keys, sheet.rows, strict=True) if row.consolidated)])
    accounts = [Consolidated(together, sheet.group_years)] if sheet.group_years else []
    return Structure(OWN, parties, holdings, accounts)


def assess_sheet(sheet: Sheet) -> Assessment:
    """The category of the enterprise that a sheet without problems describes."""
    return assess(
        structure_of(sheet),
        before=sheet.before,
        is_estimate=sheet.is_estimate,
        changed_owner=sheet.changed_owner,
    )


def linked_numbers(sheet: Sheet) -> list[str]:
    """The numbers, where given, of all that are linked with the enterprise."""
    group = relations(structure_of(sheet)).linked
    given = zip(_keys(sheet), sheet.rows, strict=True)
    return sorted({row.number for key, row in given if row.number and key in group})


def _keys(sheet: Sheet) -> list[str]:
    """One key per row; the same for rows with the same name, whatever its capitals and spaces."""
    known: dict[str, str] = {}
    return [
        known.setdefault(" ".join(row.name.split()).casefold() or f" {at}", f"row{at}")
        for at, row in enumerate(sheet.rows)
    ]


def _row_problems(sheet: Sheet) -> Iterator[Problem]:
    keys = _keys(sheet)
    for at, row in enumerate(sheet.rows):
        if row.of is not None and not 0 <= row.of < len(sheet.rows):
            yield Problem(at, "of", _("There is no such row."))
        elif row.of is not None and keys[row.of] == keys[at]:
            yield Problem(at, "of", _("%(name)s cannot hold a part of itself.") % {"name": row.name})
        else:
            owned = row if row.direction is Direction.OWNED else _at(sheet, row.of)
            if owned is not None and owned.kind in AUTHORITIES | {Kind.PERSON, Kind.BUSINESS_ANGEL}:
                sentence = _("%(name)s is no enterprise: nobody can own a part of it.")
                yield Problem(at, "direction", sentence % {"name": owned.name})
        if not (row.capital or row.votes or row.control):
            yield Problem(at, "capital", _("Give the percentage, or say that there is other control."))


def _at(sheet: Sheet, number: int | None) -> Row | None:
    return None if number is None else sheet.rows[number]


def told(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain JSON values: what the interface answers and what is frozen with an application."""
    return {
        "size": assessment.size,
        "is_sme": assessment.is_sme,
        "independence": assessment.independence,
        "is_estimate": assessment.is_estimate,
        "is_public": assessment.is_public,
        "years": [
            {
                "size": year.size,
                "totals": _told_figures(year.totals),
                "lines": [
                    {
                        "name": line.name,
                        "relation": line.relation,
                        "percent": _decimal(line.share * 100),
                        "figures": _told_figures(line.figures),
                        "counted": _told_figures(line.counted),
                    }
                    for line in year.lines
                ],
            }
            for year in assessment.years
        ],
        "reasons": [{"code": one.code.value, "message": one.message} for one in assessment.reasons],
        "cautions": [{"code": one.code.value, "message": one.message} for one in assessment.cautions],
    }


def _told_figures(figures: Figures) -> dict[str, str | None]:
    return {
        "headcount": _decimal(figures.headcount),
        "turnover_cents": _decimal(figures.turnover),
        "balance_cents": _decimal(figures.balance),
    }


def _decimal(value: Fraction | int | None) -> str | None:
    """The number as exact decimal text; one that no decimal says exactly as "1/3"."""
    if value is None:
        return None
    number = Fraction(value)
    for places in range(13):
        scaled = number * 10**places
        if scaled.denominator == 1:
            whole, rest = divmod(scaled.numerator, 10**places)
            return f"{whole}.{rest:0{places}d}" if places else str(whole)
    return f"{number.numerator}/{number.denominator}"
