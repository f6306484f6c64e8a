"""The days that start the retention clock, and the project's own term."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit import record
from core.errors import DomainError, FourEyesRequired, InvalidTransition
from core.locks import lock_row
from funding.models import FinalPayment, Project
from funding.retention import LOSERS_LEAST, LOSERS_MOST


@transaction.atomic(durable=True)
def record_final_payment(project: Project, *, paid_on: date, evidence: str, by: Any) -> FinalPayment:
    """Enter the day of the final payment of the main grant; it holds once a second manager approves it. Raises DomainError for a
    day to come or before the project began, and without evidence."""
    if paid_on > clock.now().date():
        raise DomainError(_("This day is still to come."), field="paid_on")
    if paid_on < project.started_on:
        raise DomainError(_("This is before the project began."), field="paid_on")
    if not evidence.strip():
        raise DomainError(_("Say how the day is known."), field="evidence")
    made = FinalPayment.objects.create(
        project=project, paid_on=paid_on, evidence=evidence.strip(), recorded_by=by
    )
    record(project, "project.final_payment_recorded", by=by, data={"paid_on": paid_on.isoformat()})
    return made


@transaction.atomic(durable=True)
def approve_final_payment(payment: FinalPayment, *, by: Any) -> FinalPayment:
    """The second pair of eyes. Raises FourEyesRequired for the person who entered it."""
    payment = lock_row(payment)
    if payment.approved_at is not None:
        raise InvalidTransition(_("That is approved already."))
    if payment.recorded_by_id == by.pk:
        raise FourEyesRequired(_("You entered this day yourself; another manager has to approve it."))
    payment.approved_by, payment.approved_at = by, clock.now()
    payment.save(update_fields=["approved_by", "approved_at"])
    data = {"paid_on": payment.paid_on.isoformat()}
    record(payment.project, "project.final_payment_approved", by=by, data=data)
    return payment


@transaction.atomic(durable=True)
def set_losers_term(project: Project, *, losers_years: int, by: Any) -> Project:
    """Set for how many years applications without money are kept after their answer. Raises DomainError outside 1 to 10."""
    if not LOSERS_LEAST <= losers_years <= LOSERS_MOST:
        raise DomainError(_("Between 1 and 10 years."), field="losers_years")
    project = lock_row(project)
    before, project.losers_years = project.losers_years, losers_years
    if before != losers_years:
        project.save(update_fields=["losers_years"])
        record(project, "project.losers_term_set", by=by, data={"years": [before, losers_years]})
    return project
