"""The funder's pages from the ranked list to released decisions and the reserve."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls.selection import DivergenceThen
from core.forms import PlainForm, attempt
from core.policy import require
from evaluation import permissions, queries, services
from evaluation.forms import DecisionForm, MetForm, ReasonForm
from evaluation.models import Assignment, Decision, DecisionCondition, Promotion
from evaluation.states import AssignmentState, DecisionState, Outcome, RoundState
from evaluation.views._common import attempt_button, context, file_in, managed_round, round_of

MOST_LINES = 100
DECIDED = (RoundState.DECIDED, RoundState.CONFIRMED, RoundState.RELEASED)


def ranking(request: HttpRequest, slug: str) -> HttpResponse:
    round = round_of(request, slug)
    return _ranking_page(request, round)


@require_POST
def rank(request: HttpRequest, slug: str) -> HttpResponse:
    return _on_ranking(
        request, slug, PlainForm, services.rank_round, _("The scoring is closed; the list stands.")
    )


@require_POST
def scoring_reopen(request: HttpRequest, slug: str) -> HttpResponse:
    return _on_ranking(request, slug, ReasonForm, services.reopen_scoring, _("The scoring is open again."))


@require_POST
def decisions_propose(request: HttpRequest, slug: str) -> HttpResponse:
    done = _("The decisions are proposed. Another manager has to confirm them.")
    return _on_ranking(request, slug, PlainForm, services.propose_decisions, done)


@require_POST
def decisions_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    done = _("The proposal is withdrawn; the list stands.")
    return _on_ranking(request, slug, ReasonForm, services.withdraw_proposal, done)


@require_POST
def decisions_reopen(request: HttpRequest, slug: str) -> HttpResponse:
    done = _("The confirmation is undone and the awarded money is back in the call.")
    return _on_ranking(request, slug, ReasonForm, services.reopen_decisions, done)


def file_detail(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    round = round_of(request, slug)
    file = file_in(round, request, ref)
    return _file_page(request, round, file, ReasonForm())


@require_POST
def sheet_return(request: HttpRequest, slug: str, ref: str, sheet: str) -> HttpResponse:
    round = managed_round(request, slug)
    file = file_in(round, request, ref)
    assignment = get_object_or_404(Assignment, round=round, application=file, ref=sheet)
    form = ReasonForm(request.POST)
    if attempt(form, services.return_sheet, assignment, by=request.user):
        messages.success(request, _("The sheet is back with %(name)s.") % {"name": assignment.evaluator})
        return redirect("evaluation:file_detail", slug, ref)
    return _file_page(request, round, file, form, status=422)


@require_POST
def condition_met(request: HttpRequest, slug: str, ref: str, condition: str) -> HttpResponse:
    round = managed_round(request, slug)
    file = file_in(round, request, ref)
    found = get_object_or_404(
        DecisionCondition, decision__round=round, decision__application=file, ref=condition
    )
    form = MetForm(request.POST)
    if attempt(form, services.meet_condition, found, by=request.user):
        messages.success(request, _("Recorded as fulfilled."))
        return redirect("evaluation:file_detail", slug, ref)
    return _file_page(request, round, file, form, status=422)


def decision_change(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    round = managed_round(request, slug)
    file = file_in(round, request, ref)
    decision = get_object_or_404(Decision.objects.select_related("version"), round=round, application=file)
    granted = dict(decision.shares.values_list("organisation_id", "amount_cents"))
    asked = queries.shares_of(decision.version_id)
    form = DecisionForm(request.POST or None, decision=decision, asked=asked, granted=granted)
    if request.method == "POST" and attempt(form, services.change_decision, decision, by=request.user):
        messages.success(request, _("Changed. Another manager than you has to confirm the decisions now."))
        return redirect("evaluation:ranking", slug)
    page = context(request, round, file=file, decision=decision, form=form)
    return render(request, "evaluation/decision_change.html", page, status=422 if form.errors else 200)


def decisions_confirm(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.confirm_decisions, round, by=request.user):
        messages.success(request, _("Confirmed, and the money is awarded. Applicants see nothing yet."))
        return redirect("evaluation:round_detail", slug)
    return _decide_page(request, round, form, "evaluation/decisions_confirm.html")


def release(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.release_decisions, round, by=request.user):
        messages.success(
            request, _("Released. Every applicant sees the decision now; the letters are leaving.")
        )
        return redirect("evaluation:round_detail", slug)
    return _decide_page(request, round, form, "evaluation/release.html")  # fmt: skip


def letters(request: HttpRequest, slug: str) -> HttpResponse:
    round = round_of(request, slug)
    hidden = request.user
    decisions = (
        Decision.objects.filter(round=round)
        .exclude(application__recusals__user=hidden)
        .select_related("application__organisation", "application__created_by", "version")
        .defer("version__payload", "feedback", "why")
    )
    outcome = request.GET.get("outcome", "")
    if outcome in Outcome.values:
        decisions = decisions.filter(outcome=outcome)
    after = request.GET.get("after", "")
    if after:
        decisions = decisions.filter(application__ref__gt=after)
    rows = list(decisions.order_by("application__ref")[:51])
    page = context(request, round, letters=rows[:50], outcome=outcome, outcomes=Outcome.choices)
    page["next_after"] = rows[49].application.ref if len(rows) > 50 else ""
    return render(request, "evaluation/letters.html", page)


def reserve(request: HttpRequest, slug: str) -> HttpResponse:
    round = round_of(request, slug)
    return _reserve_page(request, round, PlainForm())


@require_POST
def award_take_back(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    round = managed_round(request, slug)
    decision = get_object_or_404(
        Decision.objects.exclude(application__recusals__user=request.user),
        round=round,
        application__ref=ref,
    )
    done = _("The money is back in the call.")
    return attempt_button(
        request, done, services.take_back_award, decision, back="evaluation:reserve", slug=slug
    )


@require_POST
def promotion_propose(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    done = _("Proposed. Another manager has to confirm it.")
    return attempt_button(
        request, done, services.propose_promotion, round, back="evaluation:reserve", slug=slug
    )


def promotion_confirm(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.confirm_promotion, round, by=request.user):
        messages.success(request, _("Confirmed: the money is awarded and the letters are leaving."))
        return redirect("evaluation:reserve", slug)
    return _reserve_page(request, round, form, status=422 if form.errors else 200)


def _on_ranking(request: HttpRequest, slug: str, kind: Any, verb: Any, done: str) -> HttpResponse:
    """Run a verb whose button stands on the ranking page; on a refusal the page comes back with the sentence."""
    round = managed_round(request, slug)
    form = kind(request.POST)
    if attempt(form, verb, round, by=request.user):
        messages.success(request, done)
        return redirect("evaluation:ranking", slug)
    return _ranking_page(request, round, form, status=422)


def _ranking_page(request: HttpRequest, round: Any, form: Any = None, status: int = 200) -> HttpResponse:
    gaps = queries.missing_scores(round) if round.state == RoundState.SCORING else []
    ready = round.state not in (RoundState.SETUP, RoundState.SCORING) or not gaps
    figures = queries.progress(round)
    ready = ready and round.state != RoundState.SETUP and figures.eligible > 0
    rows = queries.listed_files(round, request.user) if ready else []
    page = context(request, round, figures=figures, gaps=gaps, ready=ready, form=form)
    page["board"] = _board(request, round, rows)
    page["can_draw"] = round.state == RoundState.SETUP and figures.eligible > 0 and not figures.unscreened
    seen = {row.application.ref for row in rows}
    page["panel"] = [ref for ref in queries.panel_of(round) if ref in seen] if ready else []
    page["reason_form"] = form if isinstance(form, ReasonForm) else ReasonForm()
    page["checks"] = queries.ethics_standing(round)
    page["ties"] = queries.tie_names(round.call)
    page["tone"] = "good" if round.state in (RoundState.CONFIRMED, RoundState.RELEASED) else "busy"
    page["recused"] = queries.recused_count(round, request.user)
    return render(request, "evaluation/ranking.html", page, status=status)


def _board(request: HttpRequest, round: Any, rows: Any) -> queries.Board:
    """The first lines, or all of them when asked for."""
    return queries.board(round, rows, most=None if request.GET.get("all") else MOST_LINES)


def _file_page(request: HttpRequest, round: Any, file: Any, form: Any, status: int = 200) -> HttpResponse:
    shown = permissions.can_see_scores(request.user, round)
    rows = Assignment.objects.filter(application=file).exclude(state=AssignmentState.REVOKED)
    assignments = list(rows.select_related("evaluator"))
    counted = [row for row in assignments if row.state == AssignmentState.SCORED]
    page = context(request, round, file=file, form=form, assignments=assignments, shown=shown)
    page["sheets"] = queries.sheets_of(counted).get(file.pk, []) if shown else []
    page["criteria"] = list(round.call.criteria.all())
    page["report"] = queries.report_of(round, file.pk)
    page["candidates"] = _rapporteurs(round, assignments) if "rank" in page["actions"] else []
    decision = Decision.objects.filter(round=round, application=file).first()
    page["decision"], page["met_form"] = decision, form if isinstance(form, MetForm) else MetForm()
    page["conditions"] = list(decision.conditions.select_related("met_by")) if decision else []
    return render(request, "evaluation/file_detail.html", page, status=status)


def _rapporteurs(round: Any, assignments: list[Assignment]) -> list[Assignment]:
    """Who could write a consensus report: the file's evaluators, once all of them have submitted."""
    active = [
        row for row in assignments if row.state not in (AssignmentState.DECLINED, AssignmentState.ABSTAINED)
    ]
    asked = round.call.divergence_then == DivergenceThen.CONSENSUS
    whole = len(active) > 1 and all(row.state == AssignmentState.SCORED for row in active)
    return active if asked and whole else []


