"""What a call is planned with, apart from its row: criteria, instalments, and what a voucher type starts it from. Pure.

`VoucherType.defaults` may have these keys, each optional (amounts in cents, decimals as strings):

- budget_cents, project_min_cents, project_max_cents, party_min_cents, sme_max_cents; rate ("70 %" or "2/3"); state_aid
- award_unit (rate, lump, unit, in_kind, service); unit_cents, unit_name where it is by unit
- partners_min, partners_max; countries, countries_pending (ISO codes); sizes (micro, small, medium, large, other)
- rules: list of {id, kind, settings} (see calls.rules)
- project_months; total_method (weighted, sum), overall_threshold
- evaluators_per_file, evaluator_profile, country_rule, combine, normalise, blind, profiles, divergence_limit, divergence_of, divergence_then
- tie_break (codes of criteria or facts), cut_rule (stop, skip, offer), max_awards, panel_percent, ethics_check, topic_question
- instalments_agreed: may an agreement have instalments of its own?
- partial_approval: may a part of a milestone be approved?
- types: list of {value, and what differs from the call} (see calls.types)
- limits: list of {by (country, answer), value?, most?, most_cents?, transfer?} (see calls.selection)
- summary, description, eligibility, process, redress, privacy, activities (one a line): texts, plain or by language
- criteria: list of {code, name, description?, weight, max_score?, step?, threshold?, min_words?}
- instalments: list of {label, percent or amount_cents, due (signature, report, milestone, phase), month?}
- form: a form definition (see calls.formkit)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from calls.shares import parse_rate
from core.localised import Localised, localised
from core.money import format_eur

TEXTS = (
    "summary",
    "description",
    "eligibility",
    "process",
    "redress",
    "privacy",
    "activities",
    "unit_name",
    "evaluator_profile",
)
PLAIN = (
    "award_unit",
    "unit_cents",
    "party_min_cents",
    "budget_cents",
    "project_min_cents",
    "project_max_cents",
    "sme_max_cents",
    "state_aid",
    "instalments_agreed",
    "partial_approval",
    "types",
    "partners_min",
    "partners_max",
    "countries",
    "countries_pending",
    "sizes",
    "rules",
    "project_months",
    "total_method",
    "evaluators_per_file",
    "country_rule",
    "combine",
    "normalise",
    "blind",
    "profiles",
    "divergence_of",
    "divergence_then",
    "tie_break",
    "cut_rule",
    "max_awards",
    "panel_percent",
    "ethics_check",
    "topic_question",
    "limits",
)
EMPTY_FORM: dict[str, Any] = {"sections": []}


@dataclass(frozen=True)
class CriterionPlan:
    """One criterion as it is planned: weight in percent, scale from 0 to `max_score` in steps, least score."""

    code: str
    name: Localised
    weight: Decimal
    description: Localised = field(default_factory=Localised)
    max_score: Decimal = Decimal(5)
    step: Decimal = Decimal("0.5")
    threshold: Decimal | None = None
    min_words: int = 10


@dataclass(frozen=True)
class InstalmentPlan:
    """One instalment as it is planned: percent of the grant or a fixed amount in cents, paid at signature or after
    what is due by `month` (Instalment.Due)."""

    label: Localised
    percent: Decimal | None = None
    due: str = "report"
    month: int = 0
    amount_cents: int | None = None

    def __str__(self) -> str:
        share = f"{format_eur(self.amount_cents)} EUR" if self.amount_cents else f"{self.percent} %"
        return f"{share} {self.due}"


@dataclass(frozen=True)
class ChannelPlan:
    """One place where a call is published (Channel.Kind); `published_on` with its `url` once it is there."""

    kind: str
    name: str = ""
    published_on: date | None = None
    url: str = ""


@dataclass(frozen=True)
class Start:
    """What a new call starts from: values of its row, criteria, instalments, form definition."""

    values: dict[str, Any] = field(default_factory=dict)
    criteria: list[CriterionPlan] = field(default_factory=list)
    instalments: list[InstalmentPlan] = field(default_factory=list)
    form: dict[str, Any] = field(default_factory=lambda: dict(EMPTY_FORM))


def start_from(defaults: Mapping[str, Any]) -> Start:
    """Read the defaults of a voucher type. Keys that are not known are passed over."""
    values: dict[str, Any] = {name: defaults[name] for name in PLAIN if name in defaults}
    values |= {name: localised(defaults[name]) for name in TEXTS if name in defaults}
    if "rate" in defaults:
        rate = parse_rate(str(defaults["rate"]))
        values |= {"rate_numerator": rate.numerator, "rate_denominator": rate.denominator}
    for name in ("overall_threshold", "divergence_limit"):
        if defaults.get(name) is not None:
            values[name] = Decimal(str(defaults[name]))
    return Start(
        values=values,
        criteria=[_criterion(one) for one in defaults.get("criteria", [])],
        instalments=[_instalment(one) for one in defaults.get("instalments", [])],
        form=dict(defaults.get("form") or EMPTY_FORM),
    )


def _criterion(given: Mapping[str, Any]) -> CriterionPlan:
    threshold = given.get("threshold")
    return CriterionPlan(
        code=str(given["code"]),
        name=localised(given["name"]),
        weight=Decimal(str(given["weight"])),
        description=localised(given.get("description")),
        max_score=Decimal(str(given.get("max_score", 5))),
        step=Decimal(str(given.get("step", "0.5"))),
        threshold=None if threshold is None else Decimal(str(threshold)),
        min_words=int(given.get("min_words", 10)),
    )


def _instalment(given: Mapping[str, Any]) -> InstalmentPlan:
    return InstalmentPlan(
        label=localised(given["label"]),
        percent=Decimal(str(given["percent"])) if given.get("percent") is not None else None,
        amount_cents=given.get("amount_cents"),
        due=str(given.get("due", "report")),
        month=int(given.get("month", 0)),
    )
