"""The public SME check: the page without a script, and the JSON route."""

import json
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from django.core.cache import cache
from django.urls import reverse

from applicants import sme
from applicants.forms.sme import SmeSheetForm
from core import clock
from tests.calls.pages import text

pytestmark = pytest.mark.django_db
PAGE = "/tools/sme-check/"
API = "/api/v1/sme-check"
OWN = {"latest_headcount": "40", "latest_turnover": "6 000 000", "latest_balance": "5000000"}


@pytest.fixture(autouse=True)
def no_limit_reached():
    cache.clear()


def row(at, name="X GmbH", **more):
    values = {
        "name": name,
        "kind": "enterprise",
        "direction": "owns",
        "of": "",
        "capital": "25",
        "latest_headcount": "300",
        "latest_turnover": "60000000",
        "latest_balance": "50000000",
        "same_market": "on",
        **more,
    }
    return {f"r{at}-{key}": value for key, value in values.items()}


def test_page_opens_without_an_account_and_asks_plain_questions(client):
    answer = client.get(PAGE)
    assert (answer.status_code, answer.context["result"]) == (200, None)
    assert "1. Your enterprise alone" in text(answer)


def test_check_tells_the_category_with_its_reasons(client):
    answer = client.post(PAGE, {**OWN, **row(0, capital="25,00 %")})
    result = answer.context["result"]
    assert (answer.status_code, result.size) == (200, sme.Size.MEDIUM)
    assert result.years[0].totals == sme.Figures(115, 2_100_000_000, 1_750_000_000)
    shown = text(answer)
    assert "A medium-sized enterprise: an SME" in shown
    assert (
        "Partner: X GmbH in your enterprise with 25 %; that part of the partner&#x27;s figures counts."
        in shown
    )


def test_check_says_beside_the_field_what_is_missing_and_keeps_what_was_typed(client):
    answer = client.post(PAGE, {**OWN, "latest_headcount": "", **row(0, name="", capital="1e9")})
    form = answer.context["form"]
    assert (answer.status_code, answer.context["result"]) == (422, None)
    assert form.own.errors == {"latest_headcount": ["This field is required."]}
    assert form.rows[0].errors == {
        "name": ["Give a name, or remove this entry."],
        "capital": ["“1e9” is not a number."],
    }
    assert 'value="1e9"' in answer.content.decode()


def test_row_is_added_and_removed_without_losing_or_judging_anything(client):
    given = {**OWN, "latest_headcount": "forty", **row(0, name="One"), **row(1, name="Two", of="0")}
    added = client.post(PAGE, {**given, "add": "1"}).context["form"]
    assert [one["name"].value() for one in added.rows] == ["One", "Two", None]
    assert (added.own["latest_headcount"].value(), added.own.is_bound) == ("forty", False)
    removed = client.post(PAGE, {**given, "remove": "0"}).context["form"]
    assert [(one["name"].value(), one["of"].value()) for one in removed.rows] == [("Two", "")]


def test_rows_behind_the_removed_one_keep_pointing_at_the_same(client):
    given = {**row(0, name="One"), **row(1, name="Two"), **row(2, name="Three", of="1")}
    form = SmeSheetForm({**given, "remove": "0"})
    assert [(one["name"].value(), one["of"].value()) for one in form.rows] == [("Two", ""), ("Three", "0")]


def test_rows_end_somewhere():
    many = {key: value for at in range(60) for key, value in row(at).items()}
    form = SmeSheetForm({**many, "add": "1"})
    assert (len(form.rows), form.is_full) == (sme.MOST_ROWS, True)


def test_rows_describe_a_tree_and_the_same_name_is_the_same_firm():
    given = {
        **OWN,
        **row(0, name="Parent", capital="60"),
        **row(1, name="Grand", of="0", capital="51", latest_headcount="10"),
        **row(2, name="  GRAND ", direction="owned", capital="30"),
        **row(3, name="Sub", direction="owned", capital="10", votes="33,3333"),
    }
    sheet = SmeSheetForm(given, judged=True).sheet()
    structure = sme.structure_of(sheet)
    told = [(one.owner, one.owned, one.capital) for one in structure.holdings]
    assert told == [
        ("row0", "own", Fraction(3, 5)),
        ("row1", "row0", Fraction(51, 100)),
        ("own", "row1", Fraction(3, 10)),
        ("own", "row3", Fraction(1, 10)),
    ]
    assert structure.holdings[3].votes == Fraction(333333, 1_000_000)


