"""Zone labels in a call text that clash with the date beside them ("30 April 2024, 17:00 CET"). Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from calls.calendar import BRUSSELS, WallClockError, to_instant, zone_named

_LABELS: dict[
    str, tuple[int, str]
] = {  # label: hours ahead of UTC, and a zone whose clocks carry it in its season
    "CET": (1, BRUSSELS),
    "CEST": (2, BRUSSELS),
    "WET": (0, "Europe/Lisbon"),
    "WEST": (1, "Europe/Lisbon"),
    "EET": (2, "Europe/Athens"),
    "EEST": (3, "Europe/Athens"),
}
_NEAR = 40
"""How many characters may lie between a time and the date it belongs to."""

_TIME = re.compile(
    r"(?<![0-9.:])(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})(?::[0-9]{2})?)?\s*(?:(?P<half>[apAP])\.?[mM]\.?|h(?:rs|ours)?\b\.?)?"
    rf"\s*\(?\s*(?P<label>{'|'.join(_LABELS)})\b(?!\s*/)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"\b(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>[0-9]{{4}})\b",
        rf"\b{_MONTH}\s+(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>[0-9]{{4}})\b",
        r"\b(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})\b",
        r"\b(?P<day>[0-9]{1,2})(?P<dot>[./])(?P<month>[0-9]{1,2})(?P=dot)(?P<year>[0-9]{4})\b",
    )
)


@dataclass(frozen=True)
class LabelClash:
    """A time whose zone label is not the one in force on its date, with both readings (time-03).

    `literal` takes the label at its word, `wall_clock` takes the clock on the wall and forgets the label; both in
    UTC. `wall_clock` is what to propose; the owner chooses, and both are shown until then.
    """

    found: str
    label: str
    in_force: str
    on: date
    literal: datetime
    wall_clock: datetime
    zone: str

    @property
    def message(self) -> str:
        """A sentence with both readings, for the one who wrote the text."""
        clocks = zone_named(self.zone)
        literal, wall = self.literal.astimezone(clocks), self.wall_clock.astimezone(clocks)
        return _(
            "“%(found)s”: on %(day)d %(month)s %(year)d the clocks of %(place)s show %(in_force)s, not %(label)s. "
            "Taken literally it is %(literal)s in %(place)s (%(literal_utc)s UTC); as the clock on the wall it is "
            "%(wall)s (%(wall_utc)s UTC). Choose one; %(wall)s is proposed."
        ) % {
            "found": self.found,
            "day": self.on.day,
            "month": MONTHS[self.on.month],
            "year": self.on.year,
            "place": self.zone.rsplit("/", 1)[-1],
            "in_force": self.in_force,
            "label": self.label,
            "literal": f"{literal:%H:%M}",
            "literal_utc": f"{self.literal:%H:%M}",
            "wall": f"{wall:%H:%M}",
            "wall_utc": f"{self.wall_clock:%H:%M}",
        }


def find_label_clashes(text: str, on: date | None = None) -> list[LabelClash]:
    """Every time in `text` with a winter label on a summer date or the other way round, in the order of the text.

    A time belongs to the nearest date written in English or in figures (day before month) within a few words; to `on`
    when there is none; to nothing, and is passed over, when `on` is not given either. "CET/CEST" is never a clash.
    """
    dates = _dates_in(text)
    clashes = []
    for match in _TIME.finditer(text):
        day = _nearest(dates, *match.span()) or on
        clash = _clash(match, day) if day else None
        if clash:
            clashes.append(clash)
    return clashes


def _clash(match: re.Match[str], day: date) -> LabelClash | None:
    hours, zone = _LABELS[match["label"]]
    moment = _time_of(match)
    if moment is None:
        return None
    local = datetime.combine(day, moment)
    try:
        wall_clock = to_instant(local, zone, fold=0)
    except WallClockError:
        return None
    literal = (local - timedelta(hours=hours)).replace(tzinfo=UTC)
    if literal == wall_clock or literal == to_instant(local, zone, fold=1):
        return None
    return LabelClash(
        found=match[0].strip(),
        label=match["label"],
        in_force=wall_clock.astimezone(zone_named(zone)).tzname() or "",
        on=day,
        literal=literal,
        wall_clock=wall_clock,
        zone=zone,
    )


def _time_of(match: re.Match[str]) -> time | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"] in "pP" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _dates_in(text: str) -> list[tuple[int, int, date]]:
    """Start, end and day of every date in the text."""
    found = []
    for shape in _DATES:
        for match in shape.finditer(text):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
            try:
                found.append((*match.span(), date(int(match["year"]), number, int(match["day"]))))
            except ValueError:
                continue  # 31 April is no date
    return found


def _nearest(dates: list[tuple[int, int, date]], start: int, end: int) -> date | None:
    """The date closest to this stretch of text, the one before it when two are equally close."""
    gaps = [
        (start - last, 0, day) if last <= start else (first - end, 1, day)
        for first, last, day in dates
        if last <= start or first >= end
    ]
    gap, _side, day = min(gaps, default=(_NEAR + 1, 0, None))
    return day if gap <= _NEAR else None
