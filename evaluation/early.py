"""Feedback before the deadline (AMULET): until when it may be asked for, by when it comes, and where a file stands. Pure.

It is no score and no promise. It is about one version that was submitted; who gave it does not score the file.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from calls.calendar import zone_named

LONGEST_QUESTION = 1000
LONGEST_REMARKS = 8000


class Standing(StrEnum):
    """Where a file stands with feedback."""

    NOT_SUBMITTED = "not_submitted"
    MAY_ASK = "may_ask"
    TOO_LATE = "too_late"
    WAITING = "waiting"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"


def ask_until(deadline: datetime, days: int, zone: str) -> datetime:
    """The last instant to ask (UTC): so many days before the deadline, at its hour on the clocks of the zone."""
    return _days_from(deadline, -days, zone)


def answer_by(asked_at: datetime, days: int, zone: str) -> datetime:
    """By when feedback comes that was asked for at this instant (UTC)."""
    return _days_from(asked_at, days, zone)


def _days_from(instant: datetime, days: int, zone: str) -> datetime:
    local = instant.astimezone(zone_named(zone)) + timedelta(days=days)
    return local.astimezone(UTC)


def standing(
    *, at: datetime, until: datetime, is_submitted: bool, is_writable: bool, is_asked: bool, is_answered: bool
) -> Standing:
    """Where a file stands at an instant; `until` is the last one to ask. What was answered stays answered."""
    if is_answered:
        return Standing.ANSWERED
    if is_asked:
        return Standing.WAITING if is_writable else Standing.UNANSWERED
    if not is_writable or at > until:
        return Standing.TOO_LATE
    return Standing.MAY_ASK if is_submitted else Standing.NOT_SUBMITTED
