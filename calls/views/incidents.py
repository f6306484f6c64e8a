"""The log of incidents of a call: reading it, writing into it, publishing an entry."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from calls import forms, permissions, queries, services
from calls.models import Call, Incident
from calls.views._staff import frame, own_call, status_of, typed
from core.forms import attempt
from core.policy import require

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def incident_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    context = frame(
        request,
        call,
        lines=queries.incident_lines(call),
        may_edit=permissions.can_edit_call(request.user, call),
    )
    return render(request, "calls/incident_list.html", context)


@PAGE
def incident_record(request: HttpRequest, slug: str) -> HttpResponse:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    form = forms.IncidentForm(typed(request), call=call)
    if request.method == "POST" and attempt(form, services.record_incident, call, by=request.user):
        messages.success(
            request, _("Written down. Nobody outside the project reads it until you publish it.")
        )
        return redirect("calls:incident_list", call.slug)
    context = frame(request, call, form=form, verb="record")
    return render(request, "calls/incident_change.html", context, status=status_of(form))


@PAGE
def incident_end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    call, incident = _own(request, slug, number)
    form = forms.IncidentEndForm(typed(request), call=call)
    if request.method == "POST" and attempt(form, services.end_incident, incident, by=request.user):
        messages.success(request, _("The end is written down."))
        return redirect("calls:incident_list", call.slug)
    context = frame(request, call, form=form, verb="end", incident=incident)
    return render(request, "calls/incident_change.html", context, status=status_of(form))


@PAGE
def incident_publish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    call, incident = _own(request, slug, number)
    form = forms.IncidentPublishForm(typed(request))
    if request.method == "POST" and attempt(form, services.publish_incident, incident, by=request.user):
        messages.success(request, _("Published on the page of the call. Those who write are told."))
        return redirect("calls:incident_list", call.slug)
    context = frame(request, call, form=form, verb="publish", incident=incident)
    return render(request, "calls/incident_change.html", context, status=status_of(form))


def _own(request: HttpRequest, slug: str, number: int) -> tuple[Call, Incident]:
    call = own_call(request, slug)
    require(permissions.can_edit_call(request.user, call))
    return call, get_object_or_404(Incident.objects.select_related("call"), call=call, number=number)
