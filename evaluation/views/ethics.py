"""The check of ethics and security: the funder's page of a round, and the pages of the person who checks a file."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants.queries import dossier
from calls.queries import form_of
from core.forms import PlainForm, attempt
from core.policy import require
from evaluation import queries, services
from evaluation.forms import AbsenceForm, ConflictForm, EthicsForm, NameReviewerForm, ReasonForm
from evaluation.models import EthicsCheck, Round
from evaluation.permissions import can_manage_round
from evaluation.services.ethics import CHECKING
from evaluation.statements import ABSENCE, BLIND_ABSENCE, CONFLICT
from evaluation.states import EthicsState
from evaluation.views._common import context, managed_round, round_of, serve_attachment
from funding.visibility import visibility_of


def ethics_list(request: HttpRequest, slug: str) -> HttpResponse:
    return _list_page(request, _checked(round_of(request, slug)))


@require_POST
def ethics_name(request: HttpRequest, slug: str) -> HttpResponse:
    round = _checked(managed_round(request, slug))
    form = _name_form(request, round, request.POST)
    if attempt(form, services.name_reviewer, round, by=request.user):
        count = len(form.cleaned_data["files"])
        done = ngettext("%(n)d file is given to be checked.", "%(n)d files are given to be checked.", count)
        messages.success(request, done % {"n": count})
        return redirect("evaluation:ethics_list", slug)
    return _list_page(request, round, form, status=422)


@require_POST
def ethics_confirm(request: HttpRequest, slug: str, check: str) -> HttpResponse:
    done = _("Confirmed: the file is not cleared, and is out of the list.")
    return _on_list(request, slug, check, PlainForm, services.confirm_refusal, done)


@require_POST
def ethics_return(request: HttpRequest, slug: str, check: str) -> HttpResponse:
    done = _("The check is back with the person who made it.")
    return _on_list(request, slug, check, ReasonForm, services.return_check, done)


@require_POST
def ethics_take_back(request: HttpRequest, slug: str, check: str) -> HttpResponse:
    done = _("Taken back: name somebody else.")
    return _on_list(request, slug, check, ReasonForm, services.take_back_check, done)


def ethics_own(request: HttpRequest) -> HttpResponse:
    return render(request, "evaluation/ethics_own.html", {"checks": queries.own_checks(request.user)})


def ethics_check(request: HttpRequest, check: str) -> HttpResponse:
    found = _own(request, check)
    if found.state == EthicsState.NAMED:
        return _declare_page(request, found, AbsenceForm(), ConflictForm())
    return _check_page(request, found, EthicsForm(initial=_given(found)))


@require_POST
def ethics_declare(request: HttpRequest, check: str) -> HttpResponse:
    """Absence of a conflict (the file opens) or a conflict (it closes), by the button that was used."""
    found = _own(request, check)
    if request.POST.get("has_conflict"):
        conflict = ConflictForm(request.POST)
        if attempt(conflict, services.decline_check, found, by=request.user):
            messages.success(request, _("Thank you. The file is closed to you and the call office is told."))
            return redirect("evaluation:ethics_own")
        return _declare_page(request, found, AbsenceForm(), conflict, status=422)
    if found.state != EthicsState.NAMED:
        return redirect(found)
    absence = AbsenceForm(request.POST)
    if attempt(absence, services.declare_no_conflict, found, by=request.user):
        return redirect(found)
    return _declare_page(request, found, absence, ConflictForm(), status=422)


@require_POST
def ethics_judge(request: HttpRequest, check: str) -> HttpResponse:
    found = _readable(request, check)
    form = EthicsForm(request.POST)
    if attempt(form, services.judge_ethics, found, by=request.user):
        messages.success(request, _("Recorded. Thank you."))
        return redirect("evaluation:ethics_own")
    return _check_page(request, found, form, status=422)


def ethics_file(request: HttpRequest, check: str, file: str) -> HttpResponse:
    """A file of the application, as a copy that does not say who wrote it (QD23)."""
    found = _readable(request, check)
    name = ""
    if queries.hides_names(found.round, request.user):
        shown = dossier(found.application, found.version, anonymous=True).files
        name = next((one.name for one in shown if one.ref == file), "")
        if not name:
            raise Http404
    return serve_attachment(found.version_id, file, cleaned=True, name=name)


def _given(check: EthicsCheck) -> dict[str, Any]:
    return {
        "outcome": check.outcome,
        "conditions": "\n".join(check.conditions),
        "reasons": check.reasons,
    }


def _checked(round: Round) -> Round:
    """The round, where its call has such a check, else 404."""
    if not queries.is_checked(round):
        raise Http404
    return round


def _own(request: HttpRequest, ref: str) -> EthicsCheck:
    rows = EthicsCheck.objects.visible_to(request.user).select_related(
        "round__call__project", "version__form_revision", "application__organisation", "reviewer"
    )
    return get_object_or_404(rows, ref=ref)


def _readable(request: HttpRequest, ref: str) -> EthicsCheck:
    """One's own check after the declaration; before it the content does not exist for the person."""
    check = _own(request, ref)
    if check.state == EthicsState.NAMED:
        raise Http404
    return check


