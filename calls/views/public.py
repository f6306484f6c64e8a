"""What everybody may read: the calls, one call, its questions and documents."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from calls import countries, queries, words
from calls.models import Call, CallDocument
from calls.queries.phases import with_followers
from calls.queries.public import AMOUNTS, DAYS_LEFT, PAGE, Line, Wanted
from calls.structured import structured_data
from core import clock
from core.files import serve_private
from core.visitors import same_for_visitors
from funding.visibility import visibility_of


@login_not_required
@require_safe
@same_for_visitors
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "calls/landing.html", {"board": queries.board(clock.now())})


@login_not_required
@require_safe
@same_for_visitors
def call_list(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    before, wanted = _place(request), Wanted.read(request.GET)
    closed = queries.closed_calls(now, before=before, wanted=wanted)
    kept = {name: value for name, value in vars(wanted).items() if value}
    context: dict[str, Any] = {
        "board": None if before else queries.board(now, wanted),
        "closed": closed[:PAGE],
        "wanted": wanted,
        "countries": countries.choices(countries.EU | countries.NEIGHBOURS),
        "sizes": Organisation.Size.choices,
        "amounts": [(str(euros), words.euros(euros * 100)) for euros in AMOUNTS],
        "days_left": [(str(days), days) for days in DAYS_LEFT],
        "subscribe_query": f"?{urlencode(kept)}" if kept else "",
        "next_url": _older(closed, kept),
        "first_url": (f"?{urlencode(kept)}" if kept else request.path) if before else "",
    }
    return render(request, "calls/call_list.html", context)


def _place(request: HttpRequest) -> tuple[datetime, int] | None:
    """Where an older page begins: the last row of the one before. Anything else is the first page."""
    number = request.GET.get("number", "")
    try:
        moment = parse_datetime(request.GET.get("before", ""))
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None or not (number.isascii() and number.isdigit()):
        return None
    return moment, min(int(number[:18]), 2**62)


def _older(rows: list[Line], kept: dict[str, str]) -> str:
    if len(rows) <= PAGE:
        return ""
    last = rows[PAGE - 1].call
    before = last.closes_at.isoformat() if last.closes_at else ""
    return f"?{urlencode({**kept, 'before': before, 'number': last.pk})}"


def _visible(request: HttpRequest) -> Any:
    return Call.objects.visible_to(request.user).select_related("project", "voucher_type")


@login_not_required
@require_safe
@same_for_visitors
def call_detail(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(with_followers(_visible(request)), slug=slug)
    now = clock.now()
    context = {
        "call": call,
        "address": f"{settings.SITE_URL}{call.get_absolute_url()}",
        "linked": structured_data(call, now, site_url=settings.SITE_URL) if call.published_at else None,
        "project": call.project,
        "page": queries.call_page(call, now),
        "papers": queries.paper_lines(call),
        "visibility": visibility_of(call.project),
    }
    return render(request, "calls/call_detail.html", context)


@login_not_required
@require_safe
@same_for_visitors
def call_questions(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(_visible(request), slug=slug)
    context = {
        "call": call,
        "project": call.project,
        "form": queries.questions_page(call),
        "visibility": visibility_of(call.project),
    }
    return render(request, "calls/call_questions.html", context)


@login_not_required
@require_safe
def document(request: HttpRequest, slug: str, ref: str) -> FileResponse:
    call = get_object_or_404(Call.objects.visible_to(request.user), slug=slug)
    found = get_object_or_404(CallDocument.objects.select_related("file"), call=call, ref=ref)
    return serve_private(found.file)
