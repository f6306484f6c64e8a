"""After its term an application that got no money loses its contents: announced before, then deleted; counts stay."""

from django.db import connection, transaction

from applicants.models import Application
from calls.models import Call
from core import clock
from core.audit import record
from desk import notifications
from desk.erasure import contents, terms
from funding.models import Project


def projects_with_terms() -> list[int]:
    """Projects that have applications."""
    found = Application.objects.filter(last_final__isnull=False, deleted_at=None)
    return list(found.order_by().values_list("call__project", flat=True).distinct())


@transaction.atomic(durable=True)
def announce_deletion(project: int) -> int:
    """Tell a project's managers, call by call, which applications are deleted in 30 days; once for each. Returns how many
    applications it was about."""
    owner = Project.objects.select_for_update(skip_locked=True).filter(pk=project).first()
    found = terms.to_announce(owner) if owner is not None else []
    by_call: dict[Call, list[Application]] = {}
    for application in found:
        by_call.setdefault(application.call, []).append(application)
    for call, files in by_call.items():
        Application.objects.filter(pk__in=[one.pk for one in files]).update(deletion_told_at=clock.now())
        data = {"applications": [one.ref for one in files]}
        record(call, "call.deletion_announced", by=None, data=data)
        notifications.deletion_announced(call, count=len(files), on=(clock.now() + terms.ANNOUNCED))
    return len(found)


def applications_to_delete(project: int, limit: int = 100) -> list[int]:
    """Applications of a project whose term is over, as its managers were told."""
    owner = Project.objects.get(pk=project)
    return [one.pk for one in terms.to_delete(owner)[:limit]]


@transaction.atomic(durable=True)
def delete_after_term(pk: int) -> bool:
    """Delete the contents of an application whose term is over: texts, files, messages, reasons and letters. Who applied to what, for
    how much, with which points and which outcome stays for statistics. Returns whether this call did."""
    application = (
        Application.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("call__project", "organisation")
        .filter(pk=pk, deleted_at=None)
        .first()
    )
    if application is None or pk not in [one.pk for one in terms.to_delete(application.call.project)]:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.retention = 'on'")
    contents.delete(application)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.retention = 'off'")
    Application.objects.filter(pk=pk).update(deleted_at=clock.now(), eligibility_note="", outcome_text="")
    record(application, "application.deleted_after_term", by=None)
    return True
