"""May this call be published? Every duty with its answer, its sentence and the part where to mend it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from calls import awards, elsewhere, formkit, intake, redress, selection
from calls.awards import Award, AwardUnit
from calls.calendar import earliest_close, in_words, is_open_long_enough, zone_named
from calls.duties import DUTIES, SME_SHARE, Answer, Duty, Finding, Part
from calls.intake import Intake
from calls.selection import Scheme, Selection, TotalMethod, faults_of_scheme
from calls.shares import plain
from calls.types import ProjectType, faults_against_form, faults_of_types
from calls.zonelabels import find_label_clashes
from core.localised import Localised
from core.money import format_eur
from funding.models import DEFAULT_CEILING_CENTS

__all__ = [
    "DUTIES",
    "SME_SHARE",
    "Answer",
    "Duty",
    "Finding",
    "Part",
    "Planned",
    "check",
    "choices_of",
    "fault_of_ceiling",
    "may_be_published",
]


@dataclass(frozen=True)
class Planned:
    """Everything the check looks at: the call's values, its children, and the money and ceiling of its project.

    Instants in UTC, amounts in cents, `at` the present instant, `free_cents` what the project has free.
    """

    at: datetime
    zone: str
    texts: Mapping[str, Localised]
    contact: str
    opens_at: datetime | None
    closes_at: datetime | None
    decision_by: date | None
    agreement_by: date | None
    short_opening_reason: str
    award: Award
    free_cents: int
    ceiling_cents: int
    countries: Sequence[str]
    sizes: Sequence[str]
    activities: Sequence[str]
    scheme: Scheme
    selection: Selection
    instalments: Sequence[awards.Portion]
    form: Mapping[str, Any] = field(default_factory=dict)
    documents: int = 0
    envelope_cents: int = 0
    eu_grant_cents: int = 0
    granting_authority: str = ""
    grant_number: str = ""
    channels: Sequence[str] = ()
    intake: Intake = field(default_factory=Intake)
    exceptions: Mapping[str, str] = field(default_factory=dict)
    types: Sequence[ProjectType] = ()
    outside_question: str = ""
    project_months: int = 12
    unpublished_phase: str = ""
    """The title of the earlier phase while it is not published."""


def check(call: Planned) -> list[Finding]:
    """Every duty in the order of the call's parts (domain 2.3: what the call text has to say)."""
    found = [
        *_texts(call),
        *_dates(call),
        *intake.findings(call.intake, around(call)),
        *_money(call),
        _instalments(call),
        *_applicants(call),
        *_criteria(call),
        *_selection(call),
        *_form(call),
        _documents(call),
        *_channels(call),
        _kept(
            Part.LETTERS,
            _("The letters of the decision are ready, in the words of the call or of the product."),
        ),
    ]
    return [_excepted(one, call.exceptions) for one in found]


def _excepted(finding: Finding, reasons: Mapping[str, str]) -> Finding:
    """A duty that is not kept for a recorded reason."""
    reason = reasons.get(finding.duty, "")
    if not finding.blocks or not finding.may_be_excepted or not reason:
        return finding
    told = {"sentence": finding.sentence, "reason": reason}
    sentence = _("%(sentence)s Recorded reason: %(reason)s") % told
    return replace(finding, answer=Answer.EXCEPTED, sentence=sentence)


def may_be_published(findings: Sequence[Finding]) -> bool:
    """Does nothing stand against it?"""
    return not any(finding.blocks for finding in findings)


def _kept(part: Part, sentence: str) -> Finding:
    return Finding(part, Answer.KEPT, sentence)


def _missing(part: Part, sentence: str, duty: str = "") -> Finding:
    return Finding(part, Answer.MISSING, sentence, duty)


def _texts(call: Planned) -> Iterator[Finding]:
    needed = {
        "title": _("The call needs a title."),
        "summary": _("The summary is missing: two sentences a company understands."),
        "description": _("The objective and the activities that are supported are missing."),
        "eligibility": _("The text on who may apply is missing."),
        "process": _(
            "What happens after the deadline is missing: how it is judged, who decides, where to object."
        ),
        "redress": _("How to object, until when and where, is missing."),
        "privacy": _("What happens to personal data, how long, and who answers for it, is missing."),
    }
    lacking = [sentence for name, sentence in needed.items() if not call.texts.get(name)]
    yield from (_missing(Part.TEXT, sentence) for sentence in lacking)
    if fault := redress.fault_of_days(call.texts.get("redress") or {}):
        yield _missing(Part.TEXT, fault)
    if not call.contact:
        yield _missing(Part.TEXT, _("The project has no address for questions."))
    clashes = list(_label_clashes(call))
    yield from clashes
    if not lacking and not clashes:
        yield _kept(Part.TEXT, _("All texts are there."))


