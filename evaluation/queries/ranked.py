"""The ranked list of a round: made from the submitted scores, and once decisions are proposed, from them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from applicants.models import Application
from applicants.queries import claim_lines
from applicants.states import ApplicationState
from calls.intake import CallModel
from calls.models import Call
from evaluation.feedback import Opinion
from evaluation.levelling import Shift, shifts
from evaluation.models import Assignment, Decision, Round, Score
from evaluation.queries.checks import refusals_of
from evaluation.queries.consensus import closed_reports
from evaluation.queries.facts import facts_of
from evaluation.queries.files import eligible_files, with_version
from evaluation.queries.room import before, room_of
from evaluation.ranking import Candidate, Cut, Place, Ranking, Rules, of_claims, rank, to_panel
from evaluation.scoring import (
    UNSCORED,
    CombineMethod,
    Criterion,
    Result,
    Scale,
    Scheme,
    TotalMethod,
    combined_result,
)
from evaluation.states import AssignmentState, Outcome, RoundState

ZERO = Decimal(0)


@dataclass(frozen=True)
class Sheet:
    """The submitted scores of one evaluator for one file."""

    assignment: Assignment
    scores: dict[str, Decimal]
    reasons: dict[str, str]

    @property
    def total(self) -> Decimal:
        """The total this evaluator gave."""
        return self.assignment.total or ZERO


@dataclass(frozen=True)
class ListedFile:
    """One line of the ranked list, however far the round is. Amounts in cents; `asked_cents` over all parties."""

    application: Application
    position: int | None
    total: Decimal | None
    totals: tuple[Decimal, ...]
    asked_cents: int
    amount_cents: int
    running_cents: int
    place: Place
    reserve_position: int | None
    why: str
    decision: Decision | None = None
    is_barred: bool = False

    @property
    def spread(self) -> Decimal:
        """How far the evaluators' totals are apart."""
        return max(self.totals) - min(self.totals) if self.totals else ZERO

    @property
    def is_reduced(self) -> bool:
        """Is less given than was asked for?"""
        return self.place == Place.FUNDED and 0 < self.amount_cents < self.asked_cents

    @property
    def is_conditional(self) -> bool:
        """Has something to be fulfilled before its agreement is signed?"""
        return self.decision is not None and bool(self.decision.conditions.all())

    @property
    def tone(self) -> str:
        """The tone of the line's tag."""
        return {Place.FUNDED: "good", Place.RESERVE: "busy", Place.BELOW: "bad"}.get(self.place, "")

    @property
    def tag(self) -> str:
        """The proposal in a word or two."""
        if self.place == Place.FUNDED and not self.application.call.gives_money:
            return _("Accept, with conditions") if self.is_conditional else _("Accept")
        if self.place == Place.FUNDED and self.is_conditional:
            return _("Fund, reduced, with conditions") if self.is_reduced else _("Fund with conditions")
        if self.place == Place.FUNDED:
            return _("Fund, reduced") if self.is_reduced else _("Fund")
        if self.place == Place.RESERVE:
            return _("Reserve %(n)d") % {"n": self.reserve_position or 0}
        if self.place == Place.WITHDRAWN:
            return _("Withdrawn")
        if self.is_barred:
            return _("Not cleared")
        if self.position is None:
            return _("Below threshold") if self.application.call.is_scored else _("Not in the draw")
        return _("Reject")


def scheme_of(call: Call) -> Scheme:
    """How the call is scored: weights out of 100 or raw points. Raises SchemeError when the call is not complete."""
    criteria = tuple(
        Criterion(
            code=item.code,
            name=str(item.name),
            scale=Scale(ZERO, item.max_score, item.step),
            weight=item.weight,
            threshold=item.threshold,
        )
        for item in call.criteria.all()
    )
    return Scheme(
        criteria,
        method=TotalMethod(call.total_method),
        combine=CombineMethod(call.combine),
        overall_threshold=call.overall_threshold,
    )


