"""Honcho with manners: servers stop last, and nothing outlives the supervisor."""

import contextlib
import os
import shlex
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from honcho import manager, printer, process

from ops import with_parent
from ops.services import wrapped

PATIENCE = 10  # seconds for each of the two stages of stopping


class TiedProcess(process.Process):
    """Honcho's process, whose two halves both end with the supervisor: the relay of its output, and the command."""

    def run(self, events=None, ignore_signals=False):
        """In the relay: ask to be killed with the supervisor, and tell the command who its parent is."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with_parent.die_with_parent(signal.SIGKILL)
        if os.getppid() != int(self.env["SUPERVISOR"]):
            raise SystemExit(1)
        self.env = {**self.env, with_parent.PARENT: str(os.getpid())}
        super().run(events, ignore_signals)


class ScreenPrinter(printer.Printer):
    """Everything goes to the log file; the screen gets it without honcho's own comings and goings."""

    def __init__(self, log: TextIO, plain: str) -> None:
        super().__init__(sys.stdout)
        self.log = printer.Printer(log, time_format="%Y-%m-%d %H:%M:%S", colour=False)
        self.plain = plain  # the process that talks to the person: printed as it is

    def write(self, message: printer.Message) -> None:
        """Print one message. A screen that went away (closed terminal, closed pipe) does not stop anything."""
        self.log.width = self.width
        self.log.write(message)
        if message.name == manager.SYSTEM_PRINTER_NAME:
            return
        with contextlib.suppress(OSError):
            self._show(message)

    def _show(self, message: printer.Message) -> None:
        if message.name == self.plain:
            data = message.data if isinstance(message.data, str) else message.data.decode("utf-8", "replace")
            print(data.rstrip("\n"), file=self.output, flush=True)
            return
        super().write(message)


class Supervisor(manager.Manager):
    """Runs the product's processes; when one ends, or on Ctrl-C, ends all: `servers` after the others."""

    _terminating: bool

    def __init__(self, screen: printer.Printer, *, servers: Sequence[str]) -> None:
        super().__init__(screen)
        self._process_ctor = TiedProcess
        self.servers = frozenset(servers)
        self.asked_to_stop = False
        self._stop_signals: dict[str, signal.Signals] = {}
        self._first_stopped: str | None = None
        self._stage_began = 0.0
        self._servers_turn = False
        self._told: set[str] = set()

    def add(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: dict[str, str],
        stop_by: str = "TERM",
        dying_by: str = "KILL",
        user: str | None = None,
        after: Path | None = None,
        log: Path | None = None,
    ) -> None:
        """Add a process; `run` starts it, and it begins its work when the file `after` exists.

        Its leader alone is asked to stop, by the signal `stop_by`, and then stops its own workers in order
        (Celery finishes its tasks). `dying_by` is what it gets when the supervisor is killed.
        """
        self._stop_signals[name] = signal.Signals[f"SIG{stop_by}"]
        line = wrapped(command, dying_by=dying_by, user=user, after=after, log=log)
        self.add_process(name, f"exec {shlex.join(line)}", env={**env, "SUPERVISOR": str(os.getpid())})

    def run(self) -> int:
        """Run until something ends or a signal comes.

        0 after Ctrl-C or SIGTERM, else the code of what failed, as a shell gives it (137 for what was killed).
        """
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        self.loop()
        if self.asked_to_stop:
            return 0
        code = self.returncode or 1
        return code if code > 0 else 128 - code

    def culprit(self) -> str | None:
        """The process that ended by itself and so ended the others."""
        return None if self.asked_to_stop else self._first_stopped

    def terminate(self) -> None:
        """Begin to stop: first everything but the servers. Also called by the handlers of Ctrl-C and SIGTERM."""
        if self._terminating:
            return
        self._terminating = True
        stopped = self._stopped()
        self._first_stopped = next(iter(sorted(stopped)), None)
        self.asked_to_stop = not stopped
        self._stage_began = time.monotonic()

    def kill(self) -> None:
        """Honcho's impatience, once per turn of its loop; each stage has its own patience here."""

    def _all_stopped(self) -> bool:
        """Asked in each turn of honcho's loop, once all have started: also the place to stop what is to stop."""
        if self._terminating:
            self._stop_onwards()
        return super()._all_stopped()

    def _stop_onwards(self) -> None:
        alive = set(self._processes) - self._stopped()
        if not self._servers_turn and not alive - self.servers:
            self._servers_turn = True
            self._stage_began = time.monotonic()
        turn = alive if self._servers_turn else alive - self.servers
        late = time.monotonic() - self._stage_began > PATIENCE
        for name in turn:
            if late:
                self._procmgr.kill(self._processes[name]["pid"])
            elif name not in self._told:
                self._told.add(name)
                _send(self._processes[name]["pid"], self._stop_signals[name])

    def _stopped(self) -> set[str]:
        return {name for name, entry in self._processes.items() if "returncode" in entry}


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
