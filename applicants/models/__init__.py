"""The tables of this app, by what they are about."""

from applicants.models.corrections import PARTNER, TITLE, Correction
from applicants.models.extensions import LONGEST_CAUSE_WORDS, Extension
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
from applicants.models.legal_holds import LegalHold
from applicants.models.mandates import (
    LONGEST_MANDATE_WORDS,
    Mandate,
    MandateQuerySet,
    Preparation,
    own_organisations,
)
from applicants.models.messages import LONGEST_MESSAGE, Message, MessageQuerySet, Reading
from applicants.models.prints import DraftPrint
from applicants.models.rehearsal import Rehearsal, RehearsalCount
from applicants.models.resemblance import Resemblance, Sketch
from applicants.models.survey import SurveyAnswer
from applicants.models.teamwork import Participation, QuestionTask, SignatureRequest
from applicants.models.uploads import PartialUpload, UploadPart

__all__ = [
    "LONGEST_CAUSE_WORDS",
    "LONGEST_MANDATE_WORDS",
    "LONGEST_MESSAGE",
    "PARTNER",
    "TITLE",
    "Application",
    "ApplicationQuerySet",
    "Attachment",
    "CatalogueRemoval",
    "CheckTally",
    "Claim",
    "Correction",
    "DraftPrint",
    "Extension",
    "Hold",
    "LegalHold",
    "Mandate",
    "MandateQuerySet",
    "Message",
    "MessageQuerySet",
    "PartialUpload",
    "Participation",
    "Partner",
    "PhaseInvitation",
    "Preparation",
    "QuestionTask",
    "Reading",
    "Recusal",
    "Rehearsal",
    "RehearsalCount",
    "Resemblance",
    "SectionAnswers",
    "SignatureRequest",
    "Sketch",
    "SurveyAnswer",
    "UploadPart",
    "Version",
    "own_organisations",
]
