"""Publishing the results: what everybody will read is shown first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.forms import PlainForm, attempt
from evaluation import queries, services
from evaluation.views._common import context, managed_round


@require_http_methods(["GET", "HEAD", "POST"])
def results_publish(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    form = PlainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, services.publish_results, round, by=request.user):
        messages.success(request, _("The results are public."))
        return redirect(round.call)
    awards = queries.awards_in(round)
    page = context(request, round, form=form, awards=awards, sum_cents=sum(one.cents for one in awards))
    return render(request, "evaluation/results_publish.html", page, status=422 if form.errors else 200)
