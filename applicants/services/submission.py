"""Submitting, and taking back what was submitted."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation, OwnershipStatement
from applicants import declarations as declared
from applicants import notifications, payload, queries, tasks, words
from applicants.models import Application, Attachment, Correction, Partner, SignatureRequest, Version
from applicants.services._drafts import require_correction, require_writable
from applicants.services.claims import release_claim, take_claim
from applicants.services.corrections import close_correction, end_open_correction
from applicants.services.signing import close_request
from applicants.states import ApplicationState, VersionStatus
from calls import formkit
from calls.intake import CallModel
from calls.models import Call, FormRevision, long_texts
from core.audit import record
from core.clock import to_millisecond
from core.errors import Gap, Incomplete, InvalidTransition
from core.idempotency import once
from core.locks import lock_exclusive, lock_row, lock_shared
from core.prepared import Prepared, columns_of, put_together
from core.tasks import enqueue
from core.workflow import transition
from funding.models import Project

_APPLICATION = columns_of(
    Application,
    call=columns_of(Call, leave=long_texts(), project=columns_of(Project)),
    organisation=columns_of(Organisation),
)
_DRAFT = columns_of(Version, form_revision=columns_of(FormRevision, leave=["definition"]))


def _applications(pk: int) -> "QuerySet[Application, Any]":
    return Application.objects.filter(pk=pk).values_list(*_APPLICATION)


def _drafts(application: int) -> "QuerySet[Version, Any]":
    return Version.objects.filter(application=application, status=VersionStatus.DRAFT).values_list(*_DRAFT)


_application = Prepared(_applications, locks=Application, pk=int)
_draft = Prepared(_drafts, locks=Version, application=int)


@transaction.atomic(durable=True)
def submit_application(
    application: Application,
    *,
    by: Any,
    arrived: datetime,
    declarations: Collection[str],
    key: uuid.UUID | None = None,
) -> Version:
    """Make the draft the version that counts. What is judged is `arrived`: the last byte at the edge, UTC, to the
    millisecond; at or before the deadline is in time, without grace (N3, time-06, time-07).

    The call's advisory lock is shared, so that many submit at once and a change of the deadline is alone; the deadline
    is read after it (QD2). `key` makes a form count once: its second arrival gets the same version (QD3).
    `declarations` are the keys of what was confirmed. Raises DeadlinePassed, Incomplete with every gap, or
    InvalidTransition when there is no draft (any more).
    """
    _lock_call(application)
    if key is None:
        return _submit(application, by, arrived, declarations)
    made: list[Version] = []

    def do() -> dict[str, Any]:
        made.append(_submit(application, by, arrived, declarations))
        return {"version": made[0].number}

    answer = once(key, user=by, purpose=f"submit:{application.ref}", do=do)
    if made:
        return made[0]
    return Version.objects.select_related("application", "application__call").get(
        application=application, number=answer["version"]
    )


def _lock_call(application: Application) -> None:
    """Many submit at once, but claims are taken one at a time. How a published call takes them never changes."""
    lock = lock_exclusive if application.call.call_model == CallModel.CLAIM else lock_shared
    lock("call", application.call_id)


def _submit(application: Application, by: Any, arrived: datetime, declarations: Collection[str]) -> Version:
    (row,) = _application.rows(pk=application.pk)
    application = put_together(Application, _APPLICATION, row)
    arrived = to_millisecond(arrived)
    draft = next(
        (put_together(Version, _DRAFT, row) for row in _draft.rows(application=application.pk)), None
    )
    if draft is None or draft.correction_id is None:
        require_writable(application, arrived)
    if draft is None:
        raise InvalidTransition(_nothing_to_submit(application))
    draft.application = application
    correction = require_correction(draft, arrived) if draft.correction_id is not None else None
    draft.cut_off = correction.version.cut_off if correction else application.cut_off_at(arrived)
    content = queries.content_of(draft)
    asked = declared.asked(queries.to_confirm(content))
    _require_complete(content, asked, declarations)
    _freeze(content, asked, by, arrived)
    close_request(draft, SignatureRequest.Answer.SUBMITTED, by=by)
    if correction is not None:
        close_correction(draft, Correction.Answer.SUBMITTED, by=by)
    data = {"version": draft.number, "sha256": draft.sha256, "arrived_at": arrived.isoformat()}
    if draft.cut_off is not None:
        data["cut_off"] = draft.cut_off.number
    if application.state == ApplicationState.WITHDRAWN:
        transition(application, ApplicationState.OPEN, by=by, data=data)
    else:
        record(application, "application.submitted", by=by, data=data)
    if application.call.call_model == CallModel.CLAIM:
        take_claim(draft, by=by)
    notifications.submission_received(draft)
    enqueue(tasks.render_receipt, draft.pk)
    return draft


def _require_complete(
    content: queries.Content, asked: Sequence[declared.Declaration], declarations: Collection[str]
) -> None:
    corrected = content.version.correction
    gaps = queries.gaps_of_marked(content, corrected.fields) if corrected else queries.gaps(content)
    gaps += [Gap(str(d.text), d.key) for d in asked if d.key not in declarations]
    if gaps:
        sentence = ngettext(
            "It was not submitted: one thing is missing or needs another look.",
            "It was not submitted: %(n)d things are missing or need another look.",
            len(gaps),
        )
        raise Incomplete(sentence % {"n": len(gaps)}, gaps)


def _freeze(
    content: queries.Content, asked: Sequence[declared.Declaration], by: Any, arrived: datetime
) -> None:
    """Write the payload and its fingerprint; from here on PostgreSQL refuses any change of the version."""
    version = content.version
    version.declarations = declared.frozen(asked)
    stated = queries.newest_statements([partner.organisation for partner in content.partners])
    version.payload = payload.build(
        call=content.call.code,
        application=content.application.ref,
        version=version.number,
        title=version.title,
        form_revision=version.form_revision.number,
        arrived_at=arrived,
        sections=formkit.relevant_answers(content.definition, content.answers, content.parties),
        partners=[_frozen_partner(one, stated.get(one.organisation_id)) for one in content.partners],
        files=[_frozen_file(attachment) for attachment in content.attachments],
        declarations=version.declarations,
    )
    version.sha256 = payload.fingerprint(version.payload)
    version.status, version.arrived_at, version.submitted_by = VersionStatus.FINAL, arrived, by
    version.save(
        update_fields=["declarations", "payload", "sha256", "status", "arrived_at", "submitted_by", "cut_off"]
    )


def _frozen_partner(partner: Partner, stated: OwnershipStatement | None) -> payload.FrozenPartner:
    organisation = partner.organisation
    return payload.FrozenPartner(
        organisation=payload.FrozenOrganisation(
            ref=organisation.ref,
            legal_name=organisation.legal_name,
            country=str(organisation.country),
            registration_number=organisation.registration_number,
            vat=organisation.vat,
            street=organisation.street,
            postcode=organisation.postcode,
            town=organisation.town,
            size=organisation.size,
            founded_on=organisation.founded_on.isoformat() if organisation.founded_on else None,
            pic=organisation.pic,
            euid=organisation.euid,
            nuts=organisation.nuts,
            nace=organisation.nace,
            nace_revision=organisation.nace_revision if organisation.nace else "",
        ),
        is_lead=partner.is_lead,
        task=partner.task,
        cost_cents=partner.cost_cents,
        requested_cents=partner.requested_cents,
        sme=queries.frozen_size(stated, whole=partner.is_lead),
        aid=partner.aid,
    )


def _frozen_file(attachment: Attachment) -> payload.FrozenFile:
    file = attachment.file
    return payload.FrozenFile(attachment.question, file.name, file.size, file.sha256, file.media_type)


def _nothing_to_submit(application: Application) -> str:
    valid = application.valid_version()
    if valid is None or valid.arrived_at is None:
        return _("%(ref)s has no draft to submit.") % {"ref": application.ref}
    return _(
        "Version %(n)d was submitted already, on %(when)s. It counts; there is nothing more to submit."
    ) % {
        "n": valid.number,
        "when": words.exact(valid.arrived_at, application.call.zone),
    }


@transaction.atomic(durable=True)
def withdraw_application(application: Application, *, by: Any, reason: str = "") -> Application:
    """Take back what was submitted: from now on nothing counts. While the call is open a draft leads back in.

    A draft that is being written stays. Raises InvalidTransition when nothing counts, or when it was refused already.
    """
    _lock_call(application)
    application = lock_row(application)
    if application.state == ApplicationState.OPEN and application.valid_version() is None:
        raise InvalidTransition(
            _("%(ref)s was not submitted: throw the draft away instead.") % {"ref": application.ref}
        )
    was_awarded = application.state == ApplicationState.SELECTED
    end_open_correction(application, Correction.Answer.TAKEN_BACK, by=by)
    transition(application, ApplicationState.WITHDRAWN, by=by, note=reason.strip())
    if not was_awarded:
        release_claim(application, by=by)
    notifications.application_withdrawn(application)
    return application
