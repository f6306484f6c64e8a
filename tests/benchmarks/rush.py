"""QR3: the hour before a deadline. Arrivals follow a fixed schedule, whether earlier ones were answered or not (open loop), and
a latency counts from the moment at which the request was due: what waits in a queue is not left out."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from tests.benchmarks.client import request
from tests.benchmarks.contests import TYPED
from tests.benchmarks.figures import table
from tests.benchmarks.probe import CSRF, SECTION, SEEN, autosave_form

Message = tuple[bytes, Callable[[], None]]
"""What is sent, and what to do when it was answered as hoped."""
RATES = {"submit": 20, "autosave": 60, "page": 40}
"""Arrivals for each second."""
EXPECTED = {"submit": 302, "autosave": 200, "page": 200}
PATIENCE = 30.0
"""Seconds after which somebody gives up."""
AIM = {0.95: 500, 0.99: 1500}
"""Milliseconds."""
SHED = 503


@dataclass
class Kind:
    """What came of one kind of request."""

    name: str
    sent: int = 0
    latencies: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    def quantile(self, share: float) -> float:
        """Milliseconds that this share of the answered requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")


@dataclass
class Rush:
    """One rush: how many times the aim, for how long, and what came of it."""

    times: int
    seconds: float
    kinds: dict[str, Kind]
    took: float = 0.0

    def row(self, kind: Kind) -> list[str]:
        """One line of the table."""
        good = len(kind.latencies)
        shed = kind.answers[SHED]
        quantiles = " / ".join(f"{kind.quantile(share):.0f}" for share in (0.5, 0.95, 0.99))
        other = kind.sent - good - shed
        return [
            f"{self.times} x: {kind.name}, {RATES[kind.name] * self.times}/s",
            str(kind.sent),
            f"{good / self.took:.1f}",
            quantiles,
            str(shed),
            f"{other}" + (f" ({_told(kind)})" if other else ""),
        ]


def _told(kind: Kind) -> str:
    names = {0: "no answer"}
    rest = kind.answers - Counter({EXPECTED[kind.name]: 10**9, SHED: 10**9})
    return ", ".join(f"{names.get(status, status)}: {number}" for status, number in sorted(rest.items()))


def needed(times: int, seconds: float) -> int:
    """Drafts that a rush uses up."""
    return int(RATES["submit"] * times * seconds) + 1


def run(
    port: int,
    drafts: list[dict[str, str]],
    writers: list[dict[str, str]],
    declarations: list[str],
    call: str,
    *,
    times: int,
    seconds: float,
) -> Rush:
    """Send what the schedule says, and wait for the last answer."""
    rush = Rush(times, seconds, {name: Kind(name) for name in RATES})
    sources = {
        "submit": _submits(drafts, declarations),
        "autosave": _autosaves(writers),
        "page": _pages(drafts, call),
    }
    begun = time.perf_counter()
    asyncio.run(_drive(port, rush, sources))
    rush.took = time.perf_counter() - begun
    return rush


async def _drive(port: int, rush: Rush, sources: dict[str, Iterator[Message]]) -> None:
    chance = random.Random(27)
    due = sorted(
        (chance.random() * rush.seconds, name)
        for name, rate in RATES.items()
        for _ in range(int(rate * rush.times * rush.seconds))
    )
    begun = time.perf_counter()
    tasks = []
    for at, name in due:
        await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
        message = next(sources[name])
        tasks.append(asyncio.create_task(_send(port, message, rush.kinds[name], begun + at)))
    await asyncio.gather(*tasks)


async def _send(port: int, sent: Message, kind: Kind, due: float) -> None:
    message, served = sent
    kind.sent += 1
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(_stamped(message))
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        answer = b""
    status = int(answer[9:12]) if answer[:7] == b"HTTP/1." else 0
    kind.answers[status] += 1
    if status == EXPECTED[kind.name]:
        kind.latencies.append(time.perf_counter() - due)
        served()


