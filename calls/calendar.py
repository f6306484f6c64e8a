"""Wall-clock dates and deadlines: from what people write to instants, and back into words. Pure.

A deadline is kept as local time plus an IANA zone and compared as an instant in UTC (convention N3).
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

BRUSSELS = "Europe/Brussels"
MINIMUM_OPEN_MONTHS = 2
"""A call for third parties stays open at least two months (standard wording of the parent calls, domain 2.3)."""

_YEARS = range(1900, 2201)
_ZONE_WORDS = {BRUSSELS: gettext_lazy("Brussels time"), "UTC": gettext_lazy("UTC")}


class WallClockError(ValueError):
    """A local date and time that names no single instant. `message` is a sentence for the one who typed it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownZone(WallClockError):
    """The time zone does not exist."""


class MissingHour(WallClockError):
    """The clocks skip this time in spring (time-16)."""


class DoubledHour(WallClockError):
    """The clocks show this time twice in autumn. `earlier` and `later` are both instants, in UTC."""

    def __init__(self, message: str, *, earlier: datetime, later: datetime) -> None:
        super().__init__(message)
        self.earlier = earlier
        self.later = later


def zone_named(name: str) -> ZoneInfo:
    """The zone of the time-zone database with this name ("Europe/Brussels"). Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(
            _("There is no time zone “%(name)s”. Choose one like Europe/Brussels.") % {"name": name[:40]}
        ) from error


def to_instant(local: datetime, zone: str = BRUSSELS, *, fold: int | None = None) -> datetime:
    """The instant in UTC at which the clocks of `zone` show `local` (naive), e.g. 30 Apr 2024 17:00 -> 15:00Z.

    `fold` chooses in the doubled autumn hour: 0 the first time, 1 the second; elsewhere it changes nothing.
    Raises MissingHour, DoubledHour (when `fold` is not given), UnknownZone, or WallClockError for a year nobody means.
    Raises TypeError for an aware `local`.
    """
    if local.tzinfo is not None:
        raise TypeError("A wall-clock time has no zone of its own.")
    if local.year not in _YEARS:
        raise WallClockError(_("The year %(year)d cannot be right. Check the date.") % {"year": local.year})
    clocks = zone_named(zone)
    earlier, later = (local.replace(tzinfo=clocks, fold=side).astimezone(UTC) for side in (0, 1))
    if earlier == later:
        return earlier
    if earlier > later:  # an hour is skipped: the offset before the change reads later than the one after it
        raise MissingHour(_missing_hour_sentence(local, zone, later, earlier))
    if fold is None:
        raise DoubledHour(_doubled_hour_sentence(local, zone, earlier, later), earlier=earlier, later=later)
    return later if fold else earlier


def is_in_time(arrived: datetime, deadline: datetime) -> bool:
    """Whether something that arrived then was in time: at the instant of the deadline or before it (N3), no grace.

    Compared as instants to the microsecond. Arrivals carry milliseconds: 17:00:00.000 is in, 17:00:00.001 is late.
    Raises TypeError when either has no zone.
    """
    return _utc(arrived) <= _utc(deadline)


def last_in_time(arrivals: Iterable[datetime | None], deadline: datetime) -> datetime | None:
    """The arrival, in UTC, of the version that counts: the last complete one that came in time (time-09, time-10).

    None in `arrivals` stands for a draft that was never submitted; it never counts. None is returned when nothing
    counts. Raises TypeError for an arrival without zone.
    """
    in_time = [_utc(arrived) for arrived in arrivals if arrived is not None and is_in_time(arrived, deadline)]
    return max(in_time, default=None)


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later (earlier when negative), at most the last day of that month."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def earliest_close(opens: date) -> date:
    """The first day on which a call opened on this day may close: two calendar months on (time-21 to time-25)."""
    return add_months(opens, MINIMUM_OPEN_MONTHS)


def is_open_long_enough(opens: date, closes: date) -> bool:
    """Whether the call is open for two calendar months, counted date to date in the call's own zone."""
    return closes >= earliest_close(opens)


@dataclass(frozen=True)
class Spoken:
    """An instant in the words of one zone, in the active language; parts for a template, `str()` for a sentence."""

    weekday: str
    day: int
    month: str
    year: int
    time: str
    zone: str

    def __str__(self) -> str:
        return _("%(weekday)s %(day)d %(month)s %(year)d, %(time)s %(zone)s") % vars(self)


def in_words(instant: datetime, zone: str = BRUSSELS) -> Spoken:
    """The instant as said in `zone`: "Wednesday 3 March 2027, 17:00 Brussels time".

    Seconds are told when there are any; the offset from UTC where the clocks show this time twice. Raises UnknownZone.
    """
    local = _utc(instant).astimezone(zone_named(zone))
    return Spoken(
        weekday=str(WEEKDAYS[local.weekday()]),
        day=local.day,
        month=str(MONTHS[local.month]),
        year=local.year,
        time=_clock(local),
        zone=_zone_words(zone),
    )


