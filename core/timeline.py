"""What happened to a thing and what comes next, in the words of the person it concerns: what a timeline is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Act:
    """Something that happened, at an instant (UTC), and that the reader may know."""

    at: datetime
    text: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Coming:
    """Something to come: by when it is expected (UTC; None: no date), and whether the reader has to do it."""

    text: str
    by: datetime | None = None
    yours: bool = False
    url: str = ""


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Oldest first; what happened in one instant stays in the order it was told in."""
    return sorted(acts, key=lambda act: act.at)
