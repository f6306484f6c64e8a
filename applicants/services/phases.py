"""From one phase of a funnel to the next: who may go on, the invitation, and what a draft begins with."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.queries import entries_of
from applicants import notifications
from applicants.models import Application, Attachment, Partner, PhaseInvitation, SectionAnswers, Version
from applicants.states import ApplicationState
from calls.models import Call
from calls.queries import form_of
from calls.states import CallState
from core import clock
from core.audit import record
from core.errors import DomainError
from core.locks import lock_exclusive


def require_selected(call: Call, organisation: Organisation) -> None:
    """Raise DomainError when the call follows an earlier phase that did not select the organisation."""
    if call.previous is None or _selected(call).filter(_of_firm(organisation.pk)).exists():
        return
    sentence = _("%(name)s is not selected in “%(call)s”: only projects selected there may apply here.")
    raise DomainError(sentence % {"name": organisation, "call": call.previous}, field="organisation")


def selected_version(application: Application) -> Version | None:
    """What the same organisation submitted to the earlier phase and was selected with; None in a call of its own."""
    if application.call.previous_id is None:
        return None
    before = _selected(application.call).filter(_of_firm(application.organisation_id)).first()
    return before.last_final if before else None


def begin_from(before: Version, draft: Version, *, by: Any) -> None:
    """Title, partners and files of the earlier phase, and every answer whose question has the same key and kind here.

    Costs and amounts are not taken: a phase has its own. A partner that was merged since stands as the entry that goes on.
    """
    draft.title = before.title
    draft.save(update_fields=["title"])
    partners: dict[int, Partner] = {}
    for row in before.partners.select_related("organisation"):  # the lead first
        firm = row.organisation.firm_id
        partners.setdefault(
            firm, Partner(version=draft, organisation_id=firm, is_lead=row.is_lead, task=row.task)
        )
    Partner.objects.bulk_create(partners.values())
    was, now = form_of(before.form_revision), form_of(draft.form_revision)
    kinds = {question.key: question.type for _section, question in was.questions()}
    same = {
        question.key: section.key
        for section, question in now.questions()
        if kinds.get(question.key) == question.type
    }
    _take_answers(before, draft, same, by)
    Attachment.objects.bulk_create(
        Attachment(
            version=draft,
            question=row.question,
            file_id=row.file_id,
            uploaded_at=row.uploaded_at,
            uploaded_by_id=row.uploaded_by_id,
        )
        for row in before.attachments.filter(removed_at=None, question__in=same)
    )


def _take_answers(before: Version, draft: Version, same: dict[str, str], by: Any) -> None:
    kept: dict[str, dict[str, Any]] = {}
    for row in before.answers.all():
        for name, value in row.answers.items():
            if section := same.get(name.partition("-")[0]):
                kept.setdefault(section, {})[name] = value
    SectionAnswers.objects.bulk_create(
        SectionAnswers(
            version=draft,
            section=section,
            answers=answers,
            field_versions=dict.fromkeys(answers, 1),
            changed_by=by,
        )
        for section, answers in kept.items()
    )


def calls_that_invite() -> list[Call]:
    """Published calls before their deadline whose earlier phase has selected projects not invited yet."""
    invited = PhaseInvitation.objects.filter(call=OuterRef(OuterRef("pk")), application=OuterRef("pk"))
    waiting = Application.objects.filter(call=OuterRef("previous"), state=ApplicationState.SELECTED)
    found = Call.objects.filter(state=CallState.PUBLISHED, closes_at__gte=clock.now())
    return list(found.filter(Exists(waiting.exclude(Exists(invited)))).order_by("pk"))


@transaction.atomic(durable=True)
def invite_to_call(call: Call) -> int:
    """Invite every project selected in the earlier phase that was not invited yet; its people get one message each.

    Projects that move up from the reserve list later are invited then. Returns how many projects were invited.
    """
    lock_exclusive("applicants.invite", call.pk)
    known = PhaseInvitation.objects.filter(call=call).values("application")
    found = _selected(call).exclude(pk__in=known).select_related("call__project", "organisation")
    invited = list(found.order_by("pk"))
    for application in invited:
        PhaseInvitation.objects.create(call=call, application=application)
        record(application, "application.invited_on", by=None, data={"call": call.code})
        notifications.phase_opened(application, call)
    return len(invited)


def _of_firm(organisation: int) -> Q:
    return Q(organisation__in=entries_of([organisation])[organisation])


def _selected(call: Call) -> QuerySet[Application]:
    """The files selected in the call's earlier phase."""
    return Application.objects.filter(call=call.previous_id, state=ApplicationState.SELECTED).select_related(
        "last_final__form_revision"
    )
