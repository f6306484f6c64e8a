"""The shape of what people type in an evaluation."""

from evaluation.forms.judging import (
    AbsenceForm,
    AnswerForm,
    ConflictForm,
    ConsensusForm,
    DeclineForm,
    ScoreForm,
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
    "InviteForm",
    "MetForm",
    "ReasonForm",
    "ScoreForm",
    "ScreenForm",
    "WallClockField",
]
