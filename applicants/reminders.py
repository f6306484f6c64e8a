"""When people with a draft are reminded of the deadline. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from calls.calendar import zone_named

Moment = Callable[[datetime, str], datetime]


def _days_before(days: int) -> Moment:
    """The same time of the clock on the wall, days earlier in the call's zone (time-19: "1 day before")."""

    def moment(deadline: datetime, zone: str) -> datetime:
        local = deadline.astimezone(zone_named(zone))
        return (local - timedelta(days=days)).astimezone(UTC)

    return moment


def _hours_before(hours: int) -> Moment:
    """Hours that really pass, whatever the clocks do in between (time-18, time-19: "24 h before")."""
    return lambda deadline, zone: deadline.astimezone(UTC) - timedelta(hours=hours)


MOMENTS: tuple[Moment, ...] = (
    _days_before(7),
    _days_before(2),
    _hours_before(24),
    _hours_before(6),
    _hours_before(1),
)
"""Seven and two days by the calendar, then 24, 6 and 1 hours of elapsed time (domain.md 7; QD5)."""

FIRST = timedelta(days=7, hours=2)
"""No reminder is due earlier than this before a deadline: seven days, and what the clocks may change."""


def latest_due(deadline: datetime, zone: str, *, now: datetime) -> datetime | None:
    """The last moment for a reminder that has come (UTC); None before the first one, and from the deadline on.

    Moments missed while nothing ran are not made up for one by one: the last one stands for all.
    """
    if now >= deadline:
        return None
    come = [moment for moment in (of(deadline, zone) for of in MOMENTS) if moment <= now]
    return max(come, default=None)
