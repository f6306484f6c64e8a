"""Rows, users and sessions of the bare project; prints the sessions as JSON."""

import json
import random
import sys
from datetime import timedelta

import django


def main(clients: int) -> None:
    """Make the tables, 2 000 rows of about 6 kB, and a signed-in user for each client."""
    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.utils import timezone

    from tests.benchmarks.bare.models import Row
    from tests.benchmarks.texts import paragraph

    call_command("migrate", run_syncdb=True, verbosity=0)
    chance = random.Random(27)
    now = timezone.now()
    Row.objects.bulk_create(
        [
            Row(
                ref=f"ROW-{n:04d}",
                title=paragraph(chance, 60),
                name=f"Company {n} S.r.l.",
                country="IT",
                state="open",
                cents=n * 100,
                at=now - timedelta(minutes=n),
                body="\n".join(paragraph(chance, 1000) for _ in range(6)),
            )
            for n in range(1, 2001)
        ],
        batch_size=500,
    )
    sessions = []
    for n in range(clients):
        user = User.objects.create(username=f"person{n}")
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        sessions.append(store.session_key)
    json.dump(sessions, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
