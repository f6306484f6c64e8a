"""The whole product as real processes on a database of its own: gunicorn, a Celery worker, beat, Redis."""

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from ops.throwaway import RunningRedis, end_process, throw_away_redis
from tests.database import admin, migrated_template

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "funding.celery"]


@dataclass
class Stack:
    """A running product. `url` is its address; processes can be stopped and started to see what happens."""

    url: str
    folder: Path
    environment: dict[str, str]
    redis: RunningRedis
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def manage(self, *command: str) -> str:
        """Run a management command of the product and return what it printed."""
        return self._python("manage.py", *command)

    def run(self, module: str) -> str:
        """Run a module of the tests on the product's database and return what it printed."""
        return self._python("-W", "ignore", "-m", module)

    def _python(self, *command: str) -> str:
        result = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise AssertionError(f"{command}: {result.stdout[-2000:]}{result.stderr[-4000:]}")
        return result.stdout

    def start(self, name: str) -> None:
        """Start one of web, worker, beat."""
        commands = {
            "web": [sys.executable, "-m", "gunicorn", "--config", "python:ops.gunicorn_conf"],
            "worker": [*CELERY, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
            "beat": [*CELERY, "beat", "--schedule", str(self.folder / "beat"), "--pidfile="],
        }
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                commands[name],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def stop(self, name: str) -> None:
        """Ask one of them to end and wait for it."""
        process = self.processes.pop(name, None)
        if process is not None:
            end_process(process)

    def kill(self, name: str) -> None:
        """End one of them, with the children that do its work, as a power cut would."""
        process = self.processes.pop(name, None)
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def move_clock(self, **span: int) -> None:
        """Let every process believe that it is this much later, from the true time."""
        seconds = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
        total = sum(seconds[unit] * amount for unit, amount in span.items())
        aside = self.folder / "clock.new"
        aside.write_text(str(total))
        aside.replace(self.folder / "clock")

    def logs(self) -> str:
        """The last lines of every log, for a failure's message."""
        return "\n".join(f"--- {p.name}\n{p.read_text()[-3000:]}" for p in sorted(self.folder.glob("*.log")))


@contextlib.contextmanager
def running_stack(**environment: str) -> Iterator[Stack]:
    """The product on an empty, migrated database, gone afterwards."""
    with contextlib.ExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="journey-")))
        redis = undo.enter_context(throw_away_redis())
        _first_of_all.setdefault("static", _folder_until_the_end())
        database = undo.enter_context(_database())
        port = _free_port()
        stack = Stack(f"http://127.0.0.1:{port}", folder, {}, redis)
        stack.environment.update(
            {
                **_compiled(os.environ),
                "DJANGO_SETTINGS_MODULE": "funding.settings",
                "SECRET_KEY": uuid.uuid4().hex * 2,
                "DEBUG": "0",
                "DEMO": "1",
                "REQUIRE_MFA": "0",
                "BOT_PAUSE_SECONDS": "0",  # people in these tests type fast
                "SITE_URL": stack.url,
                "ALLOWED_HOSTS": "127.0.0.1",
                "DATABASE_URL": database,
                "REDIS_URL": redis.server.url(),
                "PRIVATE_FILES_DIR": str(folder / "files"),
                "STATIC_ROOT": str(_first_of_all["static"]),
                "CLOCK_SHIFT_FILE": str(folder / "clock"),
                "EMAIL_URL": "dummymail://",
                "DEFAULT_FROM_EMAIL": "Voucher Desk <calls@voucher-desk.example>",
                "LOG_LEVEL": "WARNING",
                "WEB_BIND": f"127.0.0.1:{port}",
                "WEB_CONCURRENCY": "2",
                "WEB_THREADS": "2",
                **environment,
            }
        )
        _prepare(stack)
        for name in ("web", "worker", "beat"):
            stack.start(name)
            undo.callback(stack.kill, name)
        _await_answer(stack)
        yield stack


_first_of_all: dict[str, str] = {}
"""What the first stack of a test run made for all: the folder of static files."""


def _compiled(environment: Mapping[str, str]) -> dict[str, str]:
    """As in production, where modules are compiled once: each process would compile them anew if the environment forbids
    to keep them."""
    kept = {key: value for key, value in environment.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(ROOT / ".local" / "cache" / "compiled")}


def _folder_until_the_end() -> str:
    folder = tempfile.mkdtemp(prefix="journey-static-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _prepare(stack: Stack) -> None:
    """Collect static files, once."""
    if "collected" not in _first_of_all:
        stack.manage("collectstatic", "--noinput", "-v", "0")
        _first_of_all["collected"] = "yes"


@contextlib.contextmanager
def _database() -> Iterator[str]:
    """A new migrated database on the server that DATABASE_URL names; its address."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = f"journey_{uuid.uuid4().hex[:12]}"
    _execute(f"CREATE DATABASE {name} TEMPLATE {migrated_template()}")
    try:
        yield address._replace(path=f"/{name}").geturl()
    finally:
        _execute(f"DROP DATABASE {name} WITH (FORCE)")


def _execute(sql: str) -> None:
    connection = psycopg2.connect(**{key: value for key, value in admin().items() if value})
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(sql)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(stack: Stack, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{stack.url}/livez", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError) as error:
            if time.monotonic() > deadline or stack.processes["web"].poll() is not None:
                raise AssertionError(f"the product did not start: {error}\n{stack.logs()}") from error
            time.sleep(0.1)
