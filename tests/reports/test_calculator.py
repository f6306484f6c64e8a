"""What a call would pay: the rules of the call, never more than its rate, and instalments that add up (feature A19)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.awards import Award
from reports.reckoning import reckon
from tests.calls import factories as calls
from tests.funding.factories import team

RATE = Award("rate", 1_000_000_00, 5_000_00, 30_000_00, 60_000_00, rate=Fraction(2, 3))
THIRDS = [("first", Fraction(40)), ("second", Fraction(60))]


def test_two_thirds_is_two_thirds_rounded_down_to_the_cent():
    found = reckon(RATE, cost_cents=10_000_00, instalments=THIRDS)
    assert (found.support_cents, found.own_cents) == (6_666_66, 3_333_34)
    assert found.parts == [("first", 2_666_66), ("second", 4_000_00)]
    assert "10\u00a0000.00 EUR is 6\u00a0666.66 EUR" in found.steps[0]


def test_the_most_and_the_least_of_the_call_hold():
    assert reckon(RATE, cost_cents=90_000_00).support_cents == 30_000_00
    assert "at most 30\u00a0000.00 EUR" in reckon(RATE, cost_cents=90_000_00).steps[1]
    little = reckon(RATE, cost_cents=7_000_00, instalments=THIRDS)
    assert (little.support_cents, little.parts) == (0, [])
    assert "no less than 5\u00a0000.00 EUR" in little.steps[-1]


def test_who_is_no_sme_gets_its_own_share():
    award = Award("rate", 1, 0, 30_000_00, 60_000_00, rate=Fraction(7, 10), no_sme_rate=Fraction(1, 2))
    assert reckon(award, cost_cents=20_000_00, is_sme=False).support_cents == 10_000_00
    assert reckon(award, cost_cents=20_000_00, is_sme=True).support_cents == 14_000_00


def test_units_and_lump_sums():
    days = Award("unit", 1, 0, 5_000_00, 60_000_00, unit_cents=300_00)
    assert (reckon(days, units=7).support_cents, reckon(days, units=7).own_cents) == (2_100_00, None)
    assert reckon(days, units=70).support_cents == 5_000_00
    fixed = Award("lump", 1, 8_000_00, 8_000_00, 60_000_00)
    assert reckon(fixed, cost_cents=8_000_00).support_cents == 8_000_00


@given(
    cost=st.integers(0, 10**9),
    rate=st.fractions(0, 1),
    least=st.integers(0, 10**6),
    most=st.integers(1, 10**7),
    share=st.integers(1, 99),
)
def test_never_more_than_the_rate_or_the_most_and_the_parts_add_up(cost, rate, least, most, share):
    award = Award("rate", 1, min(least, most), most, most, rate=rate)
    parts = [("a", Fraction(share)), ("b", Fraction(100 - share))]
    found = reckon(award, cost_cents=cost, instalments=parts)
    assert 0 <= found.support_cents <= min(most, cost * rate)
    assert found.support_cents == 0 or found.support_cents >= award.project_min_cents
    assert found.own_cents == cost - found.support_cents
    assert sum(cents for _name, cents in found.parts) == (found.support_cents if found.parts else 0)


@pytest.mark.django_db
def test_the_page_reckons_and_the_call_leads_to_it(client, now):
    call = calls.call(team())
    path = f"{call.get_absolute_url()}calculator/"
    assert path in client.get(call.get_absolute_url()).content.decode()
    assert "Up to" not in client.get(path).content.decode()
    page = " ".join(client.get(path, {"cost": "20 000"}).content.decode().replace("\u00a0", " ").split())
    assert "Up to 14 000.00 EUR" in page and "You pay 6 000.00 EUR yourself." in page
    assert "70 % of 20 000.00 EUR is 14 000.00 EUR." in page and "How it would be paid" in page
    wrong = client.get(path, {"cost": "much"})
    told = wrong.content.decode()
    assert wrong.status_code == 422 and 'value="much"' in told
    assert told.count('id="errors"') == 1 and "cost you, EUR? “much” is not an amount" in told


@pytest.mark.django_db
def test_a_draft_and_a_call_with_a_price_list_have_no_such_page(client, now):
    crew = team()
    draft = calls.call(crew, published=False)
    services = calls.call(crew, award_unit="service")
    for call in (draft, services):
        assert client.get(f"/calls/{call.slug}/calculator/").status_code == 404
