"""The routes of the CommonGrants protocol, held against the models of its own SDK; and the page about open routes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from common_grants_sdk.schemas.pydantic.models import OpportunityBase
from common_grants_sdk.schemas.pydantic.requests.opportunity import OpportunitySearchRequest
from common_grants_sdk.schemas.pydantic.responses.error import Error
from common_grants_sdk.schemas.pydantic.responses.opportunity import (
    OpportunitiesListResponse,
    OpportunitiesSearchResponse,
    OpportunityResponse,
)
from django.urls import reverse

from calls import services
from calls.models import CutOff
from calls.structured import structured_data
from reports import guide
from reports.opportunities import SORTS, Span, in_order, opportunity
from tests.calls import factories
from tests.calls.pages import text
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db
LIST = "/common-grants/opportunities"


@pytest.fixture
def board(db: None, now: Any) -> dict[str, Any]:
    """A call in every phase that is public, and a draft."""
    crew = funding.team()
    small = {"budget_cents": 30_000_00}
    day = timedelta(days=1)
    made = {
        "open": factories.call(crew, **small),
        "forecasted": factories.call(crew, **small, opens_at=now + day, project_max_cents=29_999_50),
        "closed": factories.call(crew, **small, opens_at=now - 90 * day, closes_at=now - day),
        "custom": factories.call(crew, **small, max_awards=5),
        "draft": factories.call(crew, **small, published=False),
    }
    services.cancel_call(made["custom"], reason="Merged.", by=crew.mia)
    return made


def exact(model: Any, answer: Any) -> dict[str, Any]:
    """The answer, after the SDK has read it and said it again in the same words: nothing unknown, nothing lost."""
    assert answer.status_code == 200, answer.content
    given = answer.json()
    said = model.model_validate(given).model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert json.dumps(said, sort_keys=True) == json.dumps(given, sort_keys=True)
    return given


def search(client: Any, asked: dict[str, Any]) -> dict[str, Any]:
    OpportunitySearchRequest.model_validate(asked)
    answer = client.post(f"{LIST}/search", asked, content_type="application/json")
    return exact(OpportunitiesSearchResponse, answer)


def codes(told: dict[str, Any]) -> list[str]:
    return [one["identifiers"]["otherIds"]["call-code"]["id"] for one in told["items"]]


def test_every_published_call_is_listed_as_the_protocol_says_it(board: Any, client: Any) -> None:
    told = exact(OpportunitiesListResponse, client.get(LIST))
    by_code = {one["identifiers"]["otherIds"]["call-code"]["id"]: one for one in told["items"]}
    assert {code: one["status"]["value"] for code, one in by_code.items()} == {
        call.code: status for status, call in board.items() if status != "draft"
    }
    one = by_code[board["forecasted"].code]
    assert one["funding"]["maxAwardAmount"] == {"amount": "29999.50", "currency": "EUR"}
    assert one["keyDates"]["closeDate"] == {
        "name": "Deadline",
        "eventType": "singleDate",
        "date": "2027-04-19",
        "time": "11:00:00",
        "description": "Time of Europe/Brussels",
    }
    assert told["paginationInfo"] == {"page": 1, "pageSize": 10, "totalItems": 4, "totalPages": 1}


def test_one_call_is_read_by_its_id_and_a_draft_is_not(board: Any, client: Any) -> None:
    for one in client.get(LIST).json()["items"]:
        assert exact(OpportunityResponse, client.get(f"{LIST}/{one['id']}"))["data"] == one
    missing = client.get(f"{LIST}/{guide.SAMPLE_ID}")
    assert (missing.status_code, Error.model_validate(missing.json()).status) == (404, 404)


def test_pages_hold_each_call_once_the_last_changed_first(board: Any, client: Any) -> None:
    found = [codes(client.get(f"{LIST}?page={page}&pageSize=3").json()) for page in (1, 2, 3)]
    assert [len(page) for page in found] == [3, 1, 0]
    assert len({code for page in found for code in page}) == 4
    changed = [one["lastModifiedAt"] for one in client.get(LIST).json()["items"]]
    assert changed == sorted(changed, reverse=True)
    for wrong in ("page=0", "pageSize=0", "pageSize=101", "page=x"):
        answer = client.get(f"{LIST}?{wrong}")
        assert (answer.status_code, Error.model_validate(answer.json()).status) == (400, 400)


def test_search_narrows_by_words_status_days_and_amounts(board: Any, client: Any) -> None:
    def found(asked: dict[str, Any]) -> set[str]:
        told = search(client, asked)
        return {name for name, call in board.items() if call.code in codes(told)}

    def status(operator: str, *values: str) -> dict[str, Any]:
        return {"filters": {"status": {"operator": operator, "value": list(values)}}}

    def amounts(low: str, high: str, operator: str = "between") -> dict[str, Any]:
        span = {"min": {"amount": low, "currency": "EUR"}, "max": {"amount": high, "currency": "EUR"}}
        return {"filters": {"maxAwardAmountRange": {"operator": operator, "value": span}}}

    def days(**span: str) -> dict[str, Any]:
        return {"filters": {"closeDateRange": {"operator": "between", "value": span}}}

    every = set(board) - {"draft"}
    assert found({}) == every
    assert found({"search": board["open"].code}) == {"open"}
    assert found(status("in", "open", "forecasted")) == {"open", "forecasted"}
    assert found(status("notIn", "open")) == every - {"open"}
    assert found(amounts("29999.50", "29999.51")) == {"forecasted"}
    assert found(amounts("29999.50", "29999.51", "outside")) == every - {"forecasted"}
    assert found(days(max="2027-02-17")) == {"closed"}
    assert found(days(min="2027-02-18")) == every - {"closed"}


def test_search_sorts_and_tells_what_it_cannot_do(board: Any, client: Any) -> None:
    told = search(client, {"sorting": {"sortBy": "status.value", "sortOrder": "asc"}})
    assert [one["status"]["value"] for one in told["items"]] == ["forecasted", "open", "custom", "closed"]
    told = search(client, {"sorting": {"sortBy": "funding.maxAwardAmount", "sortOrder": "asc"}})
    assert codes(told)[0] == board["forecasted"].code
    asked = {
        "sorting": {"sortBy": "custom", "customSortBy": "moon"},
        "filters": {"customFilters": {"moon": {"operator": "eq", "value": "full"}}},
    }
    told = search(client, asked)
    assert told["sortInfo"]["errors"] == ["Calls cannot be sorted by “custom”."]
    assert told["filterInfo"]["errors"] == ["Calls cannot be filtered by “moon”."]
    for wrong in ({"pagination": {"page": 0}}, {"sorting": {"sortOrder": "sideways"}}, {"search": "x" * 201}):
        answer = client.post(f"{LIST}/search", wrong, content_type="application/json")
        assert (answer.status_code, Error.model_validate(answer.json()).status) == (400, 400)


def test_a_call_without_money_names_none_and_cut_offs_stand_among_the_days(now: Any) -> None:
    """As search engines and the protocol read it."""
    zero = dict.fromkeys(("budget_cents", "project_min_cents", "project_max_cents", "sme_max_cents"), 0)
    call = factories.call(funding.team(), published=False, award_unit="none", **zero)
    CutOff.objects.create(call=call, closes_at=now + timedelta(days=9), name={"en": "Japan"})
    call.state, call.published_at = "published", now
    told = opportunity(call, now, changed_at=now, site_url="http://testserver")
    OpportunityBase.model_validate(told)
    assert "funding" not in told
    assert told["keyDates"]["otherDates"]["cutOff1"]["name"] == "Cut-off 1: Japan"
    assert told["keyDates"]["otherDates"]["cutOff1"]["date"] == "2027-02-27"
    assert [in_order([told], by, descending=True) for by in SORTS] == [[told]] * len(SORTS)
    linked = structured_data(call, now, site_url="http://testserver")
    assert (linked["@type"], "amount" in linked) == ("Grant", False)


@pytest.mark.parametrize(("value", "within"), [(1, False), (2, True), (3, True), (4, False), (None, None)])
def test_a_span_has_its_ends(value: int | None, within: bool | None) -> None:
    if value is not None:
        assert (Span(2, 3).has(value), Span(2, 3, True).has(value)) == (within, not within)
    assert Span(None, None).has(5)


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_is_two_questions(
    number: int, client: Any, now: Any, django_assert_num_queries: Any
) -> None:
    crew = funding.team()
    for _one in range(number):
        factories.call(crew, budget_cents=30_000_00)
    with django_assert_num_queries(2):
        assert client.get(LIST).json()["paginationInfo"]["totalItems"] == number


def test_every_example_of_the_page_is_shown_and_works(board: Any, client: Any) -> None:
    page = text(client.get(reverse("reports:api_guide"))).replace("&#x27;", "'").replace("&quot;", '"')
    routes = [route for chapter in guide.chapters() for route in chapter.routes]
    assert {route.operation for route in routes} == set(guide.EXAMPLES)
    known = client.get(LIST).json()["items"][0]["id"]
    for route in routes:
        assert " ".join(route.sent.split()) in page and route.example.replace("&", "&amp;") in page
        path = route.example.removeprefix("http://testserver").replace(guide.SAMPLE_ID, known)
        sent = {"data": route.sent, "content_type": "application/json"} if route.sent else {}
        answer = client.generic(route.method, path, **sent)
        assert answer.status_code == 200, (route.operation, answer.content)
        assert set(answer.json()) == {field.name for field in route.answers[0].fields}
