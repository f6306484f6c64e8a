"""What we write to applicants: one function for each message, stored in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership, User
from accounts.notifications import FOR_ORGANISATION
from applicants import paths, queries, words
from applicants.models import (
    Application,
    Claim,
    Correction,
    Extension,
    LegalHold,
    Message,
    Participation,
    QuestionTask,
    SignatureRequest,
    Version,
)
from applicants.queries.claims import place_of
from applicants.queries.places import standing_of
from applicants.states import ApplicationState
from calls.calendar import time_left, zone_named
from calls.models import Call, CallChange
from core import clock
from core.errors import Gap
from core.notices import Category, register
from core.outbox import write_message
from core.prepared import Prepared, columns_of, put_together
from funding.models import ProjectMember
from funding.notifications import AS_MANAGER
from funding.visibility import visibility_of

MOST_GAPS = 8
"""So many things that are missing are listed in a letter."""


register(
    Category.LEGAL,
    kinds=[
        "submission_received",
        "application_withdrawn",
        "call_changed",  # a deadline, or what is asked
        "draft_reminder",  # a day late it would be too late
        "draft_not_submitted",
        "mandate_given",  # who may act for whom: applicants/letters_mandates.py
        "mandate_answered",
        "mandate_ended",
        "mandate_withdrawn",
        "mandate_ends_soon",
        "draft_expires",
        "signature_requested",
        "correction_asked",
        "correction_over",
        "extension_granted",
        "extension_refused",
        "claim_stands",
        "eligibility_recorded",
        "entry_removed",
        "outcome_released",
        "mandate_given",  # who acts for an organisation
        "mandate_answered",
        "mandate_ends_soon",
        "mandate_ended",
        "mandate_withdrawn",
    ],
)
register(
    Category.WORK,
    FOR_ORGANISATION,
    kinds=["office_wrote", "question_given", "signature_returned", "partner_asked", "phase_opened"],
)
register(Category.NEWS, AS_MANAGER, kinds=["legal_hold"])
register(Category.NEWS, FOR_ORGANISATION, kinds=["partner_answered", "partner_removed"])
register(
    Category.WORK,
    AS_MANAGER,
    kinds=["applicant_wrote", "correction_ended", "extension_asked", "extension_proposed"],
)


def writers(application: Application) -> list[User]:
    """The people of the applicant's organisation, who write for it today: one query."""
    return _members(application.organisation_id)


_USER = columns_of(User)


def _working_for(organisation: int) -> "QuerySet[User, Any]":
    members = Membership.objects.of(organisation).filter(ended_at__isnull=True)
    found = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return found.order_by("pk").values_list(*_USER)


_people_of_organisation = Prepared(_working_for, organisation=int)


def _members(organisation: int) -> list[User]:
    return [put_together(User, _USER, row) for row in _people_of_organisation.rows(organisation=organisation)]


def managers(application: Application) -> list[User]:
    """The managers of the call's project who may see the file: one query."""
    members = ProjectMember.objects.filter(
        project=application.call.project_id, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    )
    recused = application.recusals.values("user")
    found = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return list(found.exclude(pk__in=recused).order_by("pk"))


def submission_received(version: Version) -> None:
    """The receipt: number, time, fingerprint. The page and the PDF say the same."""
    context = {"version": version, "standing": standing_of(version), **_instants(version)}
    _write("applicants/email/submission_received", version.application, context, about=version)


def application_withdrawn(application: Application) -> None:
    """Nothing counts any more; whether a way back is open."""
    is_open = application.is_writable(clock.now())
    _write("applicants/email/application_withdrawn", application, {"is_open": is_open})


def call_changed(change: CallChange, application: Application, *, to: User, gaps: Sequence[Gap] = ()) -> None:
    """What changed in the open, to one person; `gaps` are what their draft lacks by a changed form."""
    application.call = change.call
    context = {"change": change, "gaps": gaps}
    _write("applicants/email/call_changed", application, context, about=change, people=[to])


def draft_not_submitted(draft: Version, *, missed: datetime | None) -> None:
    """A deadline has passed; this draft was not submitted, and what counts instead, or which cut-off is next (time-09)."""
    application = draft.application
    valid = application.valid_version()
    following = application.deadline if application.is_writable(clock.now()) else None
    keeping = queries.keeping_of(draft) if following is None else None
    _write(
        "applicants/email/draft_not_submitted",
        application,
        {
            "version": draft,
            "valid": valid,
            "missed": missed,
            "following": following,
            "until": keeping.ends if keeping is not None else None,
            "about": queries.asked_about(application, draft, clock.now()),
        },
        about=draft,
    )


