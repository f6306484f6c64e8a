"""Steps in designing a form that need no page of their own: order, copies, ready sections, undo, revisions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from calls import permissions, services
from calls.formkit import standard
from calls.models import Call
from calls.views._staff import frame, own_call
from calls.views.designing import tell_cleared
from calls.views.form import STEPS, done, own_draft, stored_piece
from core.errors import DomainError
from core.localised import localised
from core.policy import require


def _piece(request: HttpRequest, call: Call) -> dict[str, str]:
    section, question = request.POST.get("section", ""), request.POST.get("question", "")
    stored_piece(call, section, question)
    return {"section": section, "question": question}


def _try(request: HttpRequest, call: Call, sentence: str, verb: Any, **given: Any) -> HttpResponse:
    """Take a step; a rule that says no is told above the form, which stays as it was."""
    try:
        verb(call, **given, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("calls:form", call.slug)
    if sentence:
        return done(request, call, sentence)
    tell_cleared(request, call)
    return redirect("calls:form", call.slug)


@require_POST
def form_move(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_draft(request, slug)
    step = STEPS.get(request.POST.get("to", ""))
    if step is None:
        raise Http404("neither up nor down")
    return _try(request, call, "", services.move_in_form, **_piece(request, call), step=step)


@require_POST
def form_place(request: HttpRequest, slug: str) -> HttpResponse:
    """A section or question put somewhere else, by drag or by the list of places."""
    call = own_draft(request, slug)
    piece = _piece(request, call)
    into, _sep, before = request.POST.get("to", "").partition("/")
    if piece["question"]:
        stored_piece(call, into, before)
    elif before:
        stored_piece(call, before)
    return _try(request, call, "", services.place_in_form, **piece, into=into, before=before)


@require_POST
def form_copy(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_draft(request, slug)
    return _try(request, call, _("A copy is right below."), services.copy_in_form, **_piece(request, call))


@require_POST
def form_undo(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_draft(request, slug)
    return _try(request, call, _("The last change is taken back."), services.undo_in_form)


@require_POST
def form_standard(request: HttpRequest, slug: str) -> HttpResponse:
    """A ready section, or all of them."""
    call = own_draft(request, slug)
    chosen = request.POST.get("standard", "")
    if chosen != "all" and chosen not in standard.SECTIONS:
        raise Http404("no such standard section")
    keys = None if chosen == "all" else [chosen]
    sentence = _("Added at the end. Change every word that does not fit your call.")
    return _try(request, call, sentence, services.add_standard_sections, keys=keys)


@require_POST
def form_revise(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a change of a published form."""
    call = own_call(request, slug)
    require(permissions.can_revise_form(request.user, call))
    sentence = _("Change the form now. Applicants see nothing of it until another manager puts it in force.")
    return _try(request, call, sentence, services.begin_revision)


@require_POST
def form_discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Throw a change of a published form away."""
    call = own_call(request, slug)
    require(permissions.can_revise_form(request.user, call))
    return _try(request, call, _("The change was thrown away."), services.discard_revision)


@require_http_methods(["GET", "HEAD", "POST"])
def form_delete(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks, with what is lost; POST does it."""
    call = own_draft(request, slug)
    if request.method == "POST":
        return _try(request, call, _("Deleted."), services.delete_from_form, **_piece(request, call))
    section, question = request.GET.get("section", ""), request.GET.get("question", "")
    piece = stored_piece(call, section, question)
    context = frame(
        request,
        call,
        name=str(localised(piece.get("label") or piece.get("title"))),
        questions=len(piece.get("questions", [])),
        section=section,
        question=question,
    )
    return render(request, "calls/form_delete.html", context)
