"""What all tests share: the cast, and a clock that can be stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core import clock

NOW = datetime(2027, 2, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> Iterator[datetime]:
    """A stopped clock: Thursday 18 February 2027, 10:00 in Brussels."""
    with clock.stopped_at(NOW):
        yield NOW
