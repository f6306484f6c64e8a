"""The machine of an application, all pairs."""

from itertools import product

import pytest

from applicants.models import Application
from applicants.states import ApplicationState as S
from core.workflow import is_allowed

ALLOWED = {
    (S.OPEN, S.ELIGIBLE),
    (S.OPEN, S.INELIGIBLE),
    (S.OPEN, S.WITHDRAWN),
    (S.WITHDRAWN, S.OPEN),
    (S.ELIGIBLE, S.SELECTED),
    (S.ELIGIBLE, S.RESERVE),
    (S.ELIGIBLE, S.REJECTED),
    (S.ELIGIBLE, S.INELIGIBLE),
    (S.ELIGIBLE, S.WITHDRAWN),
    (S.INELIGIBLE, S.ELIGIBLE),
    (S.SELECTED, S.WITHDRAWN),
    (S.RESERVE, S.SELECTED),
    (S.RESERVE, S.WITHDRAWN),
    (S.REJECTED, S.SELECTED),  # an objection was upheld, two persons decided again
    (S.REJECTED, S.RESERVE),
}


@pytest.mark.parametrize("before, after", list(product(S, S)), ids=str)
def test_application_goes_only_where_its_table_allows(before, after):
    assert is_allowed(Application(state=before), after) == ((before, after) in ALLOWED)
