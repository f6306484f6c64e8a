"""The worker is killed in the middle of fifty agreement PDFs: afterwards each exists exactly once."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
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


def kill_with_children(stack: Stack, name: str) -> None:
    """As a power cut: the process and the children that do its work."""
    pid = stack.processes[name].pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    stack.kill(name)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)


def test_worker_killed_in_the_middle_of_fifty_agreements() -> None:
    with running_stack() as stack:
        for name in ("web", "worker", "beat"):
            stack.stop(name)
        drafted = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.grants.fifty"],
            cwd=ROOT,
            env=stack.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert drafted.stdout.strip() == "50 0", drafted.stderr[-3000:]
        stack.start("worker")
        wait_until(lambda: documents(stack) >= 5, 90, stack)
        kill_with_children(stack, "worker")
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
