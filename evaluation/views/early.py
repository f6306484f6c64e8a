"""Feedback before the deadline: the applicant's page, the call office's pages, and the page of the one adviser."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applicants.models import Application
from applicants.queries import dossier
from calls.models import Call
from core import clock
from core.errors import DomainError
from core.forms import attempt
from core.policy import require
from evaluation import services
from evaluation.forms import AbsenceForm, ConflictForm
from evaluation.forms.early import AdviserForm, AskFeedbackForm, EarlyAnswerForm, RemarksForm
from evaluation.models import EarlyFeedback
from evaluation.queries import parties_of
from evaluation.queries.early import advisers_for, early_of, early_standing, requests_of, until_of
from evaluation.statements import ABSENCE, CONFLICT
from evaluation.states import EarlyState
from evaluation.views._common import serve_attachment
from funding.permissions import can_manage_project
from funding.visibility import visibility_of


def _frame(call: Call, **more: Any) -> dict[str, Any]:
    visibility = visibility_of(call.project)
    return {"call": call, "project": call.project, "visibility": visibility, "now": clock.now(), **more}


# --- the applicant ------------------------------------------------------------------------------------------


def _own(request: HttpRequest, ref: str) -> Application:
    """An own application in a call with feedback, else 404; the consent is for the own people to give, not for a mandate."""
    found = Application.objects.of_own_people(request.user).filter(call__feedback_days__isnull=False)
    related = found.select_related("call__project", "organisation", "last_final__cut_off")
    return get_object_or_404(related, ref=ref)


@require_http_methods(["GET", "HEAD", "POST"])
def application_early(request: HttpRequest, ref: str) -> HttpResponse:
    application = _own(request, ref)
    form = AskFeedbackForm(request.POST) if request.method == "POST" else AskFeedbackForm()
    arrived = request.arrived  # type: ignore[attr-defined]  # core.middleware.arrival
    if request.method == "POST" and attempt(
        form, services.ask_feedback, application, by=request.user, arrived=arrived
    ):
        messages.success(request, _("Asked: the call office is told."))
        return redirect("evaluation:application_early", ref)
    made = early_of(application)
    page = _frame(application.call, application=application, form=form, made=made)
    page["standing"] = str(early_standing(application, made, clock.now()))
    page["until"], page["valid"] = until_of(application), application.valid_version()
    page["is_writable"] = application.is_writable(clock.now())
    return render(request, "evaluation/application_early.html", page, status=422 if form.errors else 200)


@require_POST
def application_early_back(request: HttpRequest, ref: str) -> HttpResponse:
    made = early_of(_own(request, ref))
    if made is None:
        raise Http404
    try:
        services.take_back_request(made, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Taken back. You may ask again while there is time."))
    return redirect("evaluation:application_early", ref)


# --- the call office ----------------------------------------------------------------------------------------


def _call(request: HttpRequest, slug: str) -> Call:
    found = Call.objects.staffed_by(request.user).filter(feedback_days__isnull=False)
    return get_object_or_404(found.select_related("project"), slug=slug)


def _request_of(request: HttpRequest, call: Call, ref: str) -> EarlyFeedback:
    found = EarlyFeedback.objects.visible_to_staff(request.user).filter(application__call=call)
    related = found.select_related(
        "application__organisation", "application__call__project", "version", "adviser", "answered_by"
    )
    return get_object_or_404(related, ref=ref)


def early_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = _call(request, slug)
    page = _frame(call, requests=requests_of(call, request.user))
    return render(request, "evaluation/early_list.html", page)


def early_staff(request: HttpRequest, slug: str, request_ref: str) -> HttpResponse:
    call = _call(request, slug)
    made = _request_of(request, call, request_ref)
    return _staff_page(request, call, made)


@require_POST
def early_name(request: HttpRequest, slug: str, request_ref: str) -> HttpResponse:
    call = _call(request, slug)
    require(can_manage_project(request.user, call.project))
    made = _request_of(request, call, request_ref)
    form = AdviserForm(request.POST, people=advisers_for(made))
    if attempt(form, services.name_adviser, made, by=request.user):
        messages.success(request, _("Named: they are told by mail."))
        return redirect("evaluation:early_staff", slug, request_ref)
    return _staff_page(request, call, made, adviser_form=form)


@require_POST
def early_answer(request: HttpRequest, slug: str, request_ref: str) -> HttpResponse:
    call = _call(request, slug)
    require(can_manage_project(request.user, call.project))
    made = _request_of(request, call, request_ref)
    form = EarlyAnswerForm(request.POST)
    if attempt(form, services.answer_feedback, made, by=request.user):
        messages.success(request, _("Sent: the applicant has the feedback by mail and on its page."))
        return redirect("evaluation:early_list", slug)
    return _staff_page(request, call, made, answer_form=form)


def _staff_page(
    request: HttpRequest, call: Call, made: EarlyFeedback, adviser_form: Any = None, answer_form: Any = None
) -> HttpResponse:
    page = _frame(call, made=made, application=made.application)
    page["can_act"] = (
        can_manage_project(request.user, call.project)
        and made.is_open
        and made.application.is_writable(clock.now())
    )
    page["refused"] = adviser_form or answer_form
    page["adviser_form"] = adviser_form or AdviserForm(people=advisers_for(made))
    page["answer_form"] = answer_form or EarlyAnswerForm()
    page["may_name"] = made.state in (EarlyState.ASKED, EarlyState.NAMED)
    return render(request, "evaluation/early_staff.html", page, status=422 if page["refused"] else 200)


# --- the adviser --------------------------------------------------------------------------------------------


def _advised(request: HttpRequest, ref: str) -> EarlyFeedback:
    rows = EarlyFeedback.objects.visible_to_adviser(request.user).select_related(
        "application__call__project", "version__form_revision", "application__organisation"
    )
    return get_object_or_404(rows, ref=ref)


def _readable(request: HttpRequest, ref: str) -> EarlyFeedback:
    """One's own after the declaration; before it the content does not exist for the person."""
    made = _advised(request, ref)
    if made.state == EarlyState.NAMED:
        raise Http404
    return made


