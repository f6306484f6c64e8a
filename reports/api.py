"""The results of calls as JSON: who was funded, for what, with how much."""

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.decorators import decorate_view

from core.opendata import open_data
from reports import queries
from reports.queries import Result

router = Router(tags=["results"])
MOST_AT_ONCE = 200


class CallOut(Schema):
    code: str
    title: str
    url: str


class ProjectOut(Schema):
    acronym: str
    grant_agreement: str = Field(description="Number of the project's own EU grant agreement")


class PartyOut(Schema):
    """A legal entity that is supported."""

    name: str
    country: str = Field(description="ISO 3166-1, two letters")
    amount_cents: int


class AwardOut(Schema):
    """One funded project. `starts_on` and `ends_on` are null until its agreement is in force."""

    reference: str
    title: str
    abstract: str
    call: CallOut
    project: ProjectOut
    awarded_on: date
    starts_on: date | None
    ends_on: date | None
    amount_cents: int
    parties: list[PartyOut]


class AwardsOut(Schema):
    """One page; `total` counts all."""

    page: int
    page_size: int
    total: int
    items: list[AwardOut]


@router.get(
    "awards", url_name="awards", operation_id="awards", summary="Funded projects", response={200: AwardsOut}
)
@decorate_view(open_data)
def awards(
    request: HttpRequest,
    call: Annotated[str, Query(max_length=20, description="Only of the call with this code")] = "",
    project: Annotated[str, Query(max_length=50, description="Only of the project with this slug")] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = 50,
) -> Any:
    """Projects of calls whose results are public, the newest call first. Files that were not funded are never told of."""
    found = queries.results(queries.public_calls(code=call, project=project))
    shown = found[(page - 1) * page_size : page * page_size]
    items = [_award(result) for result in shown]
    return {"page": page, "page_size": page_size, "total": len(found), "items": items}


def _award(result: Result) -> dict[str, Any]:
    award, call = result.award, result.award.call
    return {
        "reference": award.ref,
        "title": award.title,
        "abstract": award.abstract,
        "call": {
            "code": call.code,
            "title": str(call.title),
            "url": f"{settings.SITE_URL}{call.get_absolute_url()}",
        },
        "project": {
            "acronym": call.project.acronym,
            "grant_agreement": call.project.grant_agreement_number,
        },
        "awarded_on": award.decided_on,
        "starts_on": result.starts_on,
        "ends_on": result.ends_on,
        "amount_cents": award.cents,
        "parties": [
            {"name": party.name, "country": party.country, "amount_cents": party.cents}
            for party in award.parties
        ],
    }
