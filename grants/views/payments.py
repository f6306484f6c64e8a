"""Pages of payments: the list of all own projects, one payment, and each act on it."""

from collections.abc import Callable
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
from funding.bank import is_same_name
from grants import permissions, queries, services
from grants.forms import ApproveForm, PaidForm, ReasonForm
from grants.models import Payment
from grants.states import PaymentState
from grants.views._common import page, typed

PAGE = 50


def payment_list(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in PaymentState.values else ""
    before = request.GET.get("before", "")
    found = queries.payment_rows(request.user, state=state)
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    sums = queries.payment_sums(request.user)
    context = {
        "payments": shown,
        "state": state,
        "filters": [("", _("All"), sum(count for count, _cents in sums.values()))]
        + [(value, label, sums.get(value, (0, 0))[0]) for value, label in PaymentState.choices],
        "to_approve": sums.get(PaymentState.PROPOSED, (0, 0))[1],
        "to_pay": sums.get(PaymentState.APPROVED, (0, 0))[1],
        "paid": sums.get(PaymentState.PAID, (0, 0))[1],
        "recovered": queries.recovery_sums(request.user),
        "next_url": f"?state={state}&before={shown[-1].pk}" if len(rows) > PAGE else "",
        "shown": ngettext("%d payment", "%d payments", len(shown)) % len(shown),
    }
    return render(request, "grants/payment_list.html", context)


def _payment(request: HttpRequest, ref: str) -> Payment:
    found = queries.payment_rows(request.user).select_related(
        "organisation",
        "milestone__agreement__application__call__project",
        "milestone__agreement__application__organisation",
        "bank_account__verified_by",
        "bank_account__added_by",
        "proposed_by",
        "approved_by",
        "paid_by",
        "order",
    )
    return get_object_or_404(found, ref=ref)


def _page(payment: Payment, **context: Any) -> dict[str, Any]:
    same = is_same_name(payment.bank_account.holder, payment.organisation.legal_name)
    return page(payment.milestone.agreement, payment=payment, is_same_name=same, **context)


def payment_detail(request: HttpRequest, ref: str) -> HttpResponse:
    payment = _payment(request, ref)
    context = _page(
        payment,
        actions=permissions.payment_actions(request.user, payment),
        is_own=payment.proposed_by_id == request.user.pk,
        trail=list(history(payment).order_by("-pk")),
        last_note=_last_note(payment),
    )
    return render(request, "grants/payment_detail.html", context)


def _last_note(payment: Payment) -> str:
    if payment.state not in (PaymentState.FAILED, PaymentState.CANCELLED):
        return ""
    event = history(payment).filter(to_state=payment.state).last()
    return event.note if event else ""


def payment_order(request: HttpRequest, ref: str) -> FileResponse:
    payment = _payment(request, ref)
    require(permissions.can_see_bank_account(request.user, payment.milestone.agreement))
    if payment.order is None:
        raise Http404
    return serve_private(payment.order, inline=True)


def _act(
    request: HttpRequest,
    payment: Payment,
    form: Form,
    verb: Callable[..., Payment],
    *,
    kind: str,
    done: str,
) -> HttpResponse:
    """One act on a payment: a page that says what will happen, and the form that does it."""
    if request.method == "POST" and attempt(form, verb, payment, by=request.user):
        messages.success(request, done)
        return redirect(payment)
    actions = permissions.payment_actions(request.user, payment)
    context = _page(payment, form=form, kind=kind, actions=actions)
    return render(request, "grants/payment_act.html", context, status=422 if form.errors else 200)


def payment_approve(request: HttpRequest, ref: str) -> HttpResponse:
    payment = _payment(request, ref)
    require(permissions.can_approve_payment(request.user, payment))
    form, done = ApproveForm(*typed(request)), _("Approved. The payment order is being made.")
    return _act(request, payment, form, services.approve_payment, kind="approve", done=done)


def payment_paid(request: HttpRequest, ref: str) -> HttpResponse:
    payment = _payment(request, ref)
    require(permissions.can_approve_payment(request.user, payment))
    today = queries.today(payment.milestone.agreement.application.call.zone)
    form = PaidForm(*typed(request), initial={"paid_on": today})
    done = _("Paid. The books say so, and the beneficiary is told.")
    return _act(request, payment, form, services.mark_payment_paid, kind="paid", done=done)


def payment_failed(request: HttpRequest, ref: str) -> HttpResponse:
    payment = _payment(request, ref)
    require(permissions.can_approve_payment(request.user, payment))
    form, done = ReasonForm(*typed(request)), _("Noted. Cancel the payment, then propose it again.")
    return _act(request, payment, form, services.mark_payment_failed, kind="failed", done=done)


def payment_cancel(request: HttpRequest, ref: str) -> HttpResponse:
    payment = _payment(request, ref)
    require(permissions.can_cancel_payment(request.user, payment))
    form, done = (
        ReasonForm(*typed(request)),
        _("Cancelled. The milestone's share can be proposed again."),
    )
    return _act(request, payment, form, services.cancel_payment, kind="cancel", done=done)
