"""The one clock of the product: every instant a rule looks at comes from here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_shift = timedelta(0)
_fixed: datetime | None = None


def now() -> datetime:
    """The present instant in UTC, cut to the millisecond (the unit in which deadlines are judged, case N3)."""
    instant = _fixed if _fixed is not None else datetime.now(UTC) + _shift + _demo_shift()
    return to_millisecond(instant)


def _demo_shift() -> timedelta:
    """How far a demo's clock is moved ahead, in seconds in a file that all its processes read. Never in production."""
    if not settings.DEMO or not settings.CLOCK_SHIFT_FILE:
        return timedelta(0)
    path = Path(settings.CLOCK_SHIFT_FILE)
    return timedelta(seconds=int(path.read_text() or 0)) if path.exists() else timedelta(0)


def to_millisecond(instant: datetime) -> datetime:
    """The same instant without what is smaller than a millisecond."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Let `now()` answer `instant` (aware) inside the block: for tests and for the demo story, in one process."""
    global _fixed
    if instant.tzinfo is None:
        raise ValueError("The clock needs an instant with a time zone.")
    before, _fixed = _fixed, instant.astimezone(UTC)
    try:
        yield
    finally:
        _fixed = before


@contextmanager
def shifted_by(delta: timedelta) -> Iterator[None]:
    """Let the clock run on, `delta` ahead or behind, inside the block."""
    global _shift
    before, _shift = _shift, _shift + delta
    try:
        yield
    finally:
        _shift = before
