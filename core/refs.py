"""References that people and paths use instead of database numbers."""

import secrets

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I


def new_ref(length: int = 8) -> str:
    """A random reference such as 7KQ2M9XA: not to be guessed, easy to read aloud."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
