"""The public page of a draw: what was sealed, what was opened, and how to draw again."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calls.models import Call
from core.visitors import same_for_visitors
from evaluation import queries
from funding.visibility import visibility_of


@login_not_required
@require_safe
@same_for_visitors
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.public().select_related("project", "voucher_type"), slug=slug)
    if not call.draw_seed:
        raise Http404
    page = {"call": call, "project": call.project, "draw": queries.draw_of(call)}
    page["visibility"] = visibility_of(call.project)
    return render(request, "evaluation/draw.html", page)
