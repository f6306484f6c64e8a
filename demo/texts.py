"""What the companies of the story write."""

from datetime import date
from typing import Any

Answers = dict[str, dict[str, Any]]


def project_answers(title: str) -> Answers:
    """Answers to the form of the innovation and demonstration calls."""
    return {
        "idea": {
            "problem": "Short series are checked by hand today. An operator needs 90 seconds for each part, and 4 % of the "
            "faults reach the customer. We measured this over six months in our own plant.",
            "solution": f"{title}: we add a station that learns a new part from twenty good samples, so that a series of "
            "fifty pieces is worth setting up. A provider with three stations in larger plants works with us.",
            "trl_now": 5,
            "trl_end": 7,
            "abstract": f"{title}, shown in daily use in a plant of fifty people.",
        },
        "impact": {
            "customers": "Two makers of hydraulic valves and one of pumps buy series of 20 to 200 parts from us. Each "
            "receives 3 to 5 % faulty parts today and checks all of them again, about 40 seconds a part.",
            "turnover": 250_000_00,
            "energy": 18_000,
            "europe": "Our customers sit in three member states; the method is described openly so that others can use it.",
        },
        "work": {
            "steps": "Months 1 to 3: station built and connected. Months 4 to 8: four series in daily use, figures taken "
            "each week. Months 9 to 12: second station, training of six operators, report.",
            "months": 12,
            "risks": "Reflecting surfaces may need another light: we have two weeks and a second supplier for it.",
        },
        "funding": {"other": False},
    }


def green_answers(kind: str, start: date) -> Answers:
    """Answers to the form of the green call."""
    return {
        "service": {
            "kind": kind,
            "why": "Our two largest customers ask for figures from next year on, and we have none. The expert measures "
            "where energy and material go; we decide on three measures and report what they saved after a year.",
            "start": start.isoformat(),
        },
        "funding": {"other": False},
    }
