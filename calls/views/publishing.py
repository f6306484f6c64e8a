"""Publication by two people, and what may happen to a call afterwards."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calls import forms, permissions, portal, queries, services
from calls.models import Call, DutyException
from calls.publication import DUTIES, Answer, Duty
from calls.views._staff import frame, own_call, status_of, typed
from core import clock
from core.forms import PlainForm, attempt
from core.policy import require

PAGE = require_http_methods(["GET", "HEAD", "POST"])


def _check_page(request: HttpRequest, call: Call, form: PlainForm | forms.DeclineForm) -> HttpResponse:
    context = frame(
        request,
        call,
        form=form,
        workshop=queries.workshop(call),
        decline=form if isinstance(form, forms.DeclineForm) else forms.DeclineForm(),
    )
    return render(request, "calls/call_publication.html", context, status=status_of(form))


@require_safe
def call_publication(request: HttpRequest, slug: str) -> HttpResponse:
    return _check_page(request, own_call(request, slug), PlainForm())


@require_POST
def publication_propose(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    form = PlainForm(request.POST)
    if attempt(form, services.propose_publication, call, by=request.user):
        messages.success(request, _("Proposed. The other managers of the project are told by mail."))
        return redirect("calls:call_publication", call.slug)
    return _check_page(request, own_call(request, slug), form)


@require_POST
def proposal_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    form = forms.DeclineForm(request.POST)
    if attempt(form, services.withdraw_proposal, call, by=request.user):
        messages.success(request, _("The proposal is taken back. The call is a draft again."))
        return redirect("calls:call_publication", call.slug)
    return _check_page(request, own_call(request, slug), form)


@PAGE
def call_publish(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    form = PlainForm(typed(request))
    if request.method == "POST" and attempt(form, services.publish_call, call, by=request.user):
        messages.success(request, _("The call is published. It opens and closes by itself."))
        return redirect(call)
    context = frame(
        request,
        call,
        form=form,
        workshop=queries.workshop(call),
        may_publish=permissions.can_publish_call(request.user, call),
    )
    found = [one for part in context["workshop"].parts for one in part.findings]
    context["exceptions"] = sum(1 for one in found if one.answer is Answer.EXCEPTED)
    return render(request, "calls/call_publish.html", context, status=status_of(form))


@PAGE
def call_extend(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    claims = list(queries.open_claims(call))
    cut_off = call.cut_off_at(clock.now())
    lines = [queries.proposal_for(one, cut_off, call) for one in claims]
    asked = request.GET.get("incident", "")
    chosen = next((line for line in lines if line.fair and str(line.incident.number) == asked), None)
    form = forms.ExtendForm(
        typed(request),
        call=call,
        incidents=queries.open_claims(call) if claims else None,
        because=chosen.incident if chosen else None,
        fair=chosen.fair if chosen else None,
    )
    if request.method == "POST" and attempt(form, services.extend_deadline, call, by=request.user):
        messages.success(request, _("The deadline has moved. Everybody with a draft or submission is told."))
        return redirect(call)
    told = queries.told_of_changes(call)
    context = frame(request, call, form=form, lines=lines, told=told, moves_on=chosen)
    return render(request, "calls/call_extend.html", context, status=status_of(form))


@PAGE
def call_cancel(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    form = forms.CancelForm(typed(request))
    if request.method == "POST" and attempt(form, services.cancel_call, call, by=request.user):
        messages.success(request, _("The call is cancelled."))
        return redirect("calls:staff_call_list")
    return render(request, "calls/call_cancel.html", frame(request, call, form=form), status=status_of(form))


@PAGE
def duty_except(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks for the reason why a duty (`?duty=`) is not kept; POST records it, or takes it back."""
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    duty = request.GET.get("duty", "")
    if duty not in DUTIES or duty == Duty.TWO_MONTHS:
        return redirect("calls:call_publication", call.slug)
    form = forms.ExceptionForm(None if "keep" in request.POST else typed(request))
    if "keep" in request.POST:
        services.keep_duty(call, duty=duty, by=request.user)
        messages.success(request, _("The exception is taken back."))
        return redirect("calls:call_publication", call.slug)
    if request.method == "POST" and attempt(form, services.except_duty, call, duty=duty, by=request.user):
        messages.success(request, _("The exception is recorded. Another manager confirms it by publishing."))
        return redirect("calls:call_publication", call.slug)
    kept = DutyException.objects.filter(call=call, duty=duty).select_related("by").first()
    context = frame(request, call, form=form, duty=DUTIES[Duty(duty)], kept=kept)
    return render(request, "calls/duty_except.html", context, status=status_of(form))


@require_safe
def portal_entry(request: HttpRequest, slug: str) -> HttpResponse:
    """The text for the EU portal, ready to paste; as a file with `?file`."""
    call = own_call(request, slug)
    entry = queries.portal_entry(call)
    if "file" in request.GET:
        response = HttpResponse(portal.as_text(entry), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{call.slug}-portal.txt"'
        return response
    return render(request, "calls/portal_entry.html", frame(request, call, fields=portal.fields(entry)))
