"""The shape of what people type in an evaluation."""

from evaluation.forms.ethics import EthicsForm, NameReviewerForm
from evaluation.forms.judging import (
    AbsenceForm,
    AnswerForm,
    ConflictForm,
    ConsensusForm,
    DeclineForm,
    InterestsForm,
    ScoreForm,
)
from evaluation.forms.redress import (
    HandlerForm,
    ObjectionAnswerForm,
    ObjectionForm,
    ProcedureForm,
    ReexaminationForm,
)
from evaluation.forms.staff import (
    AssignForm,
    DecisionForm,
    DueForm,
    InviteForm,
    MetForm,
    ReasonForm,
    ScreenForm,
    WallClockField,
)

__all__ = [
    "AbsenceForm",
    "AnswerForm",
    "AssignForm",
    "ConflictForm",
    "ConsensusForm",
    "DecisionForm",
    "DeclineForm",
    "DueForm",
    "EthicsForm",
    "HandlerForm",
    "InterestsForm",
    "InviteForm",
    "MetForm",
    "NameReviewerForm",
    "ObjectionAnswerForm",
    "ObjectionForm",
    "ProcedureForm",
    "ReasonForm",
    "ReexaminationForm",
    "ScoreForm",
    "ScreenForm",
    "WallClockField",
]
