"""A command started through `ops/with_parent.py` ends with its parent."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.services import WITH_PARENT

PARENT = """
import os, subprocess, sys, time
environment = {**os.environ, "WITH_PARENT": str(os.getpid())}
child = subprocess.Popen([sys.executable, sys.argv[1], *sys.argv[2:]], env=environment)
print(child.pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def start_family(*options: str) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-c", PARENT, str(WITH_PARENT), *options]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    return parent, int(parent.stdout.readline())


def wait_for_command(pid: int, name: str) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}/comm").read_text().strip() != name and time.monotonic() < deadline:
        time.sleep(0.02)
    assert Path(f"/proc/{pid}/comm").read_text().strip() == name


def end(parent: subprocess.Popen[str]) -> None:
    parent.kill()
    parent.wait()
    assert parent.stdout is not None
    parent.stdout.close()


def test_end_command_when_parent_is_killed() -> None:
    parent, child = start_family("--", "sleep", "60")
    wait_for_command(child, "sleep")

    end(parent)

    assert gone_within(child, 5)


def test_end_while_waiting_when_parent_is_killed(tmp_path) -> None:
    parent, child = start_family("--after", str(tmp_path / "never"), "--", "sleep", "60")
    time.sleep(0.5)

    end(parent)

    assert gone_within(child, 5)


def test_run_command_after_file_appears(tmp_path) -> None:
    gate, proof = tmp_path / "gate", tmp_path / "proof"
    command = [sys.executable, str(WITH_PARENT), "--after", str(gate), "--", "touch", str(proof)]
    process = subprocess.Popen(command)
    time.sleep(0.5)
    before = proof.exists()

    gate.touch()

    assert (before, process.wait(10), proof.exists()) == (False, 0, True)


def test_refuse_to_start_when_parent_is_already_gone(tmp_path) -> None:
    command = [sys.executable, str(WITH_PARENT), "--", "touch", str(tmp_path / "proof")]

    code = subprocess.run(command, env={**os.environ, "WITH_PARENT": "1"}, check=False).returncode

    assert (code, (tmp_path / "proof").exists()) == (0, False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_end_command_of_other_user_when_parent_is_killed() -> None:
    parent, child = start_family("--user", "nobody", "--signal", "INT", "--", "sleep", "60")
    wait_for_command(child, "sleep")
    owner = os.stat(f"/proc/{child}").st_uid

    end(parent)

    assert (owner, gone_within(child, 5)) == (65534, True)


def test_append_output_to_log(tmp_path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")

    subprocess.run([sys.executable, str(WITH_PARENT), "--log", str(log), "--", "echo", "after"], check=True)

    assert log.read_text() == "before\nafter\n"
