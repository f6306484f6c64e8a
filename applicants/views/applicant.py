"""The applicant's door: own applications, starting one, its page, submission, receipt, versions, files."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from accounts.queries import entries_of
from applicants import declarations, paths, payload, permissions, queries, services, words
from applicants.forms import StartForm, SubmitForm, WithdrawForm
from applicants.models import Application, Attachment, Version
from applicants.queries import OwnApplication
from applicants.states import VersionStatus
from applicants.views._drafts import PAGE, arrived, elsewhere
from applicants.views._own import content_of, frame, own, prepared, version_or_404
from calls.models import Call
from core import clock
from core.files import serve_private
from core.forms import attempt, show_error
from core.policy import require
from funding.queries import runs_project
from funding.visibility import visibility_of


def application_list(request: HttpRequest) -> HttpResponse:
    context = {"rows": queries.own_applications(request.user)}
    return render(request, "applicants/application_list.html", context)


@PAGE
def application_start(request: HttpRequest, slug: str) -> HttpResponseBase:
    call = get_object_or_404(Call.objects.public().select_related("project", "previous"), slug=slug)
    mandated = queries.mandated_organisations(request.user, call)
    theirs = [*Organisation.objects.visible_to(request.user), *mandated]
    organisations = queries.going_on(call, list(dict.fromkeys(theirs)))
    partners = call.project.partners.values("organisation")
    posted = request.POST if request.method == "POST" else None
    form = StartForm(posted, organisations=organisations, partners=partners)
    if request.method == "POST" and attempt(form, _start, call, by=request.user, at=arrived(request)):
        return redirect(form.result)
    entries = entries_of([one.pk for one in organisations]).values()
    known = Application.objects.filter(call=call, organisation__in=frozenset().union(*entries))
    context = {
        "call": call,
        "project": call.project,
        "visibility": visibility_of(call.project),
        "form": form,
        "organisations": organisations,
        "rooms": queries.room(call, organisations) if call.gives_money else [],
        "known": queries.with_versions(list(known.select_related("organisation", "call"))),
        "runs_project": runs_project(request.user, call.project),
        "sections": queries.sections_of(call),
        "is_open": call.is_open(),
    }
    status = 422 if form.errors else 200
    return render(request, "applicants/application_start.html", context, status=status)


def _start(
    call: Call, *, organisation: Organisation, brought_by: Organisation | None, by: Any, at: Any
) -> Application:
    application = services.start_application(call, organisation, by=by, arrived=at, brought_by=brought_by)
    draft = application.draft()
    if draft is not None:
        services.note_preparation(application, draft, by=by)
    return application


def application_detail(request: HttpRequest, ref: str) -> HttpResponse:
    one = own(request, ref, beside=True)
    context = frame(one, actions=permissions.available_actions(request.user, one))
    if one.draft is not None and one.is_open:
        content = content_of(one)
        context |= {"content": content, "steps": queries.steps(content)}
        context |= {"money": content.money, "bar": queries.bar(content.money)}
        context["given"] = queries.given_questions(content)
        context["signature"] = queries.signature_of(content.version)
        context["has_earlier"] = one.application.has_earlier
    elif (version := one.valid or one.draft) is not None:
        context["dossier"] = _dossier(one, version_or_404(one, version.number))
    context["timeline"] = queries.timeline(one)
    context["unread"] = queries.unread(one.application, request.user) if one.last else 0
    context["listing"] = queries.listing_of(one.application)
    context["next_phases"] = queries.next_phases([one.application])
    context["withdrawn_at"] = queries.withdrawn_at(one.application)
    context["prepared"] = prepared(one, one.draft or one.last)
    context["place"] = queries.place_of(one.application)
    context |= _kept(one) | _more_time(one)
    context["notices"] = queries.notices_of(one.application)
    return render(request, "applicants/application_detail.html", context)


NEAR = timedelta(days=14)
"""So long before the deadline the page of a draft says where to ask for more time."""


def _more_time(one: OwnApplication) -> dict[str, Any]:
    """What was asked for and given to this applicant alone, where the call gives it: one query there, none elsewhere."""
    if one.draft is None or one.application.call.extension_days is None:
        return {}
    now = clock.now()
    about = queries.asked_about(one.application, one.draft, now) if one.mandate is None else None
    return {
        "extension": one.application.extensions.last(),
        "is_extended": one.application.is_extended(now),
        "about": about,
        "is_past": about is not None and about.closes_at < now,
        "is_near": about is not None and about.closes_at < now + NEAR,
    }


def _kept(one: OwnApplication) -> dict[str, Any]:
    """Until when an unsubmitted draft is kept, or when it was deleted."""
    if one.draft is None:
        return {"emptied_at": queries.emptied_at(one.application) if one.valid is None else None}
    keeping = queries.keeping_of(one.draft)
    return {
        "keeping": {"shown": keeping.shown_end(clock.now()), "is_told": keeping.is_told} if keeping else None
    }


def _dossier(one: OwnApplication, version: Version) -> queries.Dossier:
    return queries.dossier(
        one.application, version, file_url=lambda ref: paths.of(one.application, "file", ref)
    )


def application_version(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    one = own(request, ref)
    version = version_or_404(one, number)
    context = frame(one, version=version, dossier=_dossier(one, version))
    return render(request, "applicants/application_version.html", context)


def application_check(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    content = content_of(one)
    context = frame(
        one,
        version=content.version,
        content=content,
        signature=queries.signature_of(content.version),
        steps=queries.steps(content),
        gaps=queries.gaps(content),
        signatories=queries.signatories(one.application.organisation),
        actions=permissions.available_actions(request.user, one),
    )
    return render(request, "applicants/application_check.html", context)


@PAGE
def application_submit(request: HttpRequest, ref: str) -> HttpResponseBase:
    application = queries.to_submit(request.user, ref)
    if application is None:
        raise Http404
    if not permissions.can_submit_application(request.user, application):
        require(False, _("Only a signatory of %(name)s may submit.") % {"name": application.organisation})
    tried = SubmitForm(
        request.POST, asked=declarations.named(set(request.POST) - set(SubmitForm.base_fields))
    )
    if request.method == "POST" and attempt(
        tried, _submit, application, tried, by=request.user, at=arrived(request)
    ):
        return redirect(paths.of(application, "receipt", tried.result.number))
    one = own(request, ref)  # everything the page shows is read only when it is shown
    if request.method != "POST" and (away := elsewhere(request, one, corrects=True)) is not None:
        return away
    asked = declarations.asked(queries.to_confirm(content_of(one)) if one.draft is not None else ())
    form = SubmitForm(request.POST if request.method == "POST" else None, asked=asked)
    if form.is_valid() and tried.refusal is not None:
        show_error(form, tried.refusal)
    context = frame(one, form=form, version=one.draft, prepared=prepared(one, one.draft))
    if one.draft is not None:
        context["dossier"] = _dossier(one, version_or_404(one, one.draft.number))
    status = 422 if form.errors else 200
    return render(request, "applicants/application_submit.html", context, status=status)


def _submit(application: Application, form: SubmitForm, *, by: Any, at: Any, **typed: Any) -> Version:
    return services.submit_application(
        application, by=by, arrived=at, declarations=form.declared(), key=typed["key"]
    )


def _final_or_404(one: OwnApplication, number: int) -> Version:
    version = version_or_404(one, number)
    if version.status != VersionStatus.FINAL:
        raise Http404
    return version


def application_receipt(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    one = own(request, ref)
    version = _final_or_404(one, number)
    assert version.arrived_at is not None
    context = frame(
        one,
        version=version,
        counts=one.valid is not None and one.valid.number == version.number,
        arrived=words.exact(version.arrived_at, one.application.call.zone),
        arrived_utc=words.exact_utc(version.arrived_at),
        timeline=queries.timeline(one),
        standing=queries.standing_of(version),
        prepared=prepared(one, version),
        actions=permissions.available_actions(request.user, one),
    )
    return render(request, "applicants/application_receipt.html", context)


def application_receipt_pdf(request: HttpRequest, ref: str, number: int) -> HttpResponseBase:
    version = _final_or_404(own(request, ref), number)
    if version.receipt is None:
        raise Http404(_("The receipt is being made. Try again in a minute."))
    return serve_private(version.receipt, inline=True)


def application_data(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """What the fingerprint is taken of, byte by byte, so that anyone can check it."""
    version = _final_or_404(own(request, ref), number)
    assert version.payload is not None
    name = f"{ref}-v{version.number}.json"
    response = HttpResponse(payload.canonical(version.payload), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def application_file(request: HttpRequest, ref: str, file: str) -> HttpResponseBase:
    """The applicant's door to a file of any version, also one that was replaced."""
    one = own(request, ref)
    attachments = Attachment.objects.filter(version__application=one.application).select_related("file")
    return serve_private(get_object_or_404(attachments, ref=file).file)


@require_POST
def application_change(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    draft = services.change_application(one.application, by=request.user, arrived=arrived(request))
    if one.mandate is not None:
        services.note_preparation(one.application, draft, by=request.user)
    messages.success(
        request,
        _("Version %(n)d is a draft now. Change what you like, then submit it.") % {"n": draft.number},
    )
    return redirect(one.application)


@PAGE
def application_discard(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref, speaks=True)
    if one.draft is None:
        return redirect(one.application)
    if request.method == "POST":
        services.discard_draft(one.application, by=request.user)
        messages.success(request, _("Version %(n)d was thrown away.") % {"n": one.draft.number})
        return redirect(one.application)
    return render(request, "applicants/application_discard.html", frame(one))


@PAGE
def application_withdraw(request: HttpRequest, ref: str) -> HttpResponseBase:
    one = own(request, ref)
    require(
        permissions.can_withdraw_application(request.user, one.application),
        _("Only a signatory of %(name)s may withdraw.") % {"name": one.application.organisation},
    )
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(
        form, services.withdraw_application, one.application, by=request.user
    ):
        return redirect(one.application)
    context = frame(one, form=form, is_open=one.is_open)
    status = 422 if form.errors else 200
    return render(request, "applicants/application_withdraw.html", context, status=status)
