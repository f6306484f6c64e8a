"""Criteria and instalments in a browser."""

import pytest

from calls import queries, services
from tests.calls import factories
from tests.calls.pages import criterion, instalment, part_url, rows_sent, text


# --- rows -------------------------------------------------------------------------------------------------
def test_instalments_are_saved_in_the_order_of_their_places(ready, mia):
    rows = [
        instalment("15", ORDER=3),
        instalment("45 %", ORDER=2),
        {"label": "", "percent": "", "due": "report", "month": ""},
        instalment("40,0", due="signature", ORDER=1),
    ]

    assert mia.post(part_url(ready, "instalments"), rows_sent(rows)).status_code == 302

    assert [(str(one.label), str(one.percent), one.due) for one in queries.instalment_plans(ready)] == [
        ("Part of 40,0", "40.00", "signature"),
        ("Part of 45 %", "45.00", "report"),
        ("Part of 15", "15.00", "report"),
    ]


def test_cap_40_page_refuses_a_split_of_99_percent_and_keeps_it(ready, mia):
    rows = [instalment("40", ORDER=1), instalment("45", ORDER=2), instalment("14")]

    response = mia.post(part_url(ready, "instalments"), rows_sent(rows))

    assert response.status_code == 422
    assert "The shares come to 99 %: 1 % is missing to exactly 100 %." in text(response)
    assert 'value="Part of 14"' in response.content.decode()
    assert [int(one.percent) for one in queries.instalment_plans(ready)] == [40, 60]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (instalment("100", label=""), "label"),
        (instalment("ten"), "percent"),
        (instalment("33.333"), "percent"),
        (instalment("101"), "percent"),
        (instalment("NaN"), "percent"),
        (instalment("100", due="never"), "due"),
        (instalment("100", month="-1"), "month"),
    ],
)
def test_instalments_with_a_mistake_say_it_beside_the_field(ready, mia, row, field):
    response = mia.post(part_url(ready, "instalments"), rows_sent([row], stored=0))

    assert response.status_code == 422
    assert list(response.context["form"].rows.forms[0].errors) == [field]


def test_rows_without_their_count_are_refused_and_nothing_is_lost(ready, mia):
    response = mia.post(part_url(ready, "instalments"), {})

    assert response.status_code == 422
    assert len(queries.instalment_plans(ready)) == 2


TOTAL = {"total_method": "weighted", "overall_threshold": ""}


def test_criteria_are_added_changed_and_deleted_on_one_page(ready, mia):
    rows = [
        criterion("excellence", "60", DELETE="on", ORDER=1),
        criterion("impact", "70", threshold="3,5", ORDER=2),
        criterion("", "30", name="Team"),
    ]

    assert mia.post(part_url(ready, "criteria"), {**TOTAL, **rows_sent(rows)}).status_code == 302

    ready.refresh_from_db()
    assert [(one.code, str(one.weight), one.threshold and str(one.threshold)) for one in queries.criterion_plans(ready)] == [
        ("impact", "70.00", "3.50"),
        ("team", "30.00", None),
    ]  # fmt: skip


def test_rank_12_page_refuses_weights_of_99_percent_and_keeps_them(ready, mia):
    rows = [
        criterion("excellence", "30", ORDER=1),
        criterion("impact", "40", ORDER=2),
        criterion("team", "29"),
    ]

    response = mia.post(part_url(ready, "criteria"), {**TOTAL, **rows_sent(rows)})

    assert response.status_code == 422
    assert "The shares come to 99 %: 1 % is missing to exactly 100 %." in text(response)
    assert 'value="29"' in response.content.decode()
    assert [one.code for one in queries.criterion_plans(ready)] == ["excellence", "impact"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (criterion("a b", "100"), "code"),
        (criterion("a", "100", step="0"), "step"),
        (criterion("a", "100", max_score="x"), "max_score"),
        (criterion("a", "100", min_words="-1"), "min_words"),
    ],
)
def test_criteria_with_a_mistake_say_it_beside_the_field(ready, mia, row, field):
    response = mia.post(part_url(ready, "criteria"), {**TOTAL, **rows_sent([row], stored=0)})

    assert response.status_code == 422
    assert list(response.context["form"].rows.forms[0].errors) == [field]


def test_stale_tab_of_rows_is_told(ready, team, mia):
    opened = mia.get(part_url(ready, "criteria")).context["form"]["seen"].value()
    plans = queries.criterion_plans(ready)
    services.change_criteria(
        ready,
        criteria=plans[::-1],
        by=team.luc,
    )

    response = mia.post(
        part_url(ready, "criteria"),
        {**TOTAL, "seen": opened, **rows_sent([criterion("only", "100")], stored=0)},
    )

    assert response.status_code == 422
    assert "Luc Peeters changed this" in text(response)
    assert [one.code for one in queries.criterion_plans(ready)] == ["impact", "excellence"]


@pytest.mark.parametrize("part", ["dates", "money", "instalments", "applicants", "criteria", "selection"])
def test_frozen_part_is_shown_without_a_button_and_refuses_a_post(team, mia, part):
    call = factories.call(team)

    page = mia.get(part_url(call, part))
    assert "This is what applicants rely on: it stays as it is." in text(page)
    assert ">Save</button>" not in page.content.decode()
    response = mia.post(part_url(call, part), {"opens_day": "2027-03-01"})

    assert response.status_code == 403
    assert "is what applicants rely on, and stays as it is." in text(response)
