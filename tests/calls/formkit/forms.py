"""A form that asks every kind of question, and a draft's answers to it."""

from typing import Any

EVERY_KIND: dict[str, Any] = {
    "sections": [
        {
            "key": "company",
            "title": {"en": "Company"},
            "questions": [
                {"key": "data", "type": "organisation", "label": "Your organisation", "required": True,
                 "per_partner": True, "blind": False, "parts": ["legal_name", "country", "nace", "staff"]},
                {"key": "region", "type": "nuts", "label": "Region", "required": True, "countries": ["IT", "GR"]},
                {"key": "activity", "type": "nace", "label": "Activity", "level": 4},
                {"key": "markets", "type": "several", "label": "Markets", "required": True, "min": 1, "max": 2,
                 "choices": [{"value": "eu", "label": "Europe"}, {"value": "us", "label": "America"},
                             {"value": "asia", "label": "Asia"}]},
                {"key": "seat", "type": "country", "label": "Seat"},
            ],
        },
        {
            "key": "plan",
            "title": {"en": "Plan"},
            "questions": [
                {"key": "readiness", "type": "trl", "label": "Readiness", "required": True, "min": 4, "max": 9},
                {"key": "work", "type": "work_plan", "label": "Work plan", "required": True, "months": 12,
                 "parts": ["tasks", "milestones"]},
                {"key": "team", "type": "group", "label": "Team", "min": 1, "max": 3, "required": True,
                 "columns": [{"key": "name", "type": "short_text", "label": "Name", "required": True},
                             {"key": "months", "type": "number", "label": "Months", "decimals": 1},
                             {"key": "cost", "type": "money", "label": "Cost"}]},
                {"key": "helped", "type": "yes_no", "label": "Is somebody helping?", "required": True},
                {"key": "helper", "type": "short_text", "label": "Who?", "required": True,
                 "shown_if": {"question": "helped", "op": "is", "values": [True]}},
            ],
        },
        {
            "key": "money",
            "title": {"en": "Money"},
            "questions": [
                {"key": "budget", "type": "budget", "label": "Budget", "required": True, "matches_costs": True,
                 "choices": [{"value": "staff", "label": "Staff"},
                             {"value": "sub", "label": "Subcontracting", "most": 3000}]},
                {"key": "pieces", "type": "number", "label": "Pieces", "decimals": 2},
                {"key": "price", "type": "money", "label": "Price"},
                {"key": "share", "type": "percent", "label": "Own share", "min": 1000},
                {"key": "sales", "type": "calculated", "label": "Sales", "unit": "money",
                 "formula": {"op": "product", "of": [{"question": "pieces"}, {"question": "price"}]}},
                {"key": "enough", "type": "calculated", "label": "Sales cover the team", "must_hold": True,
                 "help": "Sales have to be at least what the team costs.",
                 "formula": {"op": "at_least", "of": [{"question": "sales"}, {"question": "team", "column": "cost"}]}},
                {"key": "service", "type": "catalogue", "label": "Service",
                 "choices": [{"value": "audit", "label": "Audit", "price_cents": 360000},
                             {"value": "plan", "label": "Roadmap", "price_cents": 250000}]},
                {"key": "offer", "type": "file", "label": "Offer", "max_pages": 2, "max_files": 1},
            ],
        },
    ]
}  # fmt: skip


def long_form(*, questions: int = 60, files: int = 10, sections: int = 6) -> dict[str, Any]:
    """A form of many questions of mixed kinds and some files, over a few sections."""
    kinds = ["long_text", "short_text", "number", "money", "yes_no", "date", "country", "trl"]
    made: list[dict[str, Any]] = []
    for s in range(sections):
        asked = [
            {
                "key": f"q{s}_{n}",
                "type": kinds[n % len(kinds)],
                "label": {"en": f"Question {n} of section {s}"},
                "help": {"en": "Two lines of help that say what is wanted and how long it may be."},
                "required": True,
            }
            for n in range(questions // sections)
        ]
        files_here = files // sections + (1 if s < files % sections else 0)
        asked += [{"key": f"f{s}_{n}", "type": "file", "label": f"File {n}"} for n in range(files_here)]
        made.append({"key": f"s{s}", "title": f"Section {s}", "questions": asked})
    return {"sections": made}
