"""The worker is killed in the middle of fifty agreement PDFs: afterwards each exists exactly once."""

import contextlib
import hashlib
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

from tests.journeys.stack import CELERY, ROOT, Stack, running_stack

pytestmark = pytest.mark.journey


def ask(stack: Stack, sql: str) -> list[tuple]:
    """What the product's database answers."""
    connection = psycopg2.connect(stack.environment["DATABASE_URL"])
    with contextlib.closing(connection), connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def documents(stack: Stack) -> int:
    return ask(stack, "SELECT count(*) FROM grants_agreement WHERE document_id IS NOT NULL")[0][0]


def wait_until(condition: Callable[[], bool], seconds: float, stack: Stack) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{documents(stack)} documents\n{stack.logs()}"
        time.sleep(0.1)


def test_worker_killed_in_the_middle_of_fifty_agreements() -> None:
    with running_stack() as stack:
        for name in ("web", "worker", "beat"):
            stack.stop(name)
        assert stack.run("tests.grants.fifty").strip() == "50 0"
        stack.start("worker")
        wait_until(lambda: documents(stack) >= 5, 90, stack)
        stack.kill("worker")
        made_before = documents(stack)
        assert 5 <= made_before < 50

        stack.start("worker")
        sweep = [*CELERY, "call", "grants.render_missing_documents"]  # what beat does every 20 seconds
        subprocess.run(sweep, cwd=ROOT, env=stack.environment, check=True, capture_output=True)
        wait_until(lambda: documents(stack) == 50, 180, stack)
        stack.stop("worker")

        assert ask(stack, "SELECT count(DISTINCT document_id) FROM grants_agreement") == [(50,)]
        stored = ask(stack, "SELECT name, sha256, content FROM core_storedfile WHERE name LIKE '%-GA.pdf'")
        assert len({name for name, _sha256, _content in stored}) == len(stored) == 50
        for _name, sha256, content in stored:
            file = Path(stack.environment["PRIVATE_FILES_DIR"]) / content
            assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
        told = ask(stack, "SELECT count(*) FROM core_auditevent WHERE verb = 'agreement.document_made'")
        assert told == [(50,)]
