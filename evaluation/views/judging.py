"""The evaluator's pages: what is to do, the declaration, the sheet."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.forms import attempt
from core.htmx import render as render_part
from core.policy import require
from evaluation import permissions, queries, services
from evaluation.forms import AbsenceForm, ConflictForm, InterestsForm, ReasonForm, ScoreForm
from evaluation.models import Assignment
from evaluation.permissions import can_read_content, can_see_peers
from evaluation.statements import ABSENCE, BLIND_ABSENCE, CONFLICT
from evaluation.states import AssignmentState, RoundState
from evaluation.views._common import serve_attachment
from funding.visibility import visibility_of

CLOSED = (AssignmentState.DECLINED, AssignmentState.ABSTAINED, AssignmentState.REVOKED)


def assignment_list(request: HttpRequest) -> HttpResponse:
    rows = queries.own_assignments(request.user)
    groups = queries.grouped(rows)
    page = {"groups": groups, "now": clock.now(), "total": len(rows)}
    return render(request, "evaluation/assignment_list.html", page)


def assignment_detail(request: HttpRequest, ref: str) -> HttpResponse:
    assignment = _own(request, ref)
    if assignment.state == AssignmentState.INVITED:
        return _declare_page(request, assignment, AbsenceForm(), ConflictForm())
    return _score_page(request, assignment, _score_form(assignment))


@require_POST
def assignment_declare(request: HttpRequest, ref: str) -> HttpResponse:
    """Absence of a conflict (the file opens) or a conflict (it closes), by the button that was used."""
    assignment = _own(request, ref)
    if assignment.state != AssignmentState.INVITED:
        return redirect(assignment)
    if request.POST.get("has_conflict"):
        form = ConflictForm(request.POST)
        if attempt(form, services.declare_conflict, assignment, by=request.user):
            messages.success(request, _("Thank you. The file is closed to you and the call office is told."))
            return redirect("evaluation:assignment_list")
        return _declare_page(request, assignment, AbsenceForm(), form, status=422)
    absence = AbsenceForm(request.POST)
    if attempt(absence, services.declare_absence, assignment, by=request.user):
        return redirect(assignment)
    return _declare_page(request, assignment, absence, ConflictForm(), status=422)


@require_POST
def assignment_save(request: HttpRequest, ref: str) -> HttpResponse:
    """Keep the draft: by the autosave (changed fields, answers with the running total) or by the button."""
    assignment = own_assignment(request, ref)
    form = _score_form(assignment, request.POST)
    if attempt(form, services.save_draft_scores, assignment, by=request.user):
        if request.htmx:  # type: ignore[attr-defined]
            return _running(request, assignment)
        messages.success(request, _("Saved. The sheet is still a draft: nobody else sees it."))
        following = request.POST.get("then") == "next" and queries.next_open(request.user, assignment)
        return redirect(following or assignment)
    form.show_gaps()
    return _score_page(request, assignment, form, status=422)


@require_POST
def assignment_submit(request: HttpRequest, ref: str) -> HttpResponse:
    assignment = own_assignment(request, ref)
    form = _score_form(assignment, request.POST)
    if attempt(form, services.submit_scores, assignment, by=request.user):
        messages.success(request, _("Submitted: %(title)s.") % {"title": assignment.version.title})
        following = request.POST.get("then") == "next" and queries.next_open(request.user, assignment)
        return redirect(following or assignment)
    form.show_gaps()
    return _score_page(request, assignment, form, status=422)


def assignment_abstain(request: HttpRequest, ref: str) -> HttpResponse:
    assignment = own_assignment(request, ref)
    form = ReasonForm(request.POST or None, label=_("Why do you abstain?"))
    if request.method == "POST" and attempt(form, services.abstain, assignment, by=request.user):
        messages.success(request, _("You abstained. The call office is told and gives the file to another."))
        return redirect("evaluation:assignment_list")
    page = context_of(assignment, form=form)
    return render(request, "evaluation/assignment_abstain.html", page, status=422 if form.errors else 200)


def assignment_conflict(request: HttpRequest, ref: str) -> HttpResponse:
    """A conflict noticed late."""
    assignment = own_assignment(request, ref)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and attempt(form, services.declare_conflict, assignment, by=request.user):
        messages.success(
            request, _("Thank you. The file is closed to you; scores you gave for it do not count.")
        )
        return redirect("evaluation:assignment_list")
    page = context_of(assignment, form=form, statement=CONFLICT)
    return render(request, "evaluation/assignment_conflict.html", page, status=422 if form.errors else 200)


def assignment_file(request: HttpRequest, ref: str, file: str) -> HttpResponse:
    """A file of the application, as a copy that does not say who wrote it; in a blind call under a neutral name, and only
    a file of an answer that evaluators see (QD23)."""
    assignment = own_assignment(request, ref)
    name = ""
    if assignment.round.call.blind:
        shown = {one.ref: one.name for one in queries.shown_content(assignment).files}
        if file not in shown:
            raise Http404
        name = shown[file]
    return serve_attachment(assignment.version_id, file, cleaned=True, name=name)


def interests(request: HttpRequest, slug: str) -> HttpResponse:
    """In a blind call: with whom the evaluator has a conflict, once for the round."""
    code, _dot, number = slug.partition(".")
    seat = get_object_or_404(
        queries.own_seat(request.user), round__call__slug=code, round__number=number or 1
    )
    known = {"lines": seat.interests, "none": bool(seat.interests_named_at) and not seat.interests}
    form = InterestsForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and attempt(form, services.name_interests, seat, by=request.user):
        messages.success(request, _("Thank you. Files that match are not given to you."))
        return redirect("evaluation:assignment_list")
    call = seat.round.call
    page = {"seat": seat, "form": form, "call": call, "round": seat.round, "project": call.project}
    page["visibility"] = visibility_of(call.project)
    page["is_open"] = seat.round.state in (RoundState.SETUP, RoundState.SCORING)
    return render(request, "evaluation/interests.html", page, status=422 if form.errors else 200)


def _own(request: HttpRequest, ref: str) -> Assignment:
    rows = Assignment.objects.visible_to(request.user).select_related(
        "round__call__project", "evaluator", "version__form_revision", "application__organisation"
    )
    return get_object_or_404(rows, ref=ref)


def own_assignment(request: HttpRequest, ref: str) -> Assignment:
    """One's own file after the declaration; before it the content does not exist for the person."""
    rows = Assignment.objects.visible_to(request.user).exclude(state=AssignmentState.INVITED)
    assignment = get_object_or_404(
        rows.select_related(
            "round__call__project", "evaluator", "version__form_revision", "application__organisation"
        ),
        ref=ref,
    )
    require(can_read_content(request.user, assignment))
    return assignment


