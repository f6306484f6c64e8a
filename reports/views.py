"""Public results as pages and as a file, the voucher calculator, and the page about open data."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calls import awards, words
from calls.models import Call, Instalment
from calls.queries.topic import topic_answers
from calls.structured import euros
from core.exports import csv_text
from core.opendata import open_data
from core.visitors import same_for_visitors
from funding.visibility import visibility_of
from reports import guide, queries
from reports.forms import CalculatorForm
from reports.queries import Result
from reports.reckoning import reckon

COLUMNS = [
    *("reference", "title", "abstract", "organisation", "country", "amount_eur"),
    *("awarded_on", "starts_on", "ends_on", "call", "call_title", "project", "grant_agreement"),
]


@login_not_required
@require_safe
@same_for_visitors
def result_list(request: HttpRequest) -> HttpResponse:
    """Every call whose results are public, with its figures."""
    calls = list(queries.public_calls())
    figures, sums = queries.figures(calls), _sums(queries.results(queries.public_calls()))
    rows = [(call, figures.get(call.pk), sums.get(call.pk, 0)) for call in calls]
    return render(request, "reports/result_list.html", {"rows": rows, "sum_cents": sum(sums.values())})


def _sums(results: list[Result]) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in results:
        found[one.award.call.pk] = found.get(one.award.call.pk, 0) + one.award.cents
    return found


@login_not_required
@require_safe
@same_for_visitors
def call_results(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(queries.public_calls(), slug=slug)
    results = queries.results(queries.public_calls(code=call.code))
    context: dict[str, Any] = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "results": results,
        "figures": queries.figures([call]).get(call.pk),
        "sum_cents": sum(one.award.cents for one in results),
    }
    return render(request, "reports/call_results.html", context)


@login_not_required
@require_safe
@open_data
def result_file(request: HttpRequest) -> HttpResponse:
    """One row for each organisation of each funded project; `?call=CODE` and `?project=SLUG` narrow it."""
    calls = queries.public_calls(
        code=request.GET.get("call", "")[:20], project=request.GET.get("project", "")[:50]
    )
    rows = [row for result in queries.results(calls) for row in _rows(result)]
    return HttpResponse(
        csv_text(COLUMNS, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="results.csv"'},
    )


def _rows(result: Result) -> list[dict[str, Any]]:
    award, call = result.award, result.award.call
    same = {
        "reference": award.ref,
        "title": award.title,
        "abstract": award.abstract,
        "awarded_on": award.decided_on.isoformat(),
        "starts_on": result.starts_on.isoformat() if result.starts_on else "",
        "ends_on": result.ends_on.isoformat() if result.ends_on else "",
        "call": call.code,
        "call_title": str(call.title),
        "project": call.project.acronym,
        "grant_agreement": call.project.grant_agreement_number,
    }
    return [
        {**same, "organisation": one.name, "country": one.country, "amount_eur": euros(one.cents)}
        for one in award.parties
    ]


@login_not_required
@require_safe
@same_for_visitors
def api_guide(request: HttpRequest) -> HttpResponse:
    """Every open route with what it takes, what it answers, and an example to copy."""
    return render(request, "reports/api_guide.html", {"chapters": guide.chapters()})


@login_not_required
@require_safe
def call_calculator(request: HttpRequest, slug: str) -> HttpResponse:
    """What the call would pay by its own rules; a call that gives services or no money has no such page."""
    call = get_object_or_404(Call.objects.public().select_related("project"), slug=slug)
    if not call.award.is_reckoned:
        raise Http404
    names = topic_answers(call) if call.types else {}
    types = {one.value: names.get(one.value, one.value) for one in call.project_types}
    form = CalculatorForm(
        request.GET or None, award=call.award, types=types, unit_name=str(call.unit_name or "")
    )
    context: dict[str, Any] = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "form": form,
    }
    if form.is_valid() or not form.fields:
        given = form.cleaned_data if form.is_bound else {}
        award = call.award_for(given.get("type", ""))
        rows = list(Instalment.objects.filter(call=call))
        told = [words.instalment(r.percent, r.due, str(r.label), r.month, r.amount_cents) for r in rows]
        exact = awards.exact_percents([awards.Portion(r.percent, r.amount_cents) for r in rows])
        context["reckoned"] = reckon(
            award,
            cost_cents=given.get("cost") or award.project_max_cents,
            units=given.get("units") or 0,
            is_sme=given.get("size", "sme") == "sme",
            instalments=list(zip(told, exact, strict=True)),
        )
    return render(request, "reports/call_calculator.html", context, status=422 if form.errors else 200)
