"""QR1: submissions while processes are killed, and the account afterwards: nothing lost, nothing doubled."""

import contextlib
import itertools
import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from tests.benchmarks import servers
from tests.benchmarks.processes import children
from tests.journeys.stack import Stack, running_stack
from tests.soak.durable import DurablePostgres, durable_postgres
from tests.soak.submitting import Crowd, Submission

TURN = ("web workers", "Celery worker", "Redis", "PostgreSQL", "web server")
"""What is killed, one after the other, and started as the supervisor does."""


@dataclass
class Account:
    """What the clients were told beside what is stored."""

    submissions: int
    killed: list[str] = field(default_factory=list)
    unanswered: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    mails: int = 0
    mails_sent_again: int = 0
    receipts: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    mistakes: dict[str, int] = field(default_factory=dict)
    """What the web server's log says of answers with 500, by the last line of each trace."""

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing doubled, nothing answered wrongly."""
        return not (self.lost or self.doubled or self.wrong)

    def written(self) -> str:
        """The account in a few lines."""
        return (
            f"{self.submissions} submissions in {self.seconds:.0f} s, {len(self.killed)} kills "
            f"({', '.join(f'{name} {number}' for name, number in sorted(Counter(self.killed).items()))}); "
            f"{self.unanswered} attempts without an answer were repeated; the slowest waited {self.slowest:.1f} s\n"
            f"answers by status: {self.answers}{' because of ' + str(self.mistakes) if self.mistakes else ''}\n"
            f"lost {len(self.lost)}, doubled {len(self.doubled)}, wrong {len(self.wrong)}; mails {self.mails} "
            f"(sent once more after a crash: {self.mails_sent_again}), receipts as PDF {self.receipts}"
        )


@contextlib.contextmanager
def product() -> Iterator[tuple[Stack, DurablePostgres, Path]]:
    """The product on a durable PostgreSQL of its own, and the folder in which each mail it sends is a file."""
    with durable_postgres() as postgres, throw_away_mail() as mail:
        with running_stack(EMAIL_URL=f"filemail:///{mail}", TRUSTED_PROXIES="127.0.0.1") as stack:
            yield stack, postgres, mail


@contextlib.contextmanager
def throw_away_mail() -> Iterator[Path]:
    """A folder for what is sent."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="sent-") as folder:
        yield Path(folder)


def fill(stack: Stack, drafts: int) -> dict[str, Any]:
    """Complete drafts, each of its own person."""
    return servers.python("tests.benchmarks.fill", "0", str(drafts), "0", environment=stack.environment)


