"""One run of `make bench`: the product beside a bare Django project, in turns; prints the figures and the targets.

It fails only when a page answers wrongly. Whether a target was kept is told, never asserted.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import contests, report, rush, servers
from tests.benchmarks.client import CLIENTS
from tests.benchmarks.processes import largest

ROUNDS, SECONDS = 12, 0.8
"""Many short turns, so that a neighbour who disturbs, disturbs both."""
DRAFTS = 900
"""Drafts that wait to be submitted: enough for every round."""
RUSHES = [(1, 60.0), (3, 20.0)]
"""How many times the rate aimed at, and for how many seconds."""
WRITERS = 600
"""People who type during a rush."""


def arguments() -> argparse.Namespace:
    """What may be said on the command line."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short rounds: to try it, not to quote it")
    parser.add_argument("--rush", action="store_true", help="the rush before a deadline alone (QR3)")
    parser.add_argument("--record", action="store_true", help="write the figures into docs/benchmarks.md")
    parser.add_argument("--applications", type=int, default=1000, help="how many were submitted before")
    return parser.parse_args()


def measure(given: argparse.Namespace) -> report.Figures:
    """Start everything, measure, stop everything."""
    rounds, seconds = (2, 0.7) if given.quick else (ROUNDS, SECONDS)
    figures = report.Figures(quick=given.quick, load_before=os.getloadavg()[0])
    with servers.durable_postgres() as (postgres, postmaster), servers.product(postgres) as stack:
        figures.settings = servers.shown_settings(postgres)
        say("1 000 applications" if given.applications == 1000 else f"{given.applications} applications")
        environment = stack.environment
        rushes = [(times, long / 6 if given.quick else long) for times, long in RUSHES]
        drafts = DRAFTS + sum(rush.needed(*one) for one in rushes)
        numbers = [str(given.applications), str(drafts), str(CLIENTS + WRITERS)]
        made = servers.python("tests.benchmarks.fill", *numbers, environment=environment)
        say("statements of each page")
        known = json.dumps(made)
        plans = servers.python("tests.benchmarks.probe", environment=environment, typed=known)
        figures.take(given.applications, made, plans)
        bare = bare_environment(postgres, stack.folder, plans)
        sessions = servers.python("tests.benchmarks.bare.fill", str(CLIENTS), environment=bare)
        stack.stop("web")
        say("cold start")
        starts(figures, environment, bare, stack.folder, times=1 if given.quick else 5)
        log = stack.folder / "bench.log"
        with (
            servers.gunicorn(environment, log=log) as ours,
            servers.gunicorn(bare, application=servers.BARE, log=log) as theirs,
        ):
            servers.await_answer(theirs, "/hello")
            servers.await_answer(ours, "/livez")
            figures.fresh = largest(ours.workers), largest(theirs.workers)
            crowd = apart(made)
            matches = contests.all_contests(made, plans, sessions, made["declarations"])
            for contest in [] if given.rush else matches:
                say(contest.page)
                contests.hold(contest, ours, theirs, postmaster, rounds=rounds, seconds=seconds)
                figures.contests.append(contest)
            rush_hour(figures, rushes, made, crowd, ours.port)
            figures.used = largest(ours.workers), largest(theirs.workers)
        say("agreement PDF")
        figures.pdf = servers.python(
            "tests.benchmarks.pdf", str(made["agreement"]), str(max(5, rounds // 2)), environment=environment
        )
    return figures


def apart(made: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Take the drafts and the people of the rushes out of what the contests use; what was taken."""
    drafts, writers = made["drafts"][DRAFTS:], made["writers"][CLIENTS:]
    made["drafts"], made["writers"] = made["drafts"][:DRAFTS], made["writers"][:CLIENTS]
    return drafts, writers


def rush_hour(
    figures: report.Figures,
    rushes: list[tuple[int, float]],
    made: dict[str, Any],
    crowd: tuple[list[Any], list[Any]],
    port: int,
) -> None:
    """Each rush with its own share of the drafts and of the people who type."""
    drafts, writers = crowd
    for times, seconds in rushes:
        say(f"rush, {times} x for {seconds:.0f} s")
        used, half = rush.needed(times, seconds), WRITERS // len(rushes)
        mine, typing = drafts[:used], writers[:half]
        del drafts[:used], writers[:half]
        figures.rushes.append(
            rush.run(port, mine, typing, made["declarations"], made["call"], times=times, seconds=seconds)
        )


def bare_environment(postgres: Any, folder: Path, plans: dict[str, Any]) -> dict[str, str]:
    """The environment of the bare project, with what it has to do for each page."""
    plan = folder / "plan.json"
    plan.write_text(json.dumps({**plans, "autosave-least": contests.least_autosave()}))
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.bare.settings",
        "BARE_DATABASE_URL": servers.create_database(postgres, "bare"),
        "BARE_PLAN": str(plan),
    }


def starts(
    figures: report.Figures, environment: dict[str, str], bare: dict[str, str], folder: Path, *, times: int
) -> None:
    """How long after its start the web server answers, and shows a page."""
    log = folder / "start.log"
    figures.start_alive = servers.cold_start(environment, "/livez", times=times, log=log)
    figures.start_bare = servers.cold_start(bare, "/hello", times=times, log=log, application=servers.BARE)
    if "failed" not in figures.plans["call-list"]:
        figures.start_page = servers.cold_start(environment, "/calls/", times=times, log=log)


def say(what: str) -> None:
    """One line of progress."""
    print(f"{time.strftime('%H:%M:%S')} {what} …", file=sys.stderr, flush=True)


def main() -> None:
    """Measure and tell."""
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    begun = time.monotonic()
    figures = measure(given)
    figures.seconds = time.monotonic() - begun
    text = report.written(figures)
    print(text)
    if given.record:
        report.record(text, servers.ROOT / "docs" / "benchmarks.md")


if __name__ == "__main__":
    main()
