"""All pairs of states of the machines of evaluation."""

from itertools import product

import pytest

from core.workflow import is_allowed
from evaluation.models import Assignment, Consensus, Decision, Evaluator, Round
from evaluation.states import AssignmentState, ConsensusState, DecisionState, EvaluatorState, RoundState

R, E, A, D, C = RoundState, EvaluatorState, AssignmentState, DecisionState, ConsensusState
ALLOWED = {
    Round: {
        (R.SETUP, R.SCORING),
        (R.SETUP, R.RANKED),
        (R.RANKED, R.SETUP),
        (R.SCORING, R.RANKED),
        (R.RANKED, R.SCORING),
        (R.RANKED, R.DECIDED),
        (R.DECIDED, R.RANKED),
        (R.DECIDED, R.CONFIRMED),
        (R.CONFIRMED, R.RANKED),
        (R.CONFIRMED, R.RELEASED),
    },
    Evaluator: {
        (E.INVITED, E.ACCEPTED),
        (E.INVITED, E.DECLINED),
        (E.ACCEPTED, E.DECLINED),
        (E.DECLINED, E.INVITED),
    },
    Assignment: {
        (A.INVITED, A.ACCEPTED),
        (A.INVITED, A.DECLINED),
        (A.INVITED, A.REVOKED),
        (A.ACCEPTED, A.SCORED),
        (A.ACCEPTED, A.ABSTAINED),
        (A.ACCEPTED, A.DECLINED),
        (A.ACCEPTED, A.REVOKED),
        (A.SCORED, A.ACCEPTED),
        (A.SCORED, A.REVOKED),
        (A.SCORED, A.DECLINED),
    },
    Consensus: {(C.WRITING, C.AGREEING), (C.AGREEING, C.WRITING), (C.AGREEING, C.CLOSED)},
    Decision: {(D.PROPOSED, D.CONFIRMED), (D.CONFIRMED, D.RELEASED)},
}
PAIRS = [
    (model, before, after)
    for model, states in [(Round, R), (Evaluator, E), (Assignment, A), (Consensus, C), (Decision, D)]
    for before, after in product(states, states)
]


@pytest.mark.parametrize(("model", "before", "after"), PAIRS)
def test_transition_is_allowed_only_by_the_table(model, before, after) -> None:
    assert is_allowed(model(state=before), after) == ((before, after) in ALLOWED[model])
