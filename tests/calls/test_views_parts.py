"""The parts of a call in a browser: what is kept after a mistake, stale tabs, hours that do not exist or come twice."""

from decimal import Decimal

import pytest
from django.urls import reverse

from calls import queries, services
from calls.models import Call
from calls.publication import Part
from core.localised import localised
from tests.calls import factories
from tests.calls.pages import NBSP, part_url, rows_sent, sent_unchanged, text, told
from tests.funding import factories as funding


# --- new call ---------------------------------------------------------------------------------------------
def test_create_opens_the_workshop_of_the_draft(team, mia):
    given = {"voucher_type": team.voucher_type.pk, "title": "Green vouchers", "code": "grn-27"}

    response = mia.post(reverse("calls:call_create"), given)

    assert (response.status_code, response.url) == (302, "/calls/green-vouchers/edit/")
    assert Call.objects.get().code == "GRN-27"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"code": "A"}, "code", "3 to 20 letters, figures and hyphens, such as DRM-27."),
        ({"code": "A B"}, "code", "3 to 20 letters, figures and hyphens, such as DRM-27."),
        ({"code": "tst-taken"}, "code", "The code “TST-TAKEN” belongs to another call. Choose another one."),
        ({"title": ""}, "title", "This field is required."),
        ({"voucher_type": "x"}, "voucher_type", None),
    ],
)
def test_create_with_a_mistake_says_it_beside_the_field_and_keeps_the_rest(
    team, mia, changes, field, sentence
):
    services.create_call(team.voucher_type, title="Taken", code="TST-TAKEN", by=team.mia)
    given = {"voucher_type": team.voucher_type.pk, "title": "Green vouchers", "code": "GRN-27", **changes}

    response = mia.post(reverse("calls:call_create"), given)

    assert response.status_code == 422
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert sentence is None or errors[field] == [sentence]
    kept = "GRN-27" if field == "title" else "Green vouchers"
    assert f'value="{kept}"' in response.content.decode()
    assert Call.objects.count() == 1


def test_create_with_the_voucher_type_of_another_project_is_refused(team, mia):
    other = funding.team()

    response = mia.post(
        reverse("calls:call_create"), {"voucher_type": other.voucher_type.pk, "title": "T", "code": "ABC"}
    )

    assert list(response.context["form"].errors) == ["voucher_type"]


# --- text -------------------------------------------------------------------------------------------------
TEXT = {"title": "New title", "summary": "S", "description": "D", "eligibility": "E", "process": "P"}


def test_text_is_saved_and_other_languages_stay(ready, mia):
    Call.objects.filter(pk=ready.pk).update(title=localised({"en": "Old", "fr": "Vieux"}))

    response = mia.post(part_url(ready, "text"), TEXT, follow=True)

    ready.refresh_from_db()
    assert dict(ready.title) == {"en": "New title", "fr": "Vieux"}
    assert told(response) == ["“Text” is saved."]


def test_text_counts_a_line_break_once(ready, mia):
    summary = "\r\n".join(["x" * 199, "y" * 200])

    assert mia.post(part_url(ready, "text"), {**TEXT, "summary": summary}).status_code == 302
    response = mia.post(part_url(ready, "text"), {**TEXT, "summary": summary + "z"})
    assert list(response.context["form"].errors) == ["summary"]


def test_stale_tab_is_told_and_may_save_again(ready, team, mia):
    opened = mia.get(part_url(ready, "text")).context["form"]["seen"].value()
    services.change_text(ready, by=team.luc, title="Luc's")

    response = mia.post(part_url(ready, "text"), {**TEXT, "seen": opened})

    assert response.status_code == 422
    assert "Luc Peeters changed this after you opened the page" in text(response)
    assert 'value="New title"' in response.content.decode()
    ready.refresh_from_db()
    assert str(ready.title) == "Luc's"

    fresh = response.context["form"]["seen"].value()
    assert mia.post(part_url(ready, "text"), {**TEXT, "seen": fresh}).status_code == 302
    ready.refresh_from_db()
    assert str(ready.title) == "New title"


def test_text_of_a_published_call_asks_for_a_reason(team, mia):
    call = factories.call(team)

    response = mia.post(part_url(call, "text"), {**TEXT, "reason": ""})
    assert list(response.context["form"].errors) == ["reason"]

    mia.post(part_url(call, "text"), {**TEXT, "reason": "Clearer."})
    assert "Clearer." in text(mia.get(call.get_absolute_url()))


