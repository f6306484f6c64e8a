"""Starting, writing, changing and throwing away a draft."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.queries import entries_of
from applicants import merging, queries
from applicants.models import (
    Application,
    Attachment,
    Correction,
    Partner,
    SectionAnswers,
    SignatureRequest,
    Version,
)
from applicants.services._drafts import (
    locked_draft,
    require_marked,
    require_open,
    require_writable,
    title_mark,
)
from applicants.services.corrections import close_correction
from applicants.services.expiring import empty
from applicants.services.phases import begin_from, require_selected, selected_version
from applicants.services.revisions import move_on, regroup_answers
from applicants.services.signing import close_request
from applicants.states import ApplicationState, VersionStatus
from calls import formkit
from calls.models import Call
from calls.queries import form_of
from core import clock
from core.audit import record
from core.errors import Conflict, DomainError, InvalidTransition
from core.locks import lock_exclusive, lock_row
from funding.queries import runs_project

CHANGED_ELSEWHERE = gettext_lazy(
    "This was changed in another window or by a colleague in the meantime. Both texts are shown: choose one."
)


@transaction.atomic(durable=True)
def start_application(
    call: Call,
    organisation: Organisation,
    *,
    by: Any,
    arrived: datetime | None = None,
    brought_by: Organisation | None = None,
) -> Application:
    """Open a draft for the organisation; its number follows the last one of the call.

    One application for each organisation and call: a second start returns the one that is there, under whichever of its
    entries it was begun, with a draft if nothing of it counts. For a later cut-off, or after its end where first come is first served, it may start another one.
    `brought_by`: the consortium partner that told the applicant of the call, as it says itself.
    In a later phase the draft begins with what the selected project wrote before. Raises DomainError for people who run
    the project (rank-54), when the call is not open, and for an organisation that the earlier phase did not select.
    """
    lock_exclusive("application numbers", call.pk)
    call = Call.objects.select_related("project").get(pk=call.pk)
    require_open(call, arrived or clock.now())
    if runs_project(by, call.project):
        raise DomainError(
            _(
                "You work for an organisation that runs %(project)s. Its staff may not apply to its calls; "
                "a colleague outside the consortium has to."
            )
            % {"project": call.project}
        )
    organisation = organisation.goes_on_as
    require_selected(call, organisation)
    known = _known(call, organisation, arrived or clock.now())
    if known is not None:
        if known.draft() is None and known.valid_version() is None:
            open_draft(lock_row(known), by=by)
        return known
    number = (Application.objects.filter(call=call).aggregate(last=Max("number"))["last"] or 0) + 1
    application = Application.objects.create(
        call=call,
        number=number,
        ref=f"{call.code}-{number:04d}",
        organisation=organisation,
        created_by=by,
        brought_by=brought_by,
    )
    open_draft(application, by=by)
    record(application, "application.started", by=by)
    return application


def _known(call: Call, organisation: Organisation, at: datetime) -> Application | None:
    """The firm's application that goes on in this call, if there is one."""
    entries = entries_of([organisation.pk])[organisation.pk]
    found = Application.objects.filter(call=call, organisation__in=entries).order_by("-pk")
    ended = (ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE, ApplicationState.REJECTED)
    for one in found.select_related("call", "last_final__cut_off"):
        if one.is_writable(at) or (call.is_rolling and one.state not in ended):
            return one
    return None


def save_answers(
    application: Application,
    *,
    section: str,
    values: Mapping[str, Any],
    bases: Mapping[str, int],
    by: Any,
    arrived: datetime | None = None,
) -> SectionAnswers:
    """Save answers of one section of the draft (QD7). `values` are JSON values by question key, `bases` the number
    of each field that the writer saw.

    A draft of a form that has a newer revision moves on to it. Fields that nobody else changed are saved in any case; then raises Conflict, with what is stored in `theirs`, for
    those that were. Raises DomainError for an unknown section, DeadlinePassed after the deadline.
    """
    row, conflicts = _save_answers(application, section, values, bases, by, arrived)
    if conflicts:
        raise Conflict(str(CHANGED_ELSEWHERE), theirs=conflicts)
    return row


@transaction.atomic(durable=True)
def _save_answers(
    application: Application,
    section: str,
    values: Mapping[str, Any],
    bases: Mapping[str, int],
    by: Any,
    arrived: datetime | None,
) -> tuple[SectionAnswers, dict[str, Any]]:
    draft = locked_draft(application, at=arrived, texts_only=True, marks=True)
    move_on(draft, by=by)
    known = _known_names(draft, section)
    if not set(known) >= set(values):
        raise DomainError(_("The form has no such question any more. Load the page again."))
    require_marked(draft, {f"{section}/{known[name]}" for name in values})
    row = SectionAnswers.objects.filter(version=draft, section=section).first()
    row = row or SectionAnswers(version=draft, section=section)
    merged = merging.merge(row.answers, row.field_versions, values, bases)
    if merged.changed:
        row.answers, row.field_versions = merged.values, merged.numbers
        row.changed_at, row.changed_by = clock.now(), by
        row.save()
    return row, merged.conflicts