def early_adviser(request: HttpRequest, request_ref: str) -> HttpResponse:
    made = _advised(request, request_ref)
    if made.state == EarlyState.NAMED:
        return _declare_page(request, made, AbsenceForm(), ConflictForm())
    return _remarks_page(request, made, RemarksForm(initial={"remarks": made.remarks}))


@require_POST
def early_declare(request: HttpRequest, request_ref: str) -> HttpResponse:
    """Absence of a conflict (the version opens) or a conflict (it closes), by the button that was used."""
    made = _advised(request, request_ref)
    if request.POST.get("has_conflict"):
        conflict = ConflictForm(request.POST)
        if attempt(conflict, services.decline_advice, made, by=request.user):
            messages.success(request, _("Thank you. The file is closed to you and the call office is told."))
            return redirect("desk:home")
        return _declare_page(request, made, AbsenceForm(), conflict, status=422)
    if made.state != EarlyState.NAMED:
        return redirect(made)
    absence = AbsenceForm(request.POST)
    if attempt(absence, services.open_for_advice, made, by=request.user):
        return redirect(made)
    return _declare_page(request, made, absence, ConflictForm(), status=422)


@require_POST
def early_give(request: HttpRequest, request_ref: str) -> HttpResponse:
    made = _readable(request, request_ref)
    form = RemarksForm(request.POST)
    if attempt(form, services.give_advice, made, by=request.user):
        messages.success(request, _("Thank you: the call office sends it to the applicant."))
        return redirect(made)
    return _remarks_page(request, made, form, status=422)


def early_file(request: HttpRequest, request_ref: str, file: str) -> HttpResponse:
    """A file of that version, as a copy that does not say who wrote it (QD23)."""
    return serve_attachment(_readable(request, request_ref).version_id, file, cleaned=True)


def _declare_page(
    request: HttpRequest, made: EarlyFeedback, absence: Any, conflict: Any, status: int = 200
) -> HttpResponse:
    page = _frame(made.application.call, made=made, application=made.application)
    page |= {"absence": absence, "conflict": conflict, "statement": ABSENCE, "other_statement": CONFLICT}
    page["parties"] = parties_of([made.version_id])[made.version_id]
    return render(request, "evaluation/early_declare.html", page, status=status)


def _remarks_page(
    request: HttpRequest, made: EarlyFeedback, form: RemarksForm, status: int = 200
) -> HttpResponse:
    def door(file: str) -> str:
        return reverse("evaluation:early_file", args=[made.ref, file])

    page = _frame(made.application.call, made=made, application=made.application, form=form)
    page["is_open"] = made.state == EarlyState.READING and made.application.is_writable(clock.now())
    page["dossier"] = dossier(made.application, made.version, file_url=door)
    return render(request, "evaluation/early_remarks.html", page, status=status)