def test_change_of_a_proposed_call_says_that_it_has_to_be_proposed_again(ready, team, mia):
    services.propose_publication(ready, by=team.mia)

    assert "it has to be proposed again" in text(mia.get(part_url(ready, "text")))
    response = mia.post(part_url(ready, "text"), TEXT, follow=True)

    assert told(response) == [
        "“Text” is saved.",
        "The call was proposed for publication. It has changed, so it has to be proposed again.",
    ]


# --- dates ------------------------------------------------------------------------------------------------
DATES = {
    "opens_day": "2027-03-01",
    "opens_hour": "12:00",
    "closes_day": "30/04/2027",
    "closes_hour": "17:00",
    "decision_by": "2027-07-01",
    "agreement_by": "",
    "project_months": "9",
    "short_opening_reason": "",
}


def test_dates_are_brussels_wall_clock_time_and_shown_in_words(ready, mia):
    assert mia.post(part_url(ready, "dates"), DATES).status_code == 302

    ready.refresh_from_db()
    assert (ready.opens_at.isoformat(), ready.closes_at.isoformat()) == (
        "2027-03-01T11:00:00+00:00",
        "2027-04-30T15:00:00+00:00",
    )
    page = text(mia.get(part_url(ready, "dates")))
    assert "Friday 30 April 2027, 17:00 Brussels time" in page
    assert "30 Apr 2027, 15:00</time> UTC" in page
    assert 'value="2027-04-30"' in page and 'value="17:00"' in page


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"opens_day": "2027-03-28", "opens_hour": "02:30"},
            "opens_hour",
            "02:30 on 28 March 2027 does not exist in Brussels: the clocks go from 02:00 straight to 03:00. "
            "Choose a time before or after that hour.",
        ),
        (
            {"closes_day": "2027-02-28"},
            "closes_day",
            "The call would close before it opens. Choose a later deadline.",
        ),
        ({"closes_day": "31/02/2027"}, "closes_day", "Enter a valid date."),
        ({"closes_hour": "25:00"}, "closes_hour", "Write the hour like 17:00."),
        ({"closes_hour": "17:00:30"}, "closes_hour", "Write the hour like 17:00."),
        ({"opens_day": ""}, "opens_day", "This field is required."),
        (
            {"closes_day": "9999-12-31"},
            "closes_hour",
            "The year 9999 cannot be right. Check the date.",
        ),
        ({"project_months": "0"}, "project_months", "Ensure this value is greater than or equal to 1."),
        ({"decision_by": "2027-04-30"}, "decision_by", "The answer cannot be due before the deadline."),
    ],
)
def test_dates_with_a_mistake_say_it_beside_the_field_and_keep_the_rest(ready, mia, changes, field, sentence):
    before = ready.closes_at

    response = mia.post(part_url(ready, "dates"), {**DATES, **changes})

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    kept = changes.get(field) or changes.get("closes_day") or "30/04/2027"
    assert f'value="{kept}"' in response.content.decode()
    ready.refresh_from_db()
    assert ready.closes_at == before


def test_time_16_deadline_in_the_spring_gap_is_refused(ready, mia):
    given = {**DATES, "closes_day": "2026-03-29", "closes_hour": "02:30"}

    response = mia.post(part_url(ready, "dates"), given)

    assert response.context["form"].errors["closes_hour"] == [
        "02:30 on 29 March 2026 does not exist in Brussels: the clocks go from 02:00 straight to 03:00. "
        "Choose a time before or after that hour."
    ]


@pytest.mark.parametrize(("which", "instant"), [("0", "00:30:00"), ("1", "01:30:00")])
def test_hour_that_comes_twice_asks_which_one(ready, mia, which, instant):
    given = {**DATES, "closes_day": "2027-10-31", "closes_hour": "02:30", "decision_by": ""}

    response = mia.post(part_url(ready, "dates"), given)
    assert "02:30 on 31 October 2027 comes twice in Brussels" in text(response)
    assert 'type="radio" name="closes_which"' in response.content.decode()

    assert mia.post(part_url(ready, "dates"), {**given, "closes_which": which}).status_code == 302
    ready.refresh_from_db()
    assert ready.closes_at.isoformat() == f"2027-10-31T{instant}+00:00"
    again = mia.get(part_url(ready, "dates"))
    assert again.context["form"]["closes_which"].value() == ("1" if which == "1" else "")


