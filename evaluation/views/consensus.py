"""The consensus report: the evaluators' page, and what the call office does with it."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applicants.views import _saving
from applicants.views._saving import Saving
from core.errors import DomainError
from core.forms import attempt
from core.policy import require
from evaluation import queries, services
from evaluation.forms import AnswerForm, ConsensusForm
from evaluation.models import Assignment, Consensus
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
    saving = None
    if request.method == "POST":
        if writes and "rewrite" in request.POST:
            return _rewrite(request, assignment, consensus)
        if writes and form is None:
            saving = Saving([], {}, refusal=_("The report is with the others now, so this was not saved."))
            if _saving.is_autosave(request):
                return _saving.answer(request, saving, bases={}, conflicts={})
            messages.error(request, saving.refusal)
        elif isinstance(form, ConsensusForm):
            saving = _save(request, consensus, form)
            if _saving.is_autosave(request):
                return _saving.answer(
                    request, saving, bases=_numbers(consensus, form), conflicts=_conflicts(consensus, saving)
                )
            if done := saving.ok and _after(request, assignment, consensus, form):
                return done
        elif form is not None and attempt(
            form, services.answer_consensus, consensus, by=request.user, assignment=assignment
        ):
            messages.success(request, _("Your answer is recorded."))
            return redirect("evaluation:assignment_consensus", ref)
    page = context_of(assignment, report=report, form=form, writes=writes)
    if isinstance(form, ConsensusForm):
        form.show_gaps()
        numbers = _numbers(consensus, form)
        page["bases"] = saving.seen(numbers) if saving else numbers
        found = _conflicts(consensus, saving) if saving else {}
        page["sections"] = [
            {**one, "conflicts": {name: found.get(one[name].name) for name in ("score", "reason")}}
            for one in form.sections()
        ]
    page["dossier"] = queries.shown_content(assignment, _door(assignment))
    page["own"] = queries.sheets_of([assignment]).get(assignment.application_id, [])
    page["peers"] = queries.peer_sheets(assignment)
    page["criteria"] = list(assignment.round.call.criteria.all())
    status = saving.status if saving and not saving.ok else 422 if form and form.errors else 200
    return render(request, "evaluation/consensus.html", page, status=status)


def _save(request: HttpRequest, consensus: Consensus, form: ConsensusForm) -> Saving:
    """Keep what was sent; `consensus` is then as it is stored."""
    saving = _saving.read(request, form.fields)

    def keep(names: list[str]) -> None:
        texts = form.texts(names)
        services.save_consensus(consensus, texts=texts, bases=saving.bases, by=request.user)

    _saving.run(saving, form, keep)
    consensus.refresh_from_db(fields=["draft", "numbers"])
    return saving


def _after(
    request: HttpRequest, assignment: Assignment, consensus: Consensus, form: ConsensusForm
) -> HttpResponse | None:
    """What was sent is kept: that was all, or the report is put to the others. None when it is not complete."""
    here = redirect("evaluation:assignment_consensus", assignment.ref)
    if {"keep", "do.mine", "do.theirs"} & set(request.POST):
        messages.success(request, _("Saved. The report is still a draft: nobody else sees it."))
        return here
    try:
        given = {"scores": form.cleaned_data["scores"], "reasons": form.cleaned_data["reasons"]}
        services.put_consensus(consensus, **given, seen=consensus.numbers, by=request.user)
    except DomainError as error:
        form.gaps = getattr(error, "gaps", [])
        form.add_error(None, error.message)
        return None
    messages.success(request, _("The others are asked."))
    return here


def _numbers(consensus: Consensus, form: ConsensusForm) -> dict[str, int]:
    return {name: consensus.numbers.get(name, 0) for name in form.fields}


def _conflicts(consensus: Consensus, saving: Saving) -> dict[str, dict[str, Any]]:
    """What the other window stored, and the number one's own text has to be based on to replace it."""
    return {
        name: {"theirs": stored or "", "number": consensus.numbers.get(name, 0)}
        for name, stored in saving.conflicts.items()
    }


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
        draft = report.consensus.draft
        given = {
            item.code: (_score(draft.get(f"score_{item.code}")), draft.get(f"reason_{item.code}", ""))
            for item in criteria
        }
        return ConsensusForm(data, criteria=criteria, given=given)
    if not writes and state == ConsensusState.AGREEING:
        return AnswerForm(data)
    return None


def _score(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None


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
