"""The SME check as JSON. Nothing of what is sent is kept."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Self

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.decorators import decorate_view
from pydantic import ConfigDict, model_validator

from applicants import sme
from core import clock
from core.limits import json_guard
from core.money import MAX_CENTS

router = Router(tags=["checks"])
MOST_A_MINUTE = 120

Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)]
Units = Annotated[Decimal, Field(ge=0, le=10_000_000, max_digits=12, decimal_places=4)]
Cents = Annotated[int, Field(ge=0, le=MAX_CENTS)]
Name = Annotated[str, Field(max_length=200)]


class _Strict(Schema):
    """A part of the question: what is not known here is refused, so that no misspelt field is lost."""

    model_config = ConfigDict(extra="forbid")


class StaffIn(_Strict):
    """So many people who work alike (Article 5). Apprentices and months of parental leave are not counted."""

    people: Annotated[int, Field(ge=0, le=1_000_000)]
    work: sme.Work = sme.Work.EMPLOYEE
    part_percent: Percent = Field(Decimal(100), description="Of full time")
    months: Annotated[int, Field(ge=0, le=12)] = 12
    leave_months: Annotated[int, Field(ge=0, le=12)] = 0

    @model_validator(mode="after")
    def leave_is_within_the_months(self) -> Self:
        if self.leave_months > self.months:
            raise ValueError("More months of leave than months of work.")
        return self

    def staff(self) -> sme.Staff:
        part = Fraction(self.part_percent) / 100
        return sme.Staff(self.people, self.work, part, self.months, self.leave_months)


class YearIn(_Strict):
    """One closed year, or the estimate of a new firm. What is left out is not known, never zero."""

    headcount: Units | None = Field(None, description="Annual work units")
    staff: Annotated[list[StaffIn], Field(max_length=50)] | None = Field(
        None, description="Instead of `headcount`: who works there; the work units are counted"
    )
    turnover_cents: Cents | None = Field(None, description="EUR cents, without VAT")
    balance_cents: Cents | None = Field(None, description="Balance sheet total, EUR cents")

    def figures(self) -> sme.Figures:
        headcount = None if self.headcount is None else Fraction(self.headcount)
        if headcount is None and self.staff is not None:
            headcount = sme.annual_work_units(one.staff() for one in self.staff)
        return sme.Figures(headcount, self.turnover_cents, self.balance_cents)


class ClosedYearIn(YearIn):
    """A year of the enterprise itself. With `ends_on` on every year only approved ones are used, the last two."""

    ends_on: date | None = Field(None, description="Last day of the accounting year")
    approved_on: date | None = Field(None, description="When its accounts were approved; null: not yet")


Years = Annotated[list[YearIn], Field(max_length=2, description="The last closed year, then the one before")]


class RowIn(_Strict):
    """One holding, and who is at its other end. Rows with the same name are the same party."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: sme.Kind = sme.Kind.ENTERPRISE
    direction: sme.Direction = Field(
        sme.Direction.OWNS, description="owns: it holds a part of `of`; owned: `of` holds a part of it"
    )
    of: int | None = Field(
        None, ge=0, description="Number of another row, from 0; null: the enterprise itself"
    )
    capital_percent: Percent = Decimal(0)
    votes_percent: Percent | None = Field(None, description="Left out: as capital")
    control: bool = Field(False, description="Dominant influence without a majority of votes")
    years: Years = []
    same_market: bool = Field(True, description="In the same or an adjacent market")
    consolidated: bool = Field(False, description="Included in `group_years`")
    invested_cents: Cents | None = Field(None, description="Business angels: invested together")
    budget_cents: Cents | None = Field(None, description="Local authority: yearly budget")
    inhabitants: Annotated[int, Field(ge=0)] | None = Field(None, description="Local authority: inhabitants")

    def row(self) -> sme.Row:
        return sme.Row(
            name=self.name,
            kind=self.kind,
            direction=self.direction,
            of=self.of,
            capital=Fraction(self.capital_percent) / 100,
            votes=None if self.votes_percent is None else Fraction(self.votes_percent) / 100,
            control=self.control,
            years=tuple(year.figures() for year in self.years),
            same_market=self.same_market,
            consolidated=self.consolidated,
            invested_cents=self.invested_cents,
            budget_cents=self.budget_cents,
            inhabitants=self.inhabitants,
        )


