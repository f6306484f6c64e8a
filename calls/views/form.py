"""Designing the application form: one page for the whole, one for each section and question."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import formkit, permissions, queries, services
from calls.formkit import editing
from calls.forms import QuestionForm, SectionWordsForm
from calls.models import Call
from calls.parts import LABELS, digest
from calls.publication import Part
from calls.views._staff import frame, own_call, status_of, typed, with_fresh_mark
from calls.views.designing import tell_cleared
from core.errors import DomainError
from core.forms import attempt
from core.localised import localised
from core.policy import require

PAGE = require_http_methods(["GET", "HEAD", "POST"])
STEPS = {"up": -1, "down": 1}


def _own_draft(request: HttpRequest, slug: str) -> Call:
    """The call, for a manager who may still change its form."""
    call = own_call(request, slug)
    require(
        permissions.can_edit_part(request.user, call, Part.FORM),
        _("The form of this call is published: applicants fill it, so it stays as it is."),
    )
    return call


def _done(request: HttpRequest, call: Call, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    tell_cleared(request, call)
    return redirect("calls:form", call.slug)


@require_safe
def form(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    context = frame(
        request,
        call,
        definition=formkit.parse(queries.working_form(call).definition),
        kinds=dict(formkit.QuestionType.choices),
        label=LABELS[Part.FORM],
        may_edit=permissions.can_edit_part(request.user, call, Part.FORM),
    )
    return render(request, "calls/form.html", context)


@require_safe
def form_preview(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    definition = formkit.parse(queries.working_form(call).definition)
    pages = [(section, formkit.build_form(section)) for section in definition.sections]
    return render(request, "calls/form_preview.html", frame(request, call, pages=pages))


def _page(
    request: HttpRequest, call: Call, design: Any, heading: str, stored: dict[str, Any] | None
) -> HttpResponse:
    context = frame(request, call, form=design, heading=heading, is_new=stored is None)
    return render(request, "calls/form_piece.html", context, status=status_of(design))


@PAGE
def section_add(request: HttpRequest, slug: str) -> HttpResponse:
    call = _own_draft(request, slug)
    design = SectionWordsForm(typed(request))
    if request.method == "POST" and attempt(design, services.add_section, call, by=request.user):
        return _done(request, call, _("The section is added. Now give it questions."))
    return _page(request, call, design, _("New section"), None)


@PAGE
def section_edit(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    call = _own_draft(request, slug)
    stored = {**_stored(call, section), "questions": []}
    mark = digest(stored)
    design = SectionWordsForm(typed(request), stored=stored, mark=mark)
    verb = services.change_section
    if request.method == "POST" and attempt(design, verb, call, section=section, by=request.user):
        return _done(request, call, _("The section is saved."))
    return _page(request, call, with_fresh_mark(design, mark), _("Section"), stored)


@PAGE
def question_add(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    call = _own_draft(request, slug)
    _stored(call, section)
    design = QuestionForm(typed(request))
    verb = services.add_question
    if request.method == "POST" and attempt(design, verb, call, section=section, by=request.user):
        return _done(request, call, _("The question is added."))
    return _page(request, call, design, _("New question"), None)


@PAGE
def question_edit(request: HttpRequest, slug: str, section: str, question: str) -> HttpResponse:
    call = _own_draft(request, slug)
    stored = _stored(call, section, question)
    mark = digest(stored)
    design = QuestionForm(typed(request), stored=stored, mark=mark)
    names = {"section": section, "question": question}
    if request.method == "POST" and attempt(design, services.change_question, call, **names, by=request.user):
        return _done(request, call, _("The question is saved."))
    return _page(request, call, with_fresh_mark(design, mark), _("Question"), stored)


def _stored(call: Call, section: str, question: str = "") -> dict[str, Any]:
    """A section or question as it is stored; 404 when there is none."""
    definition = queries.working_form(call).definition
    try:
        if question:
            return editing.find_question(definition, section, question)
        return editing.find_section(definition, section)
    except DomainError as error:
        raise Http404(error.message) from error


def _place(request: HttpRequest, call: Call) -> dict[str, str]:
    section, question = request.POST.get("section", ""), request.POST.get("question", "")
    _stored(call, section, question)
    return {"section": section, "question": question}


@require_POST
def form_move(request: HttpRequest, slug: str) -> HttpResponse:
    call = _own_draft(request, slug)
    step = STEPS.get(request.POST.get("to", ""))
    if step is None:
        raise Http404("neither up nor down")
    services.move_in_form(call, **_place(request, call), step=step, by=request.user)
    tell_cleared(request, call)
    return redirect("calls:form", call.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def form_delete(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks, with what is lost; POST does it."""
    call = _own_draft(request, slug)
    if request.method == "POST":
        services.delete_from_form(call, **_place(request, call), by=request.user)
        return _done(request, call, _("Deleted."))
    section, question = request.GET.get("section", ""), request.GET.get("question", "")
    piece = _stored(call, section, question)
    context = frame(
        request,
        call,
        name=str(localised(piece.get("label") or piece.get("title"))),
        questions=len(piece.get("questions", [])),
        section=section,
        question=question,
    )
    return render(request, "calls/form_delete.html", context)
