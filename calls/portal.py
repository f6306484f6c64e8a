"""The entry of a call on the EU Funding & Tenders Portal ("competitive calls"), field by field, ready to paste. Pure.

Field names as the portal shows them (domain 2.5); they are not translated, since the portal's form is English.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.money import GROUP_SEPARATOR, format_eur


@dataclass(frozen=True)
class Entry:
    """What the portal asks for. Instants in UTC, amounts in cents; `links` are absolute."""

    title: str
    acronym: str
    project_name: str
    grant_number: str
    topic: str
    opens_at: datetime | None
    closes_at: datetime | None
    zone: str
    months: int
    budget_cents: int
    award: str
    who: Sequence[str]
    activities: Sequence[str]
    process: str
    decision_by: date | None
    contact: str
    links: Sequence[str]
    cut_offs: Sequence[datetime] = ()


def fields(entry: Entry) -> list[tuple[str, str]]:
    """Each field of the portal's form with its text, in the order of the form."""
    further = [f"Who may apply: {' '.join(entry.who)}", f"Support: {entry.award}."]
    if entry.activities:
        further.append("Supported activities: " + "; ".join(entry.activities) + ".")
    if entry.decision_by:
        further.append(f"Applicants are informed by {_day(entry.decision_by)}.")
    further.append(f"Questions: {entry.contact}")
    return [
        ("Call title", entry.title),
        ("Full name of the EU funded project", entry.project_name),
        ("Project acronym", entry.acronym),
        ("Grant agreement number", entry.grant_number),
        ("Topic", entry.topic),
        ("Opening date", _day(_local(entry.opens_at, entry.zone)) if entry.opens_at else ""),
        ("Deadline model", "multiple cut-off" if entry.cut_offs else "single-stage"),
        ("Deadline date", _deadlines(entry)),
        ("Expected duration of participation", f"{entry.months} months"),
        ("Total funding available", f"EUR {_plain(entry.budget_cents)}"),
        ("Submission & evaluation process", entry.process),
        ("Further information", "\n".join(further)),
        ("Links", "\n".join(entry.links)),
    ]


def as_text(entry: Entry) -> str:
    """All of it as one text."""
    return "\n\n".join(f"{name}\n{value}" for name, value in fields(entry)) + "\n"


def _deadlines(entry: Entry) -> str:
    instants = list(entry.cut_offs) or ([entry.closes_at] if entry.closes_at else [])
    return "\n".join(_deadline(instant, entry) for instant in instants)


def _deadline(instant: datetime, entry: Entry) -> str:
    local = _local(instant, entry.zone)
    place = entry.zone.rsplit("/", 1)[-1].replace("_", " ")
    return f"{_day(local)} {local:%H:%M} ({place} time)"


def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _day(day: date) -> str:
    return f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def _plain(cents: int) -> str:
    return format_eur(cents, short=True).replace(GROUP_SEPARATOR, " ")