class SmeIn(_Strict):
    """An enterprise with its owners and holdings."""

    name: Name = ""
    years: Annotated[
        list[ClosedYearIn],
        Field(min_length=1, max_length=5, description="The last closed year, then the one before"),
    ]
    is_estimate: bool = Field(False, description="A new firm without closed accounts")
    changed_owner: bool = Field(False, description="The owner changed since the last closed year")
    before: sme.Size | None = Field(None, description="Status before these two years, if known")
    rows: Annotated[list[RowIn], Field(max_length=sme.MOST_ROWS)] = []
    group_years: Years = []

    @model_validator(mode="after")
    def years_are_dated_or_in_order(self) -> Self:
        dated = [year.ends_on is not None for year in self.years]
        if any(dated) and not all(dated):
            raise ValueError("Give ends_on for every year or for none.")
        if not any(dated) and len(self.years) > 2:
            raise ValueError("More than two years need ends_on and approved_on.")
        return self

    def _used(self) -> tuple[sme.Figures, ...]:
        """The figures in the order the check wants them; of dated years the last two approved ones (sme-64)."""
        dated = [
            sme.AccountingYear(year.ends_on, year.approved_on, year.figures())
            for year in self.years
            if year.ends_on is not None
        ]
        if not dated:
            return tuple(year.figures() for year in self.years)
        return tuple(year.figures for year in sme.closed_years(dated, clock.now().date()))

    def sheet(self) -> sme.Sheet:
        return sme.Sheet(
            years=self._used(),
            name=self.name,
            is_estimate=self.is_estimate,
            changed_owner=self.changed_owner,
            before=self.before,
            rows=tuple(row.row() for row in self.rows),
            group_years=tuple(year.figures() for year in self.group_years),
        )


class FiguresOut(Schema):
    """Exact decimal text, such as "74.6"; null is not known."""

    headcount: str | None
    turnover_cents: str | None
    balance_cents: str | None


class LineOut(Schema):
    name: str
    relation: str = Field(description="own, linked, partner or consolidated")
    percent: str
    figures: FiguresOut
    counted: FiguresOut


class YearOut(Schema):
    size: sme.Size | None
    totals: FiguresOut
    lines: list[LineOut]


class ReasonOut(Schema):
    code: str
    message: str


class SmeOut(Schema):
    """The category with everything that led to it; `size` null: something is missing, see `cautions`."""

    size: sme.Size | None
    is_sme: bool | None
    independence: sme.Independence
    is_estimate: bool
    is_public: bool
    years: list[YearOut]
    reasons: list[ReasonOut]
    cautions: list[ReasonOut]


class ProblemOut(Schema):
    row: int | None
    field: str
    message: str


class ProblemsOut(Schema):
    """What contradicts itself in the rows."""

    problems: list[ProblemOut]


class ErrorOut(Schema):
    """Why there is no answer."""

    detail: str


@router.post(
    "sme-check",
    url_name="sme_check",
    operation_id="sme_check",
    summary="Category of an enterprise under Recommendation 2003/361/EC",
    response={200: SmeOut, 409: ProblemsOut, 413: ErrorOut, 429: ErrorOut},
)
@decorate_view(json_guard("sme-api", most=MOST_A_MINUTE, seconds=60, most_bytes=64 * 1024))
def sme_check(request: HttpRequest, given: SmeIn) -> Any:
    """Own figures, partners pro rata, linked enterprises in full, exceptions, public bodies and the two-year rule.

    The reasons are sentences in the language of `Accept-Language`. 422: the question has the wrong shape.
    """
    sheet = given.sheet()
    found = sme.problems(sheet)
    if found:
        return Status(409, {"problems": [vars(problem) for problem in found]})
    return Status(200, sme.told(sme.assess_sheet(sheet)))
