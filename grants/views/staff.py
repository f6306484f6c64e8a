"""The funder's pages: agreements of a call, reports, bank accounts."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from calls.calendar import add_months
from calls.models import Call
from calls.queries import instalment_plans
from core.errors import DomainError
from core.files import serve_private
from core.forms import attempt
from core.policy import require
from funding.bank import is_same_name
from funding.permissions import can_manage_project
from grants import permissions, queries, services
from grants.forms import DraftForm, PlanForm, ReviewForm, SignForm, VerifyForm, WithdrawForm
from grants.models import Agreement, Milestone
from grants.views._common import call_or_404, page, typed

PAGE = 50


def _agreement(request: HttpRequest, slug: str, ref: str) -> Agreement:
    found = queries.with_facts(Agreement.objects.visible_to_staff(request.user))
    return get_object_or_404(found, application__call__slug=slug, ref=ref)


def _milestone(request: HttpRequest, slug: str, ref: str, milestone: str) -> Milestone:
    agreement = _agreement(request, slug, ref)
    row = get_object_or_404(agreement.milestones, ref=milestone)
    row.agreement = agreement
    return row


# --- the list, and drafting -------------------------------------------------------------------------------
def agreement_list(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    return _show_list(request, call, _draft_form(request, call))


@require_POST
def agreement_draft(request: HttpRequest, slug: str) -> HttpResponse:
    call = call_or_404(request, slug)
    require(can_manage_project(request.user, call.project))
    form = _draft_form(request, call, request.POST)
    if attempt(form, services.draft_agreements, by=request.user):
        made, refused = form.result
        n = len(made)
        text = ngettext("%(n)d agreement is drafted.", "%(n)d agreements are drafted.", n) % {"n": n}
        messages.success(request, text + " " + _("The documents are being made; check them, then send them."))
        for sentence in refused:
            messages.warning(request, sentence)
        return redirect("grants:agreement_list", slug=slug)
    return _show_list(request, call, form, status=422)


def agreement_plan(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The agreement of one file, with instalments agreed for it."""
    call = call_or_404(request, slug)
    require(can_manage_project(request.user, call.project))
    files = queries.awaiting_agreement(call).exclude(recusals__user=request.user)
    application = get_object_or_404(files, ref=ref, call__instalments_agreed=True)
    first = add_months(queries.today(call.zone), 1).replace(day=1)
    initial = {"starts_on": first, "months": call.project_months}
    form = PlanForm(*typed(request), plans=instalment_plans(call), initial=initial)
    if request.method == "POST" and attempt(form, services.draft_agreement, application, by=request.user):
        messages.success(
            request, _("The agreement is drafted. Its document is being made; check it, then send it.")
        )
        return redirect(form.result.staff_url())
    context = {"call": call, "project": call.project, "application": application, "form": form}
    return render(request, "grants/agreement_plan.html", context, status=422 if form.errors else 200)


def _draft_form(request: HttpRequest, call: Call, data: Any = None) -> DraftForm:
    waiting = queries.awaiting_agreement(call).exclude(recusals__user=request.user)[:200]
    first = add_months(queries.today(call.zone), 1).replace(day=1)
    return DraftForm(
        data, applications=waiting, most_months=call.project_months, initial={"starts_on": first}
    )


def _show_list(request: HttpRequest, call: Call, form: DraftForm, status: int = 200) -> HttpResponse:
    after = request.GET.get("after", "")
    rows = list(queries.agreement_rows(call, request.user).filter(ref__gt=after)[: PAGE + 1])
    shown = rows[:PAGE]
    context = {
        "call": call,
        "project": call.project,
        "form": form,
        "waiting": list(form.applications.values()),
        "agreements": shown,
        "next_url": f"?after={shown[-1].ref}" if len(rows) > PAGE else "",
        "shown": ngettext("%d agreement", "%d agreements", len(shown)) % len(shown),
        "sums": queries.call_sums(call, request.user),
        "may_manage": can_manage_project(request.user, call.project),
    }
    return render(request, "grants/agreement_list.html", context, status=status)


