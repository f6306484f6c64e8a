"""Run a command that ends when its parent ends, whatever ended the parent.

    python ops/with_parent.py [--signal TERM] [--user nobody] [--after FILE] [--log FILE] -- command argument...

The kernel is asked (prctl PR_SET_PDEATHSIG) to send the signal when the parent process is gone; then the
command takes this process's place. Plain standard library, as it starts servers before anything else is known.
"""

import argparse
import ctypes
import os
import pwd
import signal
import sys
import time
from collections.abc import Sequence

PARENT = "WITH_PARENT"  # the process id of the parent, told by it, so that a parent already gone is noticed
PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> None:
    """Have this process receive signal `number` when its parent ends. Linux only; raises OSError when refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused")


def become(user: str) -> None:
    """Give up root for good: the groups first, the user last. The dead parent's signal is forgotten by this."""
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ.update(HOME="/", USER=user, LOGNAME=user)


def parent_is_gone() -> bool:
    """True when the parent that started us has already been replaced by another process."""
    told = os.environ.get(PARENT, "")
    return bool(told) and os.getppid() != int(told)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options and the command. Raises SystemExit with a usage line when there is no command."""
    parser = argparse.ArgumentParser(
        prog="with_parent", description="Run a command that ends with its parent."
    )
    parser.add_argument("--signal", default="TERM", help="what the command receives when the parent is gone")
    parser.add_argument("--user", help="run as this user (only root can)")
    parser.add_argument("--after", help="wait until this file exists")
    parser.add_argument("--log", help="append the output to this file")
    parser.add_argument("command", nargs="+")
    return parser.parse_args(argv)


def main(argv: Sequence[str]) -> None:
    """Prepare this process and become the command; returns only by an exception."""
    options = parse(argv)
    if options.log:
        log = os.open(options.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
    if options.user:
        become(options.user)
    dying = signal.Signals[f"SIG{options.signal}"]
    die_with_parent(dying)
    while options.after and not os.path.exists(options.after) and not parent_is_gone():
        time.sleep(0.1)
    if parent_is_gone():
        raise SystemExit(0)
    os.environ.pop(PARENT, None)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the relay of its output ignores it; the command need not
    # A shell that starts us in the background lets us ignore SIGINT; the signal we shall die by must not be ignored.
    if dying is not signal.SIGKILL:  # which nothing can ignore, and no program may set
        signal.signal(dying, signal.SIG_DFL)
    os.execvp(options.command[0], options.command)


if __name__ == "__main__":
    main(sys.argv[1:])
