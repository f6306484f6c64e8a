"""The timeline of an application, gathered from every stage: what happened, and what comes next."""

from collections.abc import Callable
from dataclasses import dataclass

from applicants import queries as applicants
from applicants.models import Application
from core.timeline import Act, Coming, in_order
from evaluation import queries as evaluation
from grants import queries as grants

ACTS: list[Callable[[Application], list[Act]]] = [applicants.acts, evaluation.acts, grants.acts]
COMING: list[Callable[[Application], list[Coming]]] = [
    applicants.coming,
    evaluation.coming,
    grants.coming,
]


@dataclass(frozen=True)
class Timeline:
    """What the applicant knows of their file; staff read the same."""

    acts: list[Act]
    coming: list[Coming]


def timeline_of(application: Application) -> Timeline:
    """Every stage's part of it; constant queries, whatever happened."""
    return Timeline(
        in_order(act for source in ACTS for act in source(application)),
        [one for source in COMING for one in source(application)],
    )
