"""Applicants who submit while things break: each keeps what was confirmed, and asks again with the same key until it is."""

import queue
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.client import fetch, request
from tests.benchmarks.probe import CSRF

RECEIPT = re.compile(rb"\r\n[Ll]ocation: (\S+/versions/\d+/receipt/)\r\n")
SHA256 = re.compile(rb"\b[0-9a-f]{64}\b")
LATE = "The deadline has passed"
AGAIN = 10
"""One in so many sends the form a second time, as a double click does."""


@dataclass
class Submission:
    """One form that is to be submitted once: what its person was told."""

    ref: str
    session: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    receipts: set[str] = field(default_factory=set)
    sha256: str = ""
    unanswered: int = 0


@dataclass
class Crowd:
    """Clients in threads that work through `forms`, for at most `patience` seconds. `headers`: those of one attempt."""

    port: int
    forms: Sequence[Submission]
    declarations: Sequence[str]
    patience: float = 120.0
    headers: Callable[[Submission], dict[str, str]] = lambda form: {}
    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    _until: float = 0.0
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, clients: int) -> None:
        """Let so many clients begin."""
        self._until = time.monotonic() + self.patience
        waiting: queue.SimpleQueue[tuple[int, Submission]] = queue.SimpleQueue()
        for pair in enumerate(self.forms):
            waiting.put(pair)
        self._threads = [
            threading.Thread(target=self._work, args=(waiting,), daemon=True) for _ in range(clients)
        ]
        for thread in self._threads:
            thread.start()

    def acknowledged(self) -> int:
        """How many have seen their receipt."""
        return sum(1 for form in self.forms if form.sha256)

    def goes_on(self) -> bool:
        """Is somebody still at it?"""
        return any(thread.is_alive() for thread in self._threads)

    def end(self) -> None:
        """Wait until all have finished, or given up."""
        for thread in self._threads:
            thread.join()

    def _work(self, waiting: "queue.SimpleQueue[tuple[int, Submission]]") -> None:
        while True:
            try:
                number, form = waiting.get_nowait()
            except queue.Empty:
                return
            begun = time.monotonic()
            until = self._until
            if self._submit(form, until):
                self.seconds.append(time.monotonic() - begun)
                self._read_receipt(form, until)
                if number % AGAIN == 0:
                    self._submit(form, until)

    def _submit(self, form: Submission, until: float) -> bool:
        """Send the form until it is answered with the address of a receipt."""
        sent = {"csrfmiddlewaretoken": CSRF, "key": form.key, **dict.fromkeys(self.declarations, "on")}
        cookies = {"sessionid": form.session, "csrftoken": CSRF}
        message = request(
            "POST",
            f"/applications/{form.ref}/submit/",
            cookies=cookies,
            headers=self.headers(form),
            form=sent,
        )
        answer = self._ask(form, message, 302, until)
        found = RECEIPT.search(answer)
        if found is None:
            self.wrong.append(f"{form.ref}: {LATE if LATE.encode() in answer else answer[:300]!r}")
            return False
        form.receipts.add(found[1].decode())
        return True

    def _read_receipt(self, form: Submission, until: float) -> None:
        message = request("GET", min(form.receipts), cookies={"sessionid": form.session})
        answer = self._ask(form, message, 200, until)
        found = SHA256.search(answer)
        if found is None:
            self.wrong.append(
                f"{form.ref}: a receipt without a fingerprint: {answer[:300]!r} … {answer[-200:]!r}"
            )
        else:
            form.sha256 = found[0].decode()

    def _ask(self, form: Submission, message: bytes, expected: int, until: float) -> bytes:
        """The answer with the expected status, asked for again while there is none or the server is in trouble."""
        while time.monotonic() < until:
            try:
                status, answer = fetch(self.port, message, patience=30)
            except OSError as error:
                status, answer = 0, repr(error).encode()
            self.answers[str(status or "none")] += 1
            if status == expected or 0 < status < 500:
                return answer
            form.unanswered += 1
            time.sleep(0.2)
        return b"no patience left"
