"""What the companies of the story write."""

from datetime import date
from typing import Any

from demo.projects import PROJECTS

Answers = dict[str, dict[str, Any]]


def project_answers(title: str) -> Answers:
    """Answers to the form of the innovation and demonstration calls."""
    told = PROJECTS[title]
    return {
        "idea": {
            "problem": told.problem,
            "solution": f"{title}: {told.solution[0].lower()}{told.solution[1:]}",
            "trl_now": 5,
            "trl_end": 7,
            "abstract": told.abstract,
        },
        "impact": {
            "customers": told.customers,
            "turnover": 250_000_00,
            "energy": 18_000,
            "europe": told.europe,
        },
        "work": {"steps": told.steps, "months": 12, "risks": told.risks},
        "funding": {"other": False},
    }


REASONS = {
    "lca": "A buyer of our sensor wants to know what it costs the climate from the wafer to the bin. We know the power it draws, "
    "and nothing of what came before; with an expert's balance we choose between two housings.",
    "audit": "Our two largest customers ask for figures from next year on, and we have none. The expert measures where energy and "
    "material go; we decide on three measures and report what they saved after a year.",
}


def green_answers(kind: str, start: date) -> Answers:
    """Answers to the form of the green call."""
    return {
        "service": {
            "kind": kind,
            "why": REASONS.get(kind, ""),
            "start": start.isoformat(),
        },
        "funding": {"other": False},
    }
