"""Designing the application form: one page for the whole, one for each section and question."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from calls import formkit, permissions, queries, services
from calls.formkit import editing, standard
from calls.forms import QuestionForm, SectionWordsForm
from calls.models import Call
from calls.parts import LABELS, digest
from calls.publication import Part
from calls.views._staff import frame, own_call, status_of, typed, with_fresh_mark
from calls.views.designing import tell_cleared
from core.errors import DomainError
from core.forms import attempt
from core.policy import require

STEPS = {"up": -1, "down": 1}
PAGE = require_http_methods(["GET", "HEAD", "POST"])


def own_draft(request: HttpRequest, slug: str) -> Call:
    """The call, for a manager who may change its form now."""
    call = own_call(request, slug)
    require(
        permissions.can_edit_form(request.user, call, queries.working_form(call)),
        _("The form of this call is published: applicants fill it. Begin a change of the form first."),
    )
    return call


def done(request: HttpRequest, call: Call, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    tell_cleared(request, call)
    return redirect("calls:form", call.slug)


@require_safe
def form(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    revision = queries.working_form(call)
    context = frame(
        request,
        call,
        definition=formkit.parse(revision.definition),
        revision=revision,
        standard=standard.names(),
        label=LABELS[Part.FORM],
        may_edit=permissions.can_edit_form(request.user, call, revision),
        may_revise=permissions.can_revise_form(request.user, call),
    )
    return render(request, "calls/form.html", context)


@PAGE
def form_preview(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    definition = formkit.parse(queries.working_form(call).definition)
    number = 1 if call.is_single else 2
    parties = [formkit.Party(f"P{n}", _("Organisation %(n)d") % {"n": n}) for n in range(1, number + 1)]
    trial = formkit.try_form(definition, parties, typed(request))
    pages = [_preview(definition, section, trial, parties) for section in definition.sections]
    context = frame(request, call, pages=pages, trial=trial, is_tried=request.method == "POST")
    return render(request, "calls/form_preview.html", context)


def _preview(
    definition: formkit.FormDefinition,
    section: formkit.Section,
    trial: formkit.Trial,
    parties: list[formkit.Party],
) -> dict[str, Any]:
    """A section as applicants see it, with the organisations that take part in the trial."""
    form = trial.forms[section.key]
    questions = [
        {
            "question": one.question,
            "bound": form[one.name] if one.question.is_typed else None,
            "only_if": formkit.told_condition(definition, one.question.condition),
        }
        for one in formkit.fields_of(section, parties)
    ]
    return {
        "section": section,
        "only_if": formkit.told_condition(definition, section.condition),
        "questions": questions,
    }


def _page(
    request: HttpRequest, call: Call, design: Any, heading: str, stored: dict[str, Any] | None
) -> HttpResponse:
    names = [(one.key, str(one.label)) for one in design.earlier.values()]
    context = frame(
        request,
        call,
        form=design,
        groups=design.groups(),
        earlier_names=names,
        heading=heading,
        is_new=stored is None,
    )
    return render(request, "calls/form_piece.html", context, status=status_of(design))


@PAGE
def section_add(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_draft(request, slug)
    design = SectionWordsForm(typed(request), earlier=_earlier(call))
    if request.method == "POST" and attempt(design, services.add_section, call, by=request.user):
        return done(request, call, _("The section is added. Now give it questions."))
    return _page(request, call, design, _("New section"), None)


@PAGE
def section_edit(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    call = own_draft(request, slug)
    stored = {**stored_piece(call, section), "questions": []}
    mark = digest(stored)
    design = SectionWordsForm(typed(request), stored=stored, mark=mark, earlier=_earlier(call, section))
    verb = services.change_section
    if request.method == "POST" and attempt(design, verb, call, section=section, by=request.user):
        return done(request, call, _("The section is saved."))
    return _page(request, call, with_fresh_mark(design, mark), _("Section"), stored)


@PAGE
def question_add(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    call = own_draft(request, slug)
    stored_piece(call, section)
    shared = {"earlier": _earlier(call, section, after=True), "catalogues": queries.catalogues_of(call)}
    if _only_shows(request):
        design = QuestionForm(again=request.POST, **shared)
        return _page(request, call, design, _("New question"), None)
    design = QuestionForm(typed(request), **shared)
    verb = services.add_question
    if request.method == "POST" and attempt(design, verb, call, section=section, by=request.user):
        return done(request, call, _("The question is added."))
    return _page(request, call, design, _("New question"), None)


@PAGE
def question_edit(request: HttpRequest, slug: str, section: str, question: str) -> HttpResponse:
    call = own_draft(request, slug)
    stored = stored_piece(call, section, question)
    shared = {
        "stored": stored,
        "mark": (mark := digest(stored)),
        "earlier": _earlier(call, section, question),
        "catalogues": queries.catalogues_of(call),
    }
    if _only_shows(request):
        return _page(request, call, QuestionForm(again=request.POST, **shared), _("Question"), stored)
    design = QuestionForm(typed(request), **shared)
    names = {"section": section, "question": question}
    if request.method == "POST" and attempt(design, services.change_question, call, **names, by=request.user):
        return done(request, call, _("The question is saved."))
    return _page(request, call, with_fresh_mark(design, mark), _("Question"), stored)


def _only_shows(request: HttpRequest) -> bool:
    """Was a button pressed that shows other boxes, or one more or less of them, and saves nothing?"""
    return request.method == "POST" and any(f"do.{name}" in request.POST for name in ("kind", "row", "drop"))


def _earlier(
    call: Call, section: str = "", question: str = "", *, after: bool = False
) -> list[formkit.Question]:
    """What is asked before a section, a question, or the end of a section (`after`); all without a section."""
    definition = formkit.parse(queries.working_form(call).definition)
    found: list[formkit.Question] = []
    for part in definition.sections:
        for one in part.questions if part.key != section or after or question else ():
            if part.key == section and one.key == question:
                return found
            found.append(one)
        if part.key == section:
            return found
    return found


def stored_piece(call: Call, section: str, question: str = "") -> dict[str, Any]:
    """A section or question as it is stored; 404 when there is none."""
    definition = queries.working_form(call).definition
    try:
        if question:
            return editing.find_question(definition, section, question)
        return editing.find_section(definition, section)
    except DomainError as error:
        raise Http404(error.message) from error
