"""`make soak`: QR1, QR2 and the times of QS10 in full. Ends by itself; prints figures; fails when something was lost, doubled,
misjudged, or told by a clock."""

import argparse
import signal
import sys
import time

from tests.soak import deadline, doors, killing

LIMIT = 3600.0
"""Seconds that all submissions may take, and mail and receipts afterwards."""


def arguments() -> argparse.Namespace:
    """What may be said on the command line."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it: to try it, not to quote it")
    parser.add_argument("--only", choices=["kills", "deadline", "doors"], help="one of the three")
    return parser.parse_args()


def say(what: str) -> None:
    """One line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {what} …", file=sys.stderr, flush=True)


def main() -> int:
    """Run and tell; the exit code."""
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    share = 10 if given.quick else 1
    clean = True
    if given.only in (None, "kills"):
        account = killing.run(
            submissions=2000 // share, clients=64, kills=20 // share, limit=LIMIT, say=say, patient=True
        )
        print(f"QR1: {account.written()}", *account.lost, *account.doubled, *account.wrong, sep="\n  ")
        clean = account.is_clean
    if given.only in (None, "deadline"):
        verdicts = deadline.run(arrivals=10_000 // share, clients=16, limit=LIMIT, say=say)
        print(f"QR2: {verdicts.written()}", *verdicts.misjudged, sep="\n  ")
        clean = clean and not verdicts.misjudged
    if given.only in (None, "doors"):
        timings = doors.run(samples=400 // share, say=say)
        print("QS10:", *(timing.written() for timing in timings), sep="\n  ")
        clean = clean and all(timing.told_apart < doors.MOST for timing in timings)
    print("clean" if clean else "NOT CLEAN")
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