def rules_of(call: Call, *, budget_cents: int) -> Rules:
    """How the call ranks, with `budget_cents` to give."""
    is_claim = call.call_model == CallModel.CLAIM
    return Rules(
        scheme=Scheme(()) if is_claim else scheme_of(call),
        tie_break=() if is_claim else tuple(call.tie_break),
        cut=Cut(call.cut_rule),
        budget_cents=budget_cents,
        max_awards=call.max_awards,
        limits=tuple(call.selection.limits),
        least_cents=call.project_min_cents,
        least_by_answer={one.value: one.award(call.award).project_min_cents for one in call.project_types},
        seed=call.draw_seed,
        by_arrival=call.is_rolling,
    )


def sheets_of(assignments: Iterable[Assignment]) -> dict[int, list[Sheet]]:
    """The sheets of these assignments by the file's number, in the order in which they were submitted."""
    rows = sorted(assignments, key=lambda row: (row.submitted_at is None, row.submitted_at, row.pk))
    scores: dict[int, dict[str, Decimal]] = defaultdict(dict)
    reasons: dict[int, dict[str, str]] = defaultdict(dict)
    given = Score.objects.filter(assignment__in=rows, value__isnull=False)
    for pk, code, value, reason in given.values_list(
        "assignment_id", "criterion__code", "value", "reason"
    ).order_by():
        scores[pk][code], reasons[pk][code] = value or ZERO, reason
    found: dict[int, list[Sheet]] = defaultdict(list)
    for row in rows:
        found[row.application_id].append(Sheet(row, scores[row.pk], reasons[row.pk]))
    return found


def ranking_of(round: Round, *, checked: bool = True) -> Ranking:
    """The list by the scores submitted until now, over every eligible file, with what the round may give. Files that were
    not cleared for ethics and security are not ranked, unless `checked` is false.

    Raises ValueError when a file has no score: look at `missing_scores` first.
    """
    files = list(eligible_files(round).order_by("ref"))
    sheets = sheets_of(Assignment.objects.counted().filter(round=round, application__in=files))
    reports = closed_reports(round)
    rules = rules_of(round.call, budget_cents=room_of(round))
    moved = shifts_of(round, rules)
    facts = facts_of(round.call, rules, [file.version_pk for file in files])
    barred = refusals_of(round) if checked else {}
    candidates = [
        Candidate(
            key=file.ref,
            result=result_of(rules, sheets[file.pk], reports.get(file.pk), moved),
            arrived=file.arrived,
            amount_cents=file.asked_cents or 0 if round.call.gives_money else 0,
            facts=facts[file.version_pk],
            owner=str(file.organisation.firm_id),
            sequence=file.version_pk,
        )
        for file in files
    ]
    if round.call.call_model == CallModel.CLAIM:
        return _of_claims(round.call, candidates, rules, barred)
    return rank(candidates, rules, before=before(round, rules), barred=barred)


def _of_claims(
    call: Call, candidates: Sequence[Candidate], rules: Rules, barred: Mapping[str, str]
) -> Ranking:
    """The files of a batch as their claims stand."""
    found = {candidate.key: candidate for candidate in candidates}
    lines = [line for line in claim_lines(call, most=None) if line.claim.application.ref in found]
    held = [found[line.claim.application.ref] for line in lines if line.is_held]
    waiting = [found[line.claim.application.ref] for line in lines if not line.is_held]
    return of_claims(held, waiting, rules, barred)


def shifts_of(round: Round, rules: Rules) -> dict[int, Shift]:
    """By how much the scores of each evaluator move where the call normalises them, from every sheet that was submitted in
    the round: those on files withdrawn since are among them, so that a withdrawal moves nobody's total."""
    if not round.call.normalise or not rules.scheme.criteria:
        return {}
    own: dict[int, list[dict[str, Decimal]]] = defaultdict(list)
    scored = Assignment.objects.filter(round=round, state=AssignmentState.SCORED)
    for sheets in sheets_of(scored).values():
        for sheet in sheets:
            own[sheet.assignment.evaluator_id].append(sheet.scores)
    return shifts(rules.scheme, own)


