"""Projects: consortium, money, targets, and the entries behind each figure."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.files import serve_private
from core.forms import attempt
from core.policy import require
from funding import permissions, queries, services
from funding.forms import BankForm, CeilingForm, KpiForm, LookForm
from funding.models import Account, LedgerEntry, Project

PAGE = 100


def project_list(request: HttpRequest) -> HttpResponse:
    projects = Project.objects.visible_to(request.user)
    if len(projects) == 1:
        return redirect(projects[0])
    rows = queries.projects_money(projects)
    return render(request, "funding/project_list.html", {"rows": rows})


def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    money = queries.project_money(project)
    entries = reverse("funding:ledger", args=[slug])
    context = {
        "project": project,
        "money": money,
        "parts": money.parts(lambda account: f"{entries}?account={account}"),
        "entries_url": entries,
        "lines": queries.lines_money(project),
        "ceiling": queries.ceiling_cents(project),
        "consortium": queries.consortium(project),
        "share": queries.share_percent(money.envelope, project.eu_grant_cents),
        "all_free": money.free + money.reserved,
        "members": project.members.filter(ended_at__isnull=True).select_related("user", "organisation"),
        "indicators": queries.indicators(project),
        "roles": permissions.role_in(request.user, project),
    }
    return render(request, "funding/project_detail.html", context)


def project_look(request: HttpRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    may_manage = permissions.can_manage_project(request.user, project)
    if request.method == "POST":
        require(may_manage)
    form = LookForm(request.POST if request.method == "POST" else None, request.FILES or None)
    form.initial["accent"] = project.accent
    if attempt(form, services.change_look, project, by=request.user):
        messages.success(request, _("Saved. Every page of the project looks like this now."))
        return redirect("funding:project_look", slug)
    context = {"project": project, "may_manage": may_manage, "form": form}
    return render(request, "funding/project_look.html", context, status=422 if form.errors else 200)


def project_bank(request: HttpRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    may_change = permissions.can_handle_money(request.user, project)
    if request.method == "POST":
        require(may_change)
    initial = {"holder": project.bank_holder, "iban": project.bank_iban, "bic": project.bank_bic}
    form = BankForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and attempt(form, services.change_bank, project, by=request.user):
        messages.success(request, _("Saved. Recovery orders confirmed from now on name this account."))
        return redirect("funding:project_bank", slug)
    context = {"project": project, "may_change": may_change, "form": form}
    return render(request, "funding/project_bank.html", context, status=422 if form.errors else 200)


@require_safe
def project_logo(request: HttpRequest, slug: str) -> HttpResponseBase:
    project = get_object_or_404(Project.objects.exclude(logo=None).select_related("logo"), slug=slug)
    response = serve_private(project.logo, inline=True)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def ceiling(request: HttpRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    may_manage = permissions.can_manage_project(request.user, project)
    if request.method == "POST":
        require(may_manage)
    waiting = project.ceilings.filter(approved_by__isnull=True)
    if "approve" in request.POST:
        chosen = request.POST["approve"]
        found = get_object_or_404(waiting, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)
        services.approve_ceiling(found, by=request.user)
        messages.success(request, _("Approved. It holds from now on."))
        return redirect("funding:ceiling", slug)
    form = CeilingForm(request.POST if request.method == "POST" else None, project=project)
    if attempt(form, services.record_ceiling, project, by=request.user):
        messages.success(request, _("Recorded. It holds once another manager has approved it."))
        return redirect("funding:ceiling", slug)
    context = {
        "project": project,
        "rule": queries.ceiling(project),
        "records": queries.ceilings(project),
        "may_manage": may_manage,
        "form": form,
    }
    return render(request, "funding/ceiling.html", context, status=422 if form.errors else 200)


def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    account = request.GET.get("account", "")
    account = account if account in Account.values else ""
    line = request.GET.get("line", "")
    found = queries.entries(project, account=account, line=int(line) if line.isdecimal() else None)
    before = request.GET.get("before", "")
    if before.isdecimal():
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    context = {
        "project": project,
        "entries": rows[:PAGE],
        "next_url": _older(rows, account, line),
        "shown": ngettext("%d entry", "%d entries", len(rows[:PAGE])) % len(rows[:PAGE]),
        "account": Account(account).label if account else "",
    }
    return render(request, "funding/ledger.html", context)


def _older(rows: list[LedgerEntry], account: str, line: str) -> str:
    if len(rows) <= PAGE:
        return ""
    asked = {"account": account, "line": line, "before": rows[PAGE - 1].pk}
    return f"?{urlencode({name: value for name, value in asked.items() if value})}"


def kpi_record(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    may_record = permissions.can_manage_project(request.user, project)
    indicator = get_object_or_404(queries.indicators(project), code=code)
    form = KpiForm(request.POST or None)
    if request.method == "POST":
        require(may_record)
    if request.method == "POST" and attempt(form, services.add_kpi_event, indicator, by=request.user):
        messages.success(request, _("Counted."))
        return redirect(project)
    context = {
        "project": project,
        "indicator": indicator,
        "may_record": may_record,
        "events": indicator.events.select_related("by").order_by("-pk"),
        "form": form,
    }
    return render(request, "funding/kpi_record.html", context)
