"""What running servers use: CPU time and memory, read from /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that still run."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in found]


def cpu_ms(pid: int) -> float:
    """CPU milliseconds of a process, its running children, and those that ended and were waited for."""
    utime, stime, cutime, cstime = (int(value) for value in _stat(pid)[11:15])
    total = utime + stime + cutime + cstime
    for child in children(pid):
        try:
            total += sum(int(value) for value in _stat(child)[11:15])
        except (FileNotFoundError, ProcessLookupError):  # it ended in between
            continue
    return total * TICK_MS


@dataclass(frozen=True)
class Memory:
    """Megabytes of one process: all it has mapped and touched, its fair share of that, and what is its own alone."""

    rss: float
    pss: float
    uss: float


def memory(pid: int) -> Memory:
    """The memory of a process of ours."""
    kb = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, value = line.partition(":")
        if name in kb:
            kb[name] = int(value.split()[0])
    return Memory(kb["Rss"] / 1024, kb["Pss"] / 1024, (kb["Private_Clean"] + kb["Private_Dirty"]) / 1024)


def largest(pids: list[int]) -> Memory:
    """The memory of the largest of several processes."""
    return max((memory(pid) for pid in pids), key=lambda found: found.rss)
