"""Changing the form of a published call: a new revision is made beside the one in use, then published for everybody."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from calls import elsewhere, formkit, notifications
from calls.formkit import compare
from calls.models import Call, CallChange, FormRevision
from calls.parts import digest
from calls.services._common import clear_form_proposal, stale_sentence
from calls.states import CallPhase, CallState
from core import audit, clock
from core.errors import Conflict, DomainError, FourEyesRequired, Gap, Incomplete, InvalidTransition
from core.locks import lock_exclusive, lock_row


@transaction.atomic(durable=True)
def begin_revision(call: Call, *, by: Any) -> Call:
    """Begin the next revision of a published call's form, as a copy of the one in use, which stays in use. The one that
    was begun already is left as it is. Raises InvalidTransition when the call is not published or its deadline passed.
    """
    call = _lock_running(call)
    newest = _newest(call)
    if newest.frozen_at is not None:
        FormRevision.objects.create(call=call, number=newest.number + 1, definition=newest.definition)
        audit.record(call, "call.form_revision_begun", by=by, data={"number": newest.number + 1})
    return call


@transaction.atomic(durable=True)
def discard_revision(call: Call, *, by: Any) -> Call:
    """Throw away the revision that is being made; the one in use stays. Who proposed it is told when it was somebody
    else."""
    call = lock_row(call)
    newest = _being_made(call)
    audit.record(call, "call.form_revision_discarded", by=by, data={"definition": newest.definition})
    proposer = newest.proposed_by
    newest.delete()
    _tell(proposer, call, by=by, reason="")
    return call


@transaction.atomic(durable=True)
def propose_revision(call: Call, *, reason: str, by: Any, seen: str = "") -> Call:
    """Say that the revision is ready, and why the form changes. The project's other managers are told; one of them puts
    it in force.

    `seen` is the mark of the definition whose effect was shown. Raises Incomplete for a form that cannot be published,
    Conflict when it changed meanwhile.
    """
    call = _lock_running(call)
    newest = _being_made(call)
    if newest.proposed_at is not None:
        raise InvalidTransition(_("%s has proposed this change of the form already.") % newest.proposed_by)
    _check_seen(call, newest, seen)
    if not reason.strip():
        raise DomainError(_("Say why: everybody reads it."), field="reason")
    said = _differences(_in_use(call), newest)
    newest.proposed_by, newest.proposed_at, newest.reason = by, clock.now(), reason.strip()
    newest.save(update_fields=["proposed_by", "proposed_at", "reason"])
    data = {"number": newest.number, "changes": said, "reason": newest.reason}
    audit.record(call, "call.form_revision_proposed", by=by, data=data)
    notifications.form_change_proposed(call, newest)
    return call


@transaction.atomic(durable=True)
def withdraw_revision(call: Call, *, by: Any, reason: str = "") -> Call:
    """Take the proposal of a revision back, or decline it with a reason: it can be changed and proposed again. Its
    author is told when it was somebody else."""
    call = lock_row(call)
    newest = _being_made(call)
    if newest.proposed_at is None:
        raise InvalidTransition(_("Nobody proposes this change of the form: it was withdrawn already."))
    proposer = newest.proposed_by
    clear_form_proposal(newest)
    audit.record(call, "call.form_revision_withdrawn", by=by, note=reason.strip())
    _tell(proposer, call, by=by, reason=reason.strip())
    return call


@transaction.atomic(durable=True)
def publish_revision(call: Call, *, by: Any, seen: str = "") -> Call:
    """Put a proposed revision in force: new drafts fill it at once, drafts that are open move on when they are saved
    or when their owner says so, what was submitted keeps the form it was submitted with. Everybody reads what changed
    and why; people with drafts are told what they lack now (applicants.jobs).

    Submissions wait for it and it for them. `seen` is the mark of the definition whose effect was shown. Raises
    FourEyesRequired for the one who proposed it, Incomplete for a form that cannot be published, Conflict when it
    changed meanwhile.
    """
    lock_exclusive("call", call.pk)
    call = _lock_running(call)
    newest = _being_made(call)
    _check_seen(call, newest, seen)
    if newest.proposed_at is None:
        raise InvalidTransition(_("A manager proposes the change first; then another one puts it in force."))
    if newest.proposed_by_id == by.pk:
        raise FourEyesRequired(
            _("You proposed this change yourself; another manager has to put it in force.")
        )
    before = _in_use(call)
    said = _differences(before, newest)
    newest.frozen_at, newest.previous, newest.published_by = clock.now(), None, by
    newest.save(update_fields=["frozen_at", "previous", "published_by"])
    before.superseded_at = newest.frozen_at
    before.save(update_fields=["superseded_at"])
    CallChange.objects.create(
        call=call, by=by, kind=CallChange.Kind.FORM, text="\n".join([newest.reason, *said])
    )
    data = {"number": newest.number, "changes": said, "reason": newest.reason}
    data |= {"proposed_by": newest.proposed_by_id}
    audit.record(call, "call.form_revision_published", by=by, data=data)
    notifications.form_change_published(call, newest)
    return call


def _check_seen(call: Call, newest: FormRevision, seen: str) -> None:
    if seen and seen != digest(newest.definition):
        raise Conflict(stale_sentence(call))


def _tell(proposer: Any, call: Call, *, by: Any, reason: str) -> None:
    if proposer is not None and proposer.pk != by.pk:
        notifications.form_change_declined(call, to=proposer, by=by, reason=reason)


def _differences(before: FormRevision, after: FormRevision) -> list[str]:
    gaps = [Gap(fault.message, fault.place) for fault in formkit.problems(after.definition)]
    key = after.call.outside_question
    gaps += [Gap(fault.message, key) for fault in elsewhere.faults_against_form(key, after.definition)]
    if gaps:
        raise Incomplete(_("The form cannot be published yet."), gaps)
    with translation.override(settings.LANGUAGE_CODE):
        found = compare.differences(formkit.parse(before.definition), formkit.parse(after.definition))
    if before.definition == after.definition:
        raise DomainError(_("Nothing has changed in the form."))
    return [one.sentence for one in found]


def _being_made(call: Call) -> FormRevision:
    newest = _newest(call)
    if newest.frozen_at is not None or call.state != CallState.PUBLISHED:
        raise InvalidTransition(_("No change of the form is being prepared."))
    return newest


def _in_use(call: Call) -> FormRevision:
    return FormRevision.objects.filter(call=call, frozen_at__isnull=False).order_by("-number")[0]


def _newest(call: Call) -> FormRevision:
    return FormRevision.objects.select_for_update().filter(call=call).order_by("-number")[0]


def _lock_running(call: Call) -> Call:
    locked = lock_row(call)
    if locked.phase() not in (CallPhase.OPEN, CallPhase.UPCOMING):
        raise InvalidTransition(
            _("The form changes by revisions only between publication and deadline; this call is %(phase)s.")
            % {"phase": locked.phase().label.lower()}
        )
    return locked
