"""`make dev`: run a command and start it again when a Python file of the checkout changes.

python -m ops.reload -- command argument...
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from ops.services import CHECKOUT, wrapped

EXCLUDED = {".local", ".git", "tests", "static", "docs"}


def newest_change(folder: Path) -> tuple[int, int]:
    """Number and latest modification (nanoseconds) of the Python files below `folder`: differs after any change."""
    count = latest = 0
    for name in os.listdir(folder):
        if name in EXCLUDED or not (folder / name).is_dir():
            continue
        for file in (folder / name).rglob("*.py"):
            count += 1
            latest = max(latest, file.stat().st_mtime_ns)
    return count, latest


def start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """The command, tied to this process."""
    return subprocess.Popen(wrapped(command), env={**os.environ, "WITH_PARENT": str(os.getpid())})


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the command to end and wait for it."""
    process.terminate()
    process.wait()


def main(command: Sequence[str]) -> NoReturn:
    """Run until asked to stop. A command that failed by itself is started again by the next change."""
    seen = newest_change(CHECKOUT)
    process = start(command)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while True:
            time.sleep(1)
            if (now := newest_change(CHECKOUT)) != seen:
                seen = now
                print("a file changed: starting again", flush=True)
                stop(process)
                process = start(command)
    finally:
        stop(process)


if __name__ == "__main__":
    main(sys.argv[2:])
