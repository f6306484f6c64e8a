"""What we write to people whose account is to be deleted, and to managers about organisations that stand twice."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from accounts.models import ErasureRequest, OrganisationMerge, User
from calls.models import Call
from core.errors import Gap
from core.notices import Category, register
from core.outbox import write_message
from funding.models import Project, ProjectMember
from funding.notifications import AS_MANAGER

register(Category.LEGAL, kinds=["erasure_asked", "erasure_postponed", "account_erased"])
register(Category.WORK, AS_MANAGER, kinds=["deletion_announced", "merge_proposed"])


def erasure_asked(request: ErasureRequest) -> None:
    """When it will be done, and that it can be taken back until then."""
    context = {"request": request, "path": reverse("desk:erasure")}
    write_message(
        "erasure_asked", "desk/email/erasure_asked", to=request.user, context=context, about=request
    )


def erasure_postponed(request: ErasureRequest, gaps: Sequence[Gap]) -> None:
    """What has come in the way since, and when it is tried again."""
    context = {"request": request, "gaps": gaps, "path": reverse("desk:erasure")}
    write_message(
        "erasure_postponed", "desk/email/erasure_postponed", to=request.user, context=context, about=request
    )


def erasure_done(address: str, *, language: str, kind: str) -> None:
    """The last letter, to an address that no row knows any more; it is forgotten when it was sent."""
    nobody = User(email=address, language=language)
    write_message(kind, "desk/email/account_erased", to=nobody, context={}, email=address)


def deletion_announced(call: Call, *, count: int, on: datetime) -> None:
    """To the project's managers: so many applications of this call lose their contents on that day."""
    members = ProjectMember.objects.filter(
        project=call.project_id, role=ProjectMember.Role.MANAGER, ended_at=None, user__is_active=True
    )
    context = {
        "call": call,
        "count": count,
        "on": on,
        "path": reverse("desk:retention", args=[call.project.slug]),
    }
    for member in members.select_related("user").order_by("pk"):
        write_message(
            "deletion_announced", "desk/email/deletion_announced", to=member.user, context=context, about=call
        )


def merge_proposed(merge: OrganisationMerge, project: Project) -> None:
    """To the other managers of the project: one of them has to confirm it or to say why not."""
    members = ProjectMember.objects.filter(
        project=project, role=ProjectMember.Role.MANAGER, ended_at=None, user__is_active=True
    ).exclude(user=merge.proposed_by)
    path = reverse("desk:organisation_merge", args=[project.slug, merge.ref])
    context = {"merge": merge, "project": project, "path": path}
    for member in members.select_related("user").order_by("pk"):
        write_message(
            "merge_proposed", "desk/email/merge_proposed", to=member.user, context=context, about=merge
        )