def draft_expires(draft: Version, *, until: datetime) -> None:
    """What was not submitted is deleted soon: when, and how to keep a copy."""
    day = until.astimezone(zone_named(draft.application.call.zone)).date()
    context = {"version": draft, "valid": draft.application.valid_version(), "until": until, "day": day}
    _write("applicants/email/draft_expires", draft.application, context, about=draft)


def draft_reminder(draft: Version) -> None:
    """The deadline comes nearer and this draft is not submitted; what is missing, in each reader's language. Who writes it
    under a mandate reads it too, and who it is that submits."""
    application, now = draft.application, clock.now()
    valid = application.valid_version()
    own, mandated = writers(application), queries.writers_under_mandate(application)
    for person in [*own, *mandated]:
        with translation.override(person.language or None):
            missing = queries.gaps(queries.content_of(draft))
            context = {
                "version": draft,
                "valid": valid,
                "mandated": person in mandated,
                "gaps": missing[:MOST_GAPS],
                "more": max(0, len(missing) - MOST_GAPS),
                "left": time_left(now, application.deadline) if application.deadline else "",
            }
        _write("applicants/email/draft_reminder", application, context, about=draft, people=[person])


def signature_requested(request: SignatureRequest, *, people: Iterable[User]) -> None:
    """A draft is complete and waits for somebody who signs, until when, and what its writer says."""
    context = {"request": request, "version": request.version}
    application = request.version.application
    _write("applicants/email/signature_requested", application, context, about=request, people=people)


def signature_returned(request: SignatureRequest) -> None:
    """Who sent a draft to be signed gets it back, with the signatory's words."""
    context = {"request": request, "version": request.version}
    application = request.version.application
    _write(
        "applicants/email/signature_returned", application, context, about=request, people=[request.sent_by]
    )


def question_given(task: QuestionTask, *, label: str) -> None:
    """A colleague is asked to see to a question."""
    path = paths.question(task.application, f"{task.section}/{task.question}")
    context = {"task": task, "label": label, "path": path}
    _write("applicants/email/question_given", task.application, context, about=task, people=[task.assignee])


def partner_asked(asked: Participation, *, email: str = "") -> None:
    """An organisation is asked to confirm that it takes part: its people, or the address that is invited to it."""
    if email:
        _write(
            "applicants/email/partner_asked", asked.application, _of_partner(asked), about=asked, email=email
        )
    else:
        _write(
            "applicants/email/partner_asked",
            asked.application,
            _of_partner(asked),
            about=asked,
            people=_people_of(asked),
        )


def partner_answered(asked: Participation) -> None:
    """The applicant's people hear what a partner said, in its own words."""
    confirms = asked.answer == Participation.Answer.CONFIRMED
    context = {**_of_partner(asked), "confirms": confirms}
    _write("applicants/email/partner_answered", asked.application, context, about=asked)


def partner_removed(asked: Participation) -> None:
    """A partner that was asked stands in the application no more."""
    context = _of_partner(asked)
    _write(
        "applicants/email/partner_removed",
        asked.application,
        context,
        about=asked.application,
        people=_people_of(asked),
    )


def _of_partner(asked: Participation) -> dict[str, Any]:
    return {"asked": asked, "partner": asked.organisation, "applicant": asked.application.organisation}


def _people_of(asked: Participation) -> list[User]:
    return _members(asked.organisation_id)


def correction_asked(correction: Correction) -> None:
    """The call office asks for corrections: what, why, until when."""
    context = {"correction": correction}
    _write("applicants/email/correction_asked", correction.application, context, about=correction)


def correction_ended(correction: Correction) -> None:
    """To the managers: the applicant corrected the file, left it, or did not answer; to the applicant what ended without them."""
    application, context = correction.application, {"correction": correction}
    over = {Correction.Answer.LAPSED, Correction.Answer.TAKEN_BACK}
    if correction.answer != Correction.Answer.TAKEN_BACK:
        people = managers(application)
        _write("applicants/email/correction_ended", application, context, about=correction, people=people)
    if correction.answer in over and application.valid_version() is not None:
        _write("applicants/email/correction_over", application, context, about=correction)


