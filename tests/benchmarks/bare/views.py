"""Views that do as many statements, on as many rows, as a page of the product was seen to do (the plan)."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from tests.benchmarks.bare.models import Row

PLAN: dict[str, dict[str, Any]] = json.loads(Path(settings.PLAN).read_text()) if settings.PLAN else {}
FILLER = b"<p>" + b"As long as the product's page, for the network's sake. " * 8000
SHORT = ("ref", "title", "name", "country", "state", "cents", "at")


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def _greet(request: HttpRequest, plan: dict[str, Any]) -> int:
    """Session and user, when the product's page knows its visitor; how many statements that took."""
    if plan["signed_in"]:
        assert request.user.is_authenticated
        return 2
    return 0


def page(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Single rows by key, then one page of rows, in a template; as long as the product's page."""
    plan = PLAN[name]
    singles = plan["reads"] - _greet(request, plan) - 1
    found = [Row.objects.defer("body").get(pk=1 + (pk + i) % 900) for i in range(singles)]
    wanted = max(1, plan["rows"] - plan["reads"] + 1)
    rows = list(Row.objects.only(*SHORT).filter(pk__gte=pk).order_by("pk")[:wanted])
    texts = Row.objects.values_list("body", flat=True).get(pk=pk).split("\n") if plan["texts"] else []
    answer = render(request, "bare/page.html", {"found": found, "rows": rows, "texts": texts})
    answer.content += FILLER[: max(0, plan["bytes"] - len(answer.content))]
    return answer


def save(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Reads by key and writes of the same sizes, in one transaction; the row of the form holds what was typed."""
    plan = PLAN[name]
    typed = max(request.POST.values(), key=len)
    reads = plan["reads"] - _greet(request, plan)
    with transaction.atomic():
        for i in range(reads):
            rows = Row.objects.select_for_update() if i == 0 else Row.objects
            rows.defer("body").get(pk=pk if i == 0 else 1 + (pk + i) % 900)
        for kind, size in plan["writes"]:
            text = (typed + " ") * (1 + size // (len(typed) + 1))
            if kind == "insert":
                Row.objects.create(ref="new", title="new", at=timezone.now(), body=text[:size])
            else:
                Row.objects.filter(pk=pk).update(body=text[:size], at=timezone.now())
    return HttpResponseRedirect("/done") if plan["redirects"] else HttpResponse("saved")
