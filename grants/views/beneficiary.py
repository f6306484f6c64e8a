"""The beneficiary's pages: read, sign, bank account, reports."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from applicants.models import Application
from core.files import serve_private
from core.forms import attempt
from core.htmx import render
from core.policy import require
from grants import permissions, queries, services
from grants.forms import BankAccountForm, ReportForm, SignForm
from grants.models import Agreement, Milestone
from grants.views._common import page, typed
from grants.views.staff import nth_file


def _agreement(request: HttpRequest, ref: str) -> Agreement:
    return get_object_or_404(queries.with_facts(Agreement.objects.visible_to(request.user)), ref=ref)


def _milestone(request: HttpRequest, ref: str, milestone: str) -> Milestone:
    agreement = _agreement(request, ref)
    row = get_object_or_404(agreement.milestones.filter(needs_report=True), ref=milestone)
    row.agreement = agreement
    return row


def agreement_detail(request: HttpRequest, ref: str) -> HttpResponse:
    found = queries.with_facts(Agreement.objects.visible_to(request.user)).filter(ref=ref).first()
    if found is None:
        staff = Agreement.objects.visible_to_staff(request.user).select_related("application__call")
        return redirect(get_object_or_404(staff, ref=ref).staff_url())
    context = page(
        found,
        sheet=queries.sheet(found),
        recoveries=list(found.recoveries.visible_to(request.user).select_related("organisation")),
        actions=permissions.available_actions(request.user, found),
        takes_survey=queries.has_ended(found) and queries.takes_payment_survey(found),
        closing_note=queries.closing_note(found) if found.state == "withdrawn" else "",
    )
    return render(request, "grants/agreement_detail.html", context)


def agreement_document(request: HttpRequest, ref: str) -> FileResponse:
    agreement = _agreement(request, ref)
    if agreement.document is None:
        raise Http404
    return serve_private(agreement.document, inline=True)


def agreement_sign(request: HttpRequest, ref: str) -> HttpResponse:
    agreement = _agreement(request, ref)
    require(
        permissions.can_sign_agreement(request.user, agreement),
        _("Only a signatory of your organisation can sign. Ask one of them."),
    )
    shown = agreement.document.sha256 if agreement.document else ""
    statement = _("I have read the agreement and I am entitled to sign it for %s") % (
        agreement.application.organisation
    )
    form = SignForm(*typed(request), statement=statement, initial={"sha256": shown})
    if request.method == "POST" and attempt(form, services.sign_agreement, agreement, by=request.user):
        messages.success(request, _("Signed. The coordinator countersigns next; you will have a message."))
        return redirect(agreement)
    context = page(agreement, form=form, sheet=queries.sheet(agreement))
    return render(request, "grants/agreement_sign.html", context, status=422 if form.errors else 200)


def bank_account_enter(request: HttpRequest, ref: str, organisation: str) -> HttpResponse:
    agreement = _agreement(request, ref)
    require(
        permissions.can_sign_agreement(request.user, agreement),
        _("Only a signatory of your organisation can enter a bank account. Ask one of them."),
    )
    share = get_object_or_404(agreement.shares.select_related("organisation"), organisation__ref=organisation)
    account = agreement.bank_accounts.filter(
        organisation=share.organisation, replaced_at__isnull=True
    ).first()
    form = BankAccountForm(*typed(request), initial={"holder": share.organisation.legal_name[:70]})
    verb = services.enter_bank_account
    if request.method == "POST" and attempt(form, verb, agreement, share.organisation, by=request.user):
        messages.success(
            request, _("The bank account is kept. A finance officer checks it before the first payment.")
        )
        return redirect(agreement)
    context = page(agreement, form=form, organisation=share.organisation, account=account)
    return render(request, "grants/bank_account_enter.html", context, status=422 if form.errors else 200)


def milestone_report(request: HttpRequest, ref: str, milestone: str) -> HttpResponse:
    row = _milestone(request, ref, milestone)
    form = ReportForm(*typed(request, files=True))
    if request.method == "POST":
        require(permissions.can_report_milestone(request.user, row))
        if attempt(form, services.report_milestone, row, by=request.user):
            messages.success(request, _("Your report is handed in. The coordinator reads it next."))
            return redirect(request.path)
    reports = list(row.reports.select_related("file", "submitted_by"))
    owed = sum(share.owed_cents for share in row.shares.all())
    context = page(
        row.agreement,
        form=form,
        milestone=row,
        reports=reports,
        accepted_part=owed if owed < row.amount_cents else 0,
        due_at=queries.end_of(row.due_on, row.agreement.application.call.zone),
        may_report=permissions.may_be_reported(row),
        is_overdue=row.is_overdue(queries.today(row.agreement.application.call.zone)),
    )
    return render(request, "grants/milestone_report.html", context, status=422 if form.errors else 200)


def report_file(request: HttpRequest, ref: str, milestone: str, number: int) -> FileResponse:
    return nth_file(_milestone(request, ref, milestone), number)


def agreement_panel(request: HttpRequest, ref: str) -> HttpResponse:
    """The agreement of an application, if it was sent: a panel of the applicant's page, and a page of its own."""
    applications = Application.objects.of_own_people(request.user).select_related(
        "call__project", "organisation"
    )
    application = get_object_or_404(applications, ref=ref)
    found = Agreement.objects.visible_to(request.user).live().filter(application=application)
    agreement = found.defer("data").first()
    context = {
        "application": application,
        "agreement": agreement,
        "call": application.call,
        "project": application.call.project,
        "actions": permissions.available_actions(request.user, agreement) if agreement else set(),
        "conditions": [] if agreement else queries.conditions_of(application),
    }
    return render(request, "grants/agreement_panel.html", context, partial="panel")
