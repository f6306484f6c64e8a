"""The routes of the CommonGrants protocol: list, read and search of opportunities."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from ninja.decorators import decorate_view
from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from core import clock
from core.limits import json_guard
from core.opendata import open_data
from reports import queries
from reports.opportunities import SORTS, Asked, Span, in_order

router = Router(tags=["CommonGrants"])
MOST_AT_ONCE = 100
MOST_A_MINUTE = 120
Page = Annotated[int, Query(ge=1, le=100_000)]
PageSize = Annotated[int, Query(ge=1, le=MOST_AT_ONCE, alias="pageSize")]


class _Camel(Schema):
    """Names on the wire as the protocol writes them."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class DayRange(_Camel):
    min: date | None = None
    max: date | None = None


class Amount(_Camel):
    amount: Annotated[str, Field(pattern=r"^-?[0-9]{1,15}(\.[0-9]{0,4})?$")]
    currency: str


class AmountRange(_Camel):
    min: Amount
    max: Amount


class StatusFilter(_Camel):
    operator: Literal["in", "notIn"]
    value: Annotated[list[str], Field(max_length=20)]


class DaysFilter(_Camel):
    operator: Literal["between", "outside"]
    value: DayRange


class AmountFilter(_Camel):
    operator: Literal["between", "outside"]
    value: AmountRange


class FiltersIn(_Camel):
    status: StatusFilter | None = None
    close_date_range: DaysFilter | None = None
    total_funding_available_range: AmountFilter | None = None
    min_award_amount_range: AmountFilter | None = None
    max_award_amount_range: AmountFilter | None = None
    custom_filters: dict[str, Any] | None = None

    def asked(self) -> Asked:
        """As the opportunities are narrowed."""
        return Asked(
            statuses=frozenset(self.status.value if self.status else []),
            is_not_in=self.status is not None and self.status.operator == "notIn",
            closing=_days(self.close_date_range),
            total=_amounts(self.total_funding_available_range),
            least=_amounts(self.min_award_amount_range),
            most=_amounts(self.max_award_amount_range),
        )


def _days(given: DaysFilter | None) -> Span | None:
    return Span(given.value.min, given.value.max, given.operator == "outside") if given else None


def _amounts(given: AmountFilter | None) -> Span | None:
    if given is None:
        return None
    low, high = Decimal(given.value.min.amount), Decimal(given.value.max.amount)
    return Span(low, high, given.operator == "outside")


class SortingIn(_Camel):
    sort_by: str = "lastModifiedAt"
    sort_order: Literal["asc", "desc"] = "desc"
    custom_sort_by: str | None = None


class PaginationIn(_Camel):
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 10


class SearchIn(_Camel):
    """What is searched for; unknown ways to sort and filter are told, not refused."""

    search: Annotated[str, Field(max_length=200)] | None = None
    filters: FiltersIn | None = None
    sorting: SortingIn = SortingIn()
    pagination: PaginationIn = PaginationIn()


class PaginationOut(Schema):
    page: int
    pageSize: int  # noqa: N815
    totalItems: int  # noqa: N815
    totalPages: int  # noqa: N815


class ListOut(Schema):
    """A page of opportunities (OpportunityBase)."""

    status: int
    message: str
    items: list[dict[str, Any]]
    paginationInfo: PaginationOut  # noqa: N815


class SearchOut(ListOut):
    sortInfo: dict[str, Any]  # noqa: N815
    filterInfo: dict[str, Any]  # noqa: N815


class OneOut(Schema):
    """One opportunity (OpportunityDetails)."""

    status: int
    message: str
    data: dict[str, Any]


class ErrorOut(Schema):
    """Why there is no answer."""

    status: int
    message: str
    errors: list[Any]


def _page(items: list[dict[str, Any]], page: int, size: int) -> dict[str, Any]:
    return {
        "status": 200,
        "message": "Success",
        "items": items[(page - 1) * size : page * size],
        "paginationInfo": {
            "page": page,
            "pageSize": size,
            "totalItems": len(items),
            "totalPages": -(-len(items) // size),
        },
    }


@router.get(
    "opportunities",
    url_name="opportunity_list",
    operation_id="opportunity_list",
    summary="List calls",
    response={200: ListOut, 400: ErrorOut},
)
@decorate_view(open_data)
def opportunity_list(request: HttpRequest, page: Page = 1, page_size: PageSize = 10) -> Any:
    """Every published call, the last changed first."""
    found = queries.opportunities(clock.now(), site_url=settings.SITE_URL)
    return _page(in_order(found, "lastModifiedAt", descending=True), page, page_size)


@router.get(
    "opportunities/{uuid:opp_id}",
    url_name="opportunity",
    operation_id="opportunity",
    summary="Read one call",
    response={200: OneOut, 404: ErrorOut},
)
@decorate_view(open_data)
def opportunity(request: HttpRequest, opp_id: uuid.UUID) -> Any:
    """One published call by its id."""
    for found in queries.opportunities(clock.now(), site_url=settings.SITE_URL):
        if found["id"] == str(opp_id):
            return Status(200, {"status": 200, "message": "Success", "data": found})
    message = "There is no published call with this id."
    return Status(404, {"status": 404, "message": message, "errors": [message]})


@router.post(
    "opportunities/search",
    url_name="opportunity_search",
    operation_id="opportunity_search",
    summary="Search calls",
    response={200: SearchOut, 400: ErrorOut},
)
@decorate_view(json_guard("common-grants", most=MOST_A_MINUTE, seconds=60, most_bytes=16 * 1024))
def opportunity_search(request: HttpRequest, given: SearchIn) -> Any:
    """Calls with all these words that fit every filter."""
    filters, sorting = given.filters or FiltersIn(), given.sorting
    found = queries.opportunities(clock.now(), site_url=settings.SITE_URL, text=given.search or "")
    asked = filters.asked()
    known = sorting.sort_by in SORTS
    by = sorting.sort_by if known else "lastModifiedAt"
    fitting = in_order(filter(asked.fits, found), by, descending=sorting.sort_order == "desc")
    unsorted = [] if known else [f"Calls cannot be sorted by “{sorting.sort_by}”."]
    unknown = [f"Calls cannot be filtered by “{name}”." for name in filters.custom_filters or {}]
    return {
        **_page(fitting, given.pagination.page, given.pagination.page_size),
        "sortInfo": {"sortBy": by, "sortOrder": sorting.sort_order, "errors": unsorted},
        "filterInfo": {
            "filters": filters.model_dump(mode="json", by_alias=True, exclude_none=True),
            "errors": unknown,
        },
    }
