"""The end of drafts that were never submitted: told before, then emptied. The row stays, as an empty shell: numbers of
versions have no gaps, and the audit trail has something to point at."""

from collections.abc import Iterable

from django.db import transaction

from applicants import notifications, queries
from applicants.models import (
    Application,
    Attachment,
    Extension,
    PartialUpload,
    Participation,
    QuestionTask,
    SectionAnswers,
    SignatureRequest,
    Version,
)
from applicants.states import VersionStatus
from core import clock
from core.audit import record
from core.erasing import forget_files


def drafts_to_warn(limit: int = 100) -> list[int]:
    """Drafts whose writers are to be told that they are deleted in 14 days, at most `limit`."""
    return list(queries.drafts_to_warn_of(clock.now()).order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def warn_of_expiry(pk: int) -> bool:
    """Tell a draft's writers until when it is kept; once for each term, also with two beats. Returns whether it did."""
    due = queries.drafts_to_warn_of(clock.now()).filter(pk=pk)
    draft = (
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("application__call__project", "application__organisation")
        .first()
    )
    if draft is None or not due.exists():
        return False
    draft.expiry_told_at = clock.now()
    draft.save(update_fields=["expiry_told_at"])
    notifications.draft_expires(draft, until=queries.keeping_from(draft).ends)
    return True


def drafts_to_empty(limit: int = 100) -> list[int]:
    """Drafts whose term is over, and thrown away ones that still have contents, at most `limit`."""
    over = queries.drafts_to_empty_at(clock.now()).order_by("pk").values_list("pk", flat=True)
    free = ~queries.under_hold("application", "application__call")
    thrown = Version.objects.filter(free, status=VersionStatus.DISCARDED, emptied_at=None)
    return [*over[:limit], *thrown.order_by("pk").values_list("pk", flat=True)[:limit]][:limit]


@transaction.atomic(durable=True)
def expire_draft(pk: int) -> bool:
    """Delete the contents of a draft whose term is over, or that was thrown away; not while it has to be kept. Returns whether
    this call did."""
    application = (
        Application.objects.select_for_update(skip_locked=True, of=("self",)).filter(versions=pk).first()
    )
    if application is None or queries.is_held(application):
        return False
    version = Version.objects.select_for_update().get(pk=pk)
    if version.status == VersionStatus.DRAFT:
        if not queries.drafts_to_empty_at(clock.now()).filter(pk=pk).exists():
            return False
        version.status = VersionStatus.DISCARDED
        version.save(update_fields=["status"])
        record(application, "application.draft_expired", by=None, data={"version": version.number})
    elif version.status != VersionStatus.DISCARDED or version.emptied_at is not None:
        return False
    empty(version)
    return True


def empty_drafts(drafts: Iterable[int]) -> int:
    """Throw these drafts away (by primary key) and delete their contents, in the caller's transaction: nobody is left to go on
    with them. Returns how many."""
    found = 0
    for application in Application.objects.select_for_update(of=("self",)).filter(
        versions__in=list(drafts), versions__status=VersionStatus.DRAFT, versions__correction=None
    ):
        version = Version.objects.select_for_update().get(application=application, status=VersionStatus.DRAFT)
        version.status = VersionStatus.DISCARDED
        version.save(update_fields=["status"])
        record(application, "application.draft_discarded", by=None, data={"version": version.number})
        empty(version)
        found += 1
    return found


def empty(version: Version) -> None:
    """Delete everything that was written in a version that was thrown away, and files that serve nothing else. In the
    caller's transaction, its row locked."""
    files = list(version.attachments.values_list("file", flat=True))
    SectionAnswers.objects.filter(version=version).delete()
    Attachment.objects.filter(version=version).delete()
    version.partners.all().delete()
    SignatureRequest.objects.filter(version=version).update(words="", answer_words="")
    version.title, version.field_versions, version.declarations = "", {}, {}
    version.emptied_at = clock.now()
    version.save(update_fields=["title", "field_versions", "declarations", "emptied_at"])
    alive = Version.objects.filter(application=version.application_id).exclude(status=VersionStatus.DISCARDED)
    if not alive.exists():
        _empty_around(version.application_id)
    forget_files(files)


def _empty_around(application: int) -> None:
    """What people wrote to each other over an application that has nothing left."""
    QuestionTask.objects.filter(application=application).update(words="", seen={})
    Participation.objects.filter(application=application).update(words="", terms={})
    Extension.objects.filter(application=application).update(words="", because="", answer_words="")
    PartialUpload.objects.filter(application=application).delete()