def _decide_page(request: HttpRequest, round: Any, form: Any, template: str) -> HttpResponse:
    require(round.state in DECIDED, _("There are no decisions yet."))
    rows = queries.listed_files(round, request.user)
    page = context(request, round, form=form, board=_board(request, round, rows))
    return render(request, template, page, status=422 if form.errors else 200)


def _reserve_page(request: HttpRequest, round: Any, form: Any, status: int = 200) -> HttpResponse:
    require(round.state == RoundState.RELEASED, _("The reserve list begins with the release."))
    decisions = (
        Decision.objects.filter(round=round, state=DecisionState.RELEASED)
        .exclude(application__recusals__user=request.user)
        .select_related("application__organisation", "version")
        .defer("version__payload", "feedback", "letter")
        .order_by("rank")
    )
    reserve_list = list(decisions.filter(outcome=Outcome.RESERVE))
    funded = decisions.filter(outcome=Outcome.FUND)
    page = context(request, round, form=form, reserve_list=queries.with_asked(reserve_list))
    page["withdrawn"] = list(funded.filter(application__state="withdrawn", taken_back_at__isnull=True))
    page["left"] = queries.room_of(round)
    promotions = Promotion.objects.filter(decision__round=round).exclude(
        decision__application__recusals__user=request.user
    )
    page["promotions"] = list(
        promotions.select_related("decision__application", "proposed_by", "confirmed_by")
    )
    page["waiting"] = [row for row in page["promotions"] if row.confirmed_at is None]
    page["own"] = any(row.proposed_by_id == request.user.pk for row in page["waiting"])
    return render(request, "evaluation/reserve.html", page, status=status)
