"""The retention clock: what is kept until when, and why (feature X8, case time-37). Pure.

Beneficiaries' records: five years after the final payment of the *main* grant, three when that grant is at most EUR 60 000
(Regulation (EU, Euratom) 2024/2509, Article 133; point 6 of the data sheet of the grant agreement). While the day of that
payment is not known there is no end. Everybody else who applied: a number of years after the answer, set by the project.
"""

from datetime import date, timedelta

SMALL_GRANT_CENTS = 60_000_00
LARGE_YEARS, SMALL_YEARS = 5, 3
LOSERS_YEARS = 5
"""What a project starts with: an auditor of the main grant may ask why others were not selected."""

LOSERS_LEAST, LOSERS_MOST = 1, 10
ANNOUNCED = timedelta(days=30)
"""So long before the deletion the managers are told."""


def years_after(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes 28 February (Regulation 1182/71, Article 3(2)(c))."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def free_from(day: date, years: int) -> date:
    """The first day on which what is kept for `years` after `day` may be deleted: the term's last day is over."""
    return years_after(day, years) + timedelta(days=1)


def funded_years(eu_grant_cents: int) -> int:
    """How many years records of beneficiaries are kept."""
    return SMALL_YEARS if eu_grant_cents <= SMALL_GRANT_CENTS else LARGE_YEARS


def funded_free_from(final_payment: date | None, eu_grant_cents: int) -> date | None:
    """The first day on which records of beneficiaries may be deleted; None: no end is known (time-37)."""
    return free_from(final_payment, funded_years(eu_grant_cents)) if final_payment else None


def losers_free_from(answered: date | None, years: int) -> date | None:
    """The first day on which an application that got no money may be deleted; None while it has no answer."""
    return free_from(answered, years) if answered else None
