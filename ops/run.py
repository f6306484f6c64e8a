"""`make run` and `make dev`: the whole product of this checkout under one supervisor.

PostgreSQL and Redis first; then `ops.start` migrates, tells the demo story and opens the gate for the web
server, the worker and the clock. All state is in `.local/`. Ctrl-C stops everything; killing the supervisor too.
"""

import argparse
import fcntl
import os
import secrets
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from ops import with_parent
from ops.services import (
    CHECKOUT,
    Postgres,
    Redis,
    ServiceError,
    server_environment,
    server_user,
    service_home,
    socket_folder,
)
from ops.supervisor import ScreenPrinter, Supervisor

ROOT_WARNING = "ignore:You're running the worker with superuser"  # Celery's, on the screen of whoever is root
LOG_KEPT = 10_000_000  # bytes; a log beyond this is begun anew at the next start


def listening_address(environment: dict[str, str]) -> tuple[str, int]:
    """Where the web server shall listen, from HOST and PORT. Raises ServiceError for what is no port."""
    text = environment.get("PORT") or "8000"
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ServiceError(
            f"PORT is {text!r}: give a number from 1 to 65535, for example `make run PORT=8001`."
        )
    return environment.get("HOST") or "127.0.0.1", int(text)


def require_free(host: str, port: int) -> None:
    """Raise ServiceError when something listens on the address already, or the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServiceError(
                f"Cannot listen on {host}:{port} ({error.strerror}). Choose another port: `make run PORT={port % 65535 + 1}`."
            ) from error


def site_url(host: str, port: int) -> str:
    """The address people type. A wildcard host is shown as the loopback address."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def secret_key(local: Path) -> str:
    """This checkout's SECRET_KEY, made once and readable by its owner only."""
    path = local / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text()


def product_environment(
    local: Path, postgres: Postgres, redis: Redis, address: tuple[str, int], *, dev: bool
) -> dict[str, str]:
    """The product's variables (see .env.example) for this checkout: a demo, reachable over plain HTTP."""
    host, port = address
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    workers = inherited.get("WEB_CONCURRENCY") or "2"
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "funding.settings",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": secret_key(local),
        "DEBUG": "1" if dev else "0",
        "DEMO": "1",
        "REQUIRE_MFA": "0",
        "SITE_URL": site_url(host, port),
        "ALLOWED_HOSTS": "*" if host in ("0.0.0.0", "::") else f"{host},127.0.0.1,localhost",
        "DATABASE_URL": postgres.url(),
        "REDIS_URL": redis.url(),
        "PRIVATE_FILES_DIR": str(local / "files"),
        "SEAL_KEY_FILE": str(local / "seal" / "seal.key"),
        "SEAL_CERTIFICATE_FILE": str(local / "seal" / "public" / "seal.pem"),
        "STATIC_ROOT": str(local / "static"),
        "CLOCK_SHIFT_FILE": str(local / "clock"),
        "EMAIL_URL": "dummymail://",
        "DEFAULT_FROM_EMAIL": "Voucher Desk <calls@voucher-desk.example>",
        "LOG_LEVEL": inherited.get("LOG_LEVEL") or ("INFO" if dev else "WARNING"),
        "WEB_BIND": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "WEB_CONCURRENCY": "1" if dev else workers,
        "WEB_THREADS": "4",
        "WEB_RELOAD": "1" if dev else "0",
    }


def take_turn(local: Path, address: tuple[str, int]) -> TextIO:
    """Hold the lock of this checkout until the process ends. Raises ServiceError when another start holds it."""
    lock = open(local / "run.lock", "a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise ServiceError(
            f"This checkout is running already: {lock.read().strip() or 'it is just starting'}."
        ) from None
    lock.truncate(0)
    lock.write(f"{site_url(*address)} (process {os.getpid()})")
    lock.flush()
    return lock


def log_file(folder: Path, name: str) -> Path:
    """The log of one process, begun anew when it has grown too large."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > LOG_KEPT:
        path.unlink()
    return path


def supervise(
    local: Path, postgres: Postgres, redis: Redis, product: dict[str, str], *, dev: bool, bare: bool
) -> int:
    """Run all processes until one ends or we are asked to stop; the exit code."""
    logs = local / "log"
    gate = local / "ready"
    gate.unlink(missing_ok=True)
    python = [sys.executable, "-m"]
    celery = [sys.executable, "-W", ROOT_WARNING, "-m", "celery", "--quiet", "-A", "funding.celery"]
    level = ["--loglevel", product["LOG_LEVEL"]]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", *level]
    beat = [*celery, "beat", "--schedule", str(local / "beat-schedule"), "--pidfile=", *level]
    reload = [*python, "ops.reload", "--"] if dev else []
    with log_file(logs, "product").open("a") as log:
        desk = Supervisor(ScreenPrinter(log, plain="start"), servers=["postgres", "redis"])
        small = server_environment()
        user = postgres.user
        server_log = {name: log_file(logs, name) for name in ("postgres", "redis")}
        desk.add(
            "postgres",
            postgres.command(),
            env=small,
            stop_by="INT",
            dying_by="INT",
            user=user,
            log=server_log["postgres"],
        )
        desk.add("redis", redis.command(), env=small, dying_by="TERM", user=user, log=server_log["redis"])
        story = ["--bare"] if bare else []
        desk.add("start", [*python, "ops.start", *story, str(gate)], env=product)
        web = [*python, "gunicorn", "--config", "python:ops.gunicorn_conf"]
        desk.add("web", web, env=product, after=gate)
        desk.add("worker", [*reload, *worker], env=product, after=gate)
        desk.add("beat", [*reload, *beat], env=product, after=gate)
        code = desk.run()
    gate.unlink(missing_ok=True)
    if culprit := desk.culprit():
        print(
            f"\nStopped, because '{culprit}' ended. The last lines of {server_log.get(culprit, logs / 'product.log')}:"
        )
        print(
            "".join(server_log.get(culprit, logs / "product.log").read_text().splitlines(keepends=True)[-15:])
        )
    else:
        print("\nStopped. Everything is kept; `make run` goes on from here.")
    return code


def main(argv: Sequence[str]) -> int:
    """Start this checkout; returns the exit code."""
    parser = argparse.ArgumentParser(prog="ops.run", description="Run the whole product of this checkout.")
    parser.add_argument("--dev", action="store_true", help="reload on change, DEBUG on")
    parser.add_argument("--bare", action="store_true", help="without the demo story")
    parser.add_argument("--local", type=Path, default=CHECKOUT / ".local", help="the folder of all state")
    parser.add_argument("--tied", action="store_true", help="end when the parent process (make) ends")
    options = parser.parse_args(argv)
    if options.tied:
        with_parent.die_with_parent(signal.SIGTERM)
    os.chdir(CHECKOUT)
    local = options.local.resolve()
    local.mkdir(exist_ok=True)
    try:
        address = listening_address(dict(os.environ))
        lock = take_turn(local, address)
        require_free(*address)
        print("3/6 PostgreSQL and Redis", flush=True)
        home = service_home(local, server_user())
        sockets = socket_folder(home, server_user())
        postgres, redis = Postgres(home, sockets, server_user()), Redis(home, sockets, server_user())
        postgres.end_leftover()
        redis.end_leftover()
        if postgres.initialise():
            print(f"    made a new database in {postgres.data}", flush=True)
        redis.initialise()
        product = product_environment(local, postgres, redis, address, dev=options.dev)
        code = supervise(local, postgres, redis, product, dev=options.dev, bare=options.bare)
    except ServiceError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    lock.truncate(0)
    lock.close()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