def extension_asked(extension: Extension) -> None:
    """To the managers: an applicant asks for more time. What it wrote stands on its page, not in the mail."""
    _of_extension("applicants/email/extension_asked", extension, people=managers(extension.application))


def extension_proposed(extension: Extension) -> None:
    """To the other managers: one of them has to give the time that was proposed."""
    people = [one for one in managers(extension.application) if one.pk != extension.proposed_by_id]
    _of_extension("applicants/email/extension_proposed", extension, people=people)


def extension_granted(extension: Extension) -> None:
    """To the applicant: until when it has time."""
    _of_extension("applicants/email/extension_granted", extension)


def extension_refused(extension: Extension) -> None:
    """To the applicant: no more time, and why; what counts."""
    valid = extension.application.valid_version()
    _of_extension(
        "applicants/email/extension_refused", extension, valid=valid, closes_at=queries.deadline_of(extension)
    )


def _of_extension(
    template: str, extension: Extension, *, people: Iterable[User] | None = None, **more: Any
) -> None:
    context = {"extension": extension, **more}
    _write(template, extension.application, context, about=extension, people=people)


def claim_stands(claim: Claim) -> None:
    """First come, first served: the money is held, or the place among those who wait."""
    place = place_of(claim.application)
    if place is not None:
        _write("applicants/email/claim_stands", claim.application, {"place": place}, about=claim)


def eligibility_recorded(application: Application) -> None:
    """Eligible or not, with the reasons."""
    is_eligible = application.state == ApplicationState.ELIGIBLE
    _write("applicants/email/eligibility_recorded", application, {"is_eligible": is_eligible})


def entry_removed(application: Application, *, reason: str) -> None:
    """An accepted entry does not stand in the public catalogue any more, and why."""
    _write("applicants/email/entry_removed", application, {"reason": reason})


def phase_opened(application: Application, call: Call) -> None:
    """A project selected in one phase may apply to the next."""
    _write("applicants/email/phase_opened", application, {"next_call": call})


def outcome_released(application: Application) -> None:
    """The decision's letter, word for word as it was released."""
    _write("applicants/email/outcome_released", application, {})


def applicant_wrote(message: Message) -> None:
    """To the managers who may see the file: the first line and where the rest stands."""
    application = message.application
    _write("applicants/email/applicant_wrote", application, _told(message), people=managers(application))


def office_wrote(message: Message) -> None:
    """To everybody who works for the applicant: the first line and where the rest stands."""
    _write("applicants/email/office_wrote", message.application, _told(message))


def _told(message: Message) -> dict[str, Any]:
    return {"first_line": message.first_line, "author": message.by.full_name}


def _instants(version: Version) -> dict[str, str]:
    if version.arrived_at is None:
        return {}
    zone = version.application.call.zone
    return {
        "arrived": words.exact(version.arrived_at, zone),
        "arrived_utc": words.exact_utc(version.arrived_at),
    }


def legal_hold_changed(hold: LegalHold, *, by: User) -> None:
    """To the other managers: something is kept beyond its term, or no longer; why."""
    project = hold.call.project
    members = ProjectMember.objects.filter(
        project=project, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    )
    people = User.objects.filter(pk__in=members.values("user"), is_active=True).exclude(pk=by.pk)
    if hold.application is not None:
        people = people.exclude(pk__in=hold.application.recusals.values("user"))
    context = {
        "hold": hold,
        "by": by,
        "path": reverse("desk:holds", args=[project.slug]),
        "visibility": visibility_of(project),
        "site_name": project.acronym,
    }
    group = (project.acronym, hold.call)
    for person in people.order_by("pk"):
        write_message(
            "legal_hold", "applicants/email/legal_hold", to=person, context=context, about=hold, group=group
        )


def _write(
    template: str,
    application: Application,
    context: dict[str, Any],
    *,
    about: Any = None,
    people: Iterable[User] | None = None,
    email: str = "",
) -> None:
    project = application.call.project
    full = {
        "application": application,
        "call": application.call,
        "visibility": visibility_of(project),
        "site_name": project.acronym,
        **context,
    }
    kind = template.rpartition("/")[2]
    if email:
        write_message(kind, template, to=None, context=full, about=about or application, email=email)
        return
    group = (project.acronym, application.call)
    for person in writers(application) if people is None else people:
        write_message(kind, template, to=person, context=full, about=about or application, group=group)
