"""Instants in words, to the millisecond, where a sentence needs them without markup. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import pgettext

from core.zones import zone_in_words


def exact(instant: datetime, zone: str) -> str:
    """ "3 March 2027, 17:00:00.001 Brussels time": the unit in which deadlines are judged (N3)."""
    local = instant.astimezone(ZoneInfo(zone))
    day = date_format(local, pgettext("date format", "j F Y"))
    return f"{day}, {clock_time(local)} {zone_in_words(zone)}"


def exact_utc(instant: datetime) -> str:
    """The same instant in universal time."""
    return exact(instant.astimezone(UTC), "UTC")


def clock_time(local: datetime) -> str:
    """Hours to milliseconds: 17:00:00.001."""
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}"