def _name_form(request: HttpRequest, round: Round, data: Any = None) -> NameReviewerForm:
    due, others = queries.check_lines(round, request.user)
    return NameReviewerForm(data, people=queries.reviewers_of(round), lines=[*due, *others])


def _list_page(request: HttpRequest, round: Round, form: Any = None, status: int = 200) -> HttpResponse:
    due, others = queries.check_lines(round, request.user)
    page = context(request, round, due=due, others=[line for line in others if line.check])
    page["standing"] = queries.ethics_standing(round)
    page["is_time"] = round.state in CHECKING
    page["can_act"] = page["is_time"] and can_manage_round(request.user, round)
    page["form"] = form if isinstance(form, NameReviewerForm) else _name_form(request, round)
    page["refused"] = form if form is not None and form.errors else None
    page["reason_form"] = form if isinstance(form, ReasonForm) else ReasonForm()
    page["recused"] = queries.recused_count(round, request.user)
    return render(request, "evaluation/ethics_list.html", page, status=status)


def _on_list(request: HttpRequest, slug: str, ref: str, kind: Any, verb: Any, done: str) -> HttpResponse:
    round = _checked(managed_round(request, slug))
    rows = EthicsCheck.objects.visible_to_staff(request.user)
    check = get_object_or_404(rows, round=round, ref=ref)
    form = kind(request.POST)
    if attempt(form, verb, check, by=request.user):
        messages.success(request, done)
        return redirect("evaluation:ethics_list", slug)
    return _list_page(request, round, form, status=422)


def _about(check: EthicsCheck, **more: Any) -> dict[str, Any]:
    call = check.round.call
    return {
        "check": check,
        "application": check.application,
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "is_time": check.round.state in CHECKING,
        **more,
    }


def _declare_page(
    request: HttpRequest, check: EthicsCheck, absence: Any, conflict: Any, status: int = 200
) -> HttpResponse:
    page = _about(check, absence=absence, conflict=conflict, statement=ABSENCE, other_statement=CONFLICT)
    page["is_blind"] = queries.hides_names(check.round, request.user)
    if page["is_blind"]:
        page["statement"] = BLIND_ABSENCE
    else:
        page["parties"] = queries.parties_of([check.version_id])[check.version_id]
    return render(request, "evaluation/ethics_declare.html", page, status=status)


def _check_page(
    request: HttpRequest, check: EthicsCheck, form: EthicsForm, status: int = 200
) -> HttpResponse:
    require(check.state != EthicsState.NAMED)

    def door(file: str) -> str:
        return reverse("evaluation:ethics_file", args=[check.ref, file])

    page = _about(check, form=form)
    page["is_open"] = page["is_time"] and check.state == EthicsState.OPEN
    hidden = queries.hides_names(check.round, request.user)
    whole = dossier(check.application, check.version, anonymous=hidden, file_url=door)
    page["dossier"] = queries.ethics_first(whole, form_of(check.version.form_revision))
    return render(request, "evaluation/ethics_check.html", page, status=status)
