"""The tables of this app, by what they are about."""

from calls.models.call import Call, CallQuerySet, long_texts
from calls.models.enquiries import Answer, Enquiry, Wording
from calls.models.incidents import Incident
from calls.models.papers import CallPaper, Paper
from calls.models.publication import Association, Channel, DutyException
from calls.models.revisions import CallChange, CallDocument, FormRevision
from calls.models.rows import Criterion, CutOff, Instalment
from calls.models.subscriptions import Subscription

__all__ = [
    "Answer",
    "Association",
    "Call",
    "CallChange",
    "CallDocument",
    "CallPaper",
    "CallQuerySet",
    "Channel",
    "Criterion",
    "CutOff",
    "DutyException",
    "Enquiry",
    "FormRevision",
    "Incident",
    "Instalment",
    "Paper",
    "Subscription",
    "Wording",
    "long_texts",
]
