"""The tables of this app, by what they are about."""

from evaluation.models.early import EarlyFeedback
from evaluation.models.ethics import EthicsCheck
from evaluation.models.judging import (
    Assignment,
    ConflictDeclaration,
    Consensus,
    ConsensusAnswer,
    ConsensusScore,
    Score,
)
from evaluation.models.outcomes import Decision, DecisionCondition, DecisionShare, Promotion
from evaluation.models.redress import (
    ANSWER_DAYS,
    LONGEST_OBJECTION,
    EvaluationSummary,
    Objection,
    ObjectionFile,
    ObjectionQuerySet,
    Procedure,
    Reexamination,
)
from evaluation.models.rounds import INVITATION_LASTS, Evaluator, Round, Screening

__all__ = [
    "ANSWER_DAYS",
    "INVITATION_LASTS",
    "LONGEST_OBJECTION",
    "Assignment",
    "ConflictDeclaration",
    "Consensus",
    "ConsensusAnswer",
    "ConsensusScore",
    "Decision",
    "DecisionCondition",
    "DecisionShare",
    "EarlyFeedback",
    "EthicsCheck",
    "EvaluationSummary",
    "Evaluator",
    "Objection",
    "ObjectionFile",
    "ObjectionQuerySet",
    "Procedure",
    "Promotion",
    "Reexamination",
    "Round",
    "Score",
    "Screening",
]
