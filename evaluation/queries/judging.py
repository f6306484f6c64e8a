"""What an evaluator's pages show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from applicants.queries import Dossier, dossier
from core.money import round_half_up
from evaluation.models import Assignment, Score
from evaluation.queries.ranked import Sheet, scheme_of, sheets_of
from evaluation.scoring import PLACES
from evaluation.states import AssignmentState, RoundState


@dataclass(frozen=True)
class Group:
    """The files of one round that were given to a person, by what is to do."""

    call: Any
    round: Any
    to_declare: list[Assignment]
    to_score: list[Assignment]
    done: list[Assignment]
    closed: list[Assignment]

    @property
    def open_count(self) -> int:
        return len(self.to_declare) + len(self.to_score)


@dataclass(frozen=True)
class Running:
    """How far a sheet is: the total over what is scored, and the names of the criteria that are open."""

    total: Decimal | None
    best: Decimal
    open: list[str]


def own_assignments(user: Any) -> list[Assignment]:
    """Everything given to the person, in an order of their own: references are random, so no applicant is always first."""
    rows = Assignment.objects.given_to(user).exclude(state=AssignmentState.REVOKED)
    rows = rows.exclude(application__state="withdrawn").select_related(
        "round__call__project", "application", "version"
    )
    return list(rows.defer("version__payload").order_by("-round", "ref"))


def grouped(rows: Sequence[Assignment]) -> list[Group]:
    """By round; rounds with open work first."""
    groups: dict[int, Group] = {}
    for row in rows:
        group = groups.setdefault(row.round_id, Group(row.round.call, row.round, [], [], [], []))
        place = {
            AssignmentState.INVITED: group.to_declare,
            AssignmentState.ACCEPTED: group.to_score,
            AssignmentState.SCORED: group.done,
        }.get(AssignmentState(row.state), group.closed)
        if row.round.state != RoundState.SCORING and place in (group.to_declare, group.to_score):
            place = group.closed
        place.append(row)
    return sorted(groups.values(), key=lambda group: (group.open_count == 0, -group.round.pk))


def next_open(user: Any, after: Assignment) -> Assignment | None:
    """The next file of the person that is to be declared on or scored, in their order, starting over at the end."""
    rows = Assignment.objects.visible_to(user).open().filter(round=after.round_id).exclude(pk=after.pk)
    ordered = rows.order_by("ref")
    return ordered.filter(ref__gt=after.ref).first() or ordered.first()


def place_of(user: Any, assignment: Assignment) -> tuple[int, int]:
    """The how-manieth of how many files of the round this one is for the person."""
    refs = list(
        Assignment.objects.visible_to(user)
        .filter(round=assignment.round_id)
        .order_by("ref")
        .values_list("ref", flat=True)
    )
    return (refs.index(assignment.ref) + 1 if assignment.ref in refs else 0), len(refs)


def own_scores(assignment: Assignment) -> QuerySet[Score]:
    """What the person has written, submitted or not."""
    return Score.objects.filter(assignment=assignment).select_related("criterion")


def running_total(assignment: Assignment) -> Running:
    """The total of the criteria scored so far, out of the best over all."""
    scheme = scheme_of(assignment.round.call)
    given = dict(own_scores(assignment).values_list("criterion__code", "value").order_by())
    sum_ = Fraction(0)
    for item in scheme.criteria:
        value = given.get(item.code)
        if value is not None:
            sum_ += Fraction(item.weight) * Fraction(value) / Fraction(item.scale.highest)
    total = Decimal(round_half_up(sum_ * 10**PLACES)).scaleb(-PLACES)
    missing = [item.name for item in scheme.criteria if given.get(item.code) is None]
    return Running(total if len(missing) < len(scheme.criteria) else None, scheme.highest_total, missing)


def peer_sheets(assignment: Assignment) -> list[Sheet]:
    """The submitted sheets of the file's other evaluators; who asks has submitted their own."""
    others = Assignment.objects.counted().filter(application=assignment.application_id)
    return sheets_of(others.exclude(pk=assignment.pk)).get(assignment.application_id, [])


def shown_content(assignment: Assignment, file_url: Callable[[str], str] | None = None) -> Dossier:
    """The version as the evaluator may read it: in a blind call without what tells who applies (E14, QD23)."""
    version = assignment.version
    is_blind = assignment.round.call.blind
    return dossier(assignment.application, version, anonymous=is_blind, file_url=file_url)
