"""What a call says, in plain words of the active language: its documents print it, agreements freeze it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from calls import intake, rules, selection, words
from calls.calendar import in_words
from calls.models import Call, CallPaper, CutOff, Instalment, Paper
from calls.queries.public import call_page
from calls.queries.workshop import intake_of
from calls.shares import plain
from core import clock


@dataclass(frozen=True)
class Terms:
    """The terms of a call. Pairs are (label, value); everything is text, so that it can be kept as JSON."""

    code: str
    title: str
    summary: str
    description: str
    eligibility: str
    process: str
    redress: str
    privacy: str
    facts: list[tuple[str, str]]
    dates: list[tuple[str, str]]
    intake: list[str]
    phases: list[str]
    activities: list[str]
    who: list[str]
    declared: list[str]
    instalments: list[dict[str, str]]
    criteria: list[dict[str, str]]
    is_weighted: bool
    scoring: str
    thresholds: str
    judging: list[str]


def terms(call: Call) -> Terms:
    """The terms as they are stored now, in the active language: nine queries. Nothing in them depends on the hour."""
    page, planned = call_page(call, clock.now()), intake_of(call)
    texts = ("title", "summary", "description", "eligibility", "process", "redress", "privacy")
    return Terms(
        **{name: str(getattr(call, name)) for name in texts},
        code=call.code,
        facts=page.facts,
        dates=_dates(call),
        intake=page.intake,
        phases=[f"{one.call.title}: {one.gives}" for one in page.phases],
        activities=page.activities,
        who=page.who,
        declared=_declared(call),
        instalments=_instalments(call),
        criteria=[_criterion(one, page.is_weighted) for one in page.criteria],
        is_weighted=page.is_weighted,
        scoring=page.scoring,
        thresholds=page.thresholds,
        judging=_judging(call, page.judging, planned),
    )


def _dates(call: Call) -> list[tuple[str, str]]:
    """The calendar of the call, each instant with its zone."""
    rows: list[tuple[str, str]] = []
    if call.opens_at:
        rows.append((_("Opens"), str(in_words(call.opens_at, call.zone))))
    if call.questions_until:
        rows.append((_("Questions until"), str(in_words(call.questions_until, call.zone))))
    rows += [(str(one), str(in_words(one.closes_at, call.zone))) for one in _cut_offs(call) if one.closes_at]
    if call.closes_at and not call.has_cut_offs:
        label = _("Closes at the latest") if call.is_rolling else _("Deadline")
        rows.append((label, str(in_words(call.closes_at, call.zone))))
    if call.decision_by:
        rows.append((_("Everybody has an answer by"), _day(call.decision_by)))
    if call.agreement_by:
        rows.append((_("Agreements are signed by"), _day(call.agreement_by)))
    if not call.gives_money:
        return rows
    rows.append((_("Longest project"), _("%(n)d months") % {"n": call.project_months}))
    last = words.last_payment(call.agreement_by, call.project_months)
    return [*rows, (_("Last payment"), last)] if last else rows


def _cut_offs(call: Call) -> list[CutOff]:
    return list(call.cut_offs.all()) if call.has_cut_offs else []


def _day(day: date) -> str:
    return date_format(day, pgettext("date format", "j F Y"))


def _judging(call: Call, told: list[str], planned: intake.Intake) -> list[str]:
    """From the scores to the choice; a list ends with the money, unless who comes first is served first."""
    return (
        told
        if planned.is_rolling or not call.gives_money
        else [*told, selection.cut_sentence(call.selection)]
    )


def _declared(call: Call) -> list[str]:
    """The sentences of the call's own rules that the applicant declares, because no fact can tell."""
    own = rules.parse(call.rules)
    return rules.sentences(one for one in own if rules.KINDS[one.kind].is_declared(one.settings))


def _instalments(call: Call) -> list[dict[str, str]]:
    return [
        {
            "label": str(one.label),
            "share": words.euros(one.amount_cents or 0) if one.percent is None else f"{plain(one.percent)} %",
            "due": str(Instalment.Due(one.due).label),
            "month": str(one.month or ""),
        }
        for one in Instalment.objects.filter(call=call)
    ]


def _criterion(one: Any, is_weighted: bool) -> dict[str, str]:
    most = plain(one.max_score)
    if is_weighted:
        weight = f"{plain(one.weight)} %"
    else:
        weight = most if one.weight == 1 else f"{most} × {plain(one.weight)}"
    least = "" if one.threshold is None else plain(one.threshold)
    return {
        "name": str(one.name),
        "description": str(one.description),
        "weight": weight,
        "most": most,
        "least": least,
    }


@dataclass(frozen=True)
class PaperLine:
    """One document on a page: what it is, and the languages it can be had in."""

    paper: Paper
    label: str
    languages: list[tuple[str, str]]


def paper_lines(call: Call) -> list[PaperLine]:
    """The documents made of a call's settings. No query."""
    languages = [(code, str(name)) for code, name in settings.LANGUAGES if code in languages_of(call)]
    return [PaperLine(paper, str(paper.label), languages) for paper in papers_of(call)]


def papers_of(call: Call) -> list[Paper]:
    """What is made of this call: no score sheet where nobody scores, no annex where there is no agreement."""
    is_scored = call.evaluators_per_file and call.call_model != intake.CallModel.CLAIM
    fit = {Paper.SCORES: bool(is_scored), Paper.CONDITIONS: call.gives_money}
    return [paper for paper in Paper if fit.get(paper, True)]


def languages_of(call: Call) -> list[str]:
    """The languages a call is written in: those its title has, and the product's own if it has none of ours."""
    known = [code for code, _name in settings.LANGUAGES if call.title.get(code)]
    return known or [settings.LANGUAGE_CODE]


def handed_out(call: Call, most: int = 50) -> list[CallPaper]:
    """The documents of a published call as they were made, the newest first: what was said when. One query."""
    if call.published_at is None:
        return []
    found = CallPaper.objects.filter(call=call, made_at__gte=call.published_at)
    return list(found.select_related("file").order_by("-pk")[:most])


def kept_paper(call: Call, paper: Paper, language: str, fingerprint: str) -> CallPaper | None:
    """The document made of exactly these settings, if it was made already."""
    found: QuerySet[CallPaper] = CallPaper.objects.filter(call=call, paper=paper, language=language)
    return found.filter(fingerprint=fingerprint).select_related("file").first()
