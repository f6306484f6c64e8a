"""The instants between which a mandate holds. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from calls.calendar import zone_named

LONGEST = 3 * 366
"""So many days a mandate may hold at most: then the organisation says again that it still wants it."""


def instants(first_on: date, last_on: date, zone: str) -> tuple[datetime, datetime]:
    """Begin of the first day and end of the last one on the clock of this zone, in UTC."""
    place = zone_named(zone)
    start = datetime.combine(first_on, time.min, tzinfo=place)
    end = datetime.combine(last_on + timedelta(days=1), time.min, tzinfo=place)
    return start.astimezone(UTC), end.astimezone(UTC)
