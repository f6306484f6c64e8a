"""The tables of this app, by what they are about."""

from evaluation.models.judging import (
    Assignment,
    ConflictDeclaration,
    Consensus,
    ConsensusAnswer,
    ConsensusScore,
    Score,
)
from evaluation.models.outcomes import Decision, DecisionCondition, DecisionShare, Promotion
from evaluation.models.rounds import INVITATION_LASTS, Evaluator, Round, Screening

__all__ = [
    "INVITATION_LASTS",
    "Assignment",
    "ConflictDeclaration",
    "Consensus",
    "ConsensusAnswer",
    "ConsensusScore",
    "Decision",
    "DecisionCondition",
    "DecisionShare",
    "Evaluator",
    "Promotion",
    "Round",
    "Score",
    "Screening",
]
