"""What waits for a person in evaluation: the lines of the home pages."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, F, Min, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.models import Application
from applicants.states import ApplicationState
from calls.awards import AwardUnit
from calls.intake import ROLLING
from calls.states import CallState
from core import clock
from core.actions import NextAction
from evaluation.models import Assignment, Decision, Evaluator, Promotion, Round
from evaluation.queries.early import early_line, early_rows
from evaluation.queries.ethics_actions import ethics_lines, ethics_of_round, own_ethics_rows, title_of
from evaluation.queries.files import round_files
from evaluation.queries.redress_actions import objection_actions
from evaluation.states import (
    AssignmentState,
    ConsensusState,
    DecisionState,
    EvaluatorState,
    Outcome,
    RoundState,
)
from funding.models import ProjectMember


def next_actions(user: Any) -> list[NextAction]:
    """What the person has to do as a manager and as an evaluator, and what waits for somebody else."""
    return [
        *_managing(user),
        *objection_actions(user),
        *_invited(user),
        *_judging(user),
        *_consensus(user),
    ]


def _managing(user: Any) -> list[NextAction]:
    projects = ProjectMember.objects.filter(
        user=user, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    ).values("project")
    rounds = Round.objects.filter(call__project__in=projects).select_related("call", "cut_off")
    open_rounds = list(_counted(rounds.exclude(state=RoundState.RELEASED)))
    lines = [line for round in open_rounds for line in _of_round(round, user)]
    further = [*_unpublished(projects), *_came_first(projects)]
    return [*lines, *_after_release(projects, user), *further]


def _counted(rounds: QuerySet[Round]) -> QuerySet[Round]:
    """Each round with its open work, one query; files are counted over what was submitted."""
    waiting = Q(call__applications__state=ApplicationState.OPEN, call__applications__last_final__isnull=False)
    open_states = [AssignmentState.INVITED, AssignmentState.ACCEPTED]
    missing = Q(assignments__state__in=open_states) & ~Q(
        assignments__application__state=ApplicationState.WITHDRAWN
    )
    return rounds.annotate(
        unscreened=Count("call__applications", filter=waiting, distinct=True),
        unscored=Count("assignments", filter=missing, distinct=True),
    )


def _of_round(round: Any, user: Any) -> list[NextAction]:
    title = title_of(round)
    page = round.get_absolute_url()
    slug = [round.address]
    due: datetime | None = None
    if round.state == RoundState.SETUP and (round.call.has_cut_offs or round.call.is_rolling):
        round.unscreened = round_files(round).filter(state=ApplicationState.OPEN).count()
    if round.state == RoundState.SETUP and round.unscreened:
        what = ngettext("Screen %(n)d file", "Screen %(n)d files", round.unscreened) % {"n": round.unscreened}
        return [NextAction(what, reverse("evaluation:screening_list", args=slug), title)]
    if round.state == RoundState.SETUP and not round.call.is_scored:
        what = (
            _("Fix the list in the order of arrival")
            if round.call.is_rolling
            else _("Draw among the eligible files")
        )
        return [NextAction(what, reverse("evaluation:ranking", args=slug), title)]
    if round.state == RoundState.SETUP:
        return [NextAction(_("Assign evaluators and start scoring"), page, title)]
    if round.state == RoundState.SCORING and round.unscored:
        late = round.scoring_due_at is not None and round.scoring_due_at < clock.now()
        many = {"n": round.unscored}
        text = ngettext("%(n)d score sheet is missing", "%(n)d score sheets are missing", round.unscored)
        due = round.scoring_due_at
        return [
            NextAction(text % many, page, title, due, "warn" if late else "", waiting_for_others=not late)
        ]
    if round.state == RoundState.SCORING:
        return [NextAction(_("Rank the files"), reverse("evaluation:ranking", args=slug), title)]
    if round.state == RoundState.RANKED and (lines := ethics_of_round(round, user)):
        return lines
    if round.state == RoundState.RANKED:
        return [NextAction(_("Propose the decisions"), reverse("evaluation:ranking", args=slug), title)]
    if round.state == RoundState.DECIDED and round.proposed_by_id == user.pk:
        return [NextAction(_("Another manager confirms the decisions"), page, title, waiting_for_others=True)]
    if round.state == RoundState.DECIDED:
        return [
            NextAction(_("Confirm the decisions"), reverse("evaluation:decisions_confirm", args=slug), title)
        ]
    return [NextAction(_("Release the decisions"), reverse("evaluation:release", args=slug), title)]


def _after_release(projects: Any, user: Any) -> list[NextAction]:
    """Awards whose applicant withdrew, and promotions from the reserve that wait for the second person."""
    mine = Q(round__call__project__in=projects)
    withdrawn = Decision.objects.filter(
        mine,
        state=DecisionState.RELEASED,
        outcome=Outcome.FUND,
        taken_back_at__isnull=True,
        application__state=ApplicationState.WITHDRAWN,
    )
    promoted = Promotion.objects.filter(
        Q(decision__round__call__project__in=projects), confirmed_at__isnull=True
    )
    lines = []
    for round in Round.objects.filter(pk__in=withdrawn.values("round")).select_related("call", "cut_off"):
        page = reverse("evaluation:reserve", args=[round.address])
        what = _("A funded file was withdrawn: look at the reserve list")
        lines.append(NextAction(what, page, title_of(round)))
    rows = promoted.select_related("decision__round__call", "decision__round__cut_off")
    for round, by in {row.decision.round: row.proposed_by_id for row in rows}.items():
        page = reverse("evaluation:reserve", args=[round.address])
        own = by == user.pk
        text = (
            _("Another manager confirms the promotion")
            if own
            else _("Confirm the promotion from the reserve")
        )
        lines.append(NextAction(text, page, title_of(round), waiting_for_others=own))
    return lines


def _unpublished(projects: Any) -> list[NextAction]:
    """Results of which somebody has the answer, while nobody else can read them yet: one line for each cut-off, and for each
    other call."""
    released = Round.objects.filter(call__project__in=projects, state=RoundState.RELEASED)
    secret = Q(cut_off=None, call__results_published_at=None) | Q(
        cut_off__isnull=False, results_published_at=None
    )
    rows = released.filter(secret, call__state=CallState.PUBLISHED).exclude(call__award_unit=AwardUnit.NONE)
    ordered = rows.select_related("call", "cut_off").order_by("-number")
    first = {(round.call_id, round.cut_off_id): round for round in ordered}
    return [
        NextAction(
            _("Publish the results"),
            reverse("evaluation:results_publish", args=[round.address]),
            title_of(round) if round.cut_off_id else str(round.call.title),
        )
        for round in first.values()
    ]


def _came_first(projects: Any) -> list[NextAction]:
    """First come, first served: files that no batch has taken yet, and by when the oldest is to have its answer."""
    waiting = (
        Application.objects.submitted()
        .filter(
            call__project__in=projects,
            call__call_model__in=sorted(ROLLING),
            batches=None,
            state__in=[ApplicationState.OPEN, ApplicationState.ELIGIBLE],
        )
        .values("call__slug", "call__title", "call__answer_days")
        .annotate(n=Count("pk"), oldest=Min("last_final__arrived_at"))
        .order_by("oldest")
    )
    lines = []
    for row in waiting:
        text = ngettext(
            "%(n)d file has come: begin a batch", "%(n)d files have come: begin a batch", row["n"]
        )
        days = row["call__answer_days"]
        due = row["oldest"] + timedelta(days=days) if days else None
        page = reverse("evaluation:round_detail", args=[row["call__slug"]])
        lines.append(NextAction(text % {"n": row["n"]}, page, str(row["call__title"]), due))
    return lines


def _invited(user: Any) -> list[NextAction]:
    """Invitations to answer, and blind rounds in which the person has to name their conflicts: one query."""
    asked = Q(email__iexact=user.email, state=EvaluatorState.INVITED)
    silent = Q(user=user, state=EvaluatorState.ACCEPTED, round__call__blind=True, interests_named_at=None)
    going_on = Q(round__state__in=[RoundState.SETUP, RoundState.SCORING])
    rows = Evaluator.objects.filter(asked | (silent & going_on)).select_related(
        "round__call", "round__cut_off"
    )
    lines = []
    for row in rows:
        if row.state == EvaluatorState.ACCEPTED:
            page = reverse("evaluation:interests", args=[row.round.address])
            what = _("Name with whom you have a conflict of interest")
            lines.append(NextAction(what, page, title_of(row.round)))
        elif not row.is_expired(clock.now()):
            what, page = _("Answer the invitation to evaluate"), row.get_absolute_url()
            lines.append(NextAction(what, page, str(row.round.call.title), row.expires_at))
    return lines


def _consensus(user: Any) -> list[NextAction]:
    """Reports to write and reports to agree to: one query."""
    mine = Assignment.objects.counted().filter(evaluator__user=user, round__state=RoundState.SCORING)
    rows = mine.filter(
        Q(
            application__consensuses__state=ConsensusState.WRITING,
            application__consensuses__rapporteur=F("pk"),
        )
        | Q(application__consensuses__state=ConsensusState.AGREEING)
        & ~Q(application__consensuses__rapporteur=F("pk"))
    ).exclude(application__consensuses__answers__assignment=F("pk"))
    told = rows.annotate(stands=F("application__consensuses__state")).values_list(
        "ref", "application__ref", "stands", "round__call__title"
    )
    lines = []
    for ref, file, stands, title in told.order_by("pk"):
        text = (
            _("Write the consensus report of %s")
            if stands == ConsensusState.WRITING
            else _("Agree to the consensus report of %s")
        )
        url = reverse("evaluation:assignment_consensus", args=[ref])
        lines.append(NextAction(text % file, url, str(title)))
    return lines


def _judging(user: Any) -> list[NextAction]:
    """Per round: files to declare on and files to score, by the due date; those to check for ethics;
    and feedback before a deadline. One query."""
    scoring = (
        Assignment.objects.visible_to(user)
        .filter(
            round__state=RoundState.SCORING, state__in=[AssignmentState.INVITED, AssignmentState.ACCEPTED]
        )
        .order_by()
        .values(
            kind=Value("score", output_field=CharField()),
            key=Value("", output_field=CharField()),
            title=F("round__call__title"),
            due=F("round__scoring_due_at"),
        )
        .annotate(
            undeclared=Count("pk", filter=Q(state=AssignmentState.INVITED)),
            unscored=Count("pk", filter=Q(state=AssignmentState.ACCEPTED)),
        )
    )
    lines, page = [], reverse("evaluation:assignment_list")
    rows = scoring.union(own_ethics_rows(user), *early_rows(user), all=True)
    for row in rows.order_by("due"):
        if row["kind"].startswith("early"):
            lines.append(early_line(row))
            continue
        if row["kind"] == "ethics":
            lines.extend(ethics_lines(row))
            continue
        late = row["due"] is not None and row["due"] < clock.now()
        tone, detail = "warn" if late else "", str(row["title"])
        if row["undeclared"]:
            text = ngettext(
                "Declare on conflicts for %(n)d file",
                "Declare on conflicts for %(n)d files",
                row["undeclared"],
            )
            lines.append(NextAction(text % {"n": row["undeclared"]}, page, detail, row["due"], tone))
        if row["unscored"]:
            text = ngettext("Score %(n)d file", "Score %(n)d files", row["unscored"])
            lines.append(NextAction(text % {"n": row["unscored"]}, page, detail, row["due"], tone))
    return lines
