"""PostgreSQL and Redis that live as long as a test run: `throw_away_postgres()` and `throw_away_redis()`."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.services import (
    Postgres,
    Redis,
    make_private,
    server_environment,
    server_user,
    socket_folder,
    wrapped,
)

PREFIX = "voucher-desk-test-"
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class RunningRedis:
    """A throw-away Redis that a test may stop and start again, to see what the product does without it."""

    server: Redis
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; nothing when it runs."""
        if self.process is None:
            self.process = spawn(
                self.server.command(), user=self.server.user, log=self.server.home.parent / "redis.log"
            )
            self.server.await_ready()

    def stop(self) -> None:
        """Stop it and wait until it is gone; nothing when it is stopped."""
        if self.process is not None:
            end_process(self.process)
            self.process = None

    def kill(self) -> None:
        """End it as a power cut would: nothing is saved."""
        if self.process is not None:
            end_process(self.process, by=signal.SIGKILL)
            self.process = None


def spawn(
    command: Sequence[str], *, dying_by: str = "TERM", user: str | None = None, log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a server that ends with this process, even when this process is killed. Call it from the main thread:
    the kernel watches the thread."""
    environment = {**server_environment(), "WITH_PARENT": str(os.getpid())}
    line = wrapped(command, dying_by=dying_by, user=user, log=log)
    return subprocess.Popen(line, cwd="/", env=environment, stdin=subprocess.DEVNULL, start_new_session=True)


def end_process(process: subprocess.Popen[bytes], *, by: int = signal.SIGTERM, seconds: float = 15) -> None:
    """Ask a process to end, insist after `seconds`, and wait for it."""
    process.send_signal(by)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def remove_abandoned(parent: Path) -> None:
    """Remove scratch folders whose test run was killed before it could; those of other users are left alone."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            if folder.lstat().st_uid == os.geteuid() and not is_running(int((folder / "pid").read_text())):
                shutil.rmtree(folder)


def is_running(pid: int) -> bool:
    """True while a process with this number exists."""
    return Path(f"/proc/{pid}").exists()


@contextlib.contextmanager
def throw_away_folder() -> Iterator[tuple[Path, Path]]:
    """A scratch folder (ours, for logs) and a home for servers in it; both gone afterwards."""
    parent = Path("/tmp" if server_user() else tempfile.gettempdir())
    remove_abandoned(parent)
    outer = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    (outer / "pid").write_text(str(os.getpid()))
    if server_user():
        outer.chmod(0o711)  # our own new folder: the servers' user may pass through it
    make_private(outer / "home", server_user())
    try:
        yield outer, outer / "home"
    finally:
        shutil.rmtree(outer, ignore_errors=True)


@contextlib.contextmanager
def throw_away_postgres(settings: Mapping[str, str] = NOT_DURABLE) -> Iterator[Postgres]:
    """A new PostgreSQL 18 with an empty database, gone afterwards. Not durable unless `settings` say so.

    `.url()` is its DATABASE_URL. Takes about two seconds.
    """
    with throw_away_folder() as (outer, home):
        server = Postgres(home, socket_folder(home, server_user()), server_user(), dict(settings))
        server.initialise()
        process = spawn(server.command(), dying_by="INT", user=server.user, log=outer / "postgres.log")
        try:
            server.await_ready()
            yield server
        finally:
            end_process(process, by=signal.SIGINT)


@contextlib.contextmanager
def throw_away_redis() -> Iterator[RunningRedis]:
    """A new empty Redis, gone afterwards. `.server.url()` is its REDIS_URL; `.stop()` and `.start()` for fault tests."""
    with throw_away_folder() as (_, home):
        running = RunningRedis(Redis(home, socket_folder(home, server_user()), server_user(), durable=False))
        running.server.initialise()
        try:
            running.start()
            yield running
        finally:
            running.stop()