def nothing() -> None:
    """Nothing depends on the answer."""


def _stamped(message: bytes) -> bytes:
    """As the proxy passes it on: with the moment at which its last byte was there."""
    line, rest = message.split(b"\r\n", 1)
    return b"%s\r\nX-Request-Start: t=%.3f\r\n%s" % (line, time.time(), rest)


def _submits(drafts: list[dict[str, str]], declarations: list[str]) -> Iterator[Message]:
    from uuid import uuid4

    for one in drafts:
        cookies = {"sessionid": one["session"], "csrftoken": CSRF}
        form = {"csrfmiddlewaretoken": CSRF, "key": str(uuid4()), **dict.fromkeys(declarations, "on")}
        yield request("POST", f"/applications/{one['ref']}/submit/", cookies=cookies, form=form), nothing


def _autosaves(writers: list[dict[str, str]]) -> Iterator[Message]:
    """Many people, one after the other, so that nobody saves twice before the first is answered."""
    numbers = dict.fromkeys(range(len(writers)), SEEN)
    for who in itertools.cycle(range(len(writers))):
        one, number = writers[who], numbers[who]
        message = request(
            "POST",
            f"/applications/{one['ref']}/sections/{SECTION}/",
            cookies={"sessionid": one["session"], "csrftoken": CSRF},
            headers={"HX-Request": "true", "X-CSRFToken": CSRF, "X-Repeats": "1"},
            form=autosave_form(number, f"Typed {number}. {TYPED}"),
        )
        yield (
            message,
            partial(numbers.update, {who: number + 1}),
        )  # what was turned away is sent again as it was


def _pages(people: list[dict[str, str]], call: str) -> Iterator[Message]:
    """Half of them read the call; the others, signed in, their overview and the form."""
    for number in itertools.count():
        one = people[number % len(people)]
        mine = {"sessionid": one["session"]}
        yield request("GET", f"/calls/{call}/"), nothing
        yield request("GET", f"/applications/{one['ref']}/", cookies=mine), nothing
        yield request("GET", f"/calls/{call}/"), nothing
        yield request("GET", "/home/", cookies=mine), nothing


def written(rushes: list[Rush]) -> str:
    """The table, and what it says beside the aims."""
    rows = [rush.row(kind) for rush in rushes for kind in rush.kinds.values()]
    head = ["", "sent", "answered as hoped, /s", "p50 / p95 / p99 ms", "shed (503)", "errors"]
    lines = [table(head, rows), ""]
    for rush in rushes:
        if rush.times == 1:
            lines.append(_verdict(rush))
        else:
            submit = rush.kinds["submit"]
            rate = len(submit.latencies) / rush.took
            refused = sum(submit.answers.values()) - submit.answers[EXPECTED["submit"]]
            shed = sum(kind.answers[SHED] for kind in rush.kinds.values())
            kept = "kept" if rate >= RATES["submit"] and not refused else "**missed**"
            lines.append(
                f"- QR3 at {rush.times} x for {rush.seconds:.0f} s: {rate:.1f} submissions/s served (aimed at: at least "
                f"{RATES['submit']}) and {refused} refused (0): {kept}. {shed} others were asked to come back in a moment."
            )
    return "\n".join(lines)


def _verdict(rush: Rush) -> str:
    kinds = rush.kinds.values()
    shed = sum(kind.answers[SHED] for kind in kinds)
    errors = sum(kind.sent - len(kind.latencies) for kind in kinds) - shed
    every = Kind("all", latencies=[one for kind in kinds for one in kind.latencies])
    kept = not errors and not shed and all(every.quantile(share) <= most for share, most in AIM.items())
    return (
        f"- QR3 for {rush.seconds:.0f} s: {errors} errors (aimed at 0) and {shed} requests asked to come back (0), p95 {every.quantile(0.95):.0f} ms (500), "
        f"p99 {every.quantile(0.99):.0f} ms (1 500): " + ("kept." if kept else "**missed**.")
    )