def _label_clashes(call: Planned) -> Iterator[Finding]:
    """Times in the texts whose zone label is not in force on their date: both readings, one proposed (time-03)."""
    closes = call.closes_at.astimezone(zone_named(call.zone)).date() if call.closes_at else None
    for text in call.texts.values():
        for written in text.values():
            yield from (_missing(Part.TEXT, clash.message) for clash in find_label_clashes(written, closes))


def _dates(call: Planned) -> Iterator[Finding]:
    if call.opens_at is None or call.closes_at is None:
        yield _missing(Part.DATES, _("The call needs the day and hour at which it opens and closes."))
        return
    if call.closes_at <= call.at:
        told = in_words(call.closes_at, call.zone)
        yield _missing(Part.DATES, _("The deadline has passed already: %s.") % told)
        return
    yield _opening(call, call.opens_at, call.closes_at)
    closes = call.closes_at.astimezone(zone_named(call.zone)).date()
    if call.decision_by is None and not (call.intake.is_rolling and call.intake.answer_days):
        yield _missing(Part.DATES, _("Say by when applicants get their answer."), Duty.ANSWER_DAY)
    elif call.decision_by is not None and call.decision_by <= closes:
        yield _missing(Part.DATES, _("The answer cannot be due before the deadline."))
    if call.decision_by and call.agreement_by and call.agreement_by < call.decision_by:
        yield _missing(Part.DATES, _("The agreement cannot be due before the answer."))


def around(call: Planned) -> intake.Around:
    """What the cut-offs of the call have to agree with."""
    return intake.Around(
        zone=call.zone,
        opens_at=call.opens_at,
        budget_cents=call.award.budget_cents,
        eligible=call.countries,
        topic_question=call.selection.topic_question,
        choices=choices_of(call.form),
        has_criteria=bool(call.scheme.criteria),
        gives_money=call.award.unit != AwardUnit.NONE,
    )


def _opening(call: Planned, opens_at: datetime, closes_at: datetime) -> Finding:
    """Two calendar months, counted from the day on which people can really read it (time-21 to 25, time-27)."""
    zone = zone_named(call.zone)
    opens, closes = max(opens_at, call.at).astimezone(zone).date(), closes_at.astimezone(zone).date()
    figures = {"days": (closes - opens).days}
    if is_open_long_enough(opens, closes):
        return _kept(Part.DATES, _("Open for %(days)d days, at least two months.") % figures)
    if call.short_opening_reason.strip():
        sentence = _("Open for %(days)d days, less than two months; the reason is recorded.") % figures
        return Finding(Part.DATES, Answer.EXCEPTED, sentence, Duty.TWO_MONTHS)
    earliest = earliest_close(opens)
    return _missing(
        Part.DATES,
        _(
            "Open for %(days)d days; a call stays open for at least two months. The earliest day to close is "
            "%(earliest)s; or record a reason."
        )
        % {**figures, "earliest": f"{earliest:%d/%m/%Y}"},
        Duty.TWO_MONTHS,
    )


def _money(call: Planned) -> Iterator[Finding]:
    if call.award.unit == AwardUnit.NONE:
        found = [_missing(Part.MONEY, fault.message) for fault in awards.faults(call.award)]
        yield from found or [
            _kept(Part.MONEY, _("No money is given: accepted entries stand in a public catalogue."))
        ]
        return
    faults = list(_faults_of_money(call))
    yield from (_missing(Part.MONEY, fault) for fault in faults)
    yield from _share_for_smes(call)
    if (
        not faults
        and call.ceiling_cents > DEFAULT_CEILING_CENTS
        and call.award.party_max_cents > DEFAULT_CEILING_CENTS
    ):
        yield _kept(
            Part.MONEY,
            _("More than 60 000 EUR per SME, by a higher ceiling that is recorded with its legal basis."),
        )
    if not faults:
        yield _kept(
            Part.MONEY,
            _("%(budget)s EUR of the %(free)s EUR that are free in the project.")
            % {"budget": format_eur(call.award.budget_cents), "free": format_eur(call.free_cents)},
        )


