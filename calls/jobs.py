"""What the clock starts: news to subscribers, and forgetting addresses that are no longer needed."""

from celery import shared_task

from calls import queries, services
from core import clock

AT_ONCE = 200


@shared_task(name="calls.tell_subscribers")
def tell_subscribers() -> int:
    """Tell subscribers what is new in their calls, and once a day which new calls fit their search. Idempotent, also with
    two beats. Returns how many mails were written."""
    now = clock.now()
    told = sum(services.tell_of_call(pk) for pk in queries.subscriptions_with_news(now, AT_ONCE))
    until = queries.searches_until(now)
    found = queries.searches_with_news(until, AT_ONCE)
    return told + sum(services.tell_of_search(pk, until=until) for pk in found)


@shared_task(name="calls.forget_addresses")
def forget_addresses() -> int:
    """Delete addresses that nobody confirmed, and those of askers when the call is long over. Returns how many."""
    return services.forget_addresses()
