"""Merging two entries of one firm: the verbs of the people who run a project (cap-28, C26)."""

from django.db import transaction

from accounts.models import Organisation, OrganisationMerge, User
from accounts.services import record_merge, record_merge_proposal
from desk import doubles, notifications
from funding.models import Project
from funding.services import lock_money


@transaction.atomic(durable=True)
def propose_merge(
    project: Project, *, survivor: Organisation, duplicate: Organisation, reason: str, by: User
) -> OrganisationMerge:
    """One manager proposes it; the other managers of the project are told. Raises DomainError where it cannot be."""
    merge = record_merge_proposal(survivor, duplicate, reason=reason, by=by)
    notifications.merge_proposed(merge, project)
    return merge


@transaction.atomic(durable=True)
def confirm_merge(merge: OrganisationMerge, project: Project, *, by: User) -> Organisation:
    """Another manager says yes: from now on both are one third party everywhere. The people of both are told.

    The money of all projects stands still meanwhile: an award to either half is counted before, or sees both as one. Where
    the firm then holds more than the ceiling, that is the truth, and goes on record. Raises FourEyesRequired for who proposed
    it, InvalidTransition when it was answered, DomainError where they cannot be one firm any more.
    """
    for one in Project.objects.order_by("pk"):
        lock_money(one)
    money = doubles.together(project, merge.survivor, merge.duplicate)
    data = {"project": project.code, "held_cents": money.held_cents, "ceiling_cents": money.limit_cents}
    return record_merge(merge, by=by, data=data)
