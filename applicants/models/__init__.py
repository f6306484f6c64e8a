"""The tables of this app, by what they are about."""

from applicants.models.files import (
    Application,
    ApplicationQuerySet,
    Attachment,
    CatalogueRemoval,
    CheckTally,
    Claim,
    Hold,
    Partner,
    PhaseInvitation,
    Recusal,
    SectionAnswers,
    Version,
)
from applicants.models.teamwork import SignatureRequest

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "Attachment",
    "CatalogueRemoval",
    "CheckTally",
    "Claim",
    "Hold",
    "Partner",
    "PhaseInvitation",
    "Recusal",
    "SectionAnswers",
    "SignatureRequest",
    "Version",
]
