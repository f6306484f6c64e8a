"""QR2: thousands of arrivals around the deadline under load; each verdict is recomputed from its arrival stamp.

The clients stand for the proxy: they stamp each request when its last byte is there, and pass it on when a web worker is
free. The stamps lie evenly within two seconds before and after the deadline, and both neighbours of the deadline and the
deadline itself are among them. What counts is the stamp, however late a worker gets to it.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from tests.soak.killing import fill, product
from tests.soak.submitting import LATE, Crowd, Submission

AROUND = 2000
"""Milliseconds before and after the deadline."""
SEED = 27


@dataclass
class Verdicts:
    """What the stamps say beside what the product said."""

    arrivals: int
    in_time: int = 0
    misjudged: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    last_taken_after: float = 0.0

    def written(self) -> str:
        """The verdicts in two lines."""
        return (
            f"{self.arrivals} arrivals within {AROUND} ms of the deadline, {self.in_time} of them in time, judged in "
            f"{self.seconds:.0f} s, the last {self.last_taken_after:.0f} s after it had arrived; misjudged "
            f"{len(self.misjudged)}\nanswers by status: {self.answers}"
        )


def stamps(number: int) -> list[int]:
    """Milliseconds from the deadline, in any order; -1, 0 and 1 are among them."""
    chance = random.Random(SEED)
    found = [-1, 0, 1, *(chance.randint(-AROUND, AROUND) for _ in range(number - 3))]
    chance.shuffle(found)
    return found


def run(*, arrivals: int, clients: int, limit: float, say: Callable[[str], None]) -> Verdicts:
    """Let them arrive, and judge the verdicts. The product's clock is set to two seconds after the last of them, as nobody
    could send ten thousand requests in four seconds from the machine that answers them."""
    with product() as (stack, _postgres, _mail):
        for name in ("beat", "worker"):
            stack.stop(name)
        say(f"{arrivals} drafts")
        made = fill(stack, arrivals)
        closes = f"SELECT (extract(epoch FROM closes_at) * 1000)::bigint FROM calls_call WHERE slug = '{made['call']}'"
        deadline_ms = execute(stack.environment, closes)[0][0]
        shift = deadline_ms // 1000 - int(time.time()) + AROUND // 1000 + 2
        stack.move_clock(seconds=shift)
        forms = [Submission(one["ref"], one["session"]) for one in made["drafts"]]
        arrived = dict(zip((form.ref for form in forms), stamps(arrivals), strict=True))

        def stamped(form: Submission) -> dict[str, str]:
            at = deadline_ms + arrived[form.ref]
            return {"X-Request-Start": f"t={at // 1000}.{at % 1000:03d}"}

        crowd = Crowd(
            int(stack.url.rpartition(":")[2]), forms, made["declarations"], patience=limit, headers=stamped
        )
        begun = time.monotonic()
        crowd.begin(clients)
        while crowd.goes_on():
            time.sleep(10)
            say(f"{sum(crowd.answers.values())} answers")
        verdicts = Verdicts(arrivals, seconds=time.monotonic() - begun, answers=dict(crowd.answers))
        verdicts.last_taken_after = time.time() + shift - deadline_ms / 1000
        stored = execute(stack.environment, FINAL)
        _judge(verdicts, crowd, arrived, deadline_ms, dict(stored))
        return verdicts


FINAL = """SELECT a.ref, (extract(epoch FROM v.arrived_at) * 1000)::bigint FROM applicants_version v
    JOIN applicants_application a ON a.id = v.application_id WHERE v.status = 'final'"""


def _judge(
    verdicts: Verdicts, crowd: Crowd, arrived: dict[str, int], deadline_ms: int, stored: dict[str, int]
) -> None:
    for form in crowd.forms:
        in_time = arrived[form.ref] <= 0
        verdicts.in_time += in_time
        kept = stored.get(form.ref)
        told = bool(form.sha256)
        right = (told, kept) == ((True, deadline_ms + arrived[form.ref]) if in_time else (False, None))
        if not right:
            verdicts.misjudged.append(f"{form.ref} at {arrived[form.ref]} ms: told {told}, stored {kept}")
    verdicts.misjudged += [one for one in crowd.wrong if LATE not in one]


def execute(environment: dict[str, str], sql: str) -> list[tuple[Any, ...]]:
    """Run one statement in the product's database; its rows."""
    connection = psycopg2.connect(environment["DATABASE_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