# --- one agreement ----------------------------------------------------------------------------------------
def agreement_staff(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    agreement = _agreement(request, slug, ref)
    waiting = queries.open_conditions(agreement) if agreement.state == "drafted" else []
    context = page(
        agreement,
        sheet=queries.sheet(agreement, trail=True),
        actions=permissions.staff_actions(request.user, agreement),
        closing_note=queries.closing_note(agreement) if agreement.state == "withdrawn" else "",
        waits_for_closing=queries.waits_for_closing(agreement),
        recoveries=list(agreement.recoveries.select_related("organisation")),
        open_conditions=waiting,
        conditions_url=queries.conditions_url(agreement) if waiting else "",
    )
    return render(request, "grants/agreement_staff.html", context)


def agreement_staff_document(request: HttpRequest, slug: str, ref: str) -> FileResponse:
    agreement = _agreement(request, slug, ref)
    if agreement.document is None:
        raise Http404
    return serve_private(agreement.document, inline=True)


@require_POST
def agreement_send(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    agreement = _agreement(request, slug, ref)
    require(permissions.can_manage_agreement(request.user, agreement))
    try:
        services.send_agreement(agreement, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Sent. The signatories of the beneficiary have a message with the link."))
    return redirect(agreement.staff_url())


def agreement_withdraw(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    agreement = _agreement(request, slug, ref)
    require(permissions.can_manage_agreement(request.user, agreement))
    form = WithdrawForm(*typed(request), was_sent=agreement.sent_at is not None)
    if request.method == "POST" and attempt(form, services.withdraw_agreement, agreement, by=request.user):
        messages.success(request, _("Withdrawn. The file waits for a new agreement."))
        return redirect("grants:agreement_list", slug=slug)
    context = page(agreement, form=form)
    return render(request, "grants/agreement_withdraw.html", context, status=422 if form.errors else 200)


def agreement_countersign(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    agreement = _agreement(request, slug, ref)
    require(permissions.can_manage_agreement(request.user, agreement))
    shown = agreement.document.sha256 if agreement.document else ""
    statement = _("I have read the agreement and sign it for the coordinator")
    form = SignForm(*typed(request), statement=statement, initial={"sha256": shown})
    if request.method == "POST" and attempt(form, services.countersign_agreement, agreement, by=request.user):
        messages.success(request, _("Countersigned. The agreement is in force and the money committed."))
        return redirect(agreement.staff_url())
    context = page(agreement, form=form, sheet=queries.sheet(agreement))
    return render(request, "grants/agreement_countersign.html", context, status=422 if form.errors else 200)


# --- reports ----------------------------------------------------------------------------------------------
def milestone_review(request: HttpRequest, slug: str, ref: str, milestone: str) -> HttpResponse:
    row = _milestone(request, slug, ref, milestone)
    form = ReviewForm(*typed(request), partial=row.agreement.application.call.partial_approval)
    if request.method == "POST":
        require(permissions.can_manage_agreement(request.user, row.agreement))
        if attempt(form, services.review_milestone, row, by=request.user):
            messages.success(request, _("Recorded. The beneficiary is told."))
            return redirect(request.path)
    sheet = queries.sheet(row.agreement)
    index = next(index for index, step in enumerate(sheet.steps) if step.milestone.pk == row.pk)
    context = page(
        row.agreement,
        form=form,
        milestone=row,
        sheet=sheet,
        step=sheet.steps[index],
        shares=[(party.organisation, party.columns[index]) for party in sheet.parties],
        actions=permissions.review_actions(request.user, row),
    )
    return render(request, "grants/milestone_review.html", context, status=422 if form.errors else 200)


def report_staff_file(request: HttpRequest, slug: str, ref: str, milestone: str, number: int) -> FileResponse:
    return nth_file(_milestone(request, slug, ref, milestone), number)


def nth_file(milestone: Milestone, number: int) -> FileResponse:
    """The file of the milestone's n-th report, counted from one."""
    reports = list(milestone.reports.select_related("file"))
    stored = reports[number - 1].file if 1 <= number <= len(reports) else None
    if stored is None:
        raise Http404
    return serve_private(stored)


@require_POST
def payments_propose(request: HttpRequest, slug: str, ref: str, milestone: str) -> HttpResponse:
    row = _milestone(request, slug, ref, milestone)
    require(permissions.can_propose_payment(request.user, row))
    try:
        payments = services.propose_payments(row, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        n = len(payments)
        text = ngettext("%(n)d payment is proposed.", "%(n)d payments are proposed.", n) % {"n": n}
        messages.success(request, text + " " + _("A finance officer other than you approves."))
    return redirect(reverse("grants:milestone_review", args=[slug, ref, milestone]))


# --- bank accounts ----------------------------------------------------------------------------------------
def bank_account_verify(request: HttpRequest, slug: str, ref: str, organisation: str) -> HttpResponse:
    agreement = _agreement(request, slug, ref)
    require(permissions.can_verify_bank_account(request.user, agreement))
    accounts = agreement.bank_accounts.select_related("organisation", "added_by", "verified_by")
    account = get_object_or_404(accounts, organisation__ref=organisation, replaced_at__isnull=True)
    form = VerifyForm(*typed(request))
    if request.method == "POST" and attempt(form, services.verify_bank_account, account, by=request.user):
        messages.success(request, _("The account is verified. Payments to it can be approved."))
        return redirect(agreement.staff_url())
    earlier = accounts.filter(organisation=account.organisation, replaced_at__isnull=False)
    context = page(
        agreement,
        form=form,
        account=account,
        is_same_name=is_same_name(account.holder, account.organisation.legal_name),
        earlier=list(earlier),
    )
    return render(request, "grants/bank_account_verify.html", context, status=422 if form.errors else 200)
