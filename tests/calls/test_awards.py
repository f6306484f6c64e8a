"""Money rules of a call: what an award is, contradictions with their figures, instalments as shares or amounts."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from calls import awards, services
from calls.awards import Award, AwardUnit, Portion, exact_percents, fault_of_instalments, faults, sentence
from calls.models import Instalment
from calls.plans import InstalmentPlan
from core.errors import DomainError
from core.localised import localised
from tests.calls.pages import NBSP, instalment, part_url, rows_sent, sent_unchanged, text

AWARD = Award(
    unit="rate",
    budget_cents=140_000_00,
    project_min_cents=10_000_00,
    project_max_cents=30_000_00,
    party_max_cents=30_000_00,
    rate=Fraction(2, 3),
    parties_max=3,
)
PACK = replace(AWARD, unit="in_kind", project_min_cents=5_000_00, project_max_cents=5_000_00, party_max_cents=5_000_00)  # fmt: skip


# --- words ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("award", "told"),
    [
        (AWARD, "2/3 of the costs, 10_000 to 30_000_EUR per project"),
        (replace(AWARD, unit="lump", project_min_cents=30_000_00), "a lump sum of 30_000_EUR per project; costs are not counted"),
        (replace(AWARD, unit="unit", unit_cents=800_00, unit_name="day of coaching"), "800_EUR for each day of coaching, 10_000 to 30_000_EUR per project"),
        (PACK, "a package of services worth 5_000_EUR, given in kind"),
        (replace(AWARD, unit="service", project_min_cents=0), "services from the catalogue, worth up to 30_000_EUR per project"),
    ],
)  # fmt: skip
def test_each_unit_has_its_sentence(award, told):
    assert sentence(award).replace(NBSP, "_") == told


# --- contradictions ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "setting", "told"),
    [
        ({"project_min_cents": 30_000_01}, "project_min_cents", "The smallest amount per project is above the largest, 30_000.00 EUR."),
        ({"budget_cents": 29_999_99}, "project_max_cents", "One project could get more than the whole call has, 29_999.99 EUR."),
        ({"party_max_cents": 30_000_01}, "sme_max_cents", "One SME cannot get more than its project: at most 30_000.00 EUR."),
        ({"party_min_cents": 20_000_01, "party_max_cents": 20_000_00}, "party_min_cents", "The smallest amount per SME is above the largest, 20_000.00 EUR."),
        ({"party_min_cents": 15_000_01, "parties_min": 2}, "party_min_cents", "2 organisations at 15_000.01 each come to 30_000.02 EUR; a project gets at most 30_000.00."),
        ({"unit": "unit", "unit_name": "day"}, "unit_cents", "Say how much one unit gives."),
        ({"unit": "unit", "unit_name": "day", "unit_cents": 30_000_01}, "unit_cents", "One unit gives more than an SME can get, 30_000.00 EUR."),
        ({"unit": "unit", "unit_cents": 1}, "unit_name", "Say what one unit is."),
        ({"unit": "in_kind"}, "project_min_cents", "A package has one value: the smallest and the largest amount are both 30_000.00 EUR."),
    ],
)  # fmt: skip
def test_a_contradiction_is_told_with_figure_and_place(changes, setting, told):
    found = [(fault.setting, fault.message.replace(NBSP, "_")) for fault in faults(replace(AWARD, **changes))]

    assert found == [(setting, told)]


@pytest.mark.parametrize("award", [AWARD, PACK, replace(AWARD, party_min_cents=10_000_00, parties_min=3)])
def test_what_fits_has_no_fault(award):
    assert faults(award) == []


# --- instalments ------------------------------------------------------------------------------------------
def shares(*percents: str) -> list[Portion]:
    return [Portion(Decimal(percent), None) for percent in percents]


def amounts(*cents: int) -> list[Portion]:
    return [Portion(None, one) for one in cents]


DEMO = replace(AWARD, unit="lump", project_min_cents=80_000_00, project_max_cents=80_000_00)


@pytest.mark.parametrize(
    ("parts", "award", "told"),
    [
        (shares("40", "45", "15"), AWARD, ""),
        (amounts(32_000_00, 36_000_00, 12_000_00), DEMO, ""),
        (shares("40", "45", "14"), AWARD, "The shares come to 99 %: 1 % is missing to exactly 100 %."),
        (amounts(32_000_00, 36_000_00), DEMO, "The amounts come to 68_000.00 EUR; the grant is 80_000.00: 12_000.00 is missing."),
        (amounts(80_000_01), DEMO, "The amounts come to 80_000.01 EUR; the grant is 80_000.00: 0.01 too much."),
        (amounts(30_000_00), AWARD, "Fixed amounts need the same grant for every project; here it is 10_000 to 30_000_EUR. Give shares."),
        ([*shares("50"), *amounts(40_000_00)], DEMO, "Give every instalment a share, or every instalment an amount: not both kinds."),
        ([Portion(None, None)], DEMO, "Each instalment has either a share or an amount."),
        ([Portion(Decimal(100), 1)], DEMO, "Each instalment has either a share or an amount."),
    ],
)  # fmt: skip
def test_cap_40_instalments_are_a_plan_or_say_why_not(parts, award, told):
    assert fault_of_instalments(parts, award).replace(NBSP, "_") == told


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_fixed_amounts_are_exact_percentages_of_their_sum(cents):
    percents = exact_percents(amounts(*cents))

    assert sum(percents) == 100
    assert [percent * sum(cents) / 100 for percent in percents] == cents


# --- verbs and pages --------------------------------------------------------------------------------------
MONEY: dict[str, Any] = {
    "budget_cents": 140_000_00,
    "project_min_cents": 30_000_00,
    "project_max_cents": 30_000_00,
    "sme_max_cents": 30_000_00,
    "rate": Fraction(1),
    "state_aid": False,
}


def plan(amount: int | None = None, percent: int | None = None, due: str = "report") -> InstalmentPlan:
    share = None if percent is None else Decimal(percent)
    return InstalmentPlan(localised("Part"), share, due, 3, amount)


def test_change_money_keeps_the_unit(ready, team):
    services.change_money(
        ready, **MONEY, award_unit="unit", unit_cents=800_00, unit_name="day of coaching", by=team.mia
    )

    ready.refresh_from_db()
    assert (ready.award.unit, ready.award.unit_cents, ready.award.unit_name) == ("unit", 800_00, "day of coaching")  # fmt: skip
    services.change_money(ready, **MONEY, award_unit="lump", unit_cents=800_00, by=team.mia)
    ready.refresh_from_db()
    assert (ready.award.unit, ready.award.unit_cents, ready.award.unit_name) == ("lump", 0, "")


def test_change_money_refuses_a_minimum_per_sme_that_does_not_fit(ready, team):
    with pytest.raises(DomainError) as caught:
        services.change_money(ready, **MONEY, party_min_cents=30_000_01, by=team.mia)

    assert caught.value.field == "party_min_cents"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE calls_call SET party_min_cents = sme_max_cents + 1 WHERE id = %s", [ready.pk])


def test_change_instalments_to_fixed_amounts(ready, team):
    services.change_money(ready, **MONEY, award_unit="lump", by=team.mia)

    services.change_instalments(
        ready, instalments=[plan(10_000_00, due="phase"), plan(20_000_00)], by=team.mia
    )

    stored = list(
        Instalment.objects.filter(call=ready).values_list("percent", "amount_cents", "due", "month")
    )
    assert stored == [(None, 10_000_00, "phase", 3), (None, 20_000_00, "report", 3)]
    with pytest.raises(DomainError, match=r"10.000\.00 is missing"):
        services.change_instalments(ready, instalments=[plan(20_000_00)], by=team.mia)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"award_unit": "unit", "unit_name": "day", "unit_cents": ""}, "unit_cents"),
        ({"award_unit": "unit", "unit_name": "", "unit_cents": "800"}, "unit_name"),
        ({"award_unit": "rate", "rate": ""}, "rate"),
        ({"award_unit": "coins"}, "award_unit"),
        ({"party_min_cents": "60 000"}, "party_min_cents"),
        ({"award_unit": "in_kind"}, "project_min_cents"),
    ],
)
def test_a_mistake_about_money_is_said_beside_its_field(ready, mia, typed, field):
    sent = {**sent_unchanged(mia.get(part_url(ready, "money"))), **typed}

    response = mia.post(part_url(ready, "money"), sent)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_the_page_of_money_saves_what_it_shows(ready, team, mia):
    services.change_money(
        ready, **{**MONEY, "rate": Fraction(2, 3)}, award_unit="unit", unit_cents=750_00, unit_name="day", by=team.mia
    )  # fmt: skip
    ready.refresh_from_db()
    before = ready.award

    response = mia.post(part_url(ready, "money"), sent_unchanged(mia.get(part_url(ready, "money"))))

    ready.refresh_from_db()
    assert (response.status_code, ready.award) == (302, before)


def test_instalments_by_amount_are_typed_and_told(ready, team, mia):
    services.change_money(ready, **MONEY, award_unit="lump", by=team.mia)
    rows = [instalment("", amount_cents="12 000"), instalment("", amount_cents="18 000", due="milestone")]

    assert mia.post(part_url(ready, "instalments"), rows_sent(rows)).status_code == 302
    page = text(mia.get(ready.get_absolute_url()))
    assert re.search("12 000 EUR once “[^”]*” of month 6 is accepted", page)
    assert "a lump sum of 30 000 EUR per project; costs are not counted" in page


def test_an_instalment_with_both_or_neither_is_refused_in_its_row(ready, mia):
    for row in (instalment("", amount_cents=""), instalment("50", amount_cents="15 000")):
        response = mia.post(part_url(ready, "instalments"), rows_sent([row, instalment("50")]))

        assert response.status_code == 422
        assert "Give either a share or an amount." in text(response)


def test_every_unit_is_known_to_the_words():
    assert {sentence(replace(AWARD, unit=unit)) != "" for unit in AwardUnit} == {True}
    assert awards.faults(replace(AWARD, unit="service")) == []
