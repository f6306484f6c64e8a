"""What the clock starts for people's own data."""

from celery import shared_task

from desk import services


@shared_task(name="desk.erase_people")
def erase_people() -> int:
    """Delete the people whose grace is over, and forget the addresses of last letters. Idempotent, also with two beats.
    Returns how many people were deleted."""
    services.forget_farewells()
    return sum(services.erase_person(pk) for pk in services.erasures_due())
