"""Who may do what with a call; the policy's lines for this app."""

from typing import Any

from calls.models import Call, FormRevision
from calls.parts import OPEN_AFTER_PUBLICATION
from calls.publication import Part
from calls.states import CallPhase, CallState
from core.policy import ANYONE, SIGNED_IN, Rule, rule
from funding.permissions import MANAGER, STAFF, can_manage_project

_PUBLIC = rule(ANYONE, scope="published calls; drafts for their project")
_STAFF = rule(*STAFF, scope="calls of own projects, to read; managers change them")
_MANAGER = rule(MANAGER, scope="calls of own projects")
_SENSITIVE = rule(MANAGER, scope="calls of own projects, by a second manager", sensitive=True)

POLICY: dict[str, Rule] = {
    "calls:landing": rule(ANYONE, scope="public page"),
    "calls:call_list": rule(ANYONE, scope="public page"),
    "calls:embed": rule(ANYONE, scope="published calls, on any site; without cookies"),
    "calls:embed_how": rule(ANYONE, scope="public page"),
    "calls:calendar": _PUBLIC,
    "calls:feed": _PUBLIC,
    "calls:call_calendar": _PUBLIC,
    "calls:call_detail": _PUBLIC,
    "calls:call_questions": _PUBLIC,
    "calls:call_ask": rule(ANYONE, scope="published calls, while they take questions"),
    "calls:document": _PUBLIC,
    "calls:paper": _PUBLIC,
    "calls:subscription_list": rule(SIGNED_IN, scope="own subscriptions"),
    "calls:subscription_create": rule(ANYONE, scope="public calls; an address has to confirm"),
    "calls:subscription_detail": rule(ANYONE, scope="who has the link of its mails"),
    "calls:subscription_confirm": rule(ANYONE, scope="who has the link of its mails"),
    "calls:subscription_end": rule(ANYONE, scope="who has the link of its mails"),
    "calls:staff_call_list": _STAFF,
    "calls:call_create": _MANAGER,
    "calls:call_import": _MANAGER,
    "calls:call_from_sample": _MANAGER,
    "calls:call_file": _STAFF,
    "calls:call_clone": _MANAGER,
    "calls:call_edit": _STAFF,
    "calls:call_part": _STAFF,
    "calls:rule_add": _MANAGER,
    "calls:rule_edit": _MANAGER,
    "calls:rule_move": _MANAGER,
    "calls:association_record": _MANAGER,
    "calls:rule_delete": _MANAGER,
    "calls:form": _STAFF,
    "calls:form_preview": _STAFF,
    "calls:section_add": _MANAGER,
    "calls:section_edit": _MANAGER,
    "calls:question_add": _MANAGER,
    "calls:question_edit": _MANAGER,
    "calls:form_move": _MANAGER,
    "calls:form_place": _MANAGER,
    "calls:form_copy": _MANAGER,
    "calls:form_undo": _MANAGER,
    "calls:form_standard": _MANAGER,
    "calls:form_revise": _MANAGER,
    "calls:form_discard": _MANAGER,
    "calls:form_delete": _MANAGER,
    "calls:call_documents": _STAFF,
    "calls:document_remove": _MANAGER,
    "calls:paper_kept": _STAFF,
    "calls:call_publication": _STAFF,
    "calls:publication_propose": _MANAGER,
    "calls:duty_except": _MANAGER,
    "calls:portal_entry": _STAFF,
    "calls:proposal_withdraw": _MANAGER,
    "calls:call_publish": _SENSITIVE,
    "calls:enquiry_list": _STAFF,
    "calls:enquiry_answer": _MANAGER,
    "calls:enquiry_point": _MANAGER,
    "calls:enquiry_set_aside": _MANAGER,
    "calls:answer_correct": _MANAGER,
    "calls:answer_withdraw": _MANAGER,
    "calls:incident_list": _STAFF,
    "calls:incident_record": _MANAGER,
    "calls:incident_end": _MANAGER,
    "calls:incident_publish": _MANAGER,
    "calls:call_extend": rule(MANAGER, scope="published calls of own projects", sensitive=True),
    "calls:call_cancel": rule(MANAGER, scope="calls of own projects", sensitive=True),
}


def can_edit_call(user: Any, call: Call) -> bool:
    """Managers of the project make its calls."""
    return can_manage_project(user, call.project)


def can_edit_part(user: Any, call: Call, part: Part) -> bool:
    """A manager, while the part is not frozen: everything in a draft, text and documents afterwards."""
    return part in open_parts(call) and can_edit_call(user, call)


def can_edit_form(user: Any, call: Call, revision: FormRevision) -> bool:
    """A manager, while the call is a draft, or its next revision of the form is being made."""
    is_made = call.state == CallState.PUBLISHED and revision.frozen_at is None
    return (call.state == CallState.DRAFT or is_made) and can_edit_call(user, call)


def can_revise_form(user: Any, call: Call) -> bool:
    """A manager, between publication and deadline."""
    return call.phase() in (CallPhase.OPEN, CallPhase.UPCOMING) and can_edit_call(user, call)


def open_parts(call: Call) -> frozenset[Part]:
    """The parts that may still change, whoever does it."""
    if call.state == CallState.DRAFT:
        return frozenset(Part)
    return OPEN_AFTER_PUBLICATION if call.state == CallState.PUBLISHED else frozenset()


def can_publish_call(user: Any, call: Call) -> bool:
    """A manager who did not propose it. (The verb and the database insist on two persons as well.)"""
    return call.publication_proposed_by_id != user.pk and can_edit_call(user, call)


def available_actions(user: Any, call: Call) -> set[str]:
    """What this person can do with the call now, for the buttons of its pages: a hint, the verbs decide."""
    if not can_edit_call(user, call):
        return set()
    if call.state == CallState.DRAFT:
        if call.publication_proposed_at is None:
            return {"edit", "propose", "cancel"}
        own = call.publication_proposed_by_id == user.pk
        return {"edit", "cancel", "withdraw"} | (set() if own else {"publish"})
    if call.state != CallState.PUBLISHED:
        return set()
    extend = {"extend"} if call.phase() in (CallPhase.OPEN, CallPhase.UPCOMING) else set()
    return {"edit", "cancel"} | extend
