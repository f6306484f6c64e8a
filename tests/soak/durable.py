"""A PostgreSQL that keeps what it acknowledged, and that may be killed: all of it at once, as a power cut does."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.services import (
    DATABASE,
    DURABLE,
    Postgres,
    postgres_programs,
    server_environment,
    server_user,
    socket_folder,
)
from ops.throwaway import end_process, spawn, throw_away_folder
from tests.benchmarks.processes import children
from tests.database import admin, migrated_template


@dataclass
class DurablePostgres:
    """One server with `fsync` and `synchronous_commit` on. Call its methods from the main thread."""

    server: Postgres
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, after a crash too, and wait until it answers."""
        self.server.end_leftover()
        self.process = spawn(self.server.command(), dying_by="INT", user=self.server.user, log=self.log)
        self.server.await_ready()

    def kill(self) -> None:
        """End the postmaster and every process of it in the same moment, and wait until all are gone."""
        assert self.process is not None
        everyone = [self.process.pid, *children(self.process.pid)]
        for pid in everyone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        while any(_lives(pid) for pid in everyone):
            time.sleep(0.01)
        self.process = None

    def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None:
            end_process(self.process, by=signal.SIGINT)
            self.process = None


def _lives(pid: int) -> bool:
    """Does this process run? One that is dead and not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextlib.contextmanager
def durable_postgres() -> Iterator[DurablePostgres]:
    """A new server, gone afterwards; meanwhile DATABASE_URL names it. If there was another server before, its migrated
    database is copied, as to migrate takes longer."""
    with throw_away_folder() as (outer, home), pytest.MonkeyPatch.context() as environment:
        server = Postgres(home, socket_folder(home, server_user()), server_user(), dict(DURABLE))
        server.initialise()
        running = DurablePostgres(server, outer / "postgres.log")
        running.start()
        try:
            if os.environ.get("DATABASE_URL"):
                _copy(migrated_template(), server)
            environment.setenv("DATABASE_URL", server.url())
            yield running
        finally:
            running.stop()


def _copy(name: str, server: Postgres) -> None:
    """Copy the database `name` of the tests' server to `server`."""
    programs = postgres_programs(server.home, server.user)
    source = {key: str(value) for key, value in admin().items() if value}
    environment = {**server_environment(), "PGOPTIONS": "-c synchronous_commit=off"}
    target = ["--host", str(server.sockets), "--username", DATABASE]
    here = ["--host", source["host"], "--username", source["user"]]
    here += ["--port", source["port"]] if "port" in source else []
    subprocess.run([str(programs / "createdb"), *target, name], env=environment, check=True)
    with subprocess.Popen(
        [str(programs / "pg_dump"), *here, name], stdout=subprocess.PIPE, env=environment
    ) as dump:
        subprocess.run(
            [str(programs / "psql"), *target, "-qX", "-v", "ON_ERROR_STOP=1", "-d", name],
            stdin=dump.stdout,
            stdout=subprocess.DEVNULL,
            env=environment,
            check=True,
        )
    assert dump.returncode == 0
