"""The standard sections of an application (domain.md 6.4), ready to start from. Every word can be changed. Pure."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from calls.formkit import organisation
from calls.formkit.model import DefinitionError

Json = dict[str, Any]


def _q(key: str, kind: str, label: str, *, required: bool = True, **more: Any) -> Json:
    return {"key": key, "type": kind, "label": {"en": label}, "required": required, **_texts(more)}


def _texts(more: Json) -> Json:
    worded = ("help", "evaluators")
    return {name: {"en": value} if name in worded else value for name, value in more.items()}


def _long(key: str, label: str, looked_at: str, length: int = 2000) -> Json:
    return _q(key, "long_text", label, max_length=length, evaluators=looked_at)


def _choices(*words: tuple[str, str]) -> list[Json]:
    return [{"value": value, "label": {"en": label}} for value, label in words]


def _section(key: str, title: str, guidance: str, *questions: Json) -> Json:
    return {"key": key, "title": {"en": title}, "guidance": {"en": guidance}, "questions": list(questions)}


def _applicants() -> Json:
    return _section(
        "applicants", "Applicants", "Who you are. What is known from your organisation's page is filled in already.",
        _q("organisation_data", "organisation", "Data of the organisation", per_partner=True, blind=False,
           parts=[part for part in organisation.PARTS if part not in ("euid", "cluster")]),
        _q("cluster", "short_text", "Cluster membership", required=False, per_partner=True, blind=False,
           max_length=200, help="The clusters you are a member of, as registered on the cluster platform."),
        _q("links", "yes_no", "Does another enterprise hold 25 % or more of it, or it of another?", per_partner=True,
           blind=False),
    )  # fmt: skip


def _project() -> Json:
    return _section(
        "project", "Project", "What it is about, in a few lines.",
        _q("acronym", "short_text", "Acronym", max_length=20),
        _q("abstract", "long_text", "Public abstract", max_length=1000,
           help="Published if the project is funded: no secrets here."),
        _q("challenge", "short_text", "Challenge or topic addressed", required=False, max_length=200),
        _q("readiness", "trl", "Technology readiness at the start and at the end"),
        _q("duration", "number", "Duration in months", min=1, max=36),
        _q("ecosystems", "several", "Industrial ecosystems", min=1, max=3, choices=_choices(
            ("aerospace", "Aerospace and defence"), ("agrifood", "Agri-food"), ("construction", "Construction"),
            ("creative", "Cultural and creative industries"), ("digital", "Digital"),
            ("electronics", "Electronics"), ("energy_intensive", "Energy-intensive industries"),
            ("energy", "Energy and renewables"), ("health", "Health"),
            ("mobility", "Mobility, transport and automotive"), ("social", "Proximity and social economy"),
            ("retail", "Retail"), ("textile", "Textile"), ("tourism", "Tourism"))),
    )  # fmt: skip


def _excellence() -> Json:
    return _section(
        "excellence", "Excellence", "Why it is needed, what you will do, and what is new in it.",
        _long("need", "Need and state of the art", "Is the problem real, and known what exists already?"),
        _long("solution", "Your solution", "Is it clear, and does it answer the need?", 3000),
        _long("innovation", "What is new", "How far does it go beyond what is on the market?"),
        _long("objectives", "Objectives", "Are they specific, measurable and possible in the time?"),
    )  # fmt: skip


def _impact() -> Json:
    return _section(
        "impact", "Impact", "What changes for you, your customers and Europe.",
        _long("market", "Market and customers", "Who buys, how large is it, what do they buy today?"),
        _long("effects", "Economic, green, digital and resilience effects", "Are the effects credible and shown?"),
        _long("eu_value", "European and cross-border value", "Why does it matter beyond one company?"),
        _q("kpis", "group", "Indicators", min=1, max=10, help="What you will be measured by.", columns=[
            _q("indicator", "short_text", "Indicator", max_length=120),
            _q("baseline", "short_text", "Baseline", max_length=40),
            _q("target", "short_text", "Target", max_length=40),
            _q("by", "date", "By")],
           evaluators="Do baseline and target fit what is promised?"),
        _long("exploitation", "Exploitation and intellectual property", "Is it clear who will own and use it?"),
    )  # fmt: skip


def _implementation() -> Json:
    risks = [
        _q("risk", "short_text", "Risk", max_length=200),
        _q(
            "likely",
            "choice",
            "How likely",
            choices=_choices(("low", "Low"), ("medium", "Medium"), ("high", "High")),
        ),
        _q("answer", "short_text", "What you do about it", max_length=200),
    ]
    return _section(
        "implementation", "Implementation", "How the work is done, by whom and for how much.",
        _q("work_plan", "work_plan", "Work plan", months=36,
           evaluators="Do tasks, months and results fit together?"),
        _q("risks", "group", "Risks", min=1, max=10, columns=risks),
        _long("team", "Team", "Does it have the skills and the time?"),
        _q("subcontracts", "yes_no", "Do you use a subcontractor or external expert?"),
        {**_long("subcontractor", "Subcontractor or expert", "Is the choice explained, and best value for money?"),
         "shown_if": {"question": "subcontracts", "op": "is", "values": [True]}},
        _q("budget", "budget", "Budget", matches_costs=True, choices=_choices(
            ("staff", "Staff"), ("subcontracting", "Subcontracting"), ("travel", "Travel"),
            ("equipment", "Equipment"), ("other", "Other goods and services"), ("indirect", "Indirect costs")),
           help="Its sums have to be the costs on the page of partners and costs.",
           evaluators="Is the budget needed for the work, and no more?"),
    )  # fmt: skip


def _ethics() -> Json:
    grants = [
        _q("programme", "short_text", "Programme", max_length=120),
        _q("number", "short_text", "Number", required=False, max_length=60),
        _q("amount", "money", "Amount, EUR", min=0),
        _q("same_work", "yes_no", "Same work?"),
    ]
    return _section(
        "ethics", "Ethics, security and other funding", "Answer yes where something has to be looked at; that excludes nobody.",
        _q("ethics_issue", "yes_no", "Does the project touch people, animals, personal data or the environment?"),
        {**_q("ethics_how", "long_text", "How do you handle it?", max_length=2000),
         "shown_if": {"question": "ethics_issue", "op": "is", "values": [True]}},
        _q("security", "yes_no", "Does it use or produce anything of security or dual use?"),
        _q("gender", "long_text", "Gender and inclusion", required=False, max_length=1000),
        _q("other_funding", "yes_no", "Is or was related work funded, or applied for, elsewhere?"),
        {**_q("other_grants", "group", "Other applications and grants", min=1, max=20, blind=False, columns=grants),
         "shown_if": {"question": "other_funding", "op": "is", "values": [True]}},
    )  # fmt: skip


def _attachments() -> Json:
    return _section(
        "attachments", "Attachments", "PDF only. What is not asked for is not read.",
        _q("offer", "file", "Signed offer of the subcontractor", required=False, accept=["application/pdf"],
           max_files=3, max_mb=10, max_pages=20),
        _q("annex", "file", "Annex with figures and drawings", required=False, accept=["application/pdf"],
           max_files=1, max_mb=10, max_pages=10),
    )  # fmt: skip


SECTIONS = {
    "applicants": _applicants,
    "project": _project,
    "excellence": _excellence,
    "impact": _impact,
    "implementation": _implementation,
    "ethics": _ethics,
    "attachments": _attachments,
}
"""The declarations of section 7 are always asked and need no question."""


def names() -> list[tuple[str, str]]:
    """The standard sections with their titles, in their order."""
    return [(key, str(make()["title"]["en"])) for key, make in SECTIONS.items()]


def sections(keys: list[str] | None = None) -> list[Json]:
    """The sections with these keys, or all of them."""
    return [make() for key, make in SECTIONS.items() if keys is None or key in keys]


def written_out(given: Any) -> Any:
    """A definition from a file as it is stored: `standard: impact` becomes that section, plain texts get their language.

    Beside `standard` a section may have a title and guidance of its own, `without` (keys of questions left out) and
    `questions` (added after the standard ones). Raises DefinitionError for a name that is unknown; whatever else is
    wrong stays as it is and is told by `parse`.
    """
    if not isinstance(given, Mapping) or not isinstance(given.get("sections"), list):
        return given
    return {
        **given,
        "sections": [_worded(_whole(one, number)) for number, one in enumerate(given["sections"], 1)],
    }


def _whole(section: Any, number: int) -> Any:
    """The section that is meant."""
    if not isinstance(section, Mapping) or "standard" not in section:
        return section
    name, left_out, added = section["standard"], section.get("without", []), section.get("questions", [])
    if not isinstance(name, str) or name not in SECTIONS:
        told = {"name": str(name)[:40], "known": ", ".join(SECTIONS)}
        raise DefinitionError(
            _("section %d") % number, _("“%(name)s” is no standard section. There are: %(known)s.") % told
        )
    made = SECTIONS[name]()
    if not isinstance(left_out, list) or not isinstance(added, list):
        raise DefinitionError(name, _("“without” and “questions” are lists."))
    known = [question["key"] for question in made["questions"]]
    if unknown := [str(key) for key in left_out if key not in known]:
        raise DefinitionError(name, _("There is no question “%s”.") % unknown[0][:40])
    own = {key: value for key, value in section.items() if key not in ("standard", "without", "questions")}
    kept = [question for question in made["questions"] if question["key"] not in left_out]
    return {**made, **own, "questions": [*kept, *added]}


WORDED = ("title", "guidance", "label", "help", "evaluators")


def _worded(part: Any) -> Any:
    """The same with every text by language."""
    if isinstance(part, list):
        return [_worded(one) for one in part]
    if not isinstance(part, Mapping):
        return part
    return {
        key: {settings.LANGUAGE_CODE: value} if key in WORDED and isinstance(value, str) else _worded(value)
        for key, value in part.items()
    }
