"""The retention clock: pure rules, and the day that starts it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError, FourEyesRequired
from core.models import AuditEvent
from funding import services
from funding.retention import free_from, funded_free_from, losers_free_from, years_after
from tests.funding.factories import team

LARGE = 1_400_000_00


@pytest.mark.parametrize(
    ("paid", "grant", "free"),
    [
        (date(2026, 8, 31), LARGE, date(2031, 9, 1)),  # time-37
        (None, LARGE, None),  # time-37: no end while the day is not known
        (date(2026, 8, 31), 60_000_00, date(2029, 9, 1)),  # at most 60 000 EUR: three years
        (date(2026, 8, 31), 60_000_01, date(2031, 9, 1)),
        (date(2028, 2, 29), LARGE, date(2033, 3, 1)),
        (date(2026, 12, 31), LARGE, date(2032, 1, 1)),
    ],
)
def test_time_37_records_of_beneficiaries(paid, grant, free):
    assert funded_free_from(paid, grant) == free


def test_what_has_no_answer_has_no_end():
    assert losers_free_from(None, 5) is None
    assert losers_free_from(date(2027, 2, 18), 2) == date(2029, 2, 19)


@given(day=st.dates(date(2000, 1, 1), date(2100, 12, 31)), years=st.integers(1, 10))
def test_a_term_is_never_shorter_than_its_years_and_at_most_a_day_longer(day, years):
    last = years_after(day, years)
    assert (last.year, last.month) == (day.year + years, day.month)
    assert last.day == day.day or (day.month, day.day, last.day) == (2, 29, 28)
    assert free_from(day, years) == last + timedelta(days=1)


@pytest.mark.django_db
def test_the_day_holds_when_a_second_manager_approves_it(now):
    crew = team()
    for day, evidence, why in (
        (now.date() + timedelta(days=1), "Letter", "still to come"),
        (date(2020, 1, 1), "Letter", "before the project began"),
        (now.date(), " ", "how the day is known"),
    ):
        with pytest.raises(DomainError, match=why):
            services.record_final_payment(crew.project, paid_on=day, evidence=evidence, by=crew.mia)
    made = services.record_final_payment(crew.project, paid_on=now.date(), evidence="Letter", by=crew.mia)
    with pytest.raises(FourEyesRequired):
        services.approve_final_payment(made, by=crew.mia)
    made = services.approve_final_payment(made, by=crew.luc)
    with pytest.raises(DomainError, match="approved already"):
        services.approve_final_payment(made, by=crew.luc)
    verbs = AuditEvent.objects.filter(verb__startswith="project.final_payment").values_list("verb", flat=True)
    assert list(verbs) == ["project.final_payment_recorded", "project.final_payment_approved"]


@pytest.mark.django_db
def test_the_projects_own_term_stays_between_one_and_ten_years():
    crew = team()
    for years in (0, 11):
        with pytest.raises(DomainError, match="Between 1 and 10"):
            services.set_losers_term(crew.project, losers_years=years, by=crew.mia)
    assert services.set_losers_term(crew.project, losers_years=2, by=crew.mia).losers_years == 2
