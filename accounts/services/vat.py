"""What VIES said about the VAT number of an organisation: kept with its time, never in the way of anything."""

from datetime import timedelta

from django.db import transaction

from accounts.models import Organisation
from core import clock
from core.audit import record
from core.locks import lock_row

AGAIN_AFTER = timedelta(days=7)
"""A number that was not found may be registered in the meantime."""

AWAY_FOR = timedelta(minutes=15)


@transaction.atomic(durable=True)
def record_vat_check(organisation: Organisation, *, number: str, found: bool) -> bool:
    """Keep whether VIES knows `number`. Returns False, and keeps nothing, when the organisation has another number now."""
    organisation = lock_row(organisation)
    if organisation.vat != number:
        return False
    organisation.vat_asked, organisation.vat_found = number, found
    organisation.vat_asked_at = clock.now()
    organisation.vat_ask_again_at = None if found else clock.now() + AGAIN_AFTER
    organisation.save(update_fields=["vat_asked", "vat_found", "vat_asked_at", "vat_ask_again_at"])
    record(organisation, "organisation.vat_checked", by=None, data={"vat": number, "found": found})
    return True


@transaction.atomic(durable=True)
def postpone_vat_check(organisation: Organisation) -> None:
    """No question about this number for a quarter of an hour, whatever becomes of the one that is asked now. What VIES said
    before of the same number stays."""
    organisation = lock_row(organisation)
    if organisation.vat_asked != organisation.vat:
        organisation.vat_asked, organisation.vat_found, organisation.vat_asked_at = (
            organisation.vat,
            None,
            None,
        )
    organisation.vat_ask_again_at = clock.now() + AWAY_FOR
    organisation.save(update_fields=["vat_asked", "vat_found", "vat_asked_at", "vat_ask_again_at"])
