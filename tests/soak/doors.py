"""QS10: who is at the doors long enough learns nothing by how long they take. Each door is tried with accounts that exist and
with addresses that do not, in turns; the two rows of times are told apart no better than by throwing a coin.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from argon2 import PasswordHasher

from tests.benchmarks.client import fetch, request
from tests.benchmarks.probe import CSRF
from tests.soak.deadline import execute
from tests.soak.killing import fill, product

MOST = 0.55
"""The share of pairs (one known, one unknown) that may be put in the right order by time alone (QS10)."""
SEED = 10
PASSWORD = "a long enough sentence"
DOORS: dict[str, tuple[str, dict[str, str]]] = {
    "sign up": (
        "/account/signup/",
        {"email": "", "password1": PASSWORD, "password2": PASSWORD, "full_name": "Somebody"},
    ),
    "reset the password": ("/account/password/reset/", {"email": ""}),
    "sign in": ("/account/login/", {"login": "", "password": "wrong"}),
    "ask for a code": ("/account/login/code/", {"email": ""}),
}
"""Each door with what is typed there; the address goes where nothing stands."""


@dataclass
class Timing:
    """What the clock says at one door, in seconds, by whether there is such an account."""

    door: str
    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    @property
    def told_apart(self) -> float:
        """The area under the curve (AUC), at least a half: how well the times tell one from the other."""
        area = auc(self.known, self.unknown)
        return max(area, 1 - area)

    def written(self) -> str:
        """One line."""
        middle = [sorted(times)[len(times) // 2] * 1000 for times in (self.known, self.unknown)]
        return (
            f"{self.door}: {len(self.known)} known, {len(self.unknown)} unknown, answers {sorted(self.statuses)}; medians "
            f"{middle[0]:.1f} and {middle[1]:.1f} ms; AUC {self.told_apart:.3f} (below {MOST})"
        )


def auc(ones: Sequence[float], others: Sequence[float]) -> float:
    """The share of pairs in which the first is the greater; equal ones count half (Mann and Whitney)."""
    ranked = sorted([(value, 1) for value in ones] + [(value, 0) for value in others])
    total = 0.0
    place = 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        middle = (place + 1 + end) / 2
        total += middle * sum(kind for _value, kind in ranked[place:end])
        place = end
    return (total - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))


def run(*, samples: int, say: Callable[[str], None]) -> list[Timing]:
    """Try each door with so many known and as many unknown addresses, each once, in an order of chance and from an address
    of its own, so that no limit is met."""
    with product() as (stack, _postgres, _mail):
        for name in ("beat", "worker"):
            stack.stop(name)
        say(f"{samples} accounts")
        fill(stack, samples)
        rows = execute(stack.environment, "SELECT email FROM accounts_user WHERE is_active ORDER BY id DESC")
        hashed = "argon2" + PasswordHasher(time_cost=2, memory_cost=102400, parallelism=8).hash(PASSWORD)
        execute(stack.environment, f"UPDATE accounts_user SET password = '{hashed}'")
        known = [email for (email,) in rows][:samples]
        port = int(stack.url.rpartition(":")[2])
        chance = random.Random(SEED)
        return [_timed(port, door, known, chance, say) for door in DOORS]


def _nobody(email: str, chance: random.Random) -> str:
    """An address as long as this one, at the same provider, that nobody has."""
    name, _at, domain = email.partition("@")
    return "".join(chance.choice("bcdfghjklmnpqrstvwxz") for _letter in name) + f"@{domain}"


def _timed(
    port: int, door: str, known: list[str], chance: random.Random, say: Callable[[str], None]
) -> Timing:
    say(f"the door “{door}”")
    timing = Timing(door)
    # Names of the same length: what differs is nothing but whether there is an account.
    tries = [(email, True) for email in known]
    tries += [(_nobody(email, chance), False) for email in known]
    chance.shuffle(tries)
    path, typed = DOORS[door]
    warm = [(f"warm{number}@example.org", None) for number in range(20)]
    for email, is_known in [*warm, *tries]:
        host = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"
        form = {name: value or email for name, value in typed.items()}
        message = request(
            "POST",
            path,
            cookies={"csrftoken": CSRF},
            headers={"X-Forwarded-For": host},
            form={**form, "csrfmiddlewaretoken": CSRF},
        )
        begun = time.perf_counter()
        status, _answer = fetch(port, message)
        took = time.perf_counter() - begun
        if is_known is not None:
            (timing.known if is_known else timing.unknown).append(took)
            timing.statuses.add(status)
    return timing