def result_of(
    rules: Rules, sheets: Sequence[Sheet], report: Opinion | None, moved: Mapping[int, Shift]
) -> Result:
    """Of a consensus that alone counts (rank-28); else what the sheets come to; nothing where nobody scores."""
    if not rules.scheme.criteria:
        return UNSCORED
    if report:
        return combined_result(rules.scheme, [report.scores])
    own = [moved.get(sheet.assignment.evaluator_id, {}) for sheet in sheets]
    return combined_result(rules.scheme, [sheet.scores for sheet in sheets], own)


def listed_files(round: Round, user: Any) -> list[ListedFile]:
    """The lines that `user` may see (not those they are recused from), best first."""
    if round.state in (RoundState.DECIDED, RoundState.CONFIRMED, RoundState.RELEASED):
        return _decided_files(round, user)
    ranking = ranking_of(round)
    files = {file.ref: file for file in eligible_files(round, user)}
    for file in files.values():
        file.call = round.call
    totals = _totals(round)
    return [
        ListedFile(
            application=files[row.key],
            position=row.position,
            total=row.total,
            totals=totals[files[row.key].pk],
            asked_cents=row.amount_cents,
            amount_cents=row.amount_cents if row.place == Place.FUNDED else 0,
            running_cents=row.running_cents,
            place=row.place,
            reserve_position=row.reserve_position,
            why=row.reason,
            is_barred=row.is_barred,
        )
        for row in ranking.rows
        if row.key in files
    ]


def panel_of(round: Round) -> list[str]:
    """The references of the files that go to the call's panel, best first by their scores, cleared or not; empty where the call has
    none (rank-24)."""
    call = round.call
    if call.panel_percent is None or call.max_awards is None:
        return []
    return to_panel(ranking_of(round, checked=False), call.max_awards, call.panel_percent)


def _decided_files(round: Round, user: Any) -> list[ListedFile]:
    decided = Application.objects.filter(decisions__round=round).exclude(recusals__user=user)
    files = {file.pk: file for file in with_version(decided)}
    for file in files.values():
        file.call = round.call
    totals = _totals(round)
    rows: Sequence[Decision] = list(
        Decision.objects.filter(round=round)
        .select_related("changed_by", "application")
        .prefetch_related("conditions")
    )
    rows = sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, -(row.total or ZERO), row.pk))
    found, running, barred = [], 0, refusals_of(round)
    for row in rows:
        counts = row.outcome == Outcome.FUND and row.application.state != ApplicationState.WITHDRAWN
        running += row.amount_cents if counts else 0
        if row.application_id in files:
            found.append(
                _decided(
                    row,
                    files[row.application_id],
                    totals[row.application_id],
                    running,
                    counts,
                    row.application.ref in barred and row.rank is None,
                )
            )
    return found


def _decided(
    row: Decision,
    file: Application,
    totals: tuple[Decimal, ...],
    running: int,
    counts: bool,
    is_barred: bool,
) -> ListedFile:
    places = {Outcome.FUND: Place.FUNDED, Outcome.RESERVE: Place.RESERVE, Outcome.REJECT: Place.BELOW}
    gone = file.state == ApplicationState.WITHDRAWN
    place = Place.WITHDRAWN if gone else places[Outcome(row.outcome)]
    return ListedFile(
        application=file,
        position=row.rank,
        total=row.total,
        totals=totals,
        asked_cents=file.asked_cents or 0,  # type: ignore[attr-defined]
        amount_cents=row.amount_cents if counts else 0,
        running_cents=running,
        place=place,
        reserve_position=row.reserve_position,
        why=row.why,
        decision=row,
        is_barred=is_barred,
    )


def _totals(round: Round) -> dict[int, tuple[Decimal, ...]]:
    found: dict[int, tuple[Decimal, ...]] = defaultdict(tuple)
    rows = Assignment.objects.counted().filter(round=round).values_list("application_id", "total")
    for file, total in rows.order_by("submitted_at", "pk"):
        found[file] = (*found[file], total or ZERO)
    return found