# --- money ------------------------------------------------------------------------------------------------
MONEY = {
    **rows_sent([], stored=0),
    "budget_cents": "140 000",
    "project_min_cents": "",
    "project_max_cents": "80.000,00",
    "award_unit": "rate",
    "sme_max_cents": "60000",
    "rate": "2/3",
}


def test_money_is_saved_exactly(ready, mia):
    assert mia.post(part_url(ready, "money"), MONEY).status_code == 302

    ready.refresh_from_db()
    assert (ready.budget_cents, ready.project_min_cents, ready.project_max_cents, ready.sme_max_cents) == (
        140_000_00,
        0,
        80_000_00,
        60_000_00,
    )
    assert (ready.rate_numerator, ready.rate_denominator, ready.state_aid) == (2, 3, False)
    assert 'value="2/3"' in mia.get(part_url(ready, "money")).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"budget_cents": "much"}, "budget_cents", f"“much” is not an amount. Write it like 34{NBSP}560.00."),
        ({"budget_cents": "0"}, "budget_cents", "Give at least 0.01 EUR."),
        ({"rate": "120 %"}, "rate", "A funding rate is above 0 and at most 100 %; “120 %” is not."),
        (
            {"sme_max_cents": "60 000.01"},
            "sme_max_cents",
            f"60{NBSP}000.01 EUR per SME is 0.01 above the project's ceiling of 60{NBSP}000.00 per third party. "
            "Lower it, or have a higher ceiling recorded with its legal basis.",
        ),
        (
            {"project_min_cents": "90 000"},
            "project_min_cents",
            f"The smallest amount per project is above the largest, 80{NBSP}000.00 EUR.",
        ),
    ],
)
def test_money_with_a_mistake_says_it_beside_the_field_and_keeps_the_rest(
    ready, mia, changes, field, sentence
):
    response = mia.post(part_url(ready, "money"), {**MONEY, **changes})

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert f'value="{changes[field]}"' in response.content.decode()
    assert 'value="80.000,00"' in response.content.decode()


# --- who --------------------------------------------------------------------------------------------------
def test_applicants_take_the_whole_union_by_one_tick(ready, mia):
    given = {"whole_union": "on", "others": ["NO"], "sizes": ["small"], "partners_min": 1, "partners_max": 1}

    assert mia.post(part_url(ready, "applicants"), given).status_code == 302

    ready.refresh_from_db()
    assert (len(ready.countries), "NO" in ready.countries, ready.sizes) == (28, True, ["small"])
    form = mia.get(part_url(ready, "applicants")).context["form"]
    assert (form["whole_union"].value(), form["union"].value(), form["others"].value()) == (True, [], ["NO"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"union": ["XX"]}, "union"),
        ({"sizes": ["huge"]}, "sizes"),
        ({"partners_max": "0"}, "partners_max"),
        ({"partners_min": "3"}, "partners_max"),
        ({"partners_min": "x"}, "partners_min"),
    ],
)
def test_applicants_with_a_mistake_say_it_beside_the_field(ready, mia, changes, field):
    given = {"union": ["FR"], "sizes": ["small"], "partners_min": "1", "partners_max": "2", **changes}

    response = mia.post(part_url(ready, "applicants"), given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


# --- every part, opened and sent as it is -------------------------------------------------------------------
PARTS = [part for part in Part if part not in (Part.FORM, Part.DOCUMENTS)]


@pytest.mark.parametrize("part", PARTS)
def test_part_sent_as_it_was_opened_changes_nothing(ready, mia, part):
    Call.objects.filter(pk=ready.pk).update(
        overall_threshold=Decimal("62.50"), rate_numerator=2, rate_denominator=3
    )
    ready.refresh_from_db()
    mark = queries.mark_of(ready, part)
    sent = sent_unchanged(mia.get(part_url(ready, part)))

    response = mia.post(part_url(ready, part), sent)

    assert response.status_code == 302, response.context["form"].errors
    ready.refresh_from_db()
    assert queries.mark_of(ready, part) == mark


@pytest.mark.parametrize("part", [Part.TEXT, Part.INSTALMENTS, Part.CRITERIA])
def test_part_of_an_empty_draft_can_be_opened_and_sent(team, mia, part):
    call = services.create_call(team.voucher_type, title="Empty", code="EMP-1", by=team.mia)

    response = mia.post(part_url(call, part), sent_unchanged(mia.get(part_url(call, part))))

    if (
        part is not Part.INSTALMENTS
    ):  # without criteria: a call that draws; the check before publication knows
        assert response.status_code == 302
    else:
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["__all__"]
