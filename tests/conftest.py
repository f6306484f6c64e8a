"""What all tests share: the cast, and a clock that can be stopped."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import translation

from core import clock
from tests.database import migrated_template

NOW = datetime(2027, 2, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> Iterator[datetime]:
    """A stopped clock: Thursday 18 February 2027, 10:00 in Brussels."""
    with clock.stopped_at(NOW):
        yield NOW


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What a test reads is English, whatever language the one before it read."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The worker's database is a copy of one that is migrated already."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


LONG = (
    "journeys/",
    "test_killed_worker",
    "test_run.py",
    "test_policy_matrix",
    "test_random_stories",
    "test_pass_check",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first, so that no worker waits for another at the end."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONG))
