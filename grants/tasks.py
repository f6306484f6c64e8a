"""Deferred effects: documents are made in the worker, once. Run twice, nothing changes."""

from celery import shared_task
from django.db import transaction

from core.audit import record
from core.files import store_bytes
from core.tasks import task_options
from grants import documents
from grants.debts import RecoveryOrder
from grants.models import Agreement, Payment
from grants.states import AgreementState


@shared_task(name="grants.render_agreement", **task_options())
def render_agreement(pk: int) -> bool:
    """Make the document of an agreement that has none. Returns whether this call made it.

    The row is locked meanwhile: a second worker passes over it, a killed one leaves nothing behind.
    """
    with transaction.atomic():
        agreement = (
            Agreement.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk, document__isnull=True)
            .exclude(state=AgreementState.WITHDRAWN)
            .first()
        )
        if agreement is None:
            return False
        content = documents.agreement_pdf(agreement)
        agreement.document = store_bytes(
            content, name=f"{agreement.ref}.pdf", media_type="application/pdf", by=None
        )
        agreement.save(update_fields=["document"])
        record(agreement, "agreement.document_made", by=None, data={"sha256": agreement.document.sha256})
    return True


@shared_task(name="grants.render_payment_order", **task_options())
def render_payment_order(pk: int) -> bool:
    """Make the order of an approved payment that has none. Returns whether this call made it."""
    with transaction.atomic():
        payment = (
            Payment.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related(
                "organisation",
                "bank_account__verified_by",
                "proposed_by",
                "approved_by",
                "milestone__agreement__application__call__project",
            )
            .filter(pk=pk, order__isnull=True, approved_at__isnull=False)
            .first()
        )
        if payment is None:
            return False
        content = documents.payment_order_pdf(payment)
        payment.order = store_bytes(content, name=f"{payment.ref}.pdf", media_type="application/pdf", by=None)
        payment.save(update_fields=["order"])
        record(payment, "payment.order_made", by=None, data={"sha256": payment.order.sha256})
    return True


@shared_task(name="grants.render_recovery_letter", **task_options())
def render_recovery_letter(pk: int) -> bool:
    """Make the letter of a confirmed recovery order that has none. Returns whether this call made it."""
    with transaction.atomic():
        order = (
            RecoveryOrder.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=pk, letter__isnull=True, confirmed_at__isnull=False)
            .first()
        )
        if order is None:
            return False
        content = documents.recovery_letter(order)
        order.letter = store_bytes(content, name=f"{order.ref}.pdf", media_type="application/pdf", by=None)
        order.save(update_fields=["letter"])
        record(order, "recoveryorder.letter_made", by=None, data={"sha256": order.letter.sha256})
    return True
