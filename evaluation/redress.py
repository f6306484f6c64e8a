"""Objections to a decision: until when, and where a file would stand that is judged again. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59, 59)
SECOND = timedelta(seconds=1)


def last_moment(told_at: datetime, days: int, zone: str) -> datetime:
    """The last second (UTC) of a time of so many days, counted from the day on which somebody was told: that day is not
    counted, the last one ends at 23:59:59 on the call's clocks (time-36; Regulation 1182/71, Article 3)."""
    place = ZoneInfo(zone)
    day = told_at.astimezone(place).date() + timedelta(days=days)
    return datetime.combine(day, END_OF_DAY, place).astimezone(UTC)


def is_in_time(at: datetime, last: datetime) -> bool:
    """Does something that arrives at this instant come within the last second?"""
    return at < last + SECOND


def place_among(total: Decimal, others: Sequence[Decimal]) -> int:
    """The place of a file with this total among others that stay as they are; with an equal total it stands beside it."""
    return 1 + sum(1 for one in others if one > total)
