"""The funder's pages: where a round stands, screening, evaluators, who gets what, and the scoring."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from applicants.queries import claim_lines, dossier, intake_wait
from applicants.states import ApplicationState
from calls.intake import CallModel
from calls.models import Call
from calls.states import CallPhase
from core import clock
from core.forms import PlainForm, attempt
from core.policy import require
from evaluation import permissions, queries, services
from evaluation.forms import DueForm, InviteForm, ScreenForm
from evaluation.models import Evaluator, Round, Screening
from evaluation.states import RoundState
from evaluation.views._common import (
    attempt_button,
    context,
    file_in,
    managed_round,
    round_of,
    serve_attachment,
)
from funding.permissions import can_manage_project
from funding.visibility import visibility_of

PAGE = 50


def round_detail(request: HttpRequest, slug: str) -> HttpResponse:
    code, _dot, number = slug.partition(".")
    call = get_object_or_404(Call.objects.staffed_by(request.user).select_related("project"), slug=code)
    if not number and (call.has_cut_offs or call.is_rolling):
        return _rounds_page(request, call)
    if not Round.objects.filter(call=call).exists():
        can_open = can_manage_project(request.user, call.project)
        page = {"call": call, "project": call.project, "can_open": can_open, "phase": call.phase()}
        page["visibility"] = visibility_of(call.project)
        page["wait"] = intake_wait(call) if page["phase"] == CallPhase.CLOSED else None
        return render(request, "evaluation/round_waiting.html", page)
    round = round_of(request, slug)
    figures = queries.progress(round)
    page = context(request, round, figures=figures, steps=queries.steps(round, figures))
    page["act"] = queries.next_act(round, figures, request.user)
    page["recused"] = queries.recused_count(round, request.user)
    return render(request, "evaluation/round_detail.html", page)


def _rounds_page(request: HttpRequest, call: Call) -> HttpResponse:
    """All rounds of a call that has several."""
    page: dict[str, Any] = {"call": call, "project": call.project, "rounds": queries.rounds_of(call)}
    page |= _begin(call, page["rounds"])
    page["claims"] = claim_lines(call) if call.call_model == CallModel.CLAIM else []
    page["can_open"] = can_manage_project(request.user, call.project)
    page["visibility"] = visibility_of(call.project)
    return render(request, "evaluation/round_list.html", page)


def _begin(call: Call, lines: list[queries.RoundLine]) -> dict[str, Any]:
    """What can begin now, and how it is said."""
    if call.has_cut_offs:
        due = next((line for line in lines if line.is_due and line.round is None), None)
        title = _("%(title)s has passed; its evaluation can begin") % {"title": due.title} if due else ""
        text = _("It begins by itself within minutes of the cut-off, or now.")
        return {
            "may_begin": due,
            "begin_title": title,
            "begin_text": text,
            "begin_button": _("Begin the evaluation"),
        }
    n = queries.for_batch(call).count()
    title = ngettext("%(n)d file has come", "%(n)d files have come", n) % {"n": n}
    text = _("Begin a batch with all that has come until now: they are judged and decided together.")
    return {"may_begin": n, "begin_title": title, "begin_text": text, "begin_button": _("Begin a batch")}


@require_POST
def round_open(request: HttpRequest, slug: str) -> HttpResponse:
    code = slug.partition(".")[0]
    call = get_object_or_404(Call.objects.staffed_by(request.user).select_related("project"), slug=code)
    require(can_manage_project(request.user, call.project))
    return attempt_button(
        request,
        _("The evaluation has begun."),
        services.open_round,
        call,
        back="evaluation:round_detail",
        slug=code,
    )


def screening_list(request: HttpRequest, slug: str) -> HttpResponse:
    round = round_of(request, slug)
    files = queries.round_files(round, request.user).order_by("ref")
    show = request.GET.get("show", "")
    states = {"waiting": ApplicationState.OPEN, "no": ApplicationState.INELIGIBLE}
    if show in states:
        files = files.filter(state=states[show])
    elif show == "yes":
        files = files.filter(state__in=queries.PASSED)
    if after := request.GET.get("after", ""):
        files = files.filter(ref__gt=after)
    rows = list(files[: PAGE + 1])
    page = context(
        request, round, files=queries.with_findings(round.call, rows[:PAGE], round.cut_off), show=show
    )
    page["figures"] = queries.progress(round)
    page["next_after"] = rows[PAGE - 1].ref if len(rows) > PAGE else ""
    return render(request, "evaluation/screening_list.html", page)


def screen(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    round = round_of(request, slug)
    file = file_in(round, request, ref)
    findings = queries.findings_of(round.call, file, round.cut_off)
    screenings = Screening.objects.filter(application=file).select_related("by").order_by("-pk")
    last = screenings.first()
    initial = {"is_eligible": "yes" if last.is_eligible else "no", "reasons": last.reasons} if last else {}
    form = ScreenForm(request.POST or None, initial=initial)
    can_screen = "screen" in permissions.available_actions(request.user, round)
    if request.method == "POST":
        require(permissions.can_manage_round(request.user, round))
        verb = services.screen_application
        if attempt(form, verb, file, findings=findings, by=request.user):
            messages.success(request, _("%(ref)s is checked.") % {"ref": file.ref})
            following = queries.next_unscreened(round, request.user)
            return (
                redirect("evaluation:screen", slug, following)
                if following
                else redirect("evaluation:screening_list", slug)
            )
    page = context(request, round, file=file, findings=findings, screenings=screenings, form=form)
    page["can_screen"] = can_screen
    page["dossier"] = dossier(file, file_url=_staff_door(slug, ref))
    return render(request, "evaluation/screen.html", page, status=422 if form.errors else 200)


def screening_file(request: HttpRequest, slug: str, ref: str, file: str) -> HttpResponse:
    application = file_in(round_of(request, slug), request, ref)
    return serve_attachment(application.version_pk, file)  # type: ignore[attr-defined]


def evaluator_list(request: HttpRequest, slug: str) -> HttpResponse:
    round = round_of(request, slug)
    profiles = round.call.selection.profiles
    form = InviteForm(request.POST or None, profiles=profiles)
    if request.method == "POST":
        require(permissions.can_manage_round(request.user, round))
        if attempt(form, services.invite_evaluator, round, by=request.user):
            messages.success(request, _("The invitation to %(name)s is on its way.") % {"name": form.result})
            return redirect("evaluation:evaluator_list", slug)
    names = {one.code: str(one.name) for one in profiles}
    people = [(person, names.get(person.profile, "")) for person in queries.evaluators_with_load(round)]
    page = context(request, round, people=people, form=form)
    page["figures"] = queries.progress(round)
    return render(request, "evaluation/evaluator_list.html", page, status=422 if form.errors else 200)


@require_POST
def evaluator_resend(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    evaluator = get_object_or_404(Evaluator, round=round, email=request.POST.get("email", ""))
    done = _("A new invitation to %(name)s is on its way.") % {"name": evaluator}
    return attempt_button(
        request, done, services.resend_invitation, evaluator, back="evaluation:evaluator_list", slug=slug
    )


def scoring(request: HttpRequest, slug: str) -> HttpResponse:
    round = round_of(request, slug)
    form = DueForm(None, zone=round.call.zone, initial={"due_at": round.scoring_due_at})
    return _scoring_page(request, round, form)


@require_POST
def scoring_start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start the scoring, or move its due date when it has started."""
    round = managed_round(request, slug)
    form = DueForm(request.POST, zone=round.call.zone)
    verb = services.start_scoring if round.state == RoundState.SETUP else services.move_due_date
    if attempt(form, verb, round, by=request.user):
        messages.success(request, _("The evaluators are told by e-mail."))
        return redirect("evaluation:scoring", slug)
    return _scoring_page(request, round, form, status=422)


@require_POST
def scoring_remind(request: HttpRequest, slug: str) -> HttpResponse:
    round = managed_round(request, slug)
    form = PlainForm(request.POST)
    if attempt(form, services.remind_evaluators, round, by=request.user):
        text = ngettext(
            "A reminder to one evaluator is on its way.",
            "Reminders to %(n)d evaluators are on their way.",
            form.result,
        )
        messages.success(request, text % {"n": form.result})
        return redirect("evaluation:scoring", slug)
    return _scoring_page(request, round, DueForm(None, zone=round.call.zone), form, status=422)


def _scoring_page(request: HttpRequest, round: Any, form: Any, second: Any = None, status: int = 200) -> Any:
    page = context(request, round, form=form, second=second, people=queries.evaluators_with_load(round))
    page["figures"] = queries.progress(round)
    page["gaps"] = queries.missing_scores(round) if round.state == RoundState.SCORING else []
    page["late"] = round.scoring_due_at is not None and round.scoring_due_at < clock.now()
    page["sheets"] = queries.sheet_states(round, request.user)
    return render(request, "evaluation/scoring.html", page, status=status)


def _staff_door(slug: str, ref: str) -> Any:
    return lambda file: reverse("evaluation:screening_file", args=[slug, ref, file])
