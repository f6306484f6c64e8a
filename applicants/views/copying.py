"""Taking answers over from an earlier application: which there are, what would be taken, taking it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants import queries, services
from applicants.models import Application
from applicants.queries import Content, OwnApplication, Source
from applicants.views._drafts import PAGE, arrived, context_of, elsewhere
from applicants.views._own import content_of, own
from core.errors import DomainError

BASE = "v."
"""A hidden field `v.<section>/<question>` carries the number of the field that the writer saw."""


def application_copy(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    content = content_of(one)
    only = request.GET.get("section", "")
    found = [one for one in queries.sources(content, request.user) if not only or only in one.sections]
    context = context_of(request, one, content, "copy", sources=found, only=only)
    return render(request, "applicants/application_copy.html", context)


@PAGE
def application_copy_from(request: HttpRequest, ref: str, source: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    content = content_of(one)
    found = next((s for s in queries.sources(content, request.user) if s.application.ref == source), None)
    if found is None:
        get_object_or_404(Application.objects.visible_to(request.user), ref=source)
        messages.info(request, _("There is nothing more to take over from %(ref)s.") % {"ref": source})
        return redirect(one.application)
    refusal = ""
    if request.method == "POST":
        try:
            _say(request, services.copy_answers(**_wanted(request, one, found)))
            return redirect(one.application)
        except DomainError as error:
            refusal = error.message
    return _page(request, one, content, found, refusal)


def _wanted(request: HttpRequest, one: OwnApplication, source: Source) -> dict[str, Any]:
    numbers = {
        key: int(str(request.POST.get(BASE + key, "0")))
        for key in request.POST.getlist("take")
        if str(request.POST.get(BASE + key, "0")).isdecimal()
    }
    return {
        "application": one.application,
        "source": source.application,
        "chosen": numbers,
        "by": request.user,
        "arrived": arrived(request),
    }


def _say(request: HttpRequest, copied: services.Copied) -> None:
    n = len(copied.taken)
    told = ngettext("%(n)d answer was taken over.", "%(n)d answers were taken over.", n) % {"n": n}
    if copied.to_check:
        names = ", ".join(f"“{one.label}”" for one in copied.to_check)
        told = f"{told} " + _("Check the dates, amounts and figures in: %(names)s.") % {"names": names}
    if n:
        messages.success(request, told)
    if copied.changed_meanwhile:
        names = ", ".join(f"“{one.label}”" for one in copied.changed_meanwhile)
        messages.warning(
            request, _("Not taken over, because somebody changed it just now: %(names)s.") % {"names": names}
        )


def _page(
    request: HttpRequest, one: OwnApplication, content: Content, source: Source, refusal: str
) -> HttpResponse:
    posted = request.method == "POST"
    ticked = set(request.POST.getlist("take"))
    only = request.GET.get("section", "")
    sections = [
        {
            "title": section.title,
            "rows": [
                {
                    "offer": offer,
                    "number": content.numbers.get(section.key, {}).get(offer.name, 0),
                    "ticked": offer.key in ticked if posted else not offer.here,
                }
                for offer in source.offers
                if offer.section == section.key
            ],
        }
        for section in content.definition.sections
        if section.key in source.sections and only in ("", section.key)
    ]
    context = context_of(request, one, content, "copy", source=source, sections=sections, refusal=refusal)
    return render(request, "applicants/application_copy_from.html", context, status=422 if refusal else 200)
