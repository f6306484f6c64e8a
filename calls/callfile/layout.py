"""Where everything about a call stands in its file: one table, used to read, to write and to describe the format. Pure.

`attribute` names what `calls.parts.COLUMNS` names; a test holds the two against each other.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from calls.awards import AwardUnit
from calls.callfile.shapes import (
    Countries,
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
from calls.intake import CallModel, CutOffPlan
from calls.models import Channel, Instalment
from calls.partnering import PartnerPart
from calls.plans import ChannelPlan, CriterionPlan, InstalmentPlan
from calls.profiles import MOST_PROFILES, Profile
from calls.rules import KINDS
from calls.selection import (
    Combine,
    CountryRule,
    Cut,
    DivergenceOf,
    DivergenceThen,
    EthicsScope,
    Limit,
    LimitBy,
    TotalMethod,
)
from calls.types import MOST_TYPES, ProjectType

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


class CallCode(Text):
    """Another call of the project, by its code."""

    def write(self, value: Any) -> str:
        return str(value.code)


RULE = Names(
    [
        Key(
            "id",
            Text(20, "[a-z0-9-]{1,20}", _("small letters, figures and -")),
            needed=True,
            told="its own in this call",
        ),
        Key(
            "kind",
            OneOf([key for key, kind in KINDS.items() if not kind.in_columns]),
            needed=True,
            told="see “Rules” below",
        ),
        Key("settings", Free(), told="what a rule of this kind is set with"),
    ],
    take=dict.get,
)
CRITERION = Names(
    [
        Key("code", CODE, needed=True, told="short name, used in ties"),
        Key("name", Words(80), needed=True),
        Key("weight", Figure(), needed=True, told="percent, or the factor where raw points are added up"),
        Key("description", Words(600), told="what evaluators look at"),
        Key("max_score", Figure(), told="the highest score; 5 when left out"),
        Key("step", Figure(), told="the steps of the scale; 0.5 when left out"),
        Key("threshold", Figure(), told="the least score; below it a file is not funded"),
        Key("min_words", Whole(0, 500), told="words a reason has at least; 10 when left out"),
    ],
    make=CriterionPlan,
)
INSTALMENT = Names(
    [
        Key("label", Words(80), needed=True, told="what it is called in the agreement"),
        Key("percent", Figure(), told="share of the grant; together exactly 100"),
        Key("amount", Euros(), "amount_cents", told="or a fixed amount, where all projects get the same"),
        Key("due", OneOf(Instalment.Due.values), told="after what it is paid; report when left out"),
        Key("month", Whole(0, 240), told="its report is due so many months after the start"),
    ],
    make=InstalmentPlan,
)
CUT_OFF = Names(
    [
        Key("closes", Moment(), "closes_at", told="needed for publication"),
        Key("name", Words(80), told="a name or theme, such as the target country"),
        Key("answer_by", Day(), "decision_by", told="its applicants have their answer by this day"),
        Key("countries", ListOf(COUNTRY), told="only applicants from these; left out: as the call says"),
        Key("answers", ListOf(Text(80), 60), told="only these answers to the topic question; left out: all"),
        Key("envelope", Euros(), "budget_cents", told="its own money: for each cut-off, or for none"),
    ],
    make=CutOffPlan,
)
LIMIT = Names(
    [
        Key(
            "by",
            OneOf(LimitBy.values),
            needed=True,
            told="country of the applicant, or answer to the topic question",
        ),
        Key("value", Text(80), told="a country or an answer; left out: each of them"),
        Key("most", Whole(0, 10_000), told="number of awards"),
        Key("most_amount", Euros(), "most_cents", told="money of all awards together"),
        Key("transfer", Truth(), told="do places that stay empty go to others?"),
    ],
    make=Limit,
)

PROFILE = Names(
    [
        Key("name", Words(80), needed=True, told="in the singular, such as: technical expert"),
        Key("number", Whole(1, 9), needed=True, told="how many of them judge each file"),
    ],
    make=Profile,
)
TYPE = Names(
    [
        Key("value", Text(80), needed=True, told="the answer to the topic question that chooses this type"),
        Key("project_min", Euros(), "project_min_cents", told="the least a project of this type gets"),
        Key("project_max", Euros(), "project_max_cents", told="the most a project of this type gets"),
        Key("sme_max", Euros(), "sme_max_cents", told="the most each organisation gets in it"),
        Key("rate", Rate(), told="the share of the costs, exact"),
        Key("organisations_min", Whole(1, 50), "partners_min", told="with support, the applicant counted"),
        Key("organisations_max", Whole(1, 50), "partners_max", told="1: one organisation alone"),
        Key("months", Whole(1, 120), told="how long a project of this type may take"),
    ],
    make=ProjectType,
)

CHANNEL = Names(
    [Key("kind", OneOf(Channel.Kind.values), needed=True), Key("name", Text(120), told="which one")],
    make=ChannelPlan,
)

TEXTS = Names(
    [
        Key("summary", Words(400), told="two sentences a company understands"),
        Key("description", Words(), told="objective and activities, Markdown"),
        Key("eligibility", Words(), told="who may apply, in words"),
        Key("process", Words(), told="what happens after the deadline"),
        Key("redress", Words(), told="how to object, until when and where"),
        Key("privacy", Words(), told="what happens to personal data"),
    ],
    whole=True,
)
LETTERS = Names(
    [
        Key(
            "fund",
            Words(10_000),
            "letter_fund",
            told="to those who are selected, with placeholders in braces",
        ),
        Key("reserve", Words(10_000), "letter_reserve", told="to those on the reserve list"),
        Key("reject", Words(10_000), "letter_reject", told="to those who are not selected"),
    ],
    whole=True,
)
DATES = Names(
    [
        Key("zone", Text(64), told="the zone of every time in this file, such as Europe/Brussels"),
        Key("opens", Moment(), "opens_at", nullable=True, told="with closes: both or none"),
        Key("closes", Moment(), "closes_at", nullable=True, told="the deadline"),
        Key(
            "answer_by", Day(), "decision_by", nullable=True, told="applicants have their answer by this day"
        ),
        Key("agreement_by", Day(), nullable=True, told="agreements are signed by this day"),
        Key(
            "questions_days",
            Whole(0, 60),
            told="questions are taken until so many days before the deadline; 7 when left out",
        ),
        Key("project_months", Whole(1, 120), told="how long a project may take"),
        Key("short_opening_reason", Text(1000), told="why it is open for less than two months"),
    ],
    whole=True,
)
INTAKE = Names(
    [
        Key("model", OneOf(CallModel.values), "call_model", told="how the call takes applications"),
        Key(
            "cut_offs",
            ListOf(CUT_OFF, 20),
            told="for several cut-offs: in order of time, the last one is the deadline",
        ),
        Key("carry_over", Truth(), told="does money that a cut-off leaves go to the next?"),
        Key(
            "waiting_most",
            Whole(0, 1000),
            told="for claims: how many may wait when the money is held",
        ),
        Key(
            "final_at_once",
            Truth(),
            told="is what was submitted final, so that nothing is replaced until the deadline?",
        ),
        Key(
            "answer_days",
            Whole(1, 365),
            nullable=True,
            told="first come, first served: each file has its answer within so many days",
        ),
        Key(
            "feedback_days",
            Whole(1, 180),
            nullable=True,
            told="until so many days before the deadline an applicant may ask for feedback on what it submitted; null: no feedback",
        ),
        Key(
            "feedback_answer_days",
            Whole(1, 90),
            told="feedback comes within so many days, fewer than those above; 7 when left out",
        ),
        Key(
            "extension_days",
            Whole(1, 60),
            nullable=True,
            told="one applicant may get so many days more, for a reason that two managers accept; null: nobody",
        ),
    ],
    whole=True,
)
MONEY = Names(
    [
        Key("envelope", Euros(), "budget_cents", told="the money in this call"),
        Key("award", OneOf(AwardUnit.values), "award_unit", told="what an award is counted in"),
        Key("unit_amount", Euros(), "unit_cents", told="what one unit gives, for an award by unit"),
        Key("unit_name", Words(60), told="what one unit is: a day, a trip"),
        Key("project_min", Euros(), "project_min_cents", told="0 is no minimum"),
        Key("project_max", Euros(), "project_max_cents", told="the most a project gets"),
        Key("sme_min", Euros(), "party_min_cents", told="the least each organisation gets"),
        Key(
            "sme_max",
            Euros(),
            "sme_max_cents",
            told="the most each organisation gets; above 60 000 the project needs a recorded ceiling",
        ),
        Key("rate", Rate(), told="the share of the costs, exact: 70 % or 2/3"),
        Key(
            "rate_no_sme",
            Rate(),
            "no_sme_rate",
            nullable=True,
            told="another share for organisations that are no SME, exact",
        ),
        Key(
            "outside_question",
            Text(40),
            told="key of the question, an amount for each organisation, by which support from elsewhere is declared; it counts against the ceiling",
        ),
        Key("state_aid", Truth(), told="is it State aid? EU money managed by the Commission is not"),
        Key("instalments_agreed", Truth(), told="may an agreement have instalments of its own?"),
        Key("partial_approval", Truth(), told="may a part of a milestone be approved?"),
        Key("types", ListOf(TYPE, MOST_TYPES), told="types of project with money rules of their own"),
    ],
    whole=True,
)
APPLICANTS = Names(
    [
        Key("activities", Words(5000), told="a closed list of what is supported, one a line"),
        Key("countries", Countries(ListOf(COUNTRY)), told="eligible"),
        Key("countries_pending", ListOf(COUNTRY), told="eligible if associated when the agreement is signed"),
        Key("countries_as_of", Day(), nullable=True, told="the day of the list"),
        Key(
            "sizes",
            ListOf(OneOf(Organisation.Size.values)),
            told="by Recommendation 2003/361/EC; other: no enterprise",
        ),
        Key("organisations_min", Whole(1, 50), "partners_min", told="with support, the applicant counted"),
        Key("organisations_max", Whole(1, 50), "partners_max", told="1: one organisation alone"),
        Key("partners", OneOf(PartnerPart.values), "partner_part", told="what partners do themselves"),
        Key("rules", ListOf(RULE, 40), told="further rules, in their order"),
        Key(
            "previous",
            CallCode(20, "[A-Za-z0-9-]{1,20}", _("letters, figures and -")),
            nullable=True,
            told="code of the earlier phase: only projects selected there may apply",
        ),
    ],
    whole=True,
)
CRITERIA = Names(
    [
        Key(
            "total",
            OneOf(TotalMethod.values),
            "total_method",
            told="weights in percent, out of 100; or raw points",
        ),
        Key("threshold", Figure(), "overall_threshold", nullable=True, told="the least total"),
        Key("list", ListOf(CRITERION, 40), "criteria", told="the criteria in their order"),
    ],
    whole=True,
)
SELECTION = Names(
    [
        Key(
            "evaluators",
            Whole(0, 9),
            "evaluators_per_file",
            told="how many judge each file; 0: a draw decides",
        ),
        Key("profiles", ListOf(PROFILE, MOST_PROFILES), told="of which kind they are; together all of them"),
        Key("evaluator_profile", Words(400), told="what they have to know; told to applicants too"),
        Key(
            "evaluator_countries",
            OneOf(CountryRule.values),
            "country_rule",
            told="not from the country of every organisation, of the lead, or no rule",
        ),
        Key("combine", OneOf(Combine.values), told="what counts of several scores"),
        Key("normalise", Truth(), told="are strict and generous evaluators put on one scale?"),
        Key("blind", Truth(), told="do evaluators judge without learning who applies?"),
        Key("divergence_limit", Figure(), nullable=True, told="how far totals may be apart"),
        Key("divergence_of", OneOf(DivergenceOf.values), told="points, or percent of the higher total"),
        Key(
            "divergence_then",
            OneOf(DivergenceThen.values),
            told="managers are told, a third evaluator scores, or a consensus is written; consensus without a limit: for every file",
        ),
        Key(
            "ties",
            ListOf(CODE, 20),
            "tie_break",
            told="what parts equal totals: codes of criteria, arrival, sme-share, countries, amount, draw",
        ),
        Key(
            "cut",
            OneOf(Cut.values),
            "cut_rule",
            told="at the first file that does not fit into the money left",
        ),
        Key("awards_max", Whole(1, 10_000), "max_awards", nullable=True, told="the largest number of awards"),
        Key(
            "panel_percent",
            Whole(100, 1000),
            nullable=True,
            told="so many go to a panel: 150 is 1.5 times the awards",
        ),
        Key(
            "ethics_check",
            OneOf(EthicsScope.values),
            told="which files are checked for ethics and security before the decision: none, those to be funded or kept in reserve, or all of the panel",
        ),
        Key("topic_question", Text(40), told="key of the question whose answers are limited"),
        Key("limits", ListOf(LIMIT, 60), told="most awards or money by country or answer"),
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
    "intake": INTAKE,
    "money": MONEY,
    "applicants": APPLICANTS,
    "criteria": CRITERIA,
    "selection": SELECTION,
    "publication": PUBLICATION,
    "letters": LETTERS,
}
CALL = Names(
    [
        Key("format", OneOf([FORMAT]), needed=True, told="says that this is a call"),
        Key("version", Whole(VERSION, VERSION), needed=True, told="of the format"),
        Key(
            "code",
            Text(20, "[A-Za-z0-9-]{1,20}", _("letters, figures and -")),
            needed=True,
            told="begins every reference",
        ),
        Key("title", Words(140), needed=True, told="what everybody reads"),
        Key(
            "voucher_type",
            Text(50, "[-a-zA-Z0-9_]+", _("the short name of a voucher type")),
            needed=True,
            told="what the file leaves out starts as it says",
        ),
        *(Key(name, shape) for name, shape in PARTS.items()),
        Key("instalments", ListOf(INSTALMENT, 40), told="in which parts the grant is paid"),
        Key("form", Free(), told="sections with questions, see “The form” below"),
    ]
)
