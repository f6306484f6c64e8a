"""The funder's door: the submitted files of a call. Drafts are counts only."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_countries import countries

from accounts.queries import unreachable
from applicants import deminimis, queries, services
from applicants.forms import RemovalForm
from applicants.models import Application, Attachment, Version
from applicants.queries import StaffFilter
from applicants.states import ApplicationState, VersionStatus
from calls.models import Call, long_texts
from core import clock
from core.audit import history
from core.exports import csv_text
from core.files import serve_private
from core.forms import attempt
from core.policy import require
from funding.permissions import can_manage_project
from funding.visibility import visibility_of


def call_or_404(request: HttpRequest, slug: str) -> Call:
    found = Call.objects.staffed_by(request.user).select_related("project").defer(*long_texts())
    return get_object_or_404(found, slug=slug)


def application_or_404(request: HttpRequest, slug: str, ref: str) -> Application:
    found = (
        Application.objects.visible_to_staff(request.user)
        .annotate(
            has_unreachable=Exists(unreachable(OuterRef("organisation"))),
            is_prepared=queries.written_under_mandate(),
        )
        .select_related("call", "call__project", "organisation", "brought_by")
        .defer(*long_texts("call__"))
    )
    return get_object_or_404(found, call__slug=slug, ref=ref)


def staff_application_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    wanted = StaffFilter.read(request.GET)
    files = queries.staff_files(request.user, call)
    after = request.GET.get("after", "")
    rows, following = queries.staff_page(
        queries.narrowed(files, wanted), after=int(after) if after.isdecimal() and len(after) < 9 else 0
    )
    totals = queries.staff_totals(files, call, wanted)
    query = request.GET.copy()
    query.pop("after", None)
    first_url = f"?{query.urlencode()}" if after else ""
    query["after"] = str(following)
    context = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "rows": rows,
        "totals": totals,
        "may_manage": can_manage_project(request.user, call.project),
        "wanted": wanted,
        "states": ApplicationState.choices,
        "countries": [(code, countries.name(code)) for code in totals.countries],
        "first_url": first_url,
        "next_url": f"?{query.urlencode()}" if following else "",
    }
    return render(request, "applicants/staff_application_list.html", context)


def staff_application_detail(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    return _staff_page(request, application_or_404(request, slug, ref))


def _staff_page(request: HttpRequest, application: Application, form: Any = None) -> HttpResponse:
    slug, ref = application.call.slug, application.ref
    versions = list(
        application.versions.filter(status=VersionStatus.FINAL)
        .select_related("submitted_by", "form_revision")
        .defer("form_revision__definition")
        .order_by("-number")
    )
    version = _chosen(versions, request.GET.get("version", ""))
    version.application = application
    context = {
        "application": application,
        "call": application.call,
        "project": application.call.project,
        "visibility": visibility_of(application.call.project),
        "version": version,
        "versions": versions,
        "prepared": queries.prepared_by(application, up_to=version.number) if application.is_prepared else [],  # type: ignore[attr-defined]  # annotated
        "dossier": queries.dossier(
            application,
            version,
            file_url=lambda file: reverse("applicants:staff_application_file", args=[slug, ref, file]),
        ),
        "events": history(application),
        "unreachable": unreachable(application.organisation_id) if application.has_unreachable else [],
        "waits": queries.waits_for_office(application),
        "listing": queries.listing_of(application),
        "alike": queries.alike(application, request.user),
        "others": queries.others_of_applicant(application, request.user),
        "corrections": list(application.corrections.order_by("-pk")),
        "may_correct": not application.is_writable(clock.now()),
        "form": form or RemovalForm(),
        "may_remove": can_manage_project(request.user, application.call.project),
    }
    return render(request, "applicants/staff_application_detail.html", context, status=422 if form else 200)


@require_POST
def staff_entry_remove(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    application = application_or_404(request, slug, ref)
    require(can_manage_project(request.user, application.call.project))
    form = RemovalForm(request.POST)
    if attempt(form, services.remove_entry, application, by=request.user):
        messages.success(request, _("Taken out of the catalogue; the reason is on its way."))
        return redirect("applicants:staff_application_detail", slug, ref)
    return _staff_page(request, application, form)


@require_POST
def staff_entry_restore(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    application = application_or_404(request, slug, ref)
    require(can_manage_project(request.user, application.call.project))
    services.restore_entry(application, by=request.user)
    messages.success(request, _("It stands in the catalogue again."))
    return redirect("applicants:staff_application_detail", slug, ref)


def _chosen(versions: list[Version], asked: str) -> Version:
    """The version that was asked for, else the newest: it is the one that counts."""
    for version in versions:
        if asked and str(version.number) == asked:
            return version
    return versions[0]


def staff_application_file(request: HttpRequest, slug: str, ref: str, file: str) -> HttpResponseBase:
    """The funder's door to a submitted file; a draft's files stay closed."""
    application = application_or_404(request, slug, ref)
    submitted = Attachment.objects.filter(
        version__application=application, version__status=VersionStatus.FINAL, removed_at=None
    )
    return serve_private(get_object_or_404(submitted.select_related("file"), ref=file).file)


def staff_application_receipt(request: HttpRequest, slug: str, ref: str, number: int) -> HttpResponseBase:
    application = application_or_404(request, slug, ref)
    versions = application.versions.filter(status=VersionStatus.FINAL).select_related("receipt")
    version = get_object_or_404(versions, number=number)
    if version.receipt is None:
        raise Http404
    return serve_private(version.receipt, inline=True)


def staff_check_counts(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    context = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "rows": queries.check_counts(call),
        "brought": queries.brought_counts(call),
    }
    return render(request, "applicants/staff_check_counts.html", context)


def staff_aid_register(request: HttpRequest, slug: str) -> HttpResponse:
    """The call's de minimis aid as a file for the central register; only its head where the call is not State aid."""
    call = call_or_404(request, slug)
    rows = deminimis.register_rows(queries.granted_aid(call))
    response = HttpResponse(
        csv_text(deminimis.REGISTER_COLUMNS, rows), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{call.code}-aid-register.csv"'
    return response
