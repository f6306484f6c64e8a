"""The next thing a person has to do: what home pages are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class NextAction:
    """One line of a home page: what to do, where, and by when (UTC; None: no date)."""

    title: str
    url: str
    detail: str = ""
    due: datetime | None = None
    tone: str = ""
    waiting_for_others: bool = False
    decline_url: str = ""
    """Nobody has to do it: where a button says that the person does not want to."""


def in_order(actions: Iterable[NextAction]) -> list[NextAction]:
    """Oldest date first; what has no date after what has one."""
    return sorted(actions, key=lambda a: (a.due is None, a.due.timestamp() if a.due else 0.0, a.title))
