"""The project's side of objections: the list with its days, naming a handler, answering, deciding again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls.models import Call
from core.files import serve_private
from core.forms import Form, PlainForm, attempt
from core.policy import require
from evaluation import services
from evaluation.forms import HandlerForm, ObjectionAnswerForm, ProcedureForm, ReexaminationForm
from evaluation.models import Objection, ObjectionFile
from evaluation.queries.redress import (
    days_of_text,
    effect_of,
    objections_of,
    possible_handlers,
    procedure_of,
    remedies_of,
    verdicts_for,
)
from evaluation.states import Matter, ObjectionState, Remedy
from funding.permissions import can_manage_project
from funding.visibility import visibility_of


def _call(request: HttpRequest, slug: str) -> Call:
    found = Call.objects.staffed_by(request.user).select_related("project")
    return get_object_or_404(found, slug=slug)


def _frame(request: HttpRequest, call: Call, **more: Any) -> dict[str, Any]:
    manages = can_manage_project(request.user, call.project)
    visible = visibility_of(call.project)
    return {"call": call, "project": call.project, "visibility": visible, "manages": manages, **more}


def _objection(request: HttpRequest, slug: str, ref: str) -> Objection:
    found = Objection.objects.visible_to_staff(request.user).select_related(
        "application__call__project", "application__organisation", "application__last_final", "handler",
        "named_by", "filed_by", "answered_by",
    )  # fmt: skip
    return get_object_or_404(found, application__call__slug=slug, ref=ref)


def objection_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The objections of a call, those to answer first; managers set the days here before decisions are proposed."""
    call = _call(request, slug)
    found = procedure_of(call)
    start = {"redress_days": found.redress_days, "answer_days": found.answer_days}
    form = ProcedureForm(request.POST or None, initial=start)
    page = _frame(request, call, form=form, procedure=found)
    if request.method == "POST":
        require(page["manages"])
        if attempt(form, services.set_procedure, call, by=request.user):
            messages.success(request, _("The days are set."))
            return redirect("evaluation:objection_list", slug)
    page["days_of_text"] = days_of_text(call)
    page["objections"] = objections_of(call, request.user)
    return render(request, "evaluation/objection_list.html", page, status=422 if form.errors else 200)


def objection_staff(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    return _page(request, _objection(request, slug, ref))


@require_POST
def objection_handler(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    objection = _objection(request, slug, ref)
    require(can_manage_project(request.user, objection.application.call.project))
    form = _handler_form(objection, request.POST)
    done = _("The objection is with its handler now.")
    return _do(request, objection, form, services.name_handler, done, "handler_form")


@require_POST
def objection_answer(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    objection = _objection(request, slug, ref)
    require(objection.handler_id == request.user.pk, _("Its handler answers an objection."))
    form = _answer_form(objection, request.POST)
    done = _("Answered; the letter is leaving.")
    return _do(request, objection, form, services.answer_objection, done, "answer_form")


@require_POST
def reexamination_propose(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    objection = _objection(request, slug, ref)
    require(objection.handler_id == request.user.pk, _("Its handler proposes what the file gets."))
    form = _reexamination_form(objection, request.POST)
    done = _("Proposed. A manager of the project has to confirm it.")
    return _do(request, objection, form, services.propose_reexamination, done, "new_form")


@require_POST
def reexamination_confirm(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    objection = _objection(request, slug, ref)
    require(can_manage_project(request.user, objection.application.call.project))
    done = _("Confirmed; the letter is leaving. Every other decision stays.")
    return _do(
        request, objection, PlainForm(request.POST), services.confirm_reexamination, done, "confirm_form"
    )


def objection_file(request: HttpRequest, slug: str, ref: str, file: str) -> HttpResponseBase:
    objection = _objection(request, slug, ref)
    row = get_object_or_404(ObjectionFile.objects.select_related("file"), objection=objection, ref=file)
    return serve_private(row.file)  # type: ignore[return-value]


def _do(
    request: HttpRequest, objection: Objection, form: Any, verb: Any, done: str, name: str
) -> HttpResponse:
    if attempt(form, verb, objection, by=request.user):
        messages.success(request, done)
        return redirect(objection)
    return _page(request, objection, status=422, **{name: form})


def _page(request: HttpRequest, objection: Objection, status: int = 200, **forms: Form) -> HttpResponse:
    """The objection with whatever the person has to do about it now."""
    page = _frame(request, objection.application.call, objection=objection, application=objection.application)
    made = getattr(objection, "reexamination", None)
    page |= {
        "files": objection.files.select_related("file"),
        "made": made,
        "form": next(iter(forms.values()), None),
    }
    page |= dict.fromkeys(("handler_form", "answer_form", "new_form", "effect", "confirms"))
    page["confirm_form"] = forms.get("confirm_form") or PlainForm()
    waits = objection.state in (ObjectionState.FILED, ObjectionState.HANDLING)
    mine = objection.handler_id == request.user.pk
    if page["manages"] and waits:
        page["handler_form"] = forms.get("handler_form") or _handler_form(objection)
    if mine and objection.state == ObjectionState.HANDLING:
        page["answer_form"] = forms.get("answer_form") or _answer_form(objection)
    if objection.state == ObjectionState.UPHELD:
        page["effect"] = effect_of(objection.application, made.total if made else None)
        if mine:
            page["new_form"] = forms.get("new_form") or _reexamination_form(objection)
        page["confirms"] = page["manages"] and made is not None and made.proposed_by_id != request.user.pk
    return render(request, "evaluation/objection_staff.html", page, status=status)


def _handler_form(objection: Objection, data: Any = None) -> HandlerForm:
    people = list(possible_handlers(objection.application))
    return HandlerForm(data, people=people, now=objection.handler_id)


def _answer_form(objection: Objection, data: Any = None) -> ObjectionAnswerForm:
    return ObjectionAnswerForm(data, remedies=remedies_of(objection))


def _reexamination_form(objection: Objection, data: Any = None) -> ReexaminationForm:
    call = objection.application.call
    verdicts = verdicts_for(objection)
    again = objection.remedy == Remedy.SCORES or (
        objection.matter == Matter.ELIGIBILITY and len(verdicts) > 2
    )
    return ReexaminationForm(
        data,
        verdicts=verdicts,
        criteria=list(call.criteria.all()) if again and call.is_scored else [],
        asked_cents=objection.application.asked_cents,
        gives_money=call.gives_money and len(verdicts) > 0 and "fund" in verdicts,
    )