def _share_for_smes(call: Planned) -> Iterator[Finding]:
    """At least 75 % of the EU grant goes to SMEs; told only when it does not."""
    if call.envelope_cents * 100 < SME_SHARE * call.eu_grant_cents:
        told = {
            "envelope": format_eur(call.envelope_cents),
            "grant": format_eur(call.eu_grant_cents),
            "least": format_eur(-(-SME_SHARE * call.eu_grant_cents // 100)),
        }
        sentence = _(
            "The project's money for SMEs, %(envelope)s EUR, is less than three quarters of its EU grant of %(grant)s: "
            "at least %(least)s."
        )
        yield _missing(Part.MONEY, sentence % told, Duty.SME_SHARE)


def _faults_of_money(call: Planned) -> Iterator[str]:
    award = call.award
    if award.budget_cents <= 0 or award.project_max_cents <= 0 or award.party_max_cents <= 0:
        yield _("The call needs its money, the largest amount per project and the largest amount per SME.")
        return
    if award.budget_cents > call.free_cents:
        yield _("The call asks for %(asked)s EUR; %(free)s are free in the project: %(over)s too much.") % {
            "asked": format_eur(award.budget_cents),
            "free": format_eur(call.free_cents),
            "over": format_eur(award.budget_cents - call.free_cents),
        }
    most = call.selection.max_awards
    least = max(award.project_min_cents, 1) * (most or 0)
    if most and award.is_fixed and least > award.budget_cents:
        yield _(
            "%(n)d awards of %(each)s EUR come to %(sum)s; the call has %(budget)s: %(over)s too little."
        ) % {
            "n": most,
            "each": format_eur(award.project_min_cents),
            "sum": format_eur(least),
            "budget": format_eur(award.budget_cents),
            "over": format_eur(least - award.budget_cents),
        }
    if award.party_max_cents > call.ceiling_cents:
        yield fault_of_ceiling(award.party_max_cents, call.ceiling_cents)
    yield from _no_sme(call)
    yield from (fault.message for fault in elsewhere.faults_against_form(call.outside_question, call.form))
    of_types = faults_of_types(call.types, award, call.project_months)
    yield from (fault.message for fault in [*awards.faults(award), *of_types])
    reachable = award.party_max_cents * award.parties_max
    if award.project_max_cents > reachable:
        yield _(
            "A project cannot reach %(most)s EUR: %(number)d organisations at %(each)s each come to %(reachable)s."
        ) % {
            "most": format_eur(award.project_max_cents),
            "number": award.parties_max,
            "each": format_eur(award.party_max_cents),
            "reachable": format_eur(reachable),
        }
    if award.unit == AwardUnit.SERVICE and "catalogue" not in _question_types(call.form):
        yield _("Services are chosen from a catalogue: add a question of that kind to the form.")


def _no_sme(call: Planned) -> Iterator[str]:
    """A share for those who are no SME, in a call that takes SMEs only."""
    if call.award.no_sme_rate is not None and set(call.sizes) <= {"micro", "small", "medium"}:
        yield _("There is a share for organisations that are no SME, and the call takes SMEs only.")


def _question_types(form: Mapping[str, Any]) -> set[str]:
    return {
        str(question.get("type"))
        for section in form.get("sections", [])
        for question in section.get("questions", [])
    }


def fault_of_ceiling(sme_max_cents: int, ceiling_cents: int) -> str:
    """Why the amount per SME is too high, with figure and room (Regulation (EU, Euratom) 2024/2509, Article 207)."""
    return _(
        "%(asked)s EUR per SME is %(over)s above the project's ceiling of %(ceiling)s per third party. "
        "Lower it, or have a higher ceiling recorded with its legal basis."
    ) % {
        "asked": format_eur(sme_max_cents),
        "over": format_eur(sme_max_cents - ceiling_cents),
        "ceiling": format_eur(ceiling_cents),
    }


def _instalments(call: Planned) -> Finding:
    if call.award.unit == AwardUnit.NONE:
        return _kept(Part.INSTALMENTS, _("No money, so nothing is paid."))
    if not call.instalments:
        return _missing(Part.INSTALMENTS, _("Say in which instalments the grant is paid."))
    fault = awards.fault_of_instalments(call.instalments, call.award)
    if fault:
        return _missing(Part.INSTALMENTS, fault)
    if call.instalments[0].percent is None:
        return _kept(Part.INSTALMENTS, _("Together exactly the grant."))
    return _kept(Part.INSTALMENTS, _("Together exactly 100 %."))


def _applicants(call: Planned) -> Iterator[Finding]:
    if not call.countries:
        yield _missing(Part.APPLICANTS, _("Choose the countries whose organisations may apply."))
    if not call.sizes:
        yield _missing(Part.APPLICANTS, _("Choose the sizes of organisations that may apply."))
    if not call.activities:
        yield _missing(
            Part.APPLICANTS, _("The activities that are supported are missing: a closed list, one a line.")
        )
    if call.unpublished_phase:
        sentence = _("The earlier phase, “%s”, is not published yet: publish it first.")
        yield _missing(Part.APPLICANTS, sentence % call.unpublished_phase)
    if call.countries and call.sizes and len(call.countries) == 1:
        text = _("One country alone: say where the European dimension is, in the text or a criterion.")
        yield Finding(Part.APPLICANTS, Answer.ADVICE, text)
    if call.countries and call.sizes and call.activities:
        yield _kept(Part.APPLICANTS, _("Countries, sizes and number of organisations are said."))


def _criteria(call: Planned) -> Iterator[Finding]:
    if not call.intake.is_scored:
        sentence = _("The rules alone check the applications of this call; nobody scores them.")
        yield _kept(Part.CRITERIA, sentence)
        return
    if not call.selection.evaluators:
        yield _criteria_of_draw(call)
        return
    if not call.scheme.criteria:
        yield _missing(Part.CRITERIA, _("The call needs at least one criterion."))
        return
    faults = faults_of_scheme(call.scheme)
    yield from (_missing(Part.CRITERIA, fault.message) for fault in faults)
    if not faults and call.scheme.method == TotalMethod.WEIGHTED:
        yield _kept(Part.CRITERIA, _("The weights are together exactly 100 %."))
    elif not faults:
        most = plain(call.scheme.highest)
        yield _kept(Part.CRITERIA, _("The best file there can be has %s points.") % most)


def _criteria_of_draw(call: Planned) -> Finding:
    if call.scheme.criteria:
        return _missing(
            Part.CRITERIA, _("No evaluator scores the files: take the criteria out, or add evaluators.")
        )
    return _kept(Part.CRITERIA, _("A draw among the eligible files needs no criteria."))


def _selection(call: Planned) -> Iterator[Finding]:
    if not call.intake.is_scored:
        yield _kept(Part.SELECTION, _("The order of arrival decides; there are no evaluators."))
        return
    faults = [
        *faults_against_form(call.types, call.selection.topic_question, call.form),
        *selection.faults(call.selection, codes=[code for code, *_rest in call.scheme.criteria]),
        *selection.faults_against(
            call.selection,
            budget_cents=call.award.budget_cents,
            eligible=call.countries,
            choices=choices_of(call.form),
        ),
    ]
    yield from (_missing(Part.SELECTION, fault.message) for fault in faults)
    if not faults and not call.selection.evaluators:
        yield _kept(Part.SELECTION, _("A draw with a sealed seed decides; how to check it is public."))
    elif not faults:
        figures = {"n": call.selection.evaluators}
        yield _kept(
            Part.SELECTION, _("Evaluators for each file: %(n)d; how files are chosen is said.") % figures
        )


def choices_of(form: Mapping[str, Any]) -> dict[str, list[str]]:
    """The answers to choose from, of each question of the form that has some, by its key."""
    return {
        str(question["key"]): [str(choice.get("value")) for choice in question["choices"]]
        for section in form.get("sections", [])
        for question in section.get("questions", [])
        if question.get("type") == "choice" and question.get("key") and question.get("choices")
    }


def _form(call: Planned) -> Iterator[Finding]:
    faults = formkit.problems(call.form)
    yield from (_missing(Part.FORM, str(fault.message)) for fault in faults)
    if not faults:
        count = sum(1 for _pair in formkit.parse(call.form).questions())
        yield _kept(Part.FORM, _("%(n)d questions that applicants can answer.") % {"n": count})


def _documents(call: Planned) -> Finding:
    if call.documents:
        return _kept(Part.DOCUMENTS, _("%(n)d documents to read.") % {"n": call.documents})
    return Finding(
        Part.DOCUMENTS,
        Answer.ADVICE,
        _("No document yet, besides those made from the call: add the model agreement."),
    )


def _channels(call: Planned) -> Iterator[Finding]:
    """On the portal and on a website of the beneficiaries (standard wording of the parent calls, domain 2.3), and with
    the statement, the granting authority and the grant number that visibility asks for (Article 17)."""
    lacking = [kind for kind in ("portal", "website") if kind not in call.channels]
    if lacking:
        sentence = _("A call is published on the EU Funding & Tenders Portal and on a website: plan both.")
        yield _missing(Part.CHANNELS, sentence, Duty.CHANNELS)
    if not call.granting_authority or not call.grant_number:
        sentence = _(
            "The project lacks its granting authority or grant number: the visibility texts need both."
        )
        yield _missing(Part.CHANNELS, sentence)
    elif not lacking:
        yield _kept(Part.CHANNELS, _("Portal and website are planned; emblem, statement and disclaimer stand on every page."))  # fmt: skip
