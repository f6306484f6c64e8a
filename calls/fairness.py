"""How much longer a call stays open after an outage, so that nobody loses by it. Pure (features A33 and A34)."""

from datetime import UTC, datetime, timedelta

from calls.calendar import zone_named

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FIRST_HOUR, LAST_HOUR = 9, 17
"""Working hours on the call's own clocks, Monday to Friday. A deadline at 17:00 is still one."""
SATURDAY = 5


def time_lost(
    began: datetime, ended: datetime | None, *, now: datetime, since: datetime | None = None
) -> timedelta:
    """What an incident took: from its beginning to its end, or to now while it lasts. `since`: until when it was made good
    already. Never negative. Instants with a zone."""
    start = max(began, since) if since is not None else began
    return max(min(ended or now, now) - start, timedelta(0))


def fair_deadline(closes_at: datetime, lost: timedelta, zone: str) -> datetime:
    """The deadline (UTC) that gives at least `lost` back: the next full working hour; where that would be in the evening, at
    night or at a weekend, the next working day at the deadline's own hour. With nothing lost the deadline stays.

    Public holidays are not known: who moves the deadline looks at the calendar. Raises UnknownZone.
    """
    if lost <= timedelta(0):
        return closes_at
    clocks = zone_named(zone)
    least = closes_at.astimezone(UTC) + lost
    local = _next_full_hour(least).astimezone(clocks)
    if (
        local.weekday() < SATURDAY
        and FIRST_HOUR <= local.hour <= LAST_HOUR
        and (local.hour, local.minute) <= (LAST_HOUR, 0)
    ):
        return local.astimezone(UTC)
    own = closes_at.astimezone(clocks)
    day = least.astimezone(clocks).date()
    while True:
        found = _later_reading(datetime.combine(day, own.time().replace(fold=0)), zone)
        if day.weekday() < SATURDAY and found >= least:
            return found
        day += DAY


def latest_extension(closes_at: datetime, days: int, zone: str) -> datetime:
    """The last instant (UTC) that one applicant may be given: so many days after the deadline, at its hour on the call's own
    clocks (feature A34). Raises UnknownZone."""
    local = closes_at.astimezone(zone_named(zone)).replace(tzinfo=None, fold=0)
    return _later_reading(local + days * DAY, zone)


def _next_full_hour(instant: datetime) -> datetime:
    whole = instant.replace(minute=0, second=0, microsecond=0)
    return whole if whole == instant else whole + HOUR


def _later_reading(local: datetime, zone: str) -> datetime:
    """The instant of a wall-clock time: the later one where the clocks show it twice, or skip it."""
    clocks = zone_named(zone)
    return max(local.replace(tzinfo=clocks, fold=side).astimezone(UTC) for side in (0, 1))
