"""Evaluators with their load, and the sheets of a round by file."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from evaluation.models import Assignment, Evaluator, Round
from evaluation.queries.files import eligible_files
from evaluation.states import AssignmentState


def evaluators_with_load(round: Round) -> QuerySet[Evaluator]:
    """Everyone invited, with `given`, `undeclared`, `to_score`, `scored`, `conflicts` and `abstained` counts."""
    there = ~Q(assignments__application__state="withdrawn")

    def count(*states: str) -> Count:
        return Count("assignments", filter=Q(assignments__state__in=states) & there)

    active = (AssignmentState.INVITED, AssignmentState.ACCEPTED, AssignmentState.SCORED)
    return Evaluator.objects.filter(round=round).annotate(
        given=count(*active),
        undeclared=count(AssignmentState.INVITED),
        to_score=count(AssignmentState.ACCEPTED),
        scored=count(AssignmentState.SCORED),
        conflicts=count(AssignmentState.DECLINED),
        abstained=count(AssignmentState.ABSTAINED),
    )


@dataclass(frozen=True)
class FileSheets:
    """A file that still lacks scores, with its assignments."""

    ref: str
    title: str
    assignments: list[Assignment]


def sheet_states(round: Round, user: Any, *, limit: int = 50) -> list[FileSheets]:
    """The files whose scores are not complete, each with who has it and how far they are (the first `limit`)."""
    needed = round.call.evaluators_per_file
    files = list(
        eligible_files(round, user)
        .annotate(
            done=Count("assignments", filter=Q(assignments__state=AssignmentState.SCORED), distinct=True),
            pending=Count(
                "assignments",
                filter=Q(assignments__state__in=[AssignmentState.INVITED, AssignmentState.ACCEPTED]),
                distinct=True,
            ),
        )
        .filter(Q(done__lt=needed) | Q(pending__gt=0))
        .order_by("ref")[:limit]
    )
    rows = Assignment.objects.filter(application__in=[file.pk for file in files]).exclude(
        state=AssignmentState.REVOKED
    )
    by_file: dict[int, list[Assignment]] = {file.pk: [] for file in files}
    for row in rows.select_related("evaluator"):
        by_file[row.application_id].append(row)
    return [FileSheets(file.ref, file.title, by_file[file.pk]) for file in files]
