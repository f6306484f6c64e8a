"""What is measured, running: PostgreSQL with durable settings, the product and the bare project under gunicorn."""

import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from ops.services import DURABLE, Postgres, wrapped
from ops.throwaway import end_process, throw_away_postgres
from tests.benchmarks import client, processes
from tests.journeys.stack import Stack, running_stack

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "python:ops.gunicorn_conf"]
BARE = "tests.benchmarks.bare.wsgi:application"
WEB = {"WEB_CONCURRENCY": "2", "WEB_THREADS": "1"}
SETTINGS = ["server_version", *DURABLE, "data_checksums", "shared_buffers", "max_connections"]


@dataclass(frozen=True)
class Server:
    """One gunicorn: its port and its process."""

    port: int
    pid: int

    @property
    def workers(self) -> list[int]:
        return processes.children(self.pid)


@contextlib.contextmanager
def durable_postgres() -> Iterator[tuple[Postgres, int]]:
    """A PostgreSQL that keeps what it acknowledged, and the process of its postmaster."""
    with throw_away_postgres(settings=dict(DURABLE)) as server:
        lock = (server.sockets / ".s.PGSQL.5432.lock").read_text()
        yield server, int(lock.split()[0])


def shown_settings(server: Postgres) -> dict[str, str]:
    """The settings that decide what an acknowledged write means. Raises SystemExit unless they are durable."""
    connection = psycopg2.connect(server.dsn())
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [SETTINGS])
        found = dict(cursor.fetchall())
    if any(found[name] != wanted for name, wanted in DURABLE.items()):
        raise SystemExit(f"PostgreSQL is not durable: {found}")
    return found


def create_database(server: Postgres, name: str) -> str:
    """A new empty database; its address."""
    connection = psycopg2.connect(server.dsn("postgres"))
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return server.url(name)


@contextlib.contextmanager
def product(server: Postgres) -> Iterator[Stack]:
    """The product as it runs in production, on a database of its own, with the benchmark in the place of the proxy. Worker
    and beat are stopped: a request is measured, not the work that it leaves for later."""
    os.environ["DATABASE_URL"] = server.url()
    production = {"DEMO": "0", "REQUIRE_MFA": "1", "CLOCK_SHIFT_FILE": "", "TRUSTED_PROXIES": "127.0.0.1/32"}
    with running_stack(**WEB, **production) as stack:
        stack.stop("beat")
        stack.stop("worker")
        yield stack


def python(module: str, *arguments: str, environment: dict[str, str], typed: str = "") -> Any:
    """Run a module of ours in a process of its own and return the JSON it printed."""
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SystemExit(f"{module} failed:\n{result.stderr[-3000:]}")
    return json.loads(result.stdout.splitlines()[-1])


@contextlib.contextmanager
def gunicorn(environment: dict[str, str], *, application: str = "", log: Path) -> Iterator[Server]:
    """A gunicorn with the product's configuration on a free port; returns at once, before it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [*GUNICORN, *([application] if application else [])]
    with open(log, "ab") as output:
        process = subprocess.Popen(
            wrapped(command),
            cwd=ROOT,
            env={
                **environment,
                **WEB,
                "WEB_BIND": f"127.0.0.1:{port}",
                "WITH_PARENT": str(os.getpid()),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Server(port, process.pid)
    finally:
        end_process(process)


def await_answer(server: Server, path: str, *, seconds: float = 30) -> float:
    """Ask until the page is there; the seconds that took."""
    begun = time.perf_counter()
    message = client.request("GET", path)
    while time.perf_counter() - begun < seconds:
        with contextlib.suppress(OSError):
            status, answer = client.fetch(server.port, message)
            if status == 200:
                return time.perf_counter() - begun
            raise SystemExit(f"{path} answered {status}: {answer[-500:]!r}")
        time.sleep(0.005)
    raise SystemExit(f"{path} did not answer within {seconds:.0f} seconds")


def cold_start(
    environment: dict[str, str], path: str, *, times: int, log: Path, application: str = ""
) -> float:
    """Seconds from starting the web server to its first answer, in the middle of several tries."""
    found = []
    for _ in range(times):
        with gunicorn(environment, application=application, log=log) as server:
            found.append(await_answer(server, path))
    return statistics.median(found)
