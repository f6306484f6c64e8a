"""What an organisation states about its size, before and beside its applications."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import Organisation
from applicants import queries, services, sme
from applicants.forms import SmeSheetForm, typed
from applicants.views._drafts import PAGE


@PAGE
def organisation_size(request: HttpRequest, ref: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), ref=ref)
    standing = queries.size_of(organisation)
    stated = queries.sheet_of(standing.statement)
    posted = request.POST if request.method == "POST" else None
    judged = posted is not None and not {"add", "remove"} & set(posted)
    given = posted if posted is not None else typed(stated) if stated else {"name": organisation.legal_name}
    form = SmeSheetForm(given, judged=judged, with_numbers=True)
    sheet = form.sheet() if judged else None
    if sheet is not None:
        services.state_ownership(organisation, sheet=sheet, by=request.user)
        messages.success(request, _("Saved. Applications take it as it is at the moment you submit."))
        return redirect(request.get_full_path() if _ours(request) else request.path)
    context = {
        "form": form,
        "organisation": organisation,
        "standing": standing,
        "result": sme.assess_sheet(stated) if stated and posted is None else None,
        "next": _ours(request),
    }
    return render(request, "applicants/organisation_size.html", context, status=422 if judged else 200)


def _ours(request: HttpRequest) -> str:
    """The page of ours the person came from; empty otherwise."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else ""
