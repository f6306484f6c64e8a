"""A complete draft and its signed-in person, in the database that the environment names: `python -m tests.journeys.drafted`
prints the reference and the session."""

import django


def main() -> None:
    """A call that is open, and Alice's draft in it."""
    django.setup()
    from django.conf import settings
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    from tests.accounts import factories as people
    from tests.applicants import steps
    from tests.calls import factories as calls
    from tests.funding.factories import team

    alice = people.user("Alice Bianchi")
    draft = steps.fill(steps.start(calls.call(team()), alice), alice)
    request = HttpRequest()
    request.session = SessionStore()
    login(request, alice, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    print(draft.ref, request.session.session_key)


if __name__ == "__main__":
    main()
