"""What the clock starts in grants."""

from celery import shared_task

from grants.models import Agreement, Payment
from grants.states import AgreementState
from grants.tasks import render_agreement, render_payment_order


@shared_task(name="grants.render_missing_documents")
def render_missing_documents(limit: int = 30) -> int:
    """Make the agreements and payment orders that the bell did not announce. Returns how many were made."""
    agreements = Agreement.objects.filter(document__isnull=True).exclude(state=AgreementState.WITHDRAWN)
    made = sum(render_agreement(pk) for pk in agreements.order_by("pk").values_list("pk", flat=True)[:limit])
    orders = Payment.objects.filter(order__isnull=True, approved_at__isnull=False).order_by("pk")
    return made + sum(render_payment_order(pk) for pk in orders.values_list("pk", flat=True)[: limit - made])