@pytest.mark.parametrize(
    ("rows", "at", "field", "message"),
    [
        ([{"of": "7"}], 0, "of", "Select a valid choice. 7 is not one of the available choices."),
        ([{"of": "1"}, {}], 0, "of", "X GmbH cannot hold a part of itself."),
        ([{"capital": ""}], 0, "capital", "Give the percentage, or say that there is other control."),
        (
            [{"kind": "person"}, {"name": "Y", "of": "0"}],
            1,
            "direction",
            "X GmbH is no enterprise: nobody can own a part of it.",
        ),
        (
            [{"capital": "60"}, {"name": "Y", "capital": "41"}],
            None,
            "__all__",
            "More than 100 % of your enterprise is held by those you entered. Check the percentages.",
        ),
        (
            [{"capital": "60"}, {"name": "Y", "of": "0", "capital": "60"}, {"name": "Z", "of": "0", "capital": "41"}],
            0,
            "capital",
            "More than 100 % of X GmbH is held by those you entered. Check the percentages.",
        ),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told_at_its_field(rows, at, field, message):
    given = {**OWN, **{key: value for n, more in enumerate(rows) for key, value in row(n, **more).items()}}
    form = SmeSheetForm(given, judged=True)
    assert form.sheet() is None
    where = form.own if at is None else form.rows[at]
    assert where.errors == {field: [message]}


def test_consolidated_accounts_and_earlier_status_are_read():
    group = {f"group_latest_{name}": "200" for name in ("headcount", "turnover", "balance")}
    given = {
        **OWN,
        **group,
        "before": "large",
        "is_estimate": "on",
        **row(0, consolidated="on", capital="60"),
    }
    sheet = SmeSheetForm(given, judged=True).sheet()
    result = sme.assess_sheet(sheet)
    assert (sheet.before, result.is_estimate) == (sme.Size.LARGE, True)
    assert result.years[0].totals == sme.Figures(200, 20_000, 20_000)


def test_too_many_checks_from_one_address_are_refused_in_words(client, monkeypatch):
    monkeypatch.setattr("applicants.views.tools.MOST_A_MINUTE", 2)
    with clock.stopped_at(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)):
        codes = [client.post(PAGE, {"add": "1"}).status_code for _time in range(4)]
        elsewhere = client.post(PAGE, {"add": "1"}, REMOTE_ADDR="10.9.9.9")
    assert (codes, elsewhere.status_code) == ([200, 200, 429, 429], 200)


# --- JSON --------------------------------------------------------------------------------------------------
def ask(client, body, **more):
    return client.post(API, json.dumps(body), content_type="application/json", **more)


YEAR = {"headcount": 40, "turnover_cents": 600_000_000, "balance_cents": 500_000_000}
PARTNER = {
    "name": "X",
    "capital_percent": 33.3333,
    "years": [{"headcount": 60.5, "turnover_cents": 1, "balance_cents": 2}],
}


def test_api_answers_with_exact_figures_and_reasons(client):
    answer = ask(client, {"years": [YEAR], "rows": [PARTNER]})
    told = answer.json()
    assert (answer.status_code, told["size"], told["is_sme"], told["independence"]) == (
        200,
        "medium",
        True,
        "partner",
    )
    assert told["years"][0]["totals"]["headcount"] == "60.1666465"
    assert told["years"][0]["lines"][1]["percent"] == "33.3333"
    assert [one["code"] for one in told["reasons"]] == ["partner", "latest"]


def test_api_answers_in_the_language_that_was_asked_for_and_keeps_nothing(
    client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        answer = ask(client, {"years": [YEAR]}, headers={"Accept-Language": "fr"})
    assert (answer.headers["Content-Language"], answer.cookies) == ("fr", {})


def test_api_does_not_decide_without_a_figure(client):
    told = ask(client, {"years": [{"turnover_cents": 1, "balance_cents": 1}]}).json()
    assert (told["size"], told["is_sme"], told["cautions"][0]["code"]) == (None, None, "missing")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"years": []},
        {"years": [YEAR], "typo": 1},
        {"years": [YEAR] * 3},
        {"years": [{**YEAR, "ends_on": "2025-12-31"}, YEAR]},
        {"years": [{**YEAR, "staff": [{"people": 1, "months": 3, "leave_months": 4}]}]},
        {"years": [{**YEAR, "headcount": -1}]},
        {"years": [{**YEAR, "headcount": "NaN"}]},
        {"years": [{**YEAR, "turnover_cents": 1.5}]},
        {"years": [YEAR], "rows": [{**PARTNER, "capital_percent": 100.1}]},
        {"years": [YEAR], "rows": [PARTNER] * 41},
    ],
)
def test_api_refuses_what_has_the_wrong_shape(client, wrong):
    assert ask(client, wrong).status_code == 422


def test_sme_64_api_uses_the_last_approved_accounts(client):
    def year(end, approved, headcount):
        return {**YEAR, "headcount": headcount, "ends_on": f"{end}-12-31", "approved_on": approved}

    years = [year(2025, None, 300), year(2023, "2024-05-01", 20), year(2024, "2025-05-01", 60)]
    with clock.stopped_at(datetime(2026, 2, 10, tzinfo=UTC)):
        told = ask(client, {"years": years, "before": "medium"}).json()
    assert [one["totals"]["headcount"] for one in told["years"]] == ["60", "20"]


def test_sme_66_api_counts_work_units(client):
    staff = [
        {"people": 9},
        {"people": 1, "part_percent": 50},
        {"people": 1, "work": "owner"},
        {"people": 3, "work": "apprentice"},
    ]
    year = {"turnover_cents": 1, "balance_cents": 1, "staff": staff}
    assert ask(client, {"years": [year]}).json()["years"][0]["totals"]["headcount"] == "10.5"


def test_api_tells_what_contradicts_itself(client):
    answer = ask(client, {"years": [YEAR], "rows": [{**PARTNER, "of": 5}]})
    assert (answer.status_code, answer.json()["problems"]) == (
        409,
        [{"row": 0, "field": "of", "message": "There is no such row."}],
    )


def test_api_refuses_large_bodies_and_broken_ones(client):
    assert ask(client, {"years": [YEAR], "name": "x" * 70_000}).status_code == 413
    assert client.post(API, "{", content_type="application/json").status_code == 400
    assert client.get(API).status_code == 405


def test_api_has_a_limit_for_each_address(client, monkeypatch):
    monkeypatch.setattr("core.limits.cache.incr", lambda key: 121)
    codes = [ask(client, {"years": [YEAR]}, REMOTE_ADDR=address).status_code for address in ("10.0.0.1",) * 2]
    assert codes == [200, 429]


def test_api_is_described(client):
    described = client.get(reverse("api:openapi-json")).json()
    route = described["paths"]["/api/v1/sme-check"]["post"]
    assert (route["operationId"], sorted(route["responses"])) == ("sme_check", ["200", "409", "413", "429"])
    assert "RowIn" in described["components"]["schemas"]
