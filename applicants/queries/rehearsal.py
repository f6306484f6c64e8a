"""A call tried as a whole: what its rules, its money and its form say to made-up organisations. Reads the call, and
nothing that applicants wrote; keeps nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django_countries import countries

from accounts import regions
from accounts.models import Organisation
from applicants import declarations, deminimis, eligibility, payload, rehearsing
from applicants.models import Rehearsal
from applicants.queries.aid import member_state_of
from applicants.queries.content import costs_are_asked, cut_off_refusal
from applicants.queries.eligibility import trl_of
from applicants.queries.money import amount_rules
from applicants.rehearsing import Area, MadeUp, PartyLine, RuleLine, Stop
from calls import elsewhere, formkit, rules
from calls.calendar import add_months
from calls.formkit.codes import nace_section
from calls.models import Call, CutOff, FormRevision
from calls.parts import digest
from calls.queries import working_form
from calls.rules import Facts, Rule
from core import clock
from core.errors import Gap
from funding.queries import ceiling

MOST_ORGANISATIONS = 12
YOUNG_MONTHS = 36
_ISO = {"EL": "GR", "UK": "GB"}
_ACTIVITIES = ("62.10", "26.11", "10.71", "41.00", "71.12")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUV"


@dataclass(frozen=True)
class Tried:
    """How a test submission ends. `stops` is empty when it would be received; `declare` is what a signatory would be
    asked to declare; `read` is what evaluators would read."""

    forms: dict[str, Any]
    answers: dict[str, dict[str, Any]]
    stops: list[Stop]
    rules: list[RuleLine]
    parties: list[PartyLine]
    project: list[str]
    ceiling_cents: int
    declare: list[str]
    gives_money: bool

    def as_data(self) -> dict[str, Any]:
        """What is kept of it, as plain data."""
        return {
            "stops": [asdict(one) for one in self.stops],
            "rules": [{**asdict(one), "messages": list(one.messages)} for one in self.rules],
            "parties": [{**asdict(one), "findings": list(one.findings)} for one in self.parties],
            "project": self.project,
            "ceiling_cents": self.ceiling_cents,
            "declare": self.declare,
            "gives_money": self.gives_money,
        }


def rehearsal_form(call: Call) -> FormRevision:
    """The form that is tried: the one being designed, or the newest that was published. One query."""
    return working_form(call)


def rehearsed_cut_off(call: Call) -> CutOff | None:
    """The cut-off that a file would belong to: the next one, for a call that is not open yet its first."""
    now = clock.now()
    return call.cut_off_at(max(now, call.opens_at) if call.opens_at else now)


def rules_mark(call: Call) -> str:
    """A short mark of who may apply and of the money rules: another one means that the call was changed since."""
    said = [
        [rule.kind, {name: value for name, value in rule.settings.items() if name != "title"}]
        for rule in rules.of_call(call)
    ]
    award = {name: str(value) for name, value in asdict(call.award).items() if name != "unit_name"}
    return digest([said, award, call.types, call.state_aid, call.outside_question])


def facts_asked(call: Call, definition: Any) -> frozenset[str]:
    """Which facts of a made-up organisation the rules of this call look at, besides those that every call does."""
    call_rules = rules.of_call(call, rehearsed_cut_off(call))
    by_kind = {
        "age": {"founded_on"},
        "nuts": {"nuts"},
        "nace": {"nace", "nace_revision"},
        "sectors": {"nace", "nace_revision"},
        "earlier_award": {"awarded_before"},
        "earlier_phase": {"through_phase"},
        "applications": {"other_files"},
    }
    asked = {name for rule in call_rules for name in by_kind.get(rule.kind, ())}
    if call.gives_money:
        asked |= {"requested_cents", "held_cents"}
    if costs_are_asked(call, call_rules, definition):
        asked.add("cost_cents")
    if call.state_aid:
        asked.add("aid_cents")
    return frozenset(asked)


def organisations_possible(call: Call) -> tuple[int, int]:
    """How many organisations a test begins with, and how many it can have; one more than the call allows, so that its own
    limit can be tried too."""
    least = max(1, call.partners_min)
    most = 1 if call.is_single else min(call.partners_max + 1, MOST_ORGANISATIONS)
    return least, max(least, most)


def invented(call: Call, definition: Any, number: int, of: int) -> MadeUp:
    """A ready made-up SME that fits the rules of the call as far as they can be read; the `number`-th of so many."""
    call_rules = rules.of_call(call, rehearsed_cut_off(call))
    given = {rule.kind: rule.settings for rule in call_rules}
    country, nuts = _somewhere(given, number)
    nace, revision = _some_activity(given, number)
    asked = rehearsing.asked_each(call.award, of)
    least = given.get("cost", {}).get("cents", 0) // of if "cost" in given else 0
    costs = costs_are_asked(call, call_rules, definition)
    rate = call.award.rate_of(is_sme=True) if call.award_unit == "rate" else call.award.rate
    sizes = list(given["sizes"]["sizes"])
    return MadeUp(
        key=rehearsing.key_of(number),
        legal_name=_("Test company %(n)d") % {"n": number},
        country=country,
        size="small" if "small" in sizes or not sizes else sizes[0],
        town=_("Test town"),
        registration_number=f"TEST-{number}",
        founded_on=_founded(given, call).isoformat(),
        nuts=nuts,
        nace=nace,
        nace_revision=revision,
        cost_cents=rehearsing.cost_for(asked, rate, least) if costs else 0,
        requested_cents=asked,
    )


def _somewhere(given: Mapping[str, Mapping[str, Any]], number: int) -> tuple[str, str]:
    """A country that the rules allow, and a region of it where they name some; another country for each organisation."""
    allowed = list(given["countries"]["countries"]) or ["FR", "IT", "DE"]
    named = list(given["nuts"]["regions"]) if "nuts" in given else []
    fitting = [code for code in named if _ISO.get(code[:2], code[:2]) in allowed] or named
    if not fitting:
        return allowed[(number - 1) % len(allowed)], ""
    code = fitting[(number - 1) % len(fitting)]
    inside = [] if len(code) > len("FR") else [one.split()[0] for one in regions.near(f"{code}?", most=1)]
    return _ISO.get(code[:2], code[:2]), inside[0] if inside else code


def _some_activity(given: Mapping[str, Mapping[str, Any]], number: int) -> tuple[str, str]:
    """A NACE code that the rules allow, with its revision; where none is named another division for each organisation."""
    if "nace" not in given:
        return _ACTIVITIES[(number - 1) % len(_ACTIVITIES)], "2.1"
    revision, code = given["nace"]["revision"], given["nace"]["codes"][0]
    figures = code.lstrip(_LETTERS)
    if figures:
        return figures, revision
    divisions = (f"{n:02d}" for n in range(1, 100))
    return next((one for one in divisions if nace_section(one, revision) == code), ""), revision


def _founded(given: Mapping[str, Mapping[str, Any]], call: Call) -> date:
    """A day in the middle of what a rule on age allows, else three years ago."""
    day = _deadline(call, None) or clock.now().date()
    age = given.get("age", {})
    low, high = age.get("least_months"), age.get("most_months")
    months = YOUNG_MONTHS if low is None and high is None else ((low or 0) + (high or (low or 0) + 24)) // 2
    return add_months(day, -months)


def _deadline(call: Call, cut_off: CutOff | None) -> date | None:
    closes_at: datetime | None = cut_off.closes_at if cut_off else call.closes_at
    return closes_at.astimezone(call.zoneinfo).date() if closes_at else None


def try_submission(
    call: Call, definition: Any, *, title: str, organisations: Sequence[MadeUp], typed: Mapping[str, Any]
) -> Tried:
    """Try to submit what was typed, by the rules, the money and the form of the call as they are now.

    `typed` is what the boxes of the form held (a MultiValueDict or QueryDict). Files count as attached, partners as
    having confirmed, and no deadline is looked at: a draft has none yet. Four queries at most.
    """
    parties = rehearsing.form_parties(organisations)
    trial = formkit.try_form(definition, parties, typed)
    answers = {key: dict(form.cleaned_data) for key, form in trial.forms.items()}
    topic = payload.answer_in({"sections": answers}, call.topic_question)
    cut_off = rehearsed_cut_off(call)
    call_rules = rules.of_call(call, cut_off, call.type_named(topic))
    facts = Facts(
        parties=_judged(call, call_rules, organisations),
        deadline=_deadline(call, cut_off),
        cost_cents=sum(one.cost_cents for one in organisations),
        trl=trl_of(definition, answers),
    )
    limit = ceiling(call.project).limit_cents if call.gives_money else 0
    lines, project = _money(call, organisations, answers, topic, limit)
    stops = [] if title.strip() else [Stop(Area.TITLE, _("The project has no title yet."))]
    stops += [Stop(Area.WHO, one.message) for one in eligibility.blocking_findings(facts, call_rules)]
    refused = cut_off_refusal(cut_off, definition, call.topic_question, topic)
    stops += [Stop(Area.FORM, refused)] if refused else []
    stops += _money_stops(call, organisations, lines, project)
    stops += [Stop(Area.FORM, gap.message) for gap in trial.gaps]
    confirmed = eligibility.to_confirm(facts, call_rules)
    return Tried(
        forms=trial.forms,
        answers=answers,
        stops=stops,
        rules=rehearsing.rule_lines(call_rules, facts),
        parties=lines,
        project=project,
        ceiling_cents=limit,
        declare=[str(one.text) for one in declarations.asked(confirmed)],
        gives_money=call.gives_money,
    )


def _judged(
    call: Call, call_rules: Sequence[Rule], organisations: Sequence[MadeUp]
) -> list[eligibility.Party]:
    phase = call.previous.code if call.previous is not None else ""
    excluded = rehearsing.excluding(call_rules)
    sizes = dict(Organisation.Size.choices)
    return [
        rehearsing.party_of(
            one,
            country_name=str(countries.name(one.country)),
            size_name=str(sizes.get(one.size, one.size)),
            phase=phase,
            awards=excluded,
        )
        for one in organisations
    ]


def _money(
    call: Call,
    organisations: Sequence[MadeUp],
    answers: Mapping[str, Mapping[str, Any]],
    topic: str,
    limit: int,
) -> tuple[list[PartyLine], list[str]]:
    if not call.gives_money:
        return [], []
    outside = elsewhere.declared(call.outside_question, answers)
    return rehearsing.money_lines(organisations, amount_rules(call, limit, topic), outside)


def _money_stops(
    call: Call, organisations: Sequence[MadeUp], lines: Sequence[PartyLine], project: Sequence[str]
) -> list[Stop]:
    """As long as nothing is asked for that is the one thing to say, as in a real draft."""
    if not call.gives_money:
        return []
    if not any(one.requested_cents for one in organisations):
        return [Stop(Area.MONEY, _("No support is asked for yet."))]
    found = [*project, *(message for line in lines for message in line.findings)]
    return [Stop(Area.MONEY, message) for message in [*found, *_aid_refusals(call, organisations)]]


def _aid_refusals(call: Call, organisations: Sequence[MadeUp]) -> list[str]:
    """Why de minimis aid would pass its ceiling, where the call is State aid. One query, only there."""
    if not call.state_aid:
        return []
    state, today = member_state_of(call.project), clock.now().astimezone(call.zoneinfo).date()
    found = []
    for one in organisations:
        if one.is_lead or one.requested_cents:
            earlier = [deminimis.Aid(today, one.aid_cents, state)] if one.aid_cents else []
            verdict = deminimis.check(
                earlier, one.requested_cents, granted_on=today, member_state=state, is_state_aid=True
            )
            found += [f"{one.legal_name}: {finding.message}" for finding in verdict.findings]
    return found


def read_rehearsal(test: Rehearsal) -> list[tuple[str, list[formkit.Read]]]:
    """What evaluators would read of a test, by the form it was made with."""
    parties = rehearsing.form_parties(rehearsing.restored(test.organisations))
    return formkit.read_answers(formkit.parse(test.form), parties, test.answers)


def boxes_of(typed: Mapping[str, Sequence[str]]) -> MultiValueDict[str, Any]:
    """What the boxes of a form held, as the browser sent it."""
    return MultiValueDict({name: list(values) for name, values in typed.items()})


def is_older_form(test: Rehearsal, revision: FormRevision) -> bool:
    """Was the form changed since the test was made?"""
    return test.form_mark != digest(revision.definition)


def has_older_rules(test: Rehearsal) -> bool:
    """Were who may apply or the money changed since? No query where the call came with the test."""
    return test.rules_mark != rules_mark(test.call)


def gaps_of(test: Rehearsal) -> list[Gap]:
    """What stopped it, as it was told then; the target is the area: title, who, money or form."""
    return [Gap(one["message"], one["area"]) for one in test.outcome.get("stops", [])]


@dataclass(frozen=True)
class Rehearsed:
    """How many test submissions of a call there are, how many of them end well, and how many are of the form as it is."""

    made: int
    well: int
    current: int


def rehearsed(call: Call) -> Rehearsed:
    """The count for the page of publication. Two queries."""
    rows = list(Rehearsal.objects.filter(call=call).order_by().values_list("stops", "form_mark"))
    mark = digest(rehearsal_form(call).definition) if rows else ""
    return Rehearsed(
        made=len(rows),
        well=sum(1 for stops, _form in rows if stops == 0),
        current=sum(1 for _stops, form in rows if form == mark),
    )
