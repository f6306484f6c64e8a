"""What the clock starts for people's own data."""

from celery import shared_task

from desk import services


@shared_task(name="desk.erase_people")
def erase_people() -> int:
    """Delete the people whose grace is over, and forget the addresses of last letters. Idempotent, also with two beats.
    Returns how many people were deleted."""
    services.forget_farewells()
    return sum(services.erase_person(pk) for pk in services.erasures_due())


@shared_task(name="desk.keep_terms")
def keep_terms() -> int:
    """Announce and delete what got no money and is past its term. Idempotent, also with two beats. Returns how many
    applications were announced or deleted."""
    done = 0
    for project in services.projects_with_terms():
        done += services.announce_deletion(project)
        done += sum(services.delete_after_term(pk) for pk in services.applications_to_delete(project))
    return done
