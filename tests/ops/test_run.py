"""`make run`: addresses, secrets, one start per checkout; and the whole product, started, killed and resumed."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops import clean, run
from ops.manage import address as running_address
from ops.services import CHECKOUT, Postgres, Redis, ServiceError
from tests.ops.test_with_parent import gone_within


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("127.0.0.1", 8000)),
        ({"PORT": ""}, ("127.0.0.1", 8000)),
        ({"PORT": "8001", "HOST": "::1"}, ("::1", 8001)),
    ],
)
def test_listen_where_the_environment_says(environment, expected) -> None:
    assert run.listening_address(environment) == expected


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "8 0", "²"])
def test_refuse_what_is_no_port(port) -> None:
    with pytest.raises(ServiceError, match="give a number from 1 to 65535"):
        run.listening_address({"PORT": port})


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_show_an_address_people_can_type(host, expected) -> None:
    assert run.site_url(host, 8000) == expected
    assert running_address(f"{expected} (process 1)")[1] == 8000


def test_refuse_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"Cannot listen on 127.0.0.1:{port}"):
            run.require_free("127.0.0.1", port)


def test_keep_one_secret_for_its_owner(tmp_path) -> None:
    first, second = run.secret_key(tmp_path), run.secret_key(tmp_path)

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_refuse_second_start_of_one_checkout(tmp_path) -> None:
    first = run.take_turn(tmp_path, ("127.0.0.1", 8123))

    with pytest.raises(ServiceError, match=r"running already: http://127\.0\.0\.1:8123 \(process \d+\)"):
        run.take_turn(tmp_path, ("127.0.0.1", 8124))

    first.close()
    run.take_turn(tmp_path, ("127.0.0.1", 8124)).close()


def test_begin_log_anew_when_it_has_grown(tmp_path) -> None:
    (tmp_path / "web.log").write_bytes(b"x")
    kept = run.log_file(tmp_path, "web").exists()
    os.truncate(tmp_path / "web.log", run.LOG_KEPT + 1)

    assert (kept, run.log_file(tmp_path, "web").exists()) == (True, False)


def test_give_the_product_every_variable_it_requires(tmp_path) -> None:
    postgres, redis = Postgres(tmp_path, tmp_path, None), Redis(tmp_path, tmp_path, None)

    product = run.product_environment(tmp_path, postgres, redis, ("127.0.0.1", 8123), dev=False)

    required = re.findall(r'env\.\w+\(\s*"(\w+)"\s*\)', (CHECKOUT / "funding" / "settings.py").read_text())
    assert {name for name in required if not product.get(name)} == set()
    assert (product["DEBUG"], product["DEMO"]) == ("0", "1")


def test_find_remembered_folders_to_remove_and_no_others(tmp_path) -> None:
    ours, strange = tmp_path / "voucher-desk-abc", tmp_path / "home"
    ours.mkdir()
    strange.mkdir()
    (tmp_path / "services-elsewhere").write_text(f"{ours}\n")
    (ours / "run-elsewhere").write_text(f"{strange}\n")

    assert clean.remembered(tmp_path) == [ours]


class Product:
    """The whole product on a free port, with its state in a folder of its own."""

    def __init__(self, local: Path) -> None:
        self.local = local
        self.process: subprocess.Popen[str] | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        environment = {**os.environ, "PORT": str(self.port), "HOST": "127.0.0.1", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "ops.run", "--dev", "--bare", "--local", str(self.local)]
        self.process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            if line.startswith("Ctrl-C stops it"):
                return
        raise AssertionError("".join(seen))

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode().strip()

    def processes(self) -> set[int]:
        """All descendants of the supervisor."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
            except FileNotFoundError:
                continue
        found, size = {self.process.pid}, 0
        while len(found) != size:
            size = len(found)
            found |= {child for child, parent in parents.items() if parent in found}
        return found - {self.process.pid}

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def product(tmp_path) -> Iterator[Product]:
    """Not started yet; stopped afterwards, with the data that root's servers keep outside `tmp_path` removed."""
    product = Product(tmp_path / "local")
    product.local.mkdir()
    yield product
    if product.process and product.process.poll() is None:
        product.end(signal.SIGKILL)
    for folder in clean.remembered(product.local):
        shutil.rmtree(folder)


@pytest.mark.xdist_group("whole-product")
def test_start_kill_and_resume_the_whole_product(product) -> None:
    product.start()
    ready = product.get("/readyz")
    running = product.processes()
    product.process.kill()
    product.process.wait()
    left = {pid for pid in running if not gone_within(pid, 5)}
    product.process.communicate()

    began = time.monotonic()
    product.start()
    seconds = time.monotonic() - began
    again = product.get("/readyz")
    running_again = product.processes()
    code = product.end(signal.SIGINT)
    left_again = {pid for pid in running_again if not gone_within(pid, 1)}

    assert (ready, again) == ((200, "ready"), (200, "ready"))
    assert len(running) >= 10  # PostgreSQL and its helpers, Redis, web, worker, clock
    assert (left, left_again, code) == (set(), set(), 0)
    assert seconds < 30