def _score_form(assignment: Assignment, data: Any = None) -> ScoreForm:
    criteria = list(assignment.round.call.criteria.all())
    given = {row.criterion.code: (row.value, row.reason) for row in queries.own_scores(assignment)}
    return ScoreForm(data, criteria=criteria, given=given)


def context_of(assignment: Assignment, **more: Any) -> dict[str, Any]:
    call = assignment.round.call
    return {
        "assignment": assignment,
        "application": assignment.application,
        "round": assignment.round,
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "now": clock.now(),
        **more,
    }


def _declare_page(
    request: HttpRequest, assignment: Assignment, absence: Any, conflict: Any, status: int = 200
) -> HttpResponse:
    page = context_of(assignment, absence=absence, conflict=conflict)
    blind = assignment.round.call.blind
    page["statement"], page["other_statement"] = BLIND_ABSENCE if blind else ABSENCE, CONFLICT
    page["parties"] = [] if blind else queries.parties_of([assignment.version_id])[assignment.version_id]
    page["is_open"] = assignment.round.state == RoundState.SCORING
    return render(request, "evaluation/assignment_declare.html", page, status=status)


def _score_page(
    request: HttpRequest, assignment: Assignment, form: ScoreForm, status: int = 200
) -> HttpResponse:
    require(can_read_content(request.user, assignment))

    def door(file: str) -> str:
        return reverse("evaluation:assignment_file", args=[assignment.ref, file])

    is_open = permissions.can_score(assignment)
    refused = form if form.is_bound and not is_open else None
    page = context_of(assignment, form=_score_form(assignment) if refused else form, is_open=is_open)
    page["refused"] = refused
    page["dossier"] = queries.shown_content(assignment, door)
    page["sheet"] = queries.running_total(assignment)
    page["peers"] = queries.peer_sheets(assignment) if can_see_peers(request.user, assignment) else []
    page["report"] = queries.report_of(assignment.round, assignment.application_id) if page["peers"] else None
    page["place"], page["total"] = queries.place_of(request.user, assignment)
    return render(request, "evaluation/assignment_score.html", page, status=status)


def _running(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    page = context_of(assignment, sheet=queries.running_total(assignment), out_of_band=True)
    return render_part(request, "evaluation/_running.html", page)
