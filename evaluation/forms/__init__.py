"""The shape of what people type in an evaluation."""

from evaluation.forms.judging import AbsenceForm, ConflictForm, DeclineForm, ScoreForm
from evaluation.forms.staff import (
    AssignForm,
    ConfirmForm,
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
    "AssignForm",
    "ConfirmForm",
    "ConflictForm",
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
