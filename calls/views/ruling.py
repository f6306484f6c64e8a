"""Who may apply, rule by rule: choosing a kind, its settings, moving and deleting."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from calls import forms, permissions, services
from calls.countries import name_of
from calls.models import Call
from calls.publication import Part
from calls.rules import KINDS, OFFERED, Kind, Rule, parse
from calls.services.ruling import mark_of_rule
from calls.views._staff import frame, own_call, status_of, typed, with_fresh_mark
from calls.views.designing import tell_cleared
from calls.views.form import STEPS
from core.forms import attempt
from core.policy import require

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _own_draft(request: HttpRequest, slug: str) -> Call:
    """The call, for a manager who may still change who may apply."""
    call = own_call(request, slug)
    require(
        permissions.can_edit_part(request.user, call, Part.APPLICANTS),
        _("This call is published: who may apply is what applicants rely on, and stays as it is."),
    )
    return call


def _done(request: HttpRequest, call: Call, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    tell_cleared(request, call)
    return _back(call)


def _back(call: Call) -> HttpResponse:
    response = redirect("calls:call_part", call.slug, Part.APPLICANTS)
    response["Location"] += "#rules"
    return response


def _rule(call: Call, rule: str) -> Rule:
    """A rule as it is stored; 404 when there is none."""
    for one in parse(call.rules):
        if one.id == rule:
            return one
    raise Http404(_("This call has no such rule."))


def _page(
    request: HttpRequest, call: Call, form: forms.RuleForm, kind: Kind, *, is_new: bool
) -> HttpResponse:
    context = frame(request, call, form=form, kind=kind, is_new=is_new)
    return render(request, "calls/rule.html", context, status=status_of(form))


@PAGE
def rule_add(request: HttpRequest, slug: str) -> HttpResponse:
    call = _own_draft(request, slug)
    chosen = request.GET.get("kind", "")
    kind = next((one for one in OFFERED if one.key == chosen), None)
    if kind is None:
        return render(request, "calls/rule_kinds.html", frame(request, call, kinds=OFFERED))
    form = forms.RuleForm(typed(request), kind=kind)
    verb = services.add_rule
    if request.method == "POST" and attempt(form, verb, call, kind=kind.key, by=request.user):
        return _done(request, call, _("The rule is added."))
    return _page(request, call, form, kind, is_new=True)


@PAGE
def rule_edit(request: HttpRequest, slug: str, rule: str) -> HttpResponse:
    call = _own_draft(request, slug)
    stored = _rule(call, rule)
    mark = mark_of_rule(stored)
    form: Any = forms.RuleForm(
        typed(request), kind=KINDS[stored.kind], stored=dict(stored.settings), mark=mark
    )
    verb = services.change_rule
    if request.method == "POST" and attempt(form, verb, call, rule=rule, by=request.user):
        return _done(request, call, _("The rule is saved."))
    return _page(request, call, with_fresh_mark(form, mark), KINDS[stored.kind], is_new=False)


@require_POST
def rule_move(request: HttpRequest, slug: str) -> HttpResponse:
    call = _own_draft(request, slug)
    step = STEPS.get(request.POST.get("to", ""))
    if step is None:
        raise Http404("neither up nor down")
    rule = _rule(call, request.POST.get("rule", ""))
    services.move_rule(call, rule=rule.id, step=step, by=request.user)
    tell_cleared(request, call)
    return _back(call)


@PAGE
def rule_delete(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks; POST does it."""
    call = _own_draft(request, slug)
    if request.method == "POST":
        services.delete_rule(call, rule=request.POST.get("rule", ""), by=request.user)
        return _done(request, call, _("The rule is deleted."))
    rule = _rule(call, request.GET.get("rule", ""))
    context = frame(request, call, rule=rule, sentence=KINDS[rule.kind].sentence(rule.settings))
    return render(request, "calls/rule_delete.html", context)


@PAGE
def association_record(request: HttpRequest, slug: str) -> HttpResponse:
    """Since when a pending country (`?country=`) is associated; after publication too."""
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    country = request.GET.get("country", "")
    if country not in call.countries_pending:
        return _back(call)
    form = forms.AssociationForm(typed(request))
    verb = services.record_association
    if request.method == "POST" and attempt(form, verb, call, country=country, by=request.user):
        messages.success(request, _("The association is recorded: its organisations can get an agreement."))
        return _back(call)
    context = frame(request, call, form=form, country=name_of(country))
    return render(request, "calls/association_record.html", context, status=status_of(form))
