"""What waits for a person, gathered from every stage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from accounts import queries as accounts
from applicants import queries as applicants
from calls import queries as calls
from core.actions import NextAction, in_order
from desk import doubles
from evaluation import queries as evaluation
from funding import queries as funding
from funding.models import Project
from grants import queries as grants

SOURCES: list[Callable[[Any], list[NextAction]]] = [
    accounts.next_actions,
    calls.next_actions,
    applicants.next_actions,
    evaluation.next_actions,
    grants.next_actions,
    doubles.next_actions,
]


@dataclass(frozen=True)
class Agenda:
    """A person's work: by date, then what others have to do, then what nobody has to do."""

    today: list[NextAction]
    this_week: list[NextAction]
    later: list[NextAction]
    others: list[NextAction]
    free: list[NextAction]

    @property
    def count(self) -> int:
        return len(self.today) + len(self.this_week) + len(self.later)


def agenda(user: Any, at: datetime) -> Agenda:
    """Everything that waits for `user`, sorted by the reader's own calendar: today holds what is overdue too."""
    actions = in_order(action for source in SOURCES for action in source(user))
    mine = [action for action in actions if not action.waiting_for_others and not action.decline_url]
    end_of_day = at.astimezone(ZoneInfo(user.zone)).replace(hour=23, minute=59, second=59, microsecond=999999)
    end_of_week = end_of_day + timedelta(days=7)
    return Agenda(
        today=[a for a in mine if a.due and a.due <= end_of_day],
        this_week=[a for a in mine if a.due and end_of_day < a.due <= end_of_week],
        later=[a for a in mine if not a.due or a.due > end_of_week],
        others=[action for action in actions if action.waiting_for_others],
        free=[action for action in actions if action.decline_url],
    )


def envelopes(user: Any) -> list[tuple[Project, funding.Money]]:
    """The envelopes of the projects the person works for."""
    return funding.projects_money(Project.objects.visible_to(user))
