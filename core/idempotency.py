"""The same form sent twice is done once (QD3)."""

import uuid
from collections.abc import Callable
from typing import Any

from core.locks import lock_exclusive
from core.models import IdempotencyKey


def once(key: uuid.UUID, *, user: Any, purpose: str, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run `do` for the first arrival of `key` and give every later arrival the same answer.

    Runs in the caller's transaction: if `do` fails the key stays unused, so that a retry is a first try.
    """
    lock_exclusive(f"idempotency:{purpose}", key.int % 2**31)
    known = IdempotencyKey.objects.filter(key=key, user=user, purpose=purpose).first()
    if known is not None:
        return known.answer
    answer = do()
    IdempotencyKey.objects.create(key=key, user=user, purpose=purpose, answer=answer)
    return answer
