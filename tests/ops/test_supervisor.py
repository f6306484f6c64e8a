"""The supervisor: order of stopping, failure of one process, and nothing left behind when it is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.services import CHECKOUT
from tests.ops.test_with_parent import gone_within

PROGRAM = """
import json, os, sys
from ops.supervisor import ScreenPrinter, Supervisor
desk = Supervisor(ScreenPrinter(open(sys.argv[1], "a"), plain="start"), servers=["server"])
for name, options in json.loads(sys.argv[2]).items():
    desk.add(name, options["command"], env=dict(os.environ), **options.get("how", {}))
code = desk.run()
print("culprit", desk.culprit(), flush=True)
sys.exit(code)
"""

MEMBER = """
import os, signal, sys, time
def note(text):
    with open(sys.argv[1], "a") as file: file.write(text + "\\n")
def leave(*_):
    time.sleep(0.8 if sys.argv[2] == "web" else 0.1)
    note(f"{sys.argv[2]} left")
    sys.exit(0)
signal.signal(getattr(signal, sys.argv[3]), leave)
note(f"{sys.argv[2]} {os.getpid()}")
while True: time.sleep(1)
"""


def start_supervisor(folder: Path, **members: dict) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(folder / "log"), json.dumps(members)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=CHECKOUT)


def member(notes: Path, name: str, signal_name: str = "SIGTERM") -> list[str]:
    return [sys.executable, "-c", MEMBER, str(notes), name, signal_name]


def lines(notes: Path, count: int) -> list[str]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = notes.read_text().splitlines() if notes.exists() else []
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"expected {count} lines: {found}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stop_servers_last_when_asked(tmp_path, number) -> None:
    notes = tmp_path / "notes"
    process = start_supervisor(
        tmp_path,
        server={"command": member(notes, "server", "SIGINT"), "how": {"stop_by": "INT", "dying_by": "INT"}},
        web={"command": member(notes, "web")},
    )
    lines(notes, 2)

    process.send_signal(number)
    output, _ = process.communicate(timeout=20)

    assert (process.returncode, lines(notes, 4)[2:], output.splitlines()[-1]) == (
        0,
        ["web left", "server left"],
        "culprit None",
    )


@pytest.mark.parametrize(("end", "code"), [("exit 7", 7), ("exit 0", 1), ("kill -9 $$", 137)])
def test_stop_all_and_name_the_culprit_when_one_ends(tmp_path, end, code) -> None:
    notes = tmp_path / "notes"
    process = start_supervisor(
        tmp_path,
        server={"command": member(notes, "server")},
        web={"command": ["sh", "-c", f"until grep -q server {notes}; do sleep 0.1; done; {end}"]},
    )

    output, _ = process.communicate(timeout=20)

    assert (process.returncode, output.splitlines()[-1]) == (code, "culprit web")
    assert notes.read_text().splitlines()[1:] == ["server left"]


def test_leave_nothing_running_when_killed(tmp_path) -> None:
    notes = tmp_path / "notes"
    process = start_supervisor(
        tmp_path,
        server={"command": member(notes, "server", "SIGINT"), "how": {"stop_by": "INT", "dying_by": "INT"}},
        web={"command": member(notes, "web")},
    )
    pids = [int(line.split()[1]) for line in lines(notes, 2)]

    process.kill()
    process.wait()

    assert [gone_within(pid, 5) for pid in pids] == [True, True]
    assert "server left" in lines(notes, 3)
    process.communicate()


def test_insist_when_a_process_ignores_the_request(tmp_path) -> None:
    notes = tmp_path / "notes"
    stubborn = ["sh", "-c", f"trap '' TERM; echo web $$ >> {notes}; while :; do sleep 1; done"]
    process = start_supervisor(
        tmp_path, server={"command": member(notes, "server")}, web={"command": stubborn}
    )
    lines(notes, 2)

    process.terminate()
    process.communicate(timeout=30)

    assert (process.returncode, lines(notes, 3)[-1]) == (0, "server left")
