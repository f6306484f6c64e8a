"""The public catalogue of a call without money."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applicants import queries
from calls.models import Call
from core.visitors import same_for_visitors
from funding.visibility import visibility_of


@login_not_required
@require_safe
@same_for_visitors
def catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.public().select_related("project"), slug=slug)
    if call.gives_money:
        raise Http404
    context = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "entries": queries.catalogue(call),
    }
    return render(request, "applicants/catalogue.html", context)