def where_you_are(instant: datetime, zone: str, reader_zone: str) -> str:
    """The same instant on the reader's clocks: "16:00 where you are", with the day when that differs (time-12, 13).

    Empty when both clocks show the same. Raises UnknownZone.
    """
    there = _utc(instant).astimezone(zone_named(zone))
    here = _utc(instant).astimezone(zone_named(reader_zone))
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return ""
    if there.date() == here.date():
        return _("%(time)s where you are") % {"time": _clock(here)}
    return _("%(time)s on %(weekday)s %(day)d %(month)s where you are") % vars(in_words(instant, reader_zone))


def time_left(now: datetime, instant: datetime) -> str:
    """How far `instant` is from `now`: "in 12 days", "in 3 hours", "2 days ago".

    Whole units that have fully passed or are fully left, so a deadline is never said to be farther than it is.
    """
    ahead = _utc(instant) - _utc(now)
    if not ahead:
        return _("now")
    span, coming = abs(ahead), ahead > timedelta(0)
    if days := span // timedelta(days=1):
        return _days(days, coming)
    if hours := span // timedelta(hours=1):
        return _hours(hours, coming)
    if minutes := span // timedelta(minutes=1):
        return _minutes(minutes, coming)
    return _("in less than a minute") if coming else _("less than a minute ago")


def deadline_in_full(
    instant: datetime, zone: str = BRUSSELS, *, now: datetime, reader_zone: str | None = None
) -> str:
    """All of it: "Wednesday 3 March 2027, 17:00 Brussels time (16:00 where you are), in 12 days"."""
    elsewhere = where_you_are(instant, zone, reader_zone) if reader_zone else ""
    words = {"date": in_words(instant, zone), "elsewhere": elsewhere, "left": time_left(now, instant)}
    if elsewhere:
        return _("%(date)s (%(elsewhere)s), %(left)s") % words
    return _("%(date)s, %(left)s") % words


def stamp(instant: datetime, zone: str = BRUSSELS) -> str:
    """The instant to the millisecond, as receipts and tie-breaks need it: "3 March 2027, 14:59:10.000 Brussels time"."""
    local = _utc(instant).astimezone(zone_named(zone))
    time = f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}{_offset_if_doubled(local)}"
    words = vars(in_words(instant, zone)) | {"time": time}
    return _("%(day)d %(month)s %(year)d, %(time)s %(zone)s") % words


def _utc(instant: datetime) -> datetime:
    """In UTC: two times of one zone would be compared by their wall clocks, wrong in the doubled hour."""
    if instant.utcoffset() is None:
        raise TypeError("An instant needs a time zone.")
    return instant.astimezone(UTC)


def _clock(local: datetime) -> str:
    shape = "%H:%M:%S" if local.second or local.microsecond else "%H:%M"
    return f"{local:{shape}}{_offset_if_doubled(local)}"


def _offset_if_doubled(local: datetime) -> str:
    """ " (UTC+02:00)" when this clock time comes twice, so that the words still name one instant; else nothing."""
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return ""
    return f" (UTC{local:%z})"


def _place(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def _zone_words(zone: str) -> str:
    if zone in _ZONE_WORDS:
        return str(_ZONE_WORDS[zone])
    return _("%(place)s time") % {"place": _place(zone)}


def _day_words(local: date) -> str:
    return _("%(day)d %(month)s %(year)d") % {
        "day": local.day,
        "month": MONTHS[local.month],
        "year": local.year,
    }


def _missing_hour_sentence(local: datetime, zone: str, before: datetime, after: datetime) -> str:
    """Names the edges of the gap: the change lies between the two readings of `local`; halve until it is found."""
    clocks = zone_named(zone)
    offset = before.astimezone(clocks).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(clocks).utcoffset() == offset:
            before = middle
        else:
            after = middle
    change = after.replace(microsecond=0)
    return _(
        "%(time)s on %(day)s does not exist in %(place)s: the clocks go from %(start)s straight to %(end)s. "
        "Choose a time before or after that hour."
    ) % {
        "time": f"{local:%H:%M}",
        "day": _day_words(local),
        "place": _place(zone),
        "start": f"{(change + (offset or timedelta(0))):%H:%M}",
        "end": f"{change.astimezone(clocks):%H:%M}",
    }


def _doubled_hour_sentence(local: datetime, zone: str, earlier: datetime, later: datetime) -> str:
    return _(
        "%(time)s on %(day)s comes twice in %(place)s, as the clocks go back: first at %(first)s UTC, "
        "then at %(second)s UTC. Choose one of the two, or a time outside that hour."
    ) % {
        "time": f"{local:%H:%M}",
        "day": _day_words(local),
        "place": _place(zone),
        "first": f"{earlier:%H:%M}",
        "second": f"{later:%H:%M}",
    }


def _days(number: int, coming: bool) -> str:
    if coming:
        return ngettext("in %(number)d day", "in %(number)d days", number) % {"number": number}
    return ngettext("%(number)d day ago", "%(number)d days ago", number) % {"number": number}


def _hours(number: int, coming: bool) -> str:
    if coming:
        return ngettext("in %(number)d hour", "in %(number)d hours", number) % {"number": number}
    return ngettext("%(number)d hour ago", "%(number)d hours ago", number) % {"number": number}


def _minutes(number: int, coming: bool) -> str:
    if coming:
        return ngettext("in %(number)d minute", "in %(number)d minutes", number) % {"number": number}
    return ngettext("%(number)d minute ago", "%(number)d minutes ago", number) % {"number": number}
