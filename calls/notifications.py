"""What we write to the people who make calls."""

from typing import Any

from accounts.models import User
from calls.models import Call
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


def _write(template: str, call: Call, *, to: Any, **more: Any) -> None:
    context = {"call": call, "project": call.project, "visibility": visibility_of(call.project), **more}
    write_message(template.rpartition("/")[2], template, to=to, context=context, about=call)
