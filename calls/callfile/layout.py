"""Where everything about a call stands in its file: one table, used to read, to write and to describe the format. Pure.

`attribute` names what `calls.parts.COLUMNS` names; a test holds the two against each other.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from calls.awards import AwardUnit
from calls.callfile.shapes import (
    Day,
    Euros,
    Figure,
    Key,
    ListOf,
    Moment,
    Names,
    OneOf,
    Rate,
    Shape,
    Text,
    Truth,
    Whole,
    Words,
)
from calls.models import Channel, Instalment
from calls.plans import ChannelPlan, CriterionPlan, InstalmentPlan
from calls.rules import KINDS
from calls.selection import (
    Combine,
    CountryRule,
    Cut,
    DivergenceOf,
    DivergenceThen,
    Limit,
    LimitBy,
    TotalMethod,
)

FORMAT = "voucher-desk/call"
VERSION = 1

COUNTRY = Text(2, "[A-Z]{2}", _("two capital letters, such as AT"))
CODE = Text(40, "[a-z0-9_-]{1,40}", _("small letters, figures, - and _"))


class Free(Shape):
    """Names, lists, texts and numbers that another module checks (`rules`, the form)."""

    json = {"type": ["object", "array", "string", "number", "boolean", "null"]}

    def read(self, given: Any) -> Any:
        """JSON values: whole numbers stay numbers, decimals become text (the form and the rules know no floats)."""
        if isinstance(given, dict):
            return {str(key): self.read(one) for key, one in given.items()}
        if isinstance(given, list):
            return [self.read(one) for one in given]
        return str(given) if isinstance(given, Decimal) else given

    def write(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.write(one) for key, one in value.items()}
        return [self.write(one) for one in value] if isinstance(value, list | tuple) else value


RULE = Names(
    [
        Key("id", Text(20, "[a-z0-9-]{1,20}", _("small letters, figures and -")), needed=True),
        Key("kind", OneOf([key for key, kind in KINDS.items() if not kind.in_columns]), needed=True),
        Key("settings", Free()),
    ],
    take=dict.get,
)
CRITERION = Names(
    [
        Key("code", CODE, needed=True),
        Key("name", Words(80), needed=True),
        Key("weight", Figure(), needed=True, told="percent, or the factor where raw points are added up"),
        Key("description", Words(600)),
        Key("max_score", Figure()),
        Key("step", Figure()),
        Key("threshold", Figure()),
        Key("min_words", Whole(0, 500)),
    ],
    make=CriterionPlan,
)
INSTALMENT = Names(
    [
        Key("label", Words(80), needed=True),
        Key("percent", Figure()),
        Key("amount", Euros(), "amount_cents"),
        Key("due", OneOf(Instalment.Due.values)),
        Key("month", Whole(0, 240), told="its report is due so many months after the start"),
    ],
    make=InstalmentPlan,
)
LIMIT = Names(
    [
        Key("by", OneOf(LimitBy.values), needed=True),
        Key("value", Text(80), told="a country or an answer; left out: each of them"),
        Key("most", Whole(0, 10_000)),
        Key("most_amount", Euros(), "most_cents"),
        Key("transfer", Truth()),
    ],
    make=Limit,
)

CHANNEL = Names(
    [Key("kind", OneOf(Channel.Kind.values), needed=True), Key("name", Text(120))], make=ChannelPlan
)

TEXTS = Names(
    [
        Key("summary", Words(400), told="two sentences a company understands"),
        Key("description", Words(), told="objective and activities, Markdown"),
        Key("eligibility", Words()),
        Key("process", Words(), told="what happens after the deadline"),
        Key("redress", Words(), told="how to object, until when and where"),
        Key("privacy", Words(), told="what happens to personal data"),
    ],
    whole=True,
)
DATES = Names(
    [
        Key("zone", Text(64), told="the zone of every time in this file, such as Europe/Brussels"),
        Key("opens", Moment(), "opens_at", nullable=True),
        Key("closes", Moment(), "closes_at", nullable=True),
        Key("answer_by", Day(), "decision_by", nullable=True),
        Key("agreement_by", Day(), nullable=True),
        Key("project_months", Whole(1, 120)),
        Key("short_opening_reason", Text(1000)),
    ],
    whole=True,
)
MONEY = Names(
    [
        Key("envelope", Euros(), "budget_cents", told="the money in this call"),
        Key("award", OneOf(AwardUnit.values), "award_unit"),
        Key("unit_amount", Euros(), "unit_cents"),
        Key("unit_name", Words(60)),
        Key("project_min", Euros(), "project_min_cents"),
        Key("project_max", Euros(), "project_max_cents"),
        Key("sme_min", Euros(), "party_min_cents"),
        Key("sme_max", Euros(), "sme_max_cents"),
        Key("rate", Rate(), told="the share of the costs, exact: 70 % or 2/3"),
        Key("state_aid", Truth()),
    ],
    whole=True,
)
APPLICANTS = Names(
    [
        Key("activities", Words(5000), told="a closed list of what is supported, one a line"),
        Key("countries", ListOf(COUNTRY)),
        Key("countries_pending", ListOf(COUNTRY), told="eligible if associated when the agreement is signed"),
        Key("countries_as_of", Day(), nullable=True),
        Key("sizes", ListOf(OneOf(Organisation.Size.values))),
        Key("organisations_min", Whole(1, 50), "partners_min"),
        Key("organisations_max", Whole(1, 50), "partners_max"),
        Key("rules", ListOf(RULE, 40)),
    ],
    whole=True,
)
CRITERIA = Names(
    [
        Key("total", OneOf(TotalMethod.values), "total_method"),
        Key("threshold", Figure(), "overall_threshold", nullable=True),
        Key("list", ListOf(CRITERION, 40), "criteria"),
    ],
    whole=True,
)
SELECTION = Names(
    [
        Key("evaluators", Whole(1, 9), "evaluators_per_file"),
        Key("evaluator_profile", Words(400)),
        Key("evaluator_countries", OneOf(CountryRule.values), "country_rule"),
        Key("combine", OneOf(Combine.values)),
        Key("divergence_limit", Figure(), nullable=True),
        Key("divergence_of", OneOf(DivergenceOf.values)),
        Key("divergence_then", OneOf(DivergenceThen.values)),
        Key("ties", ListOf(CODE, 20), "tie_break"),
        Key("cut", OneOf(Cut.values), "cut_rule"),
        Key("awards_max", Whole(1, 10_000), "max_awards", nullable=True),
        Key("panel_percent", Whole(100, 1000), nullable=True),
        Key("topic_question", Text(40)),
        Key("limits", ListOf(LIMIT, 60)),
    ],
    whole=True,
)
PUBLICATION = Names(
    [
        Key(
            "parent_topic", Text(80), told="the topic of the project's own call, as the EU portal asks for it"
        ),
        Key(
            "channels",
            ListOf(CHANNEL, 20),
            told="where the call will be published; evidence is not part of the file",
        ),
    ],
    whole=True,
)
PARTS: dict[str, Names] = {
    "texts": TEXTS,
    "dates": DATES,
    "money": MONEY,
    "applicants": APPLICANTS,
    "criteria": CRITERIA,
    "selection": SELECTION,
    "publication": PUBLICATION,
}
CALL = Names(
    [
        Key("format", OneOf([FORMAT]), needed=True),
        Key("version", Whole(VERSION, VERSION), needed=True),
        Key("code", Text(20, "[A-Za-z0-9-]{1,20}", _("letters, figures and -")), needed=True),
        Key("title", Words(140), needed=True),
        Key("voucher_type", Text(50, "[-a-zA-Z0-9_]+", _("the short name of a voucher type")), needed=True),
        *(Key(name, shape) for name, shape in PARTS.items()),
        Key("instalments", ListOf(INSTALMENT, 40)),
        Key("form", Free(), told="sections with questions, as docs/call-file.md describes them"),
    ]
)