def _known_names(draft: Version, section: str) -> dict[str, str]:
    """The names of all answers that this section of the draft's form can have, each with its question."""
    part = form_of(draft.form_revision).section(section)
    if part is None:
        return {}
    partners = draft.partners.select_related("organisation") if part.needs_parties else []
    parties = [formkit.Party(one.organisation.ref, one.organisation.legal_name) for one in partners]
    return {one.name: one.question.key for one in formkit.fields_of(part, parties) if one.question.is_typed}


def save_title(
    application: Application, *, title: str, base: int, by: Any, arrived: datetime | None = None
) -> Version:
    """Save the project's title. Raises Conflict when somebody else changed it since the writer saw it."""
    draft, conflicts = _save_title(application, title, base, arrived)
    if conflicts:
        raise Conflict(str(CHANGED_ELSEWHERE), theirs=conflicts)
    return draft


@transaction.atomic(durable=True)
def _save_title(
    application: Application, title: str, base: int, arrived: datetime | None
) -> tuple[Version, dict[str, Any]]:
    draft = locked_draft(application, at=arrived, texts_only=True, marks=True)
    require_marked(draft, [title_mark()])
    merged = merging.merge(
        {"title": draft.title}, draft.field_versions, {"title": title.strip()}, {"title": base}
    )
    if merged.changed:
        draft.title, draft.field_versions = merged.values.get("title", ""), merged.numbers
        draft.changed_at = clock.now()
        draft.save(update_fields=["title", "field_versions", "changed_at"])
    return draft, merged.conflicts


@transaction.atomic(durable=True)
def change_application(application: Application, *, by: Any, arrived: datetime | None = None) -> Version:
    """Open a draft beside what counts (QD6): answers, partners and files are copied, the valid version stays valid.

    After a withdrawal it is the way back: nothing counts until the draft is submitted. Returns the draft that is there
    already, if any. Raises DeadlinePassed after the deadline, InvalidTransition when the file is being judged.
    """
    application = lock_row(application)
    require_writable(application, arrived or clock.now())
    if application.state not in {ApplicationState.OPEN, ApplicationState.WITHDRAWN}:
        raise InvalidTransition(
            _("%(ref)s is %(state)s: it cannot be changed any more.")
            % {"ref": application.ref, "state": application.get_state_display().lower()}
        )
    draft = application.draft()
    if draft is None:
        draft = open_draft(application, by=by)
        record(application, "application.change_started", by=by, data={"version": draft.number})
    return draft


@transaction.atomic(durable=True)
def discard_draft(application: Application, *, by: Any) -> Application:
    """Throw the draft away, also after the deadline: what was written is deleted, an empty row with its number stays. What was
    submitted before still counts. A correction that it was to answer ends: everything stays as it was, and the call
    office hears of it. While the file has to be kept (LegalHold) nobody sees it any more, and it is deleted after that."""
    application = lock_row(application)
    draft = Version.objects.select_for_update().filter(application=application, status=VersionStatus.DRAFT)
    found = draft.first()
    if found is None:
        raise InvalidTransition(_("%(ref)s has no draft to throw away.") % {"ref": application.ref})
    found.status = VersionStatus.DISCARDED
    found.save(update_fields=["status"])
    close_request(found, SignatureRequest.Answer.TAKEN_BACK, by=by)
    if found.correction_id is not None:
        close_correction(found, Correction.Answer.KEPT, by=by)
    record(application, "application.draft_discarded", by=by, data={"version": found.number})
    if not queries.is_held(application):
        empty(found)
    return application


def open_draft(application: Application, *, by: Any, correction: Correction | None = None) -> Version:
    """A new draft: a copy of what was last submitted, else an empty one with the applicant as lead partner. Inside the caller's
    transaction, the application locked."""
    versions = list(application.versions.defer("payload").order_by("number"))
    finals = [version for version in versions if version.status == VersionStatus.FINAL]
    source = finals[-1] if finals else None
    draft = Version.objects.create(
        application=application,
        number=versions[-1].number + 1 if versions else 1,
        form_revision=application.call.current_form(),
        title=source.title if source else "",
        field_versions=source.field_versions if source else {},
        correction=correction,
    )
    if source is None:
        before = selected_version(application)
        if before is None:
            Partner.objects.create(version=draft, organisation=application.organisation, is_lead=True)
        else:
            begin_from(before, draft, by=by)
    else:
        _copy(source, draft)
        if source.form_revision_id != draft.form_revision_id:
            regroup_answers(draft, by=by)
    return draft


def _copy(source: Version, draft: Version) -> None:
    answers = [
        SectionAnswers(
            version=draft,
            section=row.section,
            answers=row.answers,
            field_versions=row.field_versions,
            changed_by=row.changed_by,
            changed_at=row.changed_at,
        )
        for row in source.answers.all()
    ]
    partners = [
        Partner(
            version=draft,
            organisation_id=row.organisation_id,
            is_lead=row.is_lead,
            task=row.task,
            cost_cents=row.cost_cents,
            requested_cents=row.requested_cents,
            aid=row.aid,
            field_versions=row.field_versions,
        )
        for row in source.partners.all()
    ]
    files = [
        Attachment(
            version=draft,
            question=row.question,
            file_id=row.file_id,
            uploaded_at=row.uploaded_at,
            uploaded_by_id=row.uploaded_by_id,
        )
        for row in source.attachments.filter(removed_at=None)
    ]
    SectionAnswers.objects.bulk_create(answers)
    Partner.objects.bulk_create(partners)
    Attachment.objects.bulk_create(files)
