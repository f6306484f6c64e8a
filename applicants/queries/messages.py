"""The thread of an application, what is new in it, and which threads wait for the call office."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Min, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from applicants.models import Application, Message
from calls.models import Call
from core.actions import NextAction
from funding.models import ProjectMember


def thread_of(application: Application) -> list[Message]:
    """What was written, oldest first: one query."""
    found = Message.objects.filter(application=application).select_related("by", "file")
    return list(found.order_by("pk"))


def unread(application: Application, user: Any) -> int:
    """How many messages of the call office the person has not seen: one query."""
    return Message.objects.filter(application=application).unread_by(user).count()


def waits_for_office(application: Application) -> bool:
    """Has the applicant written something that the call office has not dealt with? One query."""
    return Message.objects.filter(application=application).waiting().exists()


@dataclass(frozen=True)
class Thread:
    """One line of the call office's list."""

    application: Application
    messages: int
    last_at: Any
    waiting_since: Any = None


def threads_of(user: Any, call: Call) -> list[Thread]:
    """The threads of a call that the person may read; what waits longest first, then the latest: two queries."""
    files = Application.objects.visible_to_staff(user).filter(call=call)
    asked = Message.objects.filter(application__in=files).waiting().order_by()
    since = dict(asked.values_list("application").annotate(since=Min("at")))
    rows = (
        files.filter(messages__isnull=False)
        .select_related("organisation")
        .annotate(written=Count("messages", filter=~Q(messages__text="")), last_at=Max("messages__at"))
    )
    threads = [Thread(row, row.written, row.last_at, since.get(row.pk)) for row in rows.order_by("pk")]
    waiting = sorted((one for one in threads if one.waiting_since), key=lambda one: one.waiting_since)
    answered = sorted((one for one in threads if not one.waiting_since), key=lambda one: one.last_at)
    return [*waiting, *reversed(answered)]


def message_actions(user: Any) -> list[NextAction]:
    """The lines of the home page: what the call office wrote, and what waits for it. Two queries."""
    return [*_to_read(user), *_to_answer(user)]


def _to_read(user: Any) -> list[NextAction]:
    new = (
        Message.objects.filter(application__in=Application.objects.visible_to(user))
        .unread_by(user)
        .order_by()
        .values("application__ref", title=F("application__last_final__title"))
        .annotate(n=Count("pk"))
        .order_by("application__ref")
    )
    return [
        NextAction(
            _("Read what the call office wrote about “%(name)s”")
            % {"name": row["title"] or row["application__ref"]},
            reverse("applicants:application_messages", args=[row["application__ref"]]),
            ngettext("%(n)d new message", "%(n)d new messages", row["n"]) % {"n": row["n"]},
            tone="warn",
        )
        for row in new
    ]


def _to_answer(user: Any) -> list[NextAction]:
    managed = ProjectMember.objects.filter(
        user=user, role=ProjectMember.Role.MANAGER, ended_at__isnull=True
    ).values("project")
    files = Application.objects.visible_to_staff(user).filter(call__project__in=managed)
    rows = (
        Message.objects.filter(application__in=files)
        .waiting()
        .order_by()
        .values(slug=F("application__call__slug"), title=F("application__call__title"))
        .annotate(n=Count("application", distinct=True), since=Min("at"))
        .order_by("slug")
    )
    sentence = pgettext("date format", "j F Y")
    return [
        NextAction(
            ngettext("Answer %(n)d applicant", "Answer %(n)d applicants", row["n"]) % {"n": row["n"]},
            reverse("applicants:staff_message_list", args=[row["slug"]]),
            _("%(call)s · the first has waited since %(day)s")
            % {"call": row["title"], "day": date_format(row["since"], sentence)},
            tone="warn",
        )
        for row in rows
    ]
