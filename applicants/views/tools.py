"""Checks that anybody may use without an account. Nothing of what is entered is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applicants import sme
from applicants.forms import SmeSheetForm
from core import clock
from core.limits import within_limit

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
