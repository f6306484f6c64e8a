"""What stands between an empty PostgreSQL and an open site: run by the supervisor, under the product's settings.

Waits for the servers, brings the database up to date, tells the demo story, collects static files, opens the
gate for web, worker and clock, and at the end says where the product is and who may sign in.
"""

import contextlib
import hashlib
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import django
import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection

from ops.messages import compile_messages
from ops.services import CHECKOUT, ServiceError, patiently

Result = TypeVar("Result")


def say(text: str) -> None:
    """One line to the person who started the product."""
    print(text, flush=True)


def timed(title: str, work: Callable[[], Result]) -> Result:
    """Say what is done, do it, and say how long it took when that was worth a coffee."""
    say(title)
    began = time.monotonic()
    result = work()
    if time.monotonic() - began > 5:
        say(f"    done in {time.monotonic() - began:.0f} s")
    return result


def await_servers() -> None:
    """Return when PostgreSQL has the product's database and Redis answers."""
    with contextlib.closing(redis.Redis.from_url(settings.REDIS_URL)) as client:
        patiently(client.ping, redis.RedisError, "Redis", 60)
    patiently(connection.ensure_connection, OperationalError, "PostgreSQL", 60)


def tell_story() -> None:
    """The demo story, once; the command itself sees whether it was told."""
    if "tell_story" in get_commands():
        call_command("tell_story")
    else:
        say("    this version has no demo story")


def static_fingerprint() -> str:
    """Changes when a static file, of ours or of a package, is added, removed or edited."""
    digest = hashlib.sha256(f"{django.__version__} {settings.STATIC_ROOT}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Gather, name by hash and compress the static files, when they changed. `make dev` serves them as they are."""
    stamp = Path(settings.STATIC_ROOT).with_suffix(".collected")
    fingerprint = static_fingerprint()
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == fingerprint):
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def await_site(seconds: float = 60) -> None:
    """Return when the web server answers. Raises ServiceError when it does not."""

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever http_proxy says

    def ask() -> None:
        with direct.open(f"{settings.SITE_URL}/livez", timeout=5) as answer:
            answer.read()

    patiently(ask, OSError, "The web server", seconds)


def show_accounts() -> None:
    """Who may sign in to the demo, from the command `demo_accounts`."""
    if "demo_accounts" in get_commands():
        call_command("demo_accounts")
    else:
        say("    this version has no demo accounts")


def main(gate: Path, *, story: bool) -> None:
    """Prepare the product, open `gate`, tell the person, and stay (the supervisor ends us with the others)."""
    django.setup()
    await_servers()
    timed("4/6 Database: migrations", lambda: call_command("migrate", interactive=False, verbosity=0))
    compile_messages()
    call_command("make_seal", str(Path(settings.SEAL_KEY_FILE).parent), once=True, verbosity=0)
    timed("5/6 Demo story", tell_story if story else lambda: say("    left out"))
    timed("6/6 Static files, web server, worker, clock", collect_static)
    gate.touch()
    await_site()
    say("")
    say(f"Voucher Desk is running: {settings.SITE_URL}")
    if settings.DEMO:
        say(f"Outgoing mail to read:   {settings.SITE_URL}/_mail/")
    say("")
    show_accounts()
    say("")
    say("Ctrl-C stops it. Logs are in .local/log/.")
    connection.close()
    while True:
        signal.pause()


if __name__ == "__main__":
    os.chdir(CHECKOUT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        main(Path(sys.argv[-1]), story="--bare" not in sys.argv)
    except ServiceError as error:
        sys.exit(str(error))
