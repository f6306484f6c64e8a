"""All pairs of states of the machines of grants."""

from itertools import product

import pytest

from core.workflow import is_allowed
from grants.models import Agreement, Milestone, Payment
from grants.states import AgreementState, MilestoneState, PaymentState

A, M, P = AgreementState, MilestoneState, PaymentState
ALLOWED = {
    Agreement: {
        (A.DRAFTED, A.SENT),
        (A.DRAFTED, A.WITHDRAWN),
        (A.SENT, A.SIGNED),
        (A.SENT, A.WITHDRAWN),
        (A.SIGNED, A.IN_FORCE),
        (A.SIGNED, A.WITHDRAWN),
        (A.IN_FORCE, A.COMPLETED),
        (A.IN_FORCE, A.TERMINATED),
    },
    Milestone: {
        (M.PLANNED, M.REPORTED),
        (M.PLANNED, M.ACCEPTED),
        (M.REPORTED, M.ACCEPTED),
        (M.REPORTED, M.RETURNED),
        (M.REPORTED, M.REFUSED),
        (M.RETURNED, M.REPORTED),
    },
    Payment: {
        (P.PROPOSED, P.APPROVED),
        (P.PROPOSED, P.CANCELLED),
        (P.APPROVED, P.PAID),
        (P.APPROVED, P.FAILED),
        (P.APPROVED, P.CANCELLED),
        (P.FAILED, P.CANCELLED),
    },
}
PAIRS = [
    pytest.param(model, start, end, (start, end) in allowed, id=f"{model.__name__}-{start}-{end}")
    for model, allowed in ALLOWED.items()
    for start, end in product(model._meta.get_field("state").choices, repeat=2)
    for start, end in [(start[0], end[0])]
]


@pytest.mark.parametrize(("model", "start", "end", "expected"), PAIRS)
def test_transition_between(model, start: str, end: str, expected: bool) -> None:
    thing = model()
    setattr(thing, "state", start)  # noqa: B010  (the workflow alone assigns states in the product)
    assert is_allowed(thing, end) is expected
