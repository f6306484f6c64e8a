"""A sheet as plain JSON and back, exact: fractions as "1/3", what is not known as null. Pure."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from applicants.sme.figures import Figures, Number, Size
from applicants.sme.sheet import Direction, Row, Sheet
from applicants.sme.structure import Kind

_PLAIN = ("name", "number", "of", "control", "same_market", "consolidated", "invested_cents", "budget_cents", "inhabitants")  # fmt: skip


def kept(sheet: Sheet) -> dict[str, Any]:
    """The sheet as plain JSON values."""
    return {
        "name": sheet.name,
        "years": _years_kept(sheet.years),
        "is_estimate": sheet.is_estimate,
        "changed_owner": sheet.changed_owner,
        "before": sheet.before.value if sheet.before else None,
        "group_years": _years_kept(sheet.group_years),
        "rows": [
            {
                **{name: getattr(row, name) for name in _PLAIN},
                "kind": row.kind.value,
                "direction": row.direction.value,
                "capital": str(row.capital),
                "votes": None if row.votes is None else str(row.votes),
                "years": _years_kept(row.years),
            }
            for row in sheet.rows
        ],
    }


def restored(data: Mapping[str, Any]) -> Sheet:
    """The sheet that was kept."""
    return Sheet(
        years=_years_restored(data["years"]),
        name=data["name"],
        is_estimate=data["is_estimate"],
        changed_owner=data["changed_owner"],
        before=Size(data["before"]) if data["before"] else None,
        group_years=_years_restored(data["group_years"]),
        rows=tuple(
            Row(
                **{name: row[name] for name in _PLAIN},
                kind=Kind(row["kind"]),
                direction=Direction(row["direction"]),
                capital=Fraction(row["capital"]),
                votes=None if row["votes"] is None else Fraction(row["votes"]),
                years=_years_restored(row["years"]),
            )
            for row in data["rows"]
        ),
    )


def _years_kept(years: tuple[Figures, ...]) -> list[dict[str, Any]]:
    return [
        {"headcount": _text(year.headcount), "turnover": _text(year.turnover), "balance": _text(year.balance)}
        for year in years
    ]


def _years_restored(years: list[dict[str, Any]]) -> tuple[Figures, ...]:
    return tuple(
        Figures(_number(year["headcount"]), _number(year["turnover"]), _number(year["balance"]))
        for year in years
    )


def _text(value: Number | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Number | None:
    if text is None:
        return None
    number = Fraction(text)
    return number.numerator if number.denominator == 1 else number
