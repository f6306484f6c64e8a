"""Handing out what is kept about a person."""

from typing import IO

from django.db import transaction

from accounts.models import User
from core.audit import record
from desk.personal import write_own_data


@transaction.atomic(durable=True)
def hand_out_own_data(user: User, file: IO[bytes]) -> None:
    """Write the person's own data into `file`, as they are at one moment, and record that they were handed out."""
    write_own_data(user, file)
    record(user, "person.data_handed_out", by=user)
