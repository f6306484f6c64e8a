"""What is known about objections: whether one is possible, who may examine it, what waits, and what upholding one would change."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from applicants.models import Application
from applicants.states import ApplicationState
from calls.models import Call
from calls.redress import days_to_object, days_told
from calls.wording import REDRESS_DAYS
from core.audit import history
from evaluation import redress
from evaluation.models import Assignment, Decision, Objection, Procedure, Promotion, Round, Screening
from evaluation.queries.files import round_of_file
from evaluation.queries.room import room_of
from evaluation.states import AssignmentState, DecisionState, Matter, Outcome, Remedy, RoundState, Verdict
from funding.models import ProjectMember

MOST_DAYS = 90

TOLD = (ApplicationState.SELECTED, ApplicationState.RESERVE, ApplicationState.REJECTED)


@dataclass(frozen=True)
class Standing:
    """What an applicant may object to: the matter, when they were told (UTC), and the last second to object (UTC)."""

    matter: Matter
    told_at: datetime
    last_at: datetime

    def is_in_time(self, at: datetime) -> bool:
        """Would an objection that arrives at this instant be in time?"""
        return redress.is_in_time(at, self.last_at)


def procedure_of(call: Call) -> Procedure:
    """The time limits of a call: those that were set; else the days to object that its text gives, or the usual ones
    (unsaved)."""
    found = Procedure.objects.filter(call=call).first()
    if found is None:
        days = days_to_object(call.redress)
        found = Procedure(call=call, redress_days=min(days, MOST_DAYS) if days else REDRESS_DAYS)
    return found


def days_of_text(call: Call) -> int | None:
    """The days to object that the text of the call gives, where they are not those that hold; else None."""
    told = days_told_in(call)
    return None if not told or procedure_of(call).redress_days in told else days_to_object(call.redress)


def days_told_in(call: Call) -> set[int]:
    """All numbers of days in the call's text on objections, in any language."""
    return {days for text in call.redress.values() for days in days_told(text)}


def told(application: Application) -> tuple[Matter, datetime] | None:
    """Which decision the applicant was told, and when; None before the release, whatever is decided (QR16)."""
    if application.state in TOLD and application.outcome_at is not None:
        return Matter.DECISION, application.outcome_at
    if application.state == ApplicationState.INELIGIBLE:
        event = history(application).filter(to_state=ApplicationState.INELIGIBLE).order_by("pk").last()
        return (Matter.ELIGIBILITY, event.at) if event else None
    return None


def standing_of(application: Application) -> Standing | None:
    """What the applicant may object to now, or could have: None when there is no decision they know of."""
    found = told(application)
    if found is None:
        return None
    matter, at = found
    call = application.call
    last = redress.last_moment(at, procedure_of(call).redress_days, call.zone)
    return Standing(matter, at, last)


def took_part(application: Application) -> set[int]:
    """Who screened or scored this file, or proposed, changed or confirmed the decisions of its round: they cannot examine an
    objection to it. Primary keys of users."""
    people: set[int | None] = set(
        Screening.objects.filter(application=application).values_list("by", flat=True)
    )
    judged = Assignment.objects.filter(
        application=application, state__in=[AssignmentState.ACCEPTED, AssignmentState.SCORED]
    )
    people.update(judged.values_list("evaluator__user", flat=True))
    round = round_of_file(application)
    if round is not None:
        moved = history(round).filter(to_state__in=[RoundState.DECIDED, RoundState.CONFIRMED])
        people.update(moved.values_list("actor", flat=True))
        people.update((round.proposed_by_id, round.confirmed_by_id))
    for decision in Decision.objects.filter(application=application):
        changed = history(decision).filter(verb="decision.changed")
        people.update(changed.values_list("actor", flat=True))
    promoted = Promotion.objects.filter(decision__application=application)
    for pair in promoted.values_list("proposed_by", "confirmed_by"):
        people.update(pair)
    return {pk for pk in people if pk}


def possible_handlers(application: Application) -> QuerySet[User]:
    """The people of the project who may examine an objection to a decision about this file: none of those who took part in
    it, and nobody who is recused from it."""
    members = ProjectMember.objects.filter(project=application.call.project_id, ended_at__isnull=True)
    recused = application.recusals.values("user")
    found = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return found.exclude(pk__in=recused).exclude(pk__in=took_part(application)).order_by("full_name", "pk")


def objections_of(call: Call, user: Any) -> list[Objection]:
    """The objections in a call that the person may see: those to answer first, by their day."""
    rows = (
        Objection.objects.visible_to_staff(user)
        .filter(application__call=call)
        .select_related("application__organisation", "application__call", "handler")
    )
    waiting = set(rows.unanswered().values_list("pk", flat=True))
    return sorted(rows, key=lambda one: (one.pk not in waiting, one.answer_by))


@dataclass(frozen=True)
class Effect:
    """What a new decision on one file changes in the list of its round, while every other decision stays. Amounts in cents."""

    stood: int | None
    place: int | None
    of: int
    funded: int
    most: int | None
    asked_cents: int
    left_cents: int


def effect_of(application: Application, total: Decimal | None) -> Effect:
    """Where the file stood, where it would stand with this total, and what money is there."""
    round = round_of_file(application)
    if round is None:
        return Effect(None, None, 0, 0, None, application.asked_cents, 0)
    rows = list(Decision.objects.filter(round=round, state=DecisionState.RELEASED))
    own = next((row for row in rows if row.application_id == application.pk), None)
    others = [row for row in rows if row.application_id != application.pk]
    ranked = [row.total for row in others if row.rank is not None and row.total is not None]
    place = redress.place_among(total, ranked) if total is not None else own.rank if own else None
    return Effect(
        stood=own.rank if own else None,
        place=place,
        of=len(ranked) + 1,
        funded=sum(1 for row in others if row.outcome == Outcome.FUND and row.taken_back_at is None),
        most=round.call.max_awards,
        asked_cents=application.asked_cents,
        left_cents=left_for(round, own),
    )


def left_for(round: Round, own: Decision | None) -> int:
    """The most a file may receive in a new decision: what the call has left, and what it received before. In cents."""
    had = own.amount_cents if own is not None and own.outcome == Outcome.FUND else 0
    return room_of(round) + had if round.call.gives_money else 0


def verdicts_for(objection: Objection) -> list[Verdict]:
    """What can come of an upheld objection: nobody is worse off for having objected."""
    round = round_of_file(objection.application)
    if round is None:
        return []
    if objection.matter == Matter.ELIGIBILITY:
        if round.state == RoundState.RELEASED:
            return [Verdict.FUND, Verdict.RESERVE, Verdict.REJECT, Verdict.STAY]
        return [Verdict.ELIGIBLE, Verdict.STAY]
    decision = Decision.objects.filter(application=objection.application, round=round).first()
    if decision is not None and decision.outcome == Outcome.REJECT:
        return [Verdict.FUND, Verdict.RESERVE, Verdict.STAY]
    return [Verdict.FUND, Verdict.STAY]


def remedies_of(objection: Objection) -> list[Remedy]:
    """What can be done again when this objection is upheld."""
    if objection.matter == Matter.ELIGIBILITY:
        return [Remedy.SCREENING]
    return [Remedy.SCORES, Remedy.DECISION] if objection.application.call.is_scored else [Remedy.DECISION]
