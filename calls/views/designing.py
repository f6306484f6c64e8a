"""The workshop: list, new call, overview, and one page for each part."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import forms, permissions, queries, services
from calls.models import Call, CallDocument
from calls.parts import LABELS
from calls.publication import Part
from calls.queries.workshop import PAGE
from calls.views._staff import frame, own_call, read_only, status_of, typed, with_fresh_mark
from core.forms import attempt
from core.policy import require, roles_of
from funding.permissions import MANAGER

FORMS: dict[Part, Any] = {
    Part.TEXT: (forms.TextForm, services.change_text),
    Part.DATES: (forms.DatesForm, services.change_dates),
    Part.INTAKE: (forms.IntakeForm, services.change_intake),
    Part.MONEY: (forms.MoneyForm, services.change_money),
    Part.APPLICANTS: (forms.ApplicantsForm, services.change_applicants),
    Part.INSTALMENTS: (forms.InstalmentsForm, services.change_instalments),
    Part.CRITERIA: (forms.CriteriaForm, services.change_criteria),
    Part.SELECTION: (forms.SelectionForm, services.change_selection),
    Part.CHANNELS: (forms.ChannelsForm, services.change_channels),
    Part.LETTERS: (forms.LettersForm, services.change_letters),
}
WORDS = (Part.TEXT, Part.LETTERS)
"""The parts whose texts are written in each language of the call."""
STORED: dict[Part, Any] = {
    Part.MONEY: queries.type_plans,
    Part.INSTALMENTS: queries.instalment_plans,
    Part.CRITERIA: queries.criterion_plans,
    Part.SELECTION: queries.limit_plans,
    Part.CHANNELS: queries.channel_plans,
    Part.INTAKE: queries.cut_off_plans,
}


@require_safe
def staff_call_list(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    rows = queries.staff_calls(request.user, before=place)
    context = {
        "rows": rows[:PAGE],
        "next_url": f"?before={rows[PAGE - 1].call.pk}" if len(rows) > PAGE else "",
        "first_url": request.path if place else "",
        "may_create": MANAGER in roles_of(request.user),
    }
    return render(request, "calls/staff_call_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_create(request: HttpRequest) -> HttpResponse:
    form = forms.CreateForm(typed(request), user=request.user)
    if request.method == "POST" and attempt(form, services.create_call, by=request.user):
        messages.success(request, _("The draft is made. Only your project sees it."))
        return redirect("calls:call_edit", form.result.slug)
    return render(request, "calls/call_create.html", {"form": form}, status=status_of(form))


@require_safe
def call_edit(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    may_clone = permissions.can_edit_call(request.user, call)
    context = frame(request, call, workshop=queries.workshop(call), here="overview", may_clone=may_clone)
    return render(request, "calls/call_edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def call_part(request: HttpRequest, slug: str, part: Part) -> HttpResponse:
    call = own_call(request, slug)
    may_edit = permissions.can_edit_part(request.user, call, part)
    form_class, verb = FORMS[part]
    extra: dict[str, Any] = {"stored": STORED[part](call)} if part in STORED else {}
    if part in WORDS:
        extra["language"] = _language(request)
    mark = queries.mark_of(call, part)
    form = form_class(typed(request), call=call, mark=mark, **extra)
    template = "calls/call_rows.html" if part in STORED else "calls/call_part.html"
    if request.method == "POST":
        require(may_edit, _frozen_sentence(call, part))
        if attempt(form, verb, call, by=request.user):
            return saved(request, call, part, stay="language" in request.GET)
        with_fresh_mark(form, mark)
    if not may_edit:
        read_only(form)
    context = frame(request, call, form=form, part=part, label=LABELS[part], may_edit=may_edit)
    if part in WORDS:
        context |= {"language": extra["language"], "languages": queries.languages_written(call, part)}
    if part is Part.LETTERS:
        context |= queries.letters_shown(call, form, extra["language"])
    if part is Part.APPLICANTS:
        context["rules"] = queries.rule_lines(call)
        context["pending"] = queries.pending_countries(call) if call.published_at else []
    return render(request, template, context, status=status_of(form))


def _language(request: HttpRequest) -> str:
    """The language that is being written; the product's own unless another one was chosen."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _frozen_sentence(call: Call, part: Part) -> str:
    if part in permissions.open_parts(call):
        return _("Only managers of the project change its calls.")
    return _("This call is published: “%s” is what applicants rely on, and stays as it is.") % LABELS[part]


def saved(request: HttpRequest, call: Call, part: Part, *, stay: bool = False) -> HttpResponse:
    """Back to the overview (or to the same page), saying so; and that a proposal, if there was one, has to be made again."""
    messages.success(request, _("“%s” is saved.") % LABELS[part])
    tell_cleared(request, call)
    return redirect(request.get_full_path()) if stay else redirect("calls:call_edit", call.slug)


def tell_cleared(request: HttpRequest, before: Call) -> None:
    if before.publication_proposed_at and not before.published_at:
        messages.warning(
            request,
            _("The call was proposed for publication. It has changed, so it has to be proposed again."),
        )


@require_http_methods(["GET", "HEAD", "POST"])
def call_documents(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    may_edit = permissions.can_edit_part(request.user, call, Part.DOCUMENTS)
    form = forms.DocumentForm(typed(request), request.FILES or None)
    if request.method == "POST":
        require(may_edit)
        if attempt(form, services.add_document, call, by=request.user):
            messages.success(request, _("The document is added."))
            tell_cleared(request, call)
            return redirect("calls:call_documents", call.slug)
    documents = CallDocument.objects.filter(call=call).select_related("file")
    context = frame(
        request,
        call,
        form=form,
        documents=documents,
        papers=queries.paper_lines(call),
        handed_out=queries.handed_out(call),
        may_edit=may_edit,
        label=LABELS[Part.DOCUMENTS],
    )
    return render(request, "calls/call_documents.html", context, status=status_of(form))


@require_POST
def document_remove(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    get_object_or_404(CallDocument, call=call, ref=ref)
    services.remove_document(call, ref=ref, by=request.user)
    messages.success(request, _("The document is removed."))
    tell_cleared(request, call)
    return redirect("calls:call_documents", call.slug)
