"""The funder's pages on which files meet evaluators."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from applicants.models import Application
from core.forms import PlainForm, attempt
from evaluation import queries, services
from evaluation.assignment import Refusal, refusal
from evaluation.forms import AssignForm
from evaluation.models import Assignment, Round
from evaluation.views._common import context, managed_round, round_of

PAGE = 50


@dataclass
class Line:
    """One file of the table: what it has, its choices, and who may not judge it."""

    file: Application
    parties: str
    pairs: list[Assignment]
    refusals: list[Refusal]
    slots: list[dict[str, Any]]


def assign(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug) if request.method == "POST" else round_of(request, slug)
    after = request.GET.get("after", "")
    files = list(
        queries.eligible_files(round, request.user).filter(ref__gt=after).order_by("ref")[: PAGE + 1]
    )
    facts = queries.situation(round, files[:PAGE])
    form = _form(round, facts, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if attempt(form, services.assign_evaluators, round, by=request.user):
            text = ngettext("%(n)d pair changed.", "%(n)d pairs changed.", form.result)
            messages.success(request, text % {"n": form.result})
            return redirect(request.get_full_path())
        form.show_gaps()
    page = context(request, round, form=form, lines=_lines(files[:PAGE], facts, form))
    page["figures"] = queries.progress(round)
    page["people"] = queries.evaluators_with_load(round)
    page["next_after"] = files[PAGE - 1].ref if len(files) > PAGE else ""
    page["can_assign"] = "assign" in page["actions"]
    return render(request, "evaluation/assign.html", page, status=422 if form.errors else 200)


def assign_proposal(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    form = PlainForm(request.POST or None)
    if request.method == "POST":
        digest = request.POST.get("digest", "")
        if attempt(form, services.assign_as_proposed, round, digest=digest, by=request.user):
            text = ngettext("%(n)d pair assigned.", "%(n)d pairs assigned.", form.result)
            messages.success(request, text % {"n": form.result})
            return redirect("evaluation:assign", slug)
    files = {file.ref: file for file in queries.eligible_files(round).order_by("ref")}
    proposal = queries.proposal_for(round)
    people = {person.pk: person for person in queries.evaluators_with_load(round)}
    pairs: dict[str, list[Any]] = {}
    for ref, key in proposal.pairs:
        pairs.setdefault(ref, []).append(people[key])
    page = context(request, round, form=form, proposal=proposal)
    names = {one.code: str(one.name) for one in round.call.selection.profiles}
    page["shortages"] = [(one, names.get(one.profile, "")) for one in proposal.shortages]
    page["rows"] = [(files[ref], chosen) for ref, chosen in pairs.items()]
    page["load"] = [
        (people[key], count - people[key].given, count) for key, count in sorted(proposal.load.items())
    ]
    return render(request, "evaluation/assign_proposal.html", page, status=422 if form.errors else 200)


def _form(round: Round, facts: queries.Situation, data: Any) -> AssignForm:
    rows = []
    for ref, file in facts.files.items():
        now = [pair.evaluator_id for pair in facts.pairs.get(ref, [])]
        possible = [p for p in facts.people.values() if p.key in now or refusal(file, p) is None]
        rows.append((ref, now, sorted(possible, key=lambda person: person.name)))
    names = {one.code: str(one.name) for one in round.call.selection.profiles}
    return AssignForm(data, needed=round.call.evaluators_per_file, rows=rows, profiles=names)


def _lines(files: list[Any], facts: queries.Situation, form: AssignForm) -> list[Line]:
    lines = []
    for file in files:
        known = facts.files[file.ref]
        refusals = [found for person in facts.people.values() if (found := refusal(known, person))]
        parties = ", ".join(f"{party.name} ({party.country})" for party in known.parties)
        pairs = facts.pairs.get(file.ref, [])
        slots = [{"choice": choice, "pair": pair} for choice, pair in zip_longest(form.row(file.ref), pairs)]
        lines.append(Line(file, parties, pairs, refusals, slots))
    return lines
