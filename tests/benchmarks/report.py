"""The figures of a run as tables, beside what is aimed at (QP numbers and peers of the quality targets)."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import django

from tests.benchmarks import rush
from tests.benchmarks.contests import Contest, Side
from tests.benchmarks.figures import Target, at_most, ratio, spread, table
from tests.benchmarks.processes import Memory

PAGES = {
    "call-list": "List of calls",
    "call-page": "Page of a call",
    "list": "Staff: list of applications",
    "detail": "Staff: an application",
    "section": "Applicant: section of a draft",
    "autosave": "Applicant: autosave",
    "submit-page": "Applicant: page to submit",
    "submit": "Applicant: submit",
    "receipt": "Applicant: receipt",
}
BEGIN, END = "<!-- figures of the last run -->", "<!-- end of the figures -->"


@dataclass
class Figures:
    """Everything one run found."""

    quick: bool
    load_before: float
    settings: dict[str, str] = field(default_factory=dict)
    applications: int = 0
    megabytes: float = 0.0
    plans: dict[str, Any] = field(default_factory=dict)
    contests: list[Contest] = field(default_factory=list)
    fresh: tuple[Memory, Memory] | None = None
    used: tuple[Memory, Memory] | None = None
    start_alive: float = 0.0
    start_bare: float = 0.0
    start_page: float | None = None
    pdf: dict[str, Any] = field(default_factory=dict)
    rushes: list[rush.Rush] = field(default_factory=list)
    seconds: float = 0.0

    def take(self, applications: int, made: dict[str, Any], plans: dict[str, Any]) -> None:
        """Keep what was made and what the pages do."""
        self.applications, self.megabytes, self.plans = applications, made["megabytes"], plans

    def plan(self, page: str) -> dict[str, Any] | None:
        """What a page does, unless it could not be opened."""
        found = self.plans.get(page, {"failed": "?"})
        return None if "failed" in found else found

    def against(self, what: str, source: str, page: str, rival: str, aim: float) -> Target:
        """How a page stands against one of its rivals: judged by the rate, told by CPU too."""
        for contest in self.contests:
            for side in contest.rivals:
                if contest.page == page and side.name == rival:
                    found = ratio(contest.ours.rates, side.rates)
                    told = f"{found}, by CPU {_cpu(side) / _cpu(contest.ours):.2f}"
                    return Target(what, source, told, f"at least {aim:g}", found.value >= aim)
        return Target(what, source, "-", f"at least {aim:g}", None)


def written(figures: Figures) -> str:
    """The whole report, as Markdown."""
    parts = [
        _circumstances(figures),
        "### Requests\n\n" + _requests(figures),
        "### What one request does\n\n" + _statements(figures),
        "### Rush before a deadline\n\n" + rush.written(figures.rushes),
        "### Memory, start, document\n\n" + _rest(figures),
        "### Targets\n\n" + _targets(figures),
    ]
    return "\n\n".join(parts)


def record(text: str, page: Path) -> None:
    """Put the report into the documentation, in the place of the one before."""
    whole = page.read_text()
    head, tail = whole.split(BEGIN)[0], whole.split(END)[1]
    page.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}")


def _circumstances(figures: Figures) -> str:
    settings = ", ".join(
        f"{name} {value}" for name, value in figures.settings.items() if name != "server_version"
    )
    rounds = len(figures.contests[0].ours.rounds) if figures.contests else 0
    lines = [
        f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC; {os.cpu_count()} cores, shared by server, database and "
        f"generator; load before {figures.load_before:.1f}; {rounds} rounds"
        + (" (**quick: not to be quoted**)" if figures.quick else "")
        + f"; {figures.seconds:.0f} s in all.",
        f"{figures.applications} submitted applications, database of {figures.megabytes:.0f} MB, seed 27, 8 clients, "
        "gunicorn with 2 sync workers.",
        f"Python {platform.python_version()}, Django {django.__version__}, "
        f"PostgreSQL {figures.settings.get('server_version', '?')}: {settings}.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _requests(figures: Figures) -> str:
    rows = []
    for contest in figures.contests:
        for side in contest.sides:
            ours = side is contest.ours
            rows.append(
                [
                    PAGES[contest.page] if ours else f"against: {side.name}",
                    spread(side.rates),
                    "" if ours else str(ratio(contest.ours.rates, side.rates)),
                    "" if ours else f"{_cpu(side) / _cpu(contest.ours):.2f}",
                    _latency(side),
                    spread(side.web_ms, 1),
                    spread(side.database_ms, 1),
                    f"{median(side.own_ms):.1f}",
                ]
            )
    head = [
        "",
        "requests/s",
        "ours : theirs",
        "by CPU",
        "p50 / p95 ms",
        "CPU ms web",
        "CPU ms database",
        "CPU ms client",
    ]
    return table(head, rows)


def _cpu(side: Side) -> float:
    """CPU milliseconds of one request, web server and database together."""
    return median(side.web_ms) + median(side.database_ms)


def _latency(side: Side) -> str:
    return " / ".join(f"{median(one.quantile(share) for one in side.rounds):.0f}" for share in (0.5, 0.95))


def _statements(figures: Figures) -> str:
    rows = []
    for page, name in PAGES.items():
        plan = figures.plan(page)
        if plan is None:
            reason = str(figures.plans.get(page, {}).get("failed", "not asked"))
            rows.append([name, f"not there: {reason[:60]}", "", "", "", "", ""])
            continue
        rows.append(
            [
                name,
                f"{plan['statements']} ({plan['reads']} + {len(plan['writes'])})",
                str(plan["rows"]),
                str(plan["transactions"]),
                f"{plan['database_ms']:.1f}",
                f"{plan['bytes'] / 1000:.1f}",
                f"{plan['compressed'] / 1000:.1f}",
            ]
        )
    head = [
        "",
        "statements (read + write)",
        "rows read",
        "transactions",
        "database ms",
        "kB",
        "kB compressed",
    ]
    return table(head, rows)


def _rest(figures: Figures) -> str:
    rows = []
    for name, found in (("fresh", figures.fresh), ("after the run", figures.used)):
        if found:
            texts = [f"{one.rss:.0f} RSS, {one.pss:.0f} PSS, {one.uss:.0f} USS" for one in found]
            rows.append([f"Memory of a web worker {name}, MB", *texts])
    page = "-" if figures.start_page is None else f"{figures.start_page:.2f}"
    rows.append(["Start to the first answer, s", f"{figures.start_alive:.2f}", f"{figures.start_bare:.2f}"])
    rows.append(["Start to the list of calls, s", page, ""])
    pdf = figures.pdf
    rows.append(
        [
            f"Agreement, {pdf['pages']} pages, {pdf['kilobytes']:.0f} kB, CPU s",
            spread(pdf["ours"], 2),
            f"{spread(pdf['plain'], 2)}; accessible {spread(pdf['accessible'], 2)}",
        ]
    )
    return table(["", "ours", "bare Django, or WeasyPrint alone"], rows)


def _targets(figures: Figures) -> str:
    found = [*_ratios(figures), *_budgets(figures), *_processes(figures)]
    rows = [[one.what, one.source, one.measured, one.aim, one.verdict] for one in found]
    return table(["", "from", "measured", "aimed at", ""], rows)


def _ratios(figures: Figures) -> list[Target]:
    same = "same statements"
    pdf = figures.pdf
    document = median(pdf["ours"]) / median(pdf["plain"])
    alike = median(pdf["ours"]) / median(pdf["accessible"])
    return [
        figures.against("List of calls : hello", "QP1", "call-list", "hello", 0.5),
        figures.against("Page of a call : hello", "QP1", "call-page", "hello", 0.5),
        figures.against("List of calls : bare", "QP2", "call-list", same, 0.5),
        figures.against("Page of a call : bare", "QP2", "call-page", same, 0.5),
        figures.against("Staff list : bare", "QP2", "list", same, 0.5),
        figures.against("Staff detail : bare", "QP2", "detail", same, 0.5),
        figures.against("Autosave : bare", "as QP2", "autosave", same, 0.5),
        figures.against("Autosave : one UPDATE", "as QP2", "autosave", "session, user, one UPDATE", 0.5),
        figures.against("Submit : bare", "QP3", "submit", same, 0.4),
        at_most("Agreement : WeasyPrint, plain", "QP7", document, 1.25, "x", 2),
        at_most("Agreement : WeasyPrint, accessible", "QP7", alike, 1.25, "x", 2),
    ]


def _budgets(figures: Figures) -> list[Target]:
    def of(page: str, key: str, divisor: int = 1) -> float | None:
        plan = figures.plan(page)
        return None if plan is None else plan[key] / divisor

    return [
        at_most("List of calls", "Hypha", of("call-list", "statements"), 5, "statements"),
        at_most("Page of a call", "pretalx", of("call-page", "statements"), 5, "statements"),
        at_most("Section of a draft", "pretalx", of("section", "statements"), 10, "statements"),
        at_most("Staff list", "QP5", of("list", "statements"), 12, "statements"),
        at_most("Staff list, compressed", "Hypha", of("list", "compressed", 1000), 100, "kB"),
        at_most("Staff list, as sent", "pretalx", of("list", "bytes", 1000), 80, "kB"),
        at_most("Staff list, rows", "QP5", of("list", "rows"), 100, "rows"),
        at_most("Staff detail", "QP5", of("detail", "statements"), 20, "statements"),
        at_most("Submit", "Hypha", of("submit", "transactions"), 1, "transactions"),
    ]


def _processes(figures: Figures) -> list[Target]:
    used = figures.used[0].rss if figures.used else None
    return [
        at_most("Web worker after the run, RSS", "2.5", used, 110, "MB"),
        at_most("Start to the first answer", "pretalx", figures.start_alive, 1.1, "s", 2),
        at_most("Start to the list of calls", "Hypha", figures.start_page, 2, "s", 2),
    ]
