"""What every change of a draft begins with: the lock, and whether the call still takes it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applicants import words
from applicants.models import PARTNER, TITLE, Application, Correction, Version
from applicants.states import VersionStatus
from calls.models import Call, long_texts
from calls.states import CallPhase, CallState
from core import clock
from core.errors import DeadlinePassed, DomainError, InvalidTransition
from core.prepared import Prepared, put_together


def require_open(call: Call, at: datetime) -> None:
    """Raise DeadlinePassed (time-07) or DomainError unless the call takes what arrives at this instant (UTC)."""
    phase = call.phase(at)
    if phase == CallPhase.OPEN:
        return
    if phase == CallPhase.CLOSED and call.exhausted_at is not None:
        raise DomainError(
            _(
                "The money of this call is used: the last application that was taken arrived on %(last)s, this one on "
                "%(arrived)s. What you wrote stays readable."
            )
            % {"arrived": words.exact(at, call.zone), "last": words.exact(call.exhausted_at, call.zone)}
        )
    if phase == CallPhase.CLOSED and call.closes_at is not None:
        raise DeadlinePassed(
            _(
                "The deadline has passed. This arrived on %(arrived)s; the deadline was %(deadline)s. "
                "What you wrote stays readable."
            )
            % {"arrived": words.exact(at, call.zone), "deadline": words.exact(call.closes_at, call.zone)}
        )
    if phase == CallPhase.UPCOMING and call.opens_at is not None:
        raise DomainError(
            _("This call opens on %(when)s; applications start then.")
            % {"when": words.exact(call.opens_at, call.zone)}
        )
    raise DomainError(_("This call is %(phase)s: it takes no applications.") % {"phase": phase.label.lower()})


def require_writable(application: Application, at: datetime) -> None:
    """Raise unless the call takes what arrives at this instant (UTC), and this application may still change then."""
    call = application.call
    if not application.is_extended(at):
        _require_in_time(application, at)
    if application.is_writable(at):
        return
    told = {"ref": application.ref, "arrived": words.exact(at, call.zone)}
    if call.is_rolling:
        raise DomainError(
            _(
                "%(ref)s was submitted: first come, first served, it stays as it arrived. Withdraw it to apply anew, behind "
                "those that have come since."
            )
            % told
        )
    if call.final_at_once:
        raise DomainError(
            _(
                "%(ref)s was submitted. In this call nothing is changed after the submission: it stays as it arrived."
            )
            % told
        )
    version = application.last_final
    if version is None or version.cut_off is None or version.cut_off.closes_at is None:
        raise InvalidTransition(_("%(ref)s cannot be changed any more.") % told)
    told |= {"title": str(version.cut_off), "deadline": words.exact(version.cut_off.closes_at, call.zone)}
    raise DeadlinePassed(
        _(
            "%(ref)s was submitted to %(title)s, which closed on %(deadline)s; this arrived on %(arrived)s. What was "
            "submitted then counts. For the next cut-off, start another application."
        )
        % told
    )


def _require_in_time(application: Application, at: datetime) -> None:
    """As `require_open`; to who was given more time, it says when that ended."""
    call, own = application.call, application.extended_to
    if own is not None and not call.is_open(at) and call.state == CallState.PUBLISHED:
        raise DeadlinePassed(
            _(
                "The time that was given to you has passed. This arrived on %(arrived)s; you had until %(deadline)s. What you "
                "wrote stays readable."
            )
            % {
                "arrived": words.exact(at, call.zone),
                "deadline": words.exact(application.deadline or own, call.zone),
            }
        )
    require_open(call, at)


WHEN = ("state", "opens_at", "closes_at", "exhausted_at", "call_model", "final_at_once", "zone")
"""What decides whether a call takes something at an instant."""
ITSELF = ("ref", "state", "last_final", "organisation", "extended_to")
TEXTS = [
    *("number", "title", "field_versions", "correction"),
    *("form_revision__number", "form_revision__frozen_at", "form_revision__superseded_at"),
    *(f"application__{name}" for name in ITSELF),
    *(f"application__call__{name}" for name in WHEN),
]
"""All that is read to save a text, which happens more often than anything else; the rest is read when it is asked for."""
_COLUMNS = ("pk", *TEXTS, "application__pk", "application__call__pk", "form_revision__pk")


def _drafts(application: int) -> "QuerySet[Version, Any]":
    return Version.objects.filter(application=application, status=VersionStatus.DRAFT).values_list(*_COLUMNS)


_draft_for_texts = Prepared(_drafts, locks=Version, application=int)


def require_correction(draft: Version, at: datetime) -> Correction:
    """The correction that this draft answers, locked. Raises InvalidTransition when it has ended, DeadlinePassed when it was due
    before this instant (UTC)."""
    correction = Correction.objects.select_for_update(of=("self",)).get(made=draft)
    if correction.answer:
        raise InvalidTransition(_("This correction has ended; what was submitted stands."))
    if not correction.is_open(at):
        zone = draft.application.call.zone
        raise DeadlinePassed(
            _(
                "The correction was due by %(due)s. This arrived on %(arrived)s: what was submitted before stands."
            )
            % {"due": words.exact(correction.due_at, zone), "arrived": words.exact(at, zone)}
        )
    return correction


def require_marked(draft: Version, touched: Collection[str]) -> None:
    """In a draft that answers a correction only marked fields change; in any other draft nothing is asked. `touched` are marks
    as in `Correction.fields`. Raises DomainError for what is not marked."""
    if draft.correction_id is None:
        return
    assert draft.correction is not None
    if not set(touched) <= set(draft.correction.fields):
        raise DomainError(
            _(
                "Only what the call office marked for correction can be changed now. The rest stays as it was submitted."
            )
        )


def title_mark() -> str:
    """The mark of the project's title."""
    return TITLE


def partner_mark(ref: str) -> str:
    """The mark of an organisation's money and task, by its reference."""
    return PARTNER + ref


def locked_draft(
    application: Application, *, at: datetime | None, texts_only: bool = False, marks: bool = False
) -> Version:
    """The draft, its row locked, with its application, call and form as they are now; with `texts_only` no more of them
    than saving a text needs. `marks`: the verb asks `require_marked` itself; the others are closed to a draft that
    answers a correction.

    Raises InvalidTransition when there is none any more, DeadlinePassed when the call is closed at `at`.
    """
    if texts_only:
        rows = _draft_for_texts.rows(application=application.pk)
        draft = put_together(Version, _COLUMNS, rows[0]) if rows else None
    else:
        drafts = Version.objects.select_for_update(of=("self",)).filter(
            application=application, status=VersionStatus.DRAFT
        )
        related = ["application__call", "application__organisation", "form_revision"]
        long = ["form_revision__definition", *long_texts("application__call__")]
        draft = drafts.select_related(*related).defer(*long).first()
    if draft is None:
        raise InvalidTransition(
            _(
                "%(ref)s has no draft at the moment: it was submitted or thrown away, perhaps in another window. "
                "Open the application to see how it stands."
            )
            % {"ref": application.ref}
        )
    if draft.correction_id is None:
        require_writable(draft.application, at or clock.now())
        return draft
    require_correction(draft, at or clock.now())
    if not marks:
        require_marked(draft, [""])
    return draft
