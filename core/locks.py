"""The lock helper: advisory locks for what has no single row, row locks for what has (QD2)."""

import zlib
from typing import TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def lock_shared(name: str, key: int) -> None:
    """Take part in something that many may do at once (submitting to a call); held until the transaction ends."""
    _advisory("pg_advisory_xact_lock_shared", name, key)


def lock_exclusive(name: str, key: int) -> None:
    """Be alone (extending or closing a call, moving a project's money); held until the transaction ends."""
    _advisory("pg_advisory_xact_lock", name, key)


def try_lock_exclusive(name: str, key: int) -> bool:
    """Be alone or learn at once that somebody else is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [space_of(name), key])
        return bool(cursor.fetchone()[0])


def lock_row(obj: M) -> M:
    """Lock the object's own row and return it as it is now. Raises DoesNotExist when it is gone."""
    return type(obj)._base_manager.select_for_update(of=("self",)).get(pk=obj.pk)


def _advisory(function: str, name: str, key: int) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A lock is held by a transaction: open one first.")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [space_of(name), key])


def space_of(name: str) -> int:
    """A stable signed 32-bit number for the name of a family of locks, the same in SQL triggers."""
    return zlib.crc32(name.encode()) - 2**31
