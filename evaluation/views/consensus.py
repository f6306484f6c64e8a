"""The consensus report: the evaluators' page, and what the call office does with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.forms import attempt
from core.policy import require
from evaluation import queries, services
from evaluation.forms import AnswerForm, ConsensusForm
from evaluation.models import Assignment
from evaluation.permissions import can_read_content, can_see_peers
from evaluation.states import AssignmentState, ConsensusState
from evaluation.views._common import attempt_button, file_in, managed_round
from evaluation.views.judging import context_of, own_assignment


def assignment_consensus(request: HttpRequest, ref: str) -> HttpResponse:
    """The rapporteur writes the report; the other evaluators agree or dissent."""
    assignment, report = _begun(request, ref)
    consensus = report.consensus
    writes = consensus.rapporteur_id == assignment.pk
    form = _form(assignment, report, writes, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if writes and "rewrite" in request.POST:
            return _rewrite(request, assignment, consensus)
        given = {} if writes else {"assignment": assignment}
        verb = services.put_consensus if writes else services.answer_consensus
        if form is not None and attempt(form, verb, consensus, by=request.user, **given):
            messages.success(request, _("The others are asked.") if writes else _("Your answer is recorded."))
            return redirect("evaluation:assignment_consensus", ref)
        if isinstance(form, ConsensusForm):
            form.show_gaps()
    page = context_of(assignment, report=report, form=form, writes=writes)
    page["dossier"] = queries.shown_content(assignment, _door(assignment))
    page["own"] = queries.sheets_of([assignment]).get(assignment.application_id, [])
    page["peers"] = queries.peer_sheets(assignment)
    page["criteria"] = list(assignment.round.call.criteria.all())
    return render(request, "evaluation/consensus.html", page, status=422 if form and form.errors else 200)


def _begun(request: HttpRequest, ref: str) -> tuple[Assignment, queries.Report]:
    """One's own submitted sheet, and the report of its file; else 404."""
    assignment = own_assignment(request, ref)
    require(can_read_content(request.user, assignment) and can_see_peers(request.user, assignment))
    report = queries.report_of(assignment.round, assignment.application_id)
    if report is None:
        raise Http404
    return assignment, report


def _door(assignment: Assignment) -> Any:
    return lambda file: reverse("evaluation:assignment_file", args=[assignment.ref, file])


def _form(assignment: Assignment, report: queries.Report, writes: bool, data: Any) -> Any:
    """What the person can do now; None when it is the turn of others."""
    state = report.consensus.state
    if writes and state == ConsensusState.WRITING:
        criteria = list(assignment.round.call.criteria.all())
        opinion = report.opinion
        given = {code: (value, opinion.reasons[code]) for code, value in opinion.scores.items()}
        return ConsensusForm(data, criteria=criteria, given=given)
    if not writes and state == ConsensusState.AGREEING:
        return AnswerForm(data)
    return None


def _rewrite(request: HttpRequest, assignment: Assignment, consensus: Any) -> HttpResponse:
    try:
        services.rewrite_consensus(consensus, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("evaluation:assignment_consensus", assignment.ref)


@require_POST
def consensus_open(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    round = managed_round(request, slug)
    file = file_in(round, request, ref)
    sheets = Assignment.objects.filter(round=round, application=file, state=AssignmentState.SCORED)
    rapporteur = get_object_or_404(sheets, ref=request.POST.get("rapporteur", ""))
    done = _("%(name)s is asked to write the consensus report.") % {"name": rapporteur.evaluator}
    verb, back = services.open_consensus, "evaluation:scoring"
    return attempt_button(request, done, verb, round, file=file, rapporteur=rapporteur, back=back, slug=slug)


@require_POST
def consensus_close(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    round = managed_round(request, slug)
    file = file_in(round, request, ref)
    report = queries.report_of(round, file.pk)
    if report is None:
        raise Http404
    reason = request.POST.get("reason", "")
    done, verb = _("The report counts; the dissent stays with it."), services.close_consensus
    return attempt_button(
        request, done, verb, report.consensus, reason=reason, back="evaluation:scoring", slug=slug
    )
