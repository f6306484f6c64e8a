"""More time for one applicant: who may still ask, what waits for the call office, and how long an evaluation waits (A34)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.models import Application, Extension, Recusal, Version
from applicants.states import ApplicationState, VersionStatus
from calls.fairness import latest_extension
from calls.intake import EXTENSION_ASKED_WITHIN
from calls.models import Call, CutOff
from calls.states import CallState
from core import clock
from core.actions import NextAction
from funding.models import ProjectMember


@dataclass(frozen=True)
class Asked:
    """The deadline that a request for more time is about: its instant, that of its cut-off where there are several, and
    until when one may ask (UTC)."""

    closes_at: datetime
    cut_off: CutOff | None
    ask_until: datetime


def asked_about(application: Application, draft: Version | None, at: datetime) -> Asked | None:
    """The deadline that this draft could get more time for, asked for at this instant (UTC); None when nobody may ask, or it
    is too late. One query, only in a call with cut-offs."""
    call = application.call
    if (
        call.extension_days is None
        or call.is_rolling
        or call.state != CallState.PUBLISHED
        or call.closes_at is None
        or draft is None
        or draft.correction_id is not None
        or application.state not in (ApplicationState.OPEN, ApplicationState.WITHDRAWN)
        or (application.last_final_id is not None and call.final_at_once)
    ):
        return None
    for closes_at, cut_off in _deadlines(application, draft, at):
        ask_until = closes_at + EXTENSION_ASKED_WITHIN
        if application.is_extended(at) and application.extended_to is not None:
            ask_until = max(ask_until, application.extended_to)
        if at <= ask_until:
            return Asked(closes_at, cut_off, ask_until)
    return None


def _deadlines(
    application: Application, draft: Version, at: datetime
) -> Iterable[tuple[datetime, CutOff | None]]:
    call = application.call
    if not call.has_cut_offs:
        return [(call.closes_at, None)] if call.closes_at else []
    if application.is_extended(at):
        chosen = [application.cut_off_at(at)]
    elif application.last_final is not None:
        chosen = [application.last_final.cut_off]
    else:
        chosen = list(call.cut_offs.all())
    return [
        (one.closes_at, one) for one in chosen if one and one.closes_at and one.closes_at > draft.created_at
    ]


def latest_for(extension: Extension) -> datetime | None:
    """The last instant (UTC) that may be given: so many days after its deadline as the call says, and before the cut-off that
    follows. None where the call gives nobody more time."""
    call, closes_at = extension.application.call, deadline_of(extension)
    if call.extension_days is None or closes_at is None:
        return None
    return latest_extension(closes_at, call.extension_days, call.zone)


def following_cut_off(extension: Extension) -> CutOff | None:
    """The cut-off after the one it is about."""
    if extension.cut_off is None:
        return None
    later = CutOff.objects.filter(call=extension.cut_off.call_id, position__gt=extension.cut_off.position)
    return later.first()


def deadline_of(extension: Extension) -> datetime | None:
    """The deadline that it is about, as it is now for all."""
    return extension.cut_off.closes_at if extension.cut_off else extension.application.call.closes_at


def extensions_of(application: Application) -> list[Extension]:
    """All requests of an application, the newest first: one query."""
    found = Extension.objects.filter(application=application).order_by("-pk")
    rows = list(found.select_related("asked_by", "proposed_by", "answered_by", "cut_off"))
    for one in rows:
        one.application = application
    return rows


def staff_extensions(user: Any) -> QuerySet[Extension]:
    """The requests in calls of the person's projects, the open ones first. They tell that an application is being written,
    and no more of it: its applicant told so itself by asking. Never one from which the person is recused."""
    projects = ProjectMember.objects.filter(user=user, ended_at__isnull=True).values("project")
    recused = Recusal.objects.filter(user=user).values("application")
    found = Extension.objects.filter(application__call__project__in=projects).exclude(application__in=recused)
    related = ["application__organisation", "application__call__project", "cut_off"]
    return found.select_related(*related, "asked_by", "proposed_by", "answered_by").order_by("answer", "-pk")


def extension_actions(user: Any) -> list[NextAction]:
    """A line for each open request that waits for this manager: to propose an answer, or to confirm what another one
    proposed. One query."""
    managed = ProjectMember.objects.filter(
        user=user, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    ).values("project")
    found = staff_extensions(user).filter(answer="", application__call__project__in=managed)
    lines = []
    for one in found.exclude(proposed_by=user):
        told = {"name": one.application.organisation}
        title = (
            _("%(name)s asks for more time: decide") if one.until is None else _("Give %(name)s more time?")
        )
        lines.append(
            NextAction(
                title=title % told,
                url=reverse("applicants:staff_extension", args=[one.application.call.slug, one.pk]),
                detail=f"{one.application.call} · {one.application.ref}",
                due=one.until or deadline_of(one),
                tone="warn",
            )
        )
    return lines


@dataclass(frozen=True)
class IntakeWait:
    """Why the evaluation of a deadline has to wait: requests that are not decided, or until when somebody may still submit
    or ask (UTC)."""

    requests: int
    until: datetime | None

    @property
    def sentence(self) -> str:
        """In words, without the instant."""
        if self.requests:
            return ngettext(
                "%(n)d request for more time waits for a decision.",
                "%(n)d requests for more time wait for a decision.",
                self.requests,
            ) % {"n": self.requests}
        return _("An applicant has more time, or may still ask for it.")


def intake_wait(call: Call, cut_off: CutOff | None = None) -> IntakeWait | None:
    """What the evaluation of a call, or of one of its cut-offs, waits for after the deadline; None: nothing. At most three
    queries, none in a call that gives nobody more time."""
    closes_at = cut_off.closes_at if cut_off else call.closes_at
    if call.extension_days is None or closes_at is None or call.state != CallState.PUBLISHED:
        return None
    now = clock.now()
    about = Extension.objects.filter(application__call=call, cut_off=cut_off)
    if open_ones := about.filter(answer="").count():
        return IntakeWait(open_ones, None)
    given = about.filter(answer=Extension.Answer.GRANTED, until__gte=now).aggregate(last=Max("until"))["last"]
    may_ask = closes_at + EXTENSION_ASKED_WITHIN
    if may_ask < now or not _could_ask(call, cut_off, closes_at):
        return IntakeWait(0, given) if given else None
    return IntakeWait(0, max(may_ask, given or may_ask))


def _could_ask(call: Call, cut_off: CutOff | None, closes_at: datetime) -> bool:
    """Is there any draft that this deadline left behind?"""
    drafts = Version.objects.filter(
        application__call=call,
        application__state__in=[ApplicationState.OPEN, ApplicationState.WITHDRAWN],
        status=VersionStatus.DRAFT,
        correction=None,
        created_at__lt=closes_at,
    )
    if call.final_at_once:
        drafts = drafts.filter(application__last_final=None)
    return drafts.exists()
