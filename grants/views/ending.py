"""Pages of an agreement's end: closing, termination, recovery orders."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit import history
from core.files import serve_private
from core.forms import Form, attempt
from core.policy import require
from grants import permissions, queries, services
from grants.debts import RecoveryOrder
from grants.forms import AgainForm, EndForm, ReasonForm, RepaymentForm, TerminateForm
from grants.models import Agreement
from grants.states import AgreementState
from grants.views._common import page, typed

PAGE = 50


def agreement_end(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    found = queries.with_facts(Agreement.objects.visible_to_staff(request.user))
    agreement = get_object_or_404(found, application__call__slug=slug, ref=ref)
    require(permissions.can_manage_agreement(request.user, agreement))
    closes = queries.waits_for_closing(agreement)
    today = queries.today(agreement.application.call.zone)
    kind = EndForm if closes else TerminateForm
    form = kind(
        *typed(request),
        reckonings=queries.reckonings(agreement),
        initial={} if closes else {"ended_on": today, "notice_on": today},
    )
    verb = services.close_agreement if closes else services.terminate_agreement
    if request.method == "POST" and attempt(form, verb, agreement, by=request.user):
        n = agreement.recoveries.count()
        text = _("Closed.") if closes else _("Terminated. The beneficiary is told.")
        if n:
            text += " " + ngettext(
                "%(n)d recovery order is proposed; another person confirms it.",
                "%(n)d recovery orders are proposed; another person confirms them.",
                n,
            ) % {"n": n}
        messages.success(request, text)
        return redirect(agreement.staff_url())
    possible = agreement.state == AgreementState.IN_FORCE
    context = page(agreement, form=form, closes=closes, possible=possible)
    return render(request, "grants/agreement_end.html", context, status=422 if form.errors else 200)


def recovery_list(request: HttpRequest) -> HttpResponse:
    found = queries.recovery_rows(request.user)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    context = {
        "orders": [(one, _late(one)) for one in shown],
        "sums": queries.recovery_sums(request.user),
        "next_url": f"?before={shown[-1].pk}" if len(rows) > PAGE else "",
        "shown": ngettext("%d recovery order", "%d recovery orders", len(shown)) % len(shown),
    }
    return render(request, "grants/recovery_list.html", context)


def _late(order: RecoveryOrder) -> bool:
    return order.is_overdue(queries.today(order.agreement.application.call.zone))


def _order(request: HttpRequest, ref: str) -> RecoveryOrder:
    return get_object_or_404(queries.recovery_rows(request.user), ref=ref)


def _page(request: HttpRequest, order: RecoveryOrder, **context: Any) -> dict[str, Any]:
    return page(
        order.agreement,
        order=order,
        is_overdue=_late(order),
        actions=permissions.recovery_actions(request.user, order),
        **context,
    )


def recovery_detail(request: HttpRequest, ref: str) -> HttpResponse:
    order = _order(request, ref)
    context = _page(
        request,
        order,
        repayments=list(order.repayments.select_related("recorded_by")),
        trail=list(history(order).order_by("-pk")),
        is_own=order.proposed_by_id == request.user.pk,
    )
    return render(request, "grants/recovery_detail.html", context)


def recovery_letter(request: HttpRequest, ref: str) -> FileResponse:
    return _letter(_order(request, ref))


def _own_order(request: HttpRequest, ref: str, recovery: str) -> RecoveryOrder:
    found = RecoveryOrder.objects.visible_to(request.user).filter(agreement__ref=ref)
    related = ("letter", "organisation", "agreement__application__call__project")
    return get_object_or_404(found.select_related(*related).defer("agreement__data"), ref=recovery)


def recovery_own(request: HttpRequest, ref: str, recovery: str) -> HttpResponse:
    """What is to be repaid, for the people of who owes it and of the beneficiary; only the latter open the agreement."""
    order = _own_order(request, ref, recovery)
    context = page(
        order.agreement,
        order=order,
        is_overdue=_late(order),
        repayments=list(order.repayments.all()),
        may_open=Agreement.objects.visible_to(request.user).filter(pk=order.agreement_id).exists(),
    )
    return render(request, "grants/recovery_own.html", context)


def recovery_own_letter(request: HttpRequest, ref: str, recovery: str) -> FileResponse:
    return _letter(_own_order(request, ref, recovery))


def _letter(order: RecoveryOrder) -> FileResponse:
    if order.letter is None:
        raise Http404
    return serve_private(order.letter, inline=True)


def recovery_again(request: HttpRequest, ref: str) -> HttpResponse:
    """Propose again what was dropped."""
    order = _order(request, ref)
    require(permissions.can_handle_recovery(request.user, order.agreement))
    form = AgainForm(*typed(request), initial={"reason": order.reason, "days_to_pay": order.days_to_pay})
    if request.method == "POST" and attempt(form, services.propose_again, order.agreement, by=request.user):
        messages.success(request, _("Proposed again. Another person confirms."))
        return redirect(form.result[0])
    context = _page(request, order, form=form, act="again")
    return render(request, "grants/recovery_act.html", context, status=422 if form.errors else 200)


def recovery_act(request: HttpRequest, ref: str, act: str) -> HttpResponse:
    """One act on a recovery order: a page that says what will happen, and the form that does it."""
    order = _order(request, ref)
    require(permissions.can_handle_recovery(request.user, order.agreement))
    today = queries.today(order.agreement.application.call.zone)
    acts: dict[str, tuple[type[Form], Any, dict[str, Any], str]] = {
        "confirm": (Form, services.confirm_recovery, {}, _("Confirmed. The letter is being made.")),
        "drop": (ReasonForm, services.drop_recovery, {}, _("Dropped. It can be proposed again.")),
        "repaid": (RepaymentForm, services.record_repayment, {}, _("Recorded. The books say so.")),
        "waive": (ReasonForm, services.propose_waiver, {}, _("Proposed. Another person decides.")),
        "agree": (Form, services.decide_waiver, {"agree": True}, _("Waived. The debtor is told.")),
        "refuse": (Form, services.decide_waiver, {"agree": False}, _("Refused. The order stays.")),
    }
    if act not in acts:
        raise Http404
    kind, verb, more, done = acts[act]
    form = kind(*typed(request), initial={"received_on": today})
    if request.method == "POST" and attempt(form, verb, order, by=request.user, **more):
        messages.success(request, done)
        return redirect(order)
    context = _page(request, order, form=form, act=act)
    return render(request, "grants/recovery_act.html", context, status=422 if form.errors else 200)
