"""Deleting private files for good: the row with the act that ends it, the bytes after it, and only when nobody needs them.

Files are named by their content, so that one heap of bytes may serve several rows. The name of what may go is written down
in the same transaction (`DoomedFile`); the clock deletes the bytes when no row refers to them, under a lock that a new row
of the same content takes as well (`core.files.store_bytes`).
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models.fields.reverse_related import ForeignObjectRel

from core.locks import lock_exclusive
from core.models import DoomedFile, StoredFile


def lock_of(sha256: str) -> tuple[str, int]:
    """The advisory lock of these bytes: a family and a signed 32-bit key."""
    return "core.stored_bytes", int(sha256[:8], 16) - 2**31


def forget_files(files: Iterable[int]) -> int:
    """Delete the rows of these stored files (by primary key) that nothing refers to any more, and doom their bytes. In the
    caller's transaction. Returns how many rows went."""
    gone = 0
    rows = StoredFile.objects.select_for_update().filter(pk__in=set(files)).order_by("pk")
    for stored in rows:
        if _is_needed(stored):
            continue
        DoomedFile.objects.create(name=str(stored.content.name))
        stored.delete()
        gone += 1
    return gone


def doomed() -> list[int]:
    """What waits to be deleted, oldest first."""
    return list(DoomedFile.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic(durable=True)
def delete_bytes(pk: int) -> bool:
    """Delete the bytes that this row names, unless a stored file needs them again. Returns whether they were deleted."""
    row = DoomedFile.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if row is None:
        return False
    lock_exclusive(*lock_of(row.name.rpartition("/")[2]))
    is_free = not StoredFile.objects.filter(content=row.name).exists()
    if is_free:
        StoredFile._meta.get_field("content").storage.delete(row.name)  # type: ignore[attr-defined]
    row.delete()
    return is_free


def _is_needed(stored: StoredFile) -> bool:
    """Does a row of any table refer to it?"""
    relations = StoredFile._meta.get_fields(include_hidden=True)
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: stored}).exists()
        for relation in relations
        if isinstance(relation, ForeignObjectRel)
    )
