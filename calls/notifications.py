"""What we write to the people who make calls, and to those who ask about them."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from calls.models import Call, CallChange, Enquiry, Wording
from core.outbox import write_message
from funding.models import ProjectMember
from funding.visibility import visibility_of


def managers(call: Call) -> list[User]:
    """The managers of the call's project."""
    members = ProjectMember.objects.filter(
        project=call.project, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    )
    return [member.user for member in members.select_related("user")]


def publication_proposed(call: Call) -> None:
    """To the other managers: somebody says that the call is ready; one of you publishes it."""
    for person in managers(call):
        if person.pk != call.publication_proposed_by_id:
            _write("calls/email/publication_proposed", call, to=person)


def proposal_declined(call: Call, *, to: Any, by: Any, reason: str) -> None:
    """To the one who proposed: another manager wants something changed first."""
    _write("calls/email/proposal_declined", call, to=to, by=by, reason=reason)


def call_published(call: Call) -> None:
    """To every manager but the one who published: the call is public, and when it opens and closes."""
    for person in managers(call):
        if person.pk != call.published_by_id:
            _write("calls/email/call_published", call, to=person)


def call_cancelled(call: Call, *, reason: str, by: Any) -> None:
    """To every manager but the one who cancelled: the call is over and its money free again."""
    for person in managers(call):
        if person.pk != by.pk:
            _write("calls/email/call_cancelled", call, to=person, by=by, reason=reason)


@dataclass(frozen=True)
class Address:
    """Somebody without an account, to write to."""

    email: str
    language: str
    full_name: str = ""


def question_answered_already(enquiry: Enquiry, wording: Wording) -> None:
    """To who asked: the answer stands on the page already."""
    _to_asker("calls/email/question_answered_already", enquiry, wording=wording, answer=wording.answer)


def question_set_aside(enquiry: Enquiry) -> None:
    """To who asked: this is no question about the call, and why."""
    _to_asker("calls/email/question_set_aside", enquiry)


def change_to_askers(change: CallChange, *, but: Container[str]) -> list[str]:
    """To those whose question a change answers, each once, except the addresses that were told already. Returns to whom."""
    told: list[str] = []
    for enquiry in Enquiry.objects.filter(answer=change.answer_id).select_related("asked_by"):
        enquiry.call = change.call
        email = _asker(enquiry).email.lower()
        if email and email not in but and email not in told:
            _to_asker("calls/email/question_answered", enquiry, change=change)
            told.append(email)
    return told


def _asker(enquiry: Enquiry) -> User | Address:
    return enquiry.asked_by or Address(enquiry.email, enquiry.language)


def _to_asker(template: str, enquiry: Enquiry, **more: Any) -> None:
    to = _asker(enquiry)
    if to.email:
        _write(template, enquiry.call, to=to, enquiry=enquiry, **more)


def _write(template: str, call: Call, *, to: Any, **more: Any) -> None:
    context = {"call": call, "project": call.project, "visibility": visibility_of(call.project), **more}
    write_message(template.rpartition("/")[2], template, to=to, context=context, about=call)
