"""What the clock starts in grants."""

from celery import shared_task

from grants.debts import RecoveryOrder
from grants.models import Agreement, Payment
from grants.states import AgreementState
from grants.tasks import render_agreement, render_payment_order, render_recovery_letter


@shared_task(name="grants.render_missing_documents")
def render_missing_documents(limit: int = 30) -> int:
    """Make the agreements, payment orders and letters that the bell did not announce. Returns how many were made."""
    agreements = Agreement.objects.filter(document__isnull=True).exclude(state=AgreementState.WITHDRAWN)
    made = sum(render_agreement(pk) for pk in agreements.order_by("pk").values_list("pk", flat=True)[:limit])
    orders = Payment.objects.filter(order__isnull=True, approved_at__isnull=False).order_by("pk")
    made += sum(render_payment_order(pk) for pk in orders.values_list("pk", flat=True)[: limit - made])
    letters = RecoveryOrder.objects.filter(letter__isnull=True, confirmed_at__isnull=False).order_by("pk")
    return made + sum(
        render_recovery_letter(pk) for pk in letters.values_list("pk", flat=True)[: max(0, limit - made)]
    )
