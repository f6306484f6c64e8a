"""Where a round stands and what is missing."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from applicants.models import Application
from applicants.states import ApplicationState
from calls.models import Call
from calls.profiles import lacking
from calls.selection import DivergenceThen
from core.errors import Gap
from evaluation.divergence import Divergence
from evaluation.models import Assignment, Evaluator, Round
from evaluation.queries.checks import is_checked
from evaluation.queries.consensus import without_report
from evaluation.queries.files import PASSED, of_round
from evaluation.scoring import format_score
from evaluation.states import AssignmentState, EvaluatorState, RoundState

ACTIVE = [AssignmentState.INVITED, AssignmentState.ACCEPTED, AssignmentState.SCORED]
OPEN = [AssignmentState.INVITED, AssignmentState.ACCEPTED]


@dataclass(frozen=True)
class Progress:
    """The round in figures; `needed` is the number of evaluators for each file."""

    needed: int
    submitted: int
    unscreened: int
    eligible: int
    ineligible: int
    short: int
    unscored: int
    assigned: int
    scored: int
    undeclared: int
    invited: int
    accepted: int
    declined: int

    @property
    def screened(self) -> int:
        return self.submitted - self.unscreened

    @property
    def is_assigned(self) -> bool:
        """Has every eligible file the evaluators it needs?"""
        return self.eligible > 0 and self.short == 0

    @property
    def is_scored(self) -> bool:
        """Has every eligible file all its scores?"""
        return self.eligible > 0 and self.unscored == 0


def progress(round: Round) -> Progress:
    """Two queries, whatever the number of files."""
    call: Call = round.call
    needed = call.evaluators_needed
    state = "assignments__state__in"
    files = (
        Application.objects.submitted()
        .filter(of_round(round))
        .annotate(
            given=Count("assignments", filter=Q(**{state: ACTIVE})),
            done=Count("assignments", filter=Q(assignments__state=AssignmentState.SCORED)),
            pending=Count("assignments", filter=Q(**{state: OPEN})),
            unsaid=Count("assignments", filter=Q(assignments__state=AssignmentState.INVITED)),
        )
    )
    passed = Q(state__in=PASSED)
    figures: dict[str, Any] = files.order_by().aggregate(
        submitted=Count("pk"),
        unscreened=Count("pk", filter=Q(state=ApplicationState.OPEN)),
        eligible=Count("pk", filter=passed),
        ineligible=Count("pk", filter=Q(state=ApplicationState.INELIGIBLE)),
        short=Count("pk", filter=passed & Q(given__lt=needed)),
        unscored=Count("pk", filter=passed & (Q(done__lt=needed) | Q(pending__gt=0))),
        assigned=_sum("given", passed),
        scored=_sum("done", passed),
        undeclared=_sum("unsaid", passed),
    )
    people: dict[str, Any] = Evaluator.objects.filter(round=round).aggregate(
        invited=Count("pk", filter=Q(state=EvaluatorState.INVITED)),
        accepted=Count("pk", filter=Q(state=EvaluatorState.ACCEPTED)),
        declined=Count("pk", filter=Q(state=EvaluatorState.DECLINED)),
    )
    return Progress(needed=needed, **figures, **people)


def missing_scores(round: Round, *, limit: int = 20) -> list[Gap]:
    """What keeps the round from being ranked, a sentence for each file (the first `limit`)."""
    needed = round.call.evaluators_needed
    files = (
        Application.objects.filter(of_round(round), state=ApplicationState.ELIGIBLE)
        .annotate(
            done=Count("assignments", filter=Q(assignments__state=AssignmentState.SCORED)),
            pending=Count("assignments", filter=Q(assignments__state__in=OPEN)),
        )
        .filter(Q(done__lt=needed) | Q(pending__gt=0))
        .order_by("ref")[:limit]
    )
    gaps = [Gap(_gap(row.ref, row.done, row.pending, needed)) for row in files]
    return gaps or missing_profiles(round)[:limit] or _too_far_apart(round)[:limit]


def missing_profiles(round: Round) -> list[Gap]:
    """Files that have their number of evaluators, but not of the profiles the call asks for: one query, none without."""
    profiles = round.call.selection.profiles
    if not profiles:
        return []
    there: dict[str, list[str]] = defaultdict(list)
    rows = Assignment.objects.filter(
        round=round, state__in=ACTIVE, application__state=ApplicationState.ELIGIBLE
    )
    for ref, profile in rows.values_list("application__ref", "evaluator__profile").order_by(
        "application__ref"
    ):
        there[ref].append(profile)
    text = _("%(ref)s has its evaluators, but not the profiles that the call asks for; it needs %(words)s.")
    return [
        Gap(text % {"ref": ref, "words": words})
        for ref, given in there.items()
        for words in lacking(profiles, given, round.call.evaluators_per_file)
    ]


def _too_far_apart(round: Round) -> list[Gap]:
    """Files whose evaluators differ by more than the call allows and that have nobody beyond them yet (rank-19)."""
    call: Call = round.call
    if call.divergence_then == DivergenceThen.CONSENSUS:
        return _without_consensus(round)
    if call.divergence_limit is None or call.divergence_then != DivergenceThen.THIRD:
        return []
    rule = Divergence(call.divergence_limit, call.divergence_of)
    totals: dict[str, list[Decimal]] = defaultdict(list)
    rows = Assignment.objects.counted().filter(
        round=round, application__state=ApplicationState.ELIGIBLE, total__isnull=False
    )
    for ref, total in rows.values_list("application__ref", "total").order_by("application__ref"):
        totals[ref].append(total or Decimal(0))
    found = []
    for ref, given in totals.items():
        apart = rule.passed_by(given) if len(given) <= call.evaluators_per_file else None
        if apart is not None:
            told = {
                "ref": ref,
                "low": format_score(min(given)),
                "high": format_score(max(given)),
                "apart": format_score(apart),
                "allowed": format_score(rule.allowed(given)),
            }
            sentence = _(
                "%(ref)s: the totals %(low)s and %(high)s differ by %(apart)s, more than %(allowed)s. "
                "One more evaluator has to score it."
            )
            found.append(Gap(sentence % told))
    return found


def _without_consensus(round: Round) -> list[Gap]:
    """Files that need a consensus report and have none that is closed: all of them, or those too far apart that nobody beyond has scored
    (rank-21, rank-27)."""
    call: Call = round.call
    rule = Divergence(call.divergence_limit, call.divergence_of) if call.divergence_limit else None
    totals: dict[str, list[Decimal]] = defaultdict(list)
    files: dict[str, int] = {}
    rows = Assignment.objects.counted().filter(round=round, application__state=ApplicationState.ELIGIBLE)
    for ref, file, total in rows.values_list("application__ref", "application", "total").order_by(
        "application__ref", "-total"
    ):
        totals[ref].append(total or Decimal(0))
        files[ref] = file
    most = call.evaluators_per_file
    apart = {ref for ref in totals if rule and rule.passed_by(totals[ref]) and len(totals[ref]) <= most}
    needed = {ref: files[ref] for ref in totals if rule is None or ref in apart}
    text = _("%(ref)s: the totals %(totals)s need a consensus report of its evaluators.")
    if rule:
        text = _(
            "%(ref)s: the totals %(totals)s need a consensus report of its evaluators, or one more evaluator."
        )
    return [
        Gap(
            text % {"ref": ref, "totals": ", ".join(format_score(one) for one in totals[ref])},
            reverse("evaluation:file_detail", args=[round.address, ref]) + "#consensus",
        )
        for ref in without_report(round, needed)
    ]


def _gap(ref: str, done: int, pending: int, needed: int) -> str:
    text = ngettext(
        "%(ref)s has %(done)d of %(needed)d score", "%(ref)s has %(done)d of %(needed)d scores", needed
    )
    facts = {"ref": ref, "done": done, "needed": needed, "pending": pending}
    waiting = ngettext(
        "; %(pending)d evaluator has not submitted", "; %(pending)d evaluators have not submitted", pending
    )
    lacking = _("; nobody else is assigned")
    return (text + (waiting if pending else lacking)) % facts + "."


def steps(round: Round, figures: Progress) -> list[dict[str, str]]:
    """The way of a round for the timeline component: label, note, and done, now or to come."""
    order = list(RoundState.values)
    at = order.index(round.state)
    passed = {name: at >= order.index(name) for name in order}
    screened = figures.unscreened == 0 and figures.submitted > 0
    rows = [
        (
            pgettext("a step of the evaluation", "Screen"),
            _("%(n)d of %(all)d files") % {"n": figures.screened, "all": figures.submitted},
            screened,
        ),
        (
            pgettext("a step of the evaluation", "Assign"),
            _("%(n)d of %(all)d pairs") % {"n": figures.assigned, "all": figures.eligible * figures.needed},
            passed[RoundState.SCORING],
        ),
        (
            pgettext("a step of the evaluation", "Score"),
            _("%(n)d of %(all)d sheets") % {"n": figures.scored, "all": figures.assigned},
            passed[RoundState.RANKED],
        ),
        (pgettext("a step of the evaluation", "Rank"), "", passed[RoundState.RANKED]),
        *_ethics_step(round, passed),
        (
            pgettext("a step of the evaluation", "Decide"),
            _("one manager proposes"),
            passed[RoundState.DECIDED],
        ),
        (
            pgettext("a step of the evaluation", "Confirm"),
            _("another confirms"),
            passed[RoundState.CONFIRMED],
        ),
        (
            pgettext("a step of the evaluation", "Release"),
            _("all letters together"),
            passed[RoundState.RELEASED],
        ),
    ]
    if not round.call.is_scored:
        fixed = _("List") if round.call.is_rolling else _("Draw")
        rows = [rows[0], (fixed, "", passed[RoundState.RANKED]), *rows[4:]]
    current = next((index for index, row in enumerate(rows) if not row[2]), None)
    return [
        {
            "label": label,
            "note": note,
            "state": "now" if index == current else "done" if done else "",
        }
        for index, (label, note, done) in enumerate(rows)
    ]


def _ethics_step(round: Round, passed: dict[str, bool]) -> list[tuple[str, str, bool]]:
    """The check of ethics and security, where the call has one: done when decisions are proposed."""
    if not is_checked(round):
        return []
    name = pgettext("a step of the evaluation", "Ethics and security")
    return [(name, _("before the decisions"), passed[RoundState.DECIDED])]


def _sum(name: str, condition: Q) -> Any:
    return Sum(name, filter=condition, default=0)
