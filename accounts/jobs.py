"""What the clock starts for people and organisations."""

import structlog
from celery import shared_task

from accounts import queries, services, vies

log = structlog.get_logger(__name__)


@shared_task(name="accounts.check_vat_numbers")
def check_vat_numbers(limit: int = 6) -> int:
    """Ask VIES about VAT numbers that it was not asked about, or that it did not know a week ago; off without VIES_URL.

    Nobody waits for it: what is away is asked again later. Returns how many got an answer.
    """
    if not vies.is_configured():
        return 0
    answered = 0
    for organisation in queries.vat_to_check()[:limit]:
        services.postpone_vat_check(
            organisation
        )  # first: whatever happens, the next run begins with another one
        try:
            found = vies.is_known(organisation.vat)
        except vies.Unavailable as error:
            log.warning("vies_away", organisation=organisation.pk, error=str(error)[:200])
        else:
            answered += services.record_vat_check(organisation, number=organisation.vat, found=found)
    return answered
