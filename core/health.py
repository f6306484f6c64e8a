"""Is this process fit to answer? `/livez` asks only the process; `/readyz` asks what it depends on (QD18)."""

import queue
import threading
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from core import clock
from core.models import OutgoingMessage

MAIL_LATE_MINUTES = 15
PATIENCE = 1.5
"""Seconds in which the database has to answer (QR11)."""

_turn = threading.Lock()


def problems() -> list[str]:
    """What keeps this installation from being trusted, as sentences; empty when all is well.

    Asked in a thread of its own, on a new connection, so that a database that takes the question and stays silent is
    told of like one that refuses it. One question at a time: who waits for a silent database holds one thread, not more.
    """
    silent = [f"database: no answer within {PATIENCE} seconds"]
    if not _turn.acquire(timeout=PATIENCE):
        return silent
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(answers,), name="readiness", daemon=True).start()
    try:
        return answers.get(timeout=PATIENCE)
    except queue.Empty:
        return silent


def _ask(answers: "queue.SimpleQueue[list[str]]") -> None:
    try:
        answers.put(list(_database_problems()))
    except Error as error:
        answers.put([f"database: {(str(error) or type(error).__name__).splitlines()[0]}"])
    finally:
        connection.close()
        _turn.release()


def _database_problems() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '2s'") if connection.in_atomic_block else None
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')"
        )
        for name, setting in cursor.fetchall():
            if setting != "on" and not settings.DEBUG:
                yield f"database: {name} is {setting}, an acknowledged submission could be lost"
        cursor.execute("SELECT abs(extract(epoch FROM clock_timestamp()) - %s)", [time.time()])
        if cursor.fetchone()[0] > 2:
            yield "clock: this host and the database differ by more than two seconds"
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "database: migrations are waiting"


def mail_backlog() -> int:
    """How many messages should have left by now. Watched, not part of readiness: mail never stops the site."""
    due = clock.now().timestamp() - MAIL_LATE_MINUTES * 60
    waiting = OutgoingMessage.objects.to_send().values_list("created_at", flat=True)
    return sum(1 for created in waiting.iterator() if created.timestamp() < due)
