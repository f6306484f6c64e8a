"""Checks that anybody may use without an account. What is entered stays in the visitor's session at most."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import ORGANISATION_HINT
from applicants import checking, queries, services, sme
from applicants.forms import CheckForm, SmeSheetForm
from calls import rules
from calls.models import Call
from core import clock
from core.limits import within_limit
from funding.visibility import visibility_of

A_MINUTE = 60
MOST_A_MINUTE = 60


@require_http_methods(["GET", "HEAD", "POST"])
def sme_check(request: HttpRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    if posted is not None and not within_limit(request, "sme", most=MOST_A_MINUTE, seconds=A_MINUTE):
        message = _("Too many checks within a minute. Please wait a moment, then send it again.")
        return render(request, "errors/refused.html", {"message": message}, status=429)
    judged = posted is not None and not {"add", "remove"} & set(posted)
    form = SmeSheetForm(posted, judged=judged)
    sheet = form.sheet() if judged else None
    context = {
        "form": form,
        "result": sme.assess_sheet(sheet) if sheet else None,
        "name": sheet.name if sheet else "",
        "today": clock.now(),
    }
    status = 422 if judged and sheet is None else 200
    return render(request, "applicants/sme_check.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def call_check(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.public().select_related("project"), slug=slug)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and not within_limit(request, "call", most=MOST_A_MINUTE, seconds=A_MINUTE):
        message = _("Too many checks within a minute. Please wait a moment, then send it again.")
        return render(request, "errors/refused.html", {"message": message}, status=429)
    call_rules = rules.of_call(call, call.cut_off_at(clock.now()))
    deadline = call.next_deadline.astimezone(call.zoneinfo).date() if call.next_deadline else None
    form = CheckForm(posted, call_rules=call_rules, deadline=deadline)
    answer, others = None, []
    if posted is not None and form.is_valid():
        answer = checking.judge(call_rules, form.facts(), form.said())
        services.count_check(call, reasons=answer.broken)
        request.session[ORGANISATION_HINT] = form.hint()
        others = queries.calls_that_fit(form.facts(), but=call) if answer.reasons else []
    context = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "form": form,
        "answer": answer,
        "others": others,
        "is_open": call.is_open(),
    }
    return render(request, "applicants/call_check.html", context, status=422 if form.errors else 200)
