"""A closed loop of clients that costs little: each waits for its answer before it asks again. Talks to 127.0.0.1 only."""

import itertools
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

CLIENTS = 8


@dataclass
class Round:
    """What came of one stretch of requests to one server."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Expected answers for each second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """The latency in milliseconds that this share of the requests did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


LENGTH = re.compile(rb"\r\n[Cc]ontent-[Ll]ength: (\d+)\r\n")


def request(
    method: str,
    path: str,
    *,
    cookies: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
) -> bytes:
    """One HTTP request as bytes, on a connection of its own: sync workers keep none open."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", "Accept-Language: en"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    body = urlencode(form or {}).encode()
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def fetch(port: int, message: bytes, *, patience: float = 30) -> tuple[int, bytes]:
    """Send one request and read the whole answer: status, and head with body."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as connection:
        connection.sendall(message)
        parts = []
        while part := connection.recv(262144):
            parts.append(part)
    answer = b"".join(parts)
    return (int(answer[9:12]) if answer[:7] == b"HTTP/1." and is_whole(answer) else 0), answer


def is_whole(answer: bytes) -> bool:
    """Did everything arrive that the head promises? A server that is killed in the middle of an answer leaves a piece."""
    head, _gap, body = answer.partition(b"\r\n\r\n")
    promised = LENGTH.search(head + b"\r\n")
    return promised is None or len(body) == int(promised[1])


def run(
    port: int, sources: Sequence[Iterator[bytes]], *, expected: int, seconds: float, most: int | None = None
) -> Round:
    """Let one client for each source ask for `seconds`, at most `most` times."""
    result = Round()
    start = threading.Barrier(len(sources) + 1)
    until = [0.0]

    def work(source: Iterator[bytes]) -> None:
        start.wait()
        for _ in range(most) if most else itertools.count():
            message = next(source, None) if time.perf_counter() < until[0] else None
            if message is None:
                return
            begun = time.perf_counter()
            status, answer = fetch(port, message)
            if status == expected:
                result.latencies.append(time.perf_counter() - begun)
            else:
                result.unexpected.append(f"{message[:90]!r} -> {answer[:60]!r} … {answer[-300:]!r}")
                return

    threads = [threading.Thread(target=work, args=(source,), daemon=True) for source in sources]
    for thread in threads:
        thread.start()
    begun = time.perf_counter()
    until[0] = begun + seconds
    start.wait()
    for thread in threads:
        thread.join()
    result.seconds = time.perf_counter() - begun
    return result
