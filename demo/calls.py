"""The calls of the demo story as data. Amounts of the two Silicon calls and the DREAM envelope are public facts; rates,
criteria, weights, thresholds, instalments and forms are plausible values, and their descriptions say so."""

from dataclasses import dataclass, field
from typing import Any

NOTE = (
    "\n\n*This call is part of the demonstration: its criteria, weights, thresholds, payment schedule and form are "
    "plausible values, not those of the real call.*"
)
EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
SMES = ["micro", "small", "medium"]


def _q(key: str, kind: str, label: str, hint: str = "", **more: Any) -> dict[str, Any]:
    question: dict[str, Any] = {"key": key, "type": kind, "label": {"en": label}, "required": True, **more}
    if hint:
        question["help"] = {"en": hint}
    return question


def _choices(**labels: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": {"en": label}} for value, label in labels.items()]


IDEA: dict[str, Any] = {
    "key": "idea",
    "title": {"en": "Project idea"},
    "guidance": {"en": "In plain words: what you will do, and what is new about it for your company."},
    "questions": [
        _q(
            "problem",
            "long_text",
            "What problem do you solve, and for whom?",
            "Evaluators look for figures with a source, not for adjectives.",
            max_length=1500,
        ),
        _q(
            "solution",
            "long_text",
            "What will you do?",
            "The technology, the steps, the partners.",
            max_length=2000,
        ),
        _q("trl_now", "number", "TRL now", "Technology readiness level, 1 to 9.", min=1, max=9),
        _q("trl_end", "number", "TRL at the end", min=1, max=9),
        _q(
            "abstract",
            "short_text",
            "Summary for the public",
            "Published if the project is funded. One sentence.",
            max_length=300,
        ),
    ],
}
IMPACT: dict[str, Any] = {
    "key": "impact",
    "title": {"en": "Impact"},
    "questions": [
        _q(
            "customers",
            "long_text",
            "Which customers gain, and how much?",
            "Name two or three.",
            max_length=1500,
        ),
        _q(
            "turnover",
            "money",
            "Turnover from this after two years",
            "EUR a year, without VAT. An estimate is fine.",
        ),
        _q(
            "energy",
            "number",
            "Energy saved each year",
            "kWh, against the last full year.",
            required=False,
            min=0,
        ),
        _q("europe", "long_text", "What does it bring beyond your own country?", max_length=1000),
    ],
}
WORK: dict[str, Any] = {
    "key": "work",
    "title": {"en": "Work plan"},
    "questions": [
        _q("steps", "long_text", "Steps, with months and results", max_length=2000),
        _q("months", "number", "Length in months", min=1, max=18),
        _q("risks", "long_text", "What could go wrong, and what then?", max_length=1000),
    ],
}
DOUBLE: dict[str, Any] = {
    "key": "funding",
    "title": {"en": "Other funding"},
    "questions": [
        _q("other", "yes_no", "Has the same work been funded, or been applied for, elsewhere?"),
        _q("which", "long_text", "If so: programme, number, amount", required=False, max_length=600),
    ],
}
FILES: dict[str, Any] = {
    "key": "files",
    "title": {"en": "Files"},
    "questions": [
        _q(
            "offer",
            "file",
            "Offer of the technology provider",
            "PDF. Leave it out if you do the work yourself.",
            required=False,
            accept=["application/pdf"],
        )
    ],
}
GREEN: dict[str, Any] = {
    "key": "service",
    "title": {"en": "The service you need"},
    "questions": [
        _q(
            "kind",
            "choice",
            "Service",
            choices=_choices(
                audit="Environmental audit",
                roadmap="Sustainability roadmap",
                lca="Life-cycle analysis",
                eco="Eco-design support",
                training="Training of employees",
            ),
        ),
        _q("why", "long_text", "Why now, and what will you do with the result?", max_length=1200),
        _q(
            "expert",
            "short_text",
            "Expert you would work with",
            "From the catalogue, if you have chosen one.",
            required=False,
            max_length=120,
        ),
        _q("start", "date", "When could it start?"),
    ],
}


@dataclass(frozen=True)
class CallScript:
    """One call: its own data by column, criteria (code, name, what evaluators look at, weight, threshold), instalments
    (name, percent, due, month), form sections."""

    key: str
    voucher: tuple[str, str, str]
    columns: dict[str, Any]
    criteria: tuple[tuple[str, str, str, str, str | None], ...]
    instalments: tuple[tuple[str, str, str, int], ...]
    sections: tuple[dict[str, Any], ...] = field(default=())

    @property
    def title(self) -> str:
        return self.columns["title"]

    def defaults(self) -> dict[str, Any]:
        """What the voucher type starts its calls from (see `calls.plans`): all but the call's own name and address."""
        own = {"slug", "code", "title", "rate_numerator", "rate_denominator"}
        return {
            **{name: value for name, value in self.columns.items() if name not in own},
            "rate": f"{self.columns['rate_numerator']}/{self.columns['rate_denominator']}",
            "criteria": [
                {"code": code, "name": name, "description": what, "weight": weight, "threshold": threshold}
                for code, name, what, weight, threshold in self.criteria
            ],
            "instalments": [
                {"label": label, "percent": percent, "due": due, "month": month}
                for label, percent, due, month in self.instalments
            ],
            "form": {"sections": list(self.sections)},
        }


DREAM_CRITERIA = (
    ("excellence", "Excellence", "Clear step for the company; realistic maturity from TRL 5 to 7", "40", "3"),
    ("impact", "Impact", "Turnover, jobs, energy and material saved; use beyond one country", "40", "3"),
    ("implementation", "Implementation", "Work plan, team, value for money", "20", "3"),
)
PROCESS = (
    "The call office checks that each application is complete and eligible. Two independent evaluators then score it "
    "against the criteria; both declare first that they have no conflict of interest. Two managers of the consortium decide "
    "on the ranked list, and all applicants learn the result at the same time, with the reasons. If your application is "
    "not selected you may ask for redress within 30 days."
)

DREAM_FIRST = CallScript(
    key="dream-1",
    voucher=(
        "innovation",
        "Innovation voucher",
        "Digital technology for small and medium companies in manufacturing",
    ),
    columns={
        "slug": "dream-innovation-vouchers",
        "code": "DRM-1",
        "title": "Digital technology in manufacturing",
        "summary": "Up to 30 000 EUR for a small or medium company that brings a digital technology into a factory. "
        "Nothing has to be paid back.",
        "description": "Vouchers pay for bringing **digital technology into manufacturing**: sensors, machine vision, "
        "digital twins, planning in the cloud, data on energy and material.\n\nPaid activities:\n\n"
        "- adaptation and test of a technology in your own plant\n- services of a technology provider\n"
        "- training of the people who will use it" + NOTE,
        "eligibility": "Small and medium enterprises established in the European Union, alone or with up to two "
        "partners. Staff of the consortium may not apply.",
        "process": PROCESS,
        "activities": "Adaptation and test of a digital technology in the applicant's own plant\n"
        "Services of a technology provider\nTraining of the people who will use it",
        "project_months": 12,
        "budget_cents": 110_000_00,
        "project_min_cents": 10_000_00,
        "project_max_cents": 30_000_00,
        "sme_max_cents": 30_000_00,
        "rate_numerator": 70,
        "rate_denominator": 100,
        "partners_min": 1,
        "partners_max": 3,
        "countries": EU,
        "sizes": SMES,
        "overall_threshold": "70",
        "tie_break": ["impact", "excellence"],
        "cut_rule": "stop",
    },
    criteria=DREAM_CRITERIA,
    instalments=(
        ("Advance", "30", "signature", 0),
        ("Mid-term report", "40", "report", 3),
        ("Final report", "30", "report", 12),
    ),
    sections=(IDEA, IMPACT, WORK, DOUBLE, FILES),
)

DREAM_SECOND = CallScript(
    key="dream-2",
    voucher=DREAM_FIRST.voucher,
    columns={
        **DREAM_FIRST.columns,
        "slug": "dream-innovation-vouchers-second-call",
        "code": "DRM-2",
        "title": "Digital technology in manufacturing: second call",
        "budget_cents": 300_000_00,
    },
    criteria=DREAM_CRITERIA,
    instalments=DREAM_FIRST.instalments,
    sections=DREAM_FIRST.sections,
)

SILICON_DEMO = CallScript(
    key="silicon-demo",
    voucher=(
        "demonstration",
        "Demonstration voucher",
        "New products of the electronics industry, shown in use",
    ),
    columns={
        "slug": "silicon-demonstration-vouchers",
        "code": "SIL-DEMO",
        "title": "Demonstration vouchers for electronics",
        "summary": "80 000 EUR for a project that shows a new electronic product in use, at most 60 000 EUR for each SME. "
        "Two or more companies apply together.",
        "description": "Themes: radio communications, cybersecurity, artificial intelligence, energy harvesting, "
        "photonics, sensors. Twelve projects will be supported." + NOTE,
        "eligibility": "Two to four small or medium enterprises of the electronics industry, established in the European "
        "Union. No company receives more than 60 000 EUR.",
        "process": PROCESS,
        "activities": "Design and making of a demonstrator\nTest of it in use\n"
        "Measurement, certification and protection of results\nPresentation to first customers",
        "project_months": 12,
        "budget_cents": 960_000_00,
        "project_min_cents": 40_000_00,
        "project_max_cents": 80_000_00,
        "sme_max_cents": 60_000_00,
        "rate_numerator": 100,
        "rate_denominator": 100,
        "partners_min": 2,
        "partners_max": 4,
        "countries": EU,
        "sizes": SMES,
        "overall_threshold": "70",
        "tie_break": ["impact", "excellence"],
        "cut_rule": "skip",
        "max_awards": 12,
    },
    criteria=(
        ("excellence", "Excellence", "What is new, and how mature it is", "30", "3"),
        ("impact", "Impact", "Market, resilience of the European supply chain", "40", "3"),
        ("implementation", "Quality of the work plan", "Partners, steps, risks", "30", "3"),
    ),
    instalments=(
        ("Advance", "40", "signature", 0),
        ("Interim report", "45", "report", 6),
        ("Final report", "15", "report", 12),
    ),
    sections=(IDEA, IMPACT, WORK, DOUBLE, FILES),
)

SILICON_GREEN = CallScript(
    key="silicon-green",
    voucher=("green", "Green voucher", "An expert's help to become more sustainable"),
    columns={
        "slug": "silicon-green-vouchers",
        "code": "SIL-GREEN",
        "title": "Green vouchers for electronics",
        "summary": "3 600 EUR for an expert who helps a small or medium company of the electronics industry to save energy, "
        "material or waste. 25 vouchers.",
        "description": "A voucher pays for one service of an expert: environmental audit, sustainability roadmap, "
        "life-cycle analysis, eco-design support, or training of employees." + NOTE,
        "eligibility": "One small or medium enterprise of the electronics industry, established in the European Union.",
        "process": PROCESS,
        "activities": "Environmental audit or assessment\nSustainability roadmap\nLife-cycle analysis\n"
        "Support for eco-design\nTraining of employees",
        "project_months": 6,
        "budget_cents": 90_000_00,
        "project_min_cents": 3_600_00,
        "project_max_cents": 3_600_00,
        "sme_max_cents": 3_600_00,
        "rate_numerator": 100,
        "rate_denominator": 100,
        "partners_min": 1,
        "partners_max": 1,
        "countries": EU,
        "sizes": SMES,
        "overall_threshold": "60",
        "tie_break": ["impact"],
        "cut_rule": "stop",
        "max_awards": 25,
    },
    criteria=(
        ("need", "Need", "Why this company needs this service now", "50", "2.5"),
        ("impact", "Impact", "What will change in energy, material, waste", "50", "2.5"),
    ),
    instalments=(("Advance", "70", "signature", 0), ("Report of the service", "30", "report", 4)),
    sections=(GREEN, DOUBLE),
)
