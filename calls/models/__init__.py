"""The tables of this app, by what they are about."""

from calls.models.call import (
    Call,
    CallChange,
    CallDocument,
    CallQuerySet,
    Criterion,
    FormRevision,
    Instalment,
    long_texts,
)
from calls.models.publication import Association, Channel, DutyException

__all__ = [
    "Association",
    "Call",
    "CallChange",
    "CallDocument",
    "CallQuerySet",
    "Channel",
    "Criterion",
    "DutyException",
    "FormRevision",
    "Instalment",
    "long_texts",
]
