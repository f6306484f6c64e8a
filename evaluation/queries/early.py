"""Feedback before the deadline: where a file stands, which requests wait, and who could advise."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, DateTimeField, F, Min, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.models import Application, Partner, Recusal
from calls.models import Call
from core import clock
from core.actions import NextAction
from evaluation import early
from evaluation.early import Standing
from evaluation.ethics import Reviewer, Subject
from evaluation.models import EarlyFeedback, Evaluator
from evaluation.queries.ethics import people_of
from evaluation.states import EarlyState
from funding.models import ProjectMember


def early_of(application: Application) -> EarlyFeedback | None:
    """The request of a file that stands."""
    return EarlyFeedback.objects.filter(application=application).exclude(state=EarlyState.WITHDRAWN).first()


def until_of(application: Application) -> datetime | None:
    """The last instant to ask (UTC): before the deadline, or before the cut-off the file was submitted to; it moves with
    it. None in a call without feedback."""
    call, deadline = application.call, application.common_deadline
    if call.feedback_days is None or deadline is None:
        return None
    return early.ask_until(deadline, call.feedback_days, call.zone)


def early_standing(application: Application, made: EarlyFeedback | None, at: datetime) -> Standing:
    """Where the file stands at this instant, in a call with feedback."""
    until = until_of(application)
    return early.standing(
        at=at,
        until=until or at,
        is_submitted=application.valid_version() is not None,
        is_writable=until is not None and application.is_writable(at),
        is_asked=made is not None,
        is_answered=made is not None and made.state == EarlyState.ANSWERED,
    )


def requests_of(call: Call, user: Any) -> list[EarlyFeedback]:
    """The requests of a call that the person may see; those that wait first, by when they are due."""
    rows = EarlyFeedback.objects.visible_to_staff(user).filter(application__call=call)
    found = rows.select_related("application__organisation", "application__call", "version", "adviser")
    return sorted(found.defer("version__payload"), key=lambda one: (not one.is_open, one.answer_by))


def advisers_for(made: EarlyFeedback) -> list[Reviewer]:
    """Who could be named: the people of the project, and evaluators who accepted in any of its calls; no evaluator in a blind
    call, where none learns who applies."""
    call = made.application.call
    evaluators = Evaluator.objects.filter(round__call__project=call.project_id)
    return people_of(call.project_id, evaluators.none() if call.blind else evaluators)


def early_subject(made: EarlyFeedback) -> Subject:
    """Who takes part in the version, and who is out."""
    parties = Partner.objects.filter(version=made.version_id)
    recused = Recusal.objects.filter(application=made.application_id)
    return Subject(
        ref=made.application.ref,
        parties=list(parties.values_list("organisation_id", "organisation__legal_name")),
        recused=frozenset(recused.values_list("user_id", flat=True)),
    )


def gave_feedback(files: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs (file, person) of those who gave feedback on a file, or opened it for that: they do not score it."""
    rows = EarlyFeedback.objects.filter(application__in=list(files))
    told = list(rows.values_list("application_id", "answered_by_id", "adviser_id", "declared_at"))
    found = {(file, who) for file, who, _adviser, _at in told if who is not None}
    return found | {(file, adviser) for file, _who, adviser, at in told if adviser is not None and at}


# --- the home page ------------------------------------------------------------------------------------------


def early_rows(user: Any) -> list[QuerySet[Any, Any]]:
    """What waits for the person, in the columns of what they score, so that it is asked for in the same query: as a manager,
    by call; as an adviser; as an applicant, with feedback that can still be used."""
    managed = ProjectMember.objects.filter(
        user=user, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    ).values("project")
    open_states = [EarlyState.ASKED, EarlyState.NAMED, EarlyState.READING, EarlyState.GIVEN]
    running = Q(application__call__closes_at__gte=clock.now())
    office = EarlyFeedback.objects.visible_to_staff(user).filter(
        running, application__call__project__in=managed, state__in=open_states
    )
    adviser = EarlyFeedback.objects.visible_to_adviser(user).filter(
        running, state__in=[EarlyState.NAMED, EarlyState.READING]
    )
    own = EarlyFeedback.objects.visible_to(user).standing().filter(running)
    return [
        _row("early-office", office, F("application__call__slug")),
        _row("early-adviser", adviser, F("ref")),
        _row("early-waits", own.filter(state__in=open_states), F("application__ref")),
        _row(
            "early-comes",
            own.filter(state=EarlyState.ANSWERED, application__last_final=F("version")),
            F("application__ref"),
        ),
    ]


def _row(kind: str, rows: QuerySet[EarlyFeedback], key: Any) -> QuerySet[Any, Any]:
    due = "application__call__closes_at" if kind == "early-comes" else "answer_by"
    return (
        rows.order_by()
        .values(
            kind=Value(kind, output_field=CharField()),
            key=key,
            title=F("application__call__title"),
        )
        .annotate(
            due=Min(due, output_field=DateTimeField()),
            undeclared=Count("pk", distinct=True),
            unscored=Count("pk", distinct=True),
        )
    )


def early_line(row: Mapping[str, Any]) -> NextAction:
    """The line of one such row."""
    title, key, due = str(row["title"]), row["key"], row["due"]
    tone = "warn" if due is not None and due < clock.now() else ""
    if row["kind"] == "early-office":
        text = ngettext(
            "Give %(n)d applicant feedback before the deadline",
            "Give %(n)d applicants feedback before the deadline",
            row["undeclared"],
        ) % {"n": row["undeclared"]}
        return NextAction(text, reverse("evaluation:early_list", args=[key]), title, due, tone)
    if row["kind"] == "early-adviser":
        text = _("Write feedback before the deadline on a file you were named for")
        return NextAction(text, reverse("evaluation:early_adviser", args=[key]), title, due, tone)
    page = reverse("evaluation:application_early", args=[key])
    if row["kind"] == "early-waits":
        return NextAction(_("Feedback on %s comes") % key, page, title, due, waiting_for_others=True)
    return NextAction(_("Read the feedback on %s: you can submit again") % key, page, title, due)
