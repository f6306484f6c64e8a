"""What we write to the people who make calls, and to those who ask about them."""

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse

from accounts.models import User
from calls.models import Call, CallChange, Enquiry, FormRevision, Subscription, Wording
from calls.queries.public import Line, Wanted
from core.notices import Category, register
from core.outbox import write_message
from funding.models import ProjectMember
from funding.notifications import AS_MANAGER
from funding.visibility import visibility_of

register(
    Category.WORK,
    AS_MANAGER,
    kinds=["publication_proposed", "proposal_declined", "form_change_proposed", "form_change_declined"],
)
register(Category.NEWS, AS_MANAGER, kinds=["call_published", "call_cancelled", "form_change_published"])
register(
    Category.ASKED,
    kinds=[
        "question_answered",
        "question_answered_already",
        "question_set_aside",
        "subscription_to_confirm",
        "news_of_call",
        "new_calls",
    ],
)


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


def form_change_proposed(call: Call, revision: FormRevision) -> None:
    """To the other managers: a change of the form waits for one of you."""
    for person in managers(call):
        if person.pk != revision.proposed_by_id:
            _write("calls/email/form_change_proposed", call, to=person, revision=revision)


def form_change_declined(call: Call, *, to: Any, by: Any, reason: str) -> None:
    """To the one who proposed a change of the form: another manager wants something changed first, or nothing."""
    _write("calls/email/form_change_declined", call, to=to, by=by, reason=reason)


def form_change_published(call: Call, revision: FormRevision) -> None:
    """To every manager but the one who put it in force: applicants fill the new form from now on."""
    for person in managers(call):
        if person.pk != revision.published_by_id:
            _write("calls/email/form_change_published", call, to=person, revision=revision)


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
            _to_asker("calls/email/question_answered", enquiry, change=change, about=change)
            told.append(email)
    return told


def _asker(enquiry: Enquiry) -> User | Address:
    return enquiry.asked_by or Address(enquiry.email, enquiry.language)


def _to_asker(template: str, enquiry: Enquiry, **more: Any) -> None:
    to = _asker(enquiry)
    if to.email:
        _write(template, enquiry.call, to=to, enquiry=enquiry, **more)


def kind_of_changes() -> ContentType:
    """What the outbox calls a change that a mail is about."""
    return ContentType.objects.get_for_model(CallChange)


def subscription_to_confirm(subscription: Subscription) -> None:
    """To an address that somebody entered: news come only when it says yes. Ending it needs no header: nothing comes."""
    _to_subscriber("calls/email/subscription_to_confirm", subscription, headers={})


def news_of_call(subscription: Subscription, changes: Sequence[CallChange], moments: Collection[str]) -> None:
    """To a subscriber of a call: what changed, that it opened, closes soon, has results."""
    _to_subscriber("calls/email/news_of_call", subscription, changes=changes, moments=moments)


def new_calls(subscription: Subscription, lines: Sequence[Line]) -> None:
    """To a subscriber of a search: the calls published since the last mail."""
    _to_subscriber("calls/email/new_calls", subscription, lines=lines)


def _to_subscriber(
    template: str, subscription: Subscription, *, headers: dict[str, str] | None = None, **more: Any
) -> None:
    """One mail with its way out: a link, and the headers by which a mail program ends it with one click (RFC 8058)."""
    way_out = reverse("calls:subscription_end", args=[subscription.ref])
    one_click = {
        "List-Unsubscribe": f"<{settings.SITE_URL}{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    call = subscription.call
    wanted = Wanted(**subscription.search)
    context = {"subscription": subscription, "call": call, "wanted": wanted, **more}
    if call is not None:
        context |= {"project": call.project, "visibility": visibility_of(call.project)}
    to = subscription.user or Address(subscription.email, subscription.language)
    write_message(
        template.rpartition("/")[2],
        template,
        to=to,
        context=context,
        about=call,
        headers=one_click if headers is None else headers,
    )


def _write(template: str, call: Call, *, to: Any, about: Model | None = None, **more: Any) -> None:
    context = {"call": call, "project": call.project, "visibility": visibility_of(call.project), **more}
    group = (call.project.acronym, call)
    write_message(
        template.rpartition("/")[2], template, to=to, context=context, about=about or call, group=group
    )