def kill(name: str, stack: Stack, postgres: DurablePostgres) -> None:
    """SIGKILL one of TURN, and start it again unless its own master does."""
    if name == "web workers":
        for pid in children(stack.processes["web"].pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    elif name == "Redis":
        stack.redis.kill()
        stack.redis.start()
    elif name == "PostgreSQL":
        postgres.kill()
        postgres.start()
    else:
        process = {"Celery worker": "worker", "web server": "web"}[name]
        stack.kill(process)
        stack.start(process)


def run(
    *, submissions: int, clients: int, kills: int, limit: float, say: Callable[[str], None], patient: bool
) -> Account:
    """Submit, kill, and give account. Patient: wait until worker and beat have sent every mail and made every receipt, and
    raise AssertionError when that takes more than `limit` seconds; else their sweeps are called here, for a few receipts."""
    with product() as (stack, postgres, mail):
        say(f"{submissions} drafts")
        made = fill(stack, submissions)
        forms = [Submission(one["ref"], one["session"]) for one in made["drafts"]]
        crowd = Crowd(int(stack.url.rpartition(":")[2]), forms, made["declarations"], patience=limit)
        begun = time.monotonic()
        crowd.begin(clients)
        account = Account(submissions)
        turn = itertools.cycle(TURN)
        for number in range(1, kills + 1):
            while crowd.goes_on() and crowd.acknowledged() < number * submissions // (kills + 1):
                time.sleep(0.02)
            account.killed.append(next(turn))
            say(f"{crowd.acknowledged()} submitted: killing {account.killed[-1]}")
            kill(account.killed[-1], stack, postgres)
        crowd.end()
        account.seconds = time.monotonic() - begun
        say(f"{crowd.acknowledged()} submitted: waiting for mail and receipts")
        account.mistakes = mistakes_in((stack.folder / "web.log").read_text(errors="replace"))
        if patient:
            _await_effects(stack, submissions, limit)
        for name in ("beat", "worker"):
            stack.kill(name)
        if not patient:
            stack.run("tests.soak.sweeping")
        settle(account, crowd, json.loads(stack.run("tests.soak.counting")), mail)
        return account


def mistakes_in(log: str) -> dict[str, int]:
    """How often each error ended the trace of a request that failed."""
    found: Counter[str] = Counter()
    for line in log.splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            told = json.loads(line) if line.startswith("{") else {}
            if told.get("logger") == "django.request" and told.get("exception"):
                found[told["exception"].strip().splitlines()[-1][:160]] += 1
    return dict(found)


def _await_effects(stack: Stack, receipts: int, limit: float) -> None:
    waiting = "SELECT count(*) FROM core_outgoingmessage WHERE sent_at IS NULL"
    made = "SELECT count(*) FROM applicants_version WHERE receipt_id IS NOT NULL"
    deadline = time.monotonic() + limit
    with contextlib.closing(psycopg2.connect(stack.environment["DATABASE_URL"])) as connection:
        connection.autocommit = True
        while True:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT ({waiting}), ({made})")
                unsent, done = cursor.fetchone()
            if not unsent and done >= receipts:
                return
            assert time.monotonic() < deadline, (
                f"{unsent} mails wait, {done} receipts are made\n{stack.logs()}"
            )
            time.sleep(0.2)


def settle(account: Account, crowd: Crowd, found: dict[str, Any], mail: Path) -> None:
    """Compare what was told with what is stored."""
    account.answers = dict(crowd.answers)
    account.unanswered = sum(form.unanswered for form in crowd.forms)
    account.slowest = max(crowd.seconds, default=0.0)
    account.wrong += crowd.wrong
    stored: dict[str, list[dict[str, Any]]] = {}
    for version in found["versions"]:
        stored.setdefault(version["ref"], []).append(version)
    events = Counter(found["events"])
    for form in crowd.forms:
        versions = stored.get(form.ref, [])
        if [one["sha256"] for one in versions if one["status"] == "final"] != [form.sha256]:
            account.lost.append(f"{form.ref}: told {form.sha256 or 'nothing'}, stored {versions}")
        if len(versions) > 1 or events[form.ref] > 1 or len(form.receipts) > 1:
            account.doubled.append(f"{form.ref}: {form.receipts}, {events[form.ref]} events, {versions}")
        account.wrong += [f"{form.ref}: payload" for one in versions if one["sha256"] != one["recomputed"]]
    _settle_effects(account, found, mail)


def _settle_effects(account: Account, found: dict[str, Any], mail: Path) -> None:
    """One mail for each submission, sent once; one PDF for each that has one. A mail that was sent in the moment of a
    crash may be sent once more, with the same Message-ID: whoever receives it can tell."""
    written = [one["message_id"] for one in found["mails"]]
    sent = Counter(
        re.findall(r"^Message-ID:\s+(<\S+>)", "".join(p.read_text() for p in mail.iterdir()), re.MULTILINE)
    )
    account.mails = len(written)
    account.mails_sent_again = sum(sent[one] - 1 for one in written if sent[one])
    if Counter(one["about"] for one in found["mails"]).most_common(1)[0][1] > 1:
        account.doubled.append("two mails were written of one submission")
    account.lost += [f"mail {one}" for one in written if not sent[one]]
    crashes = sum(1 for name in account.killed if name in ("Celery worker", "PostgreSQL")) + 1
    if account.mails_sent_again > 2 * crashes:
        account.doubled.append(f"{account.mails_sent_again} mails were sent twice")
    names, kept = found["receipts"], [v["receipt"] for v in found["versions"] if v["receipt"]]
    account.receipts = len(names)
    if not len(set(names)) == len(names) == len(set(kept)) == len(kept):
        account.doubled.append(f"{len(names)} receipts on disk for {len(kept)} versions")
    account.wrong += [f"receipt {name}" for name in found["broken"]]
