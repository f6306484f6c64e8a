"""Every machine's table, pair by pair; the trail tells each step."""

import pytest

from applicants.models import Application
from calls.models import Call
from core.audit import history
from core.errors import InvalidTransition
from core.workflow import is_allowed, transition
from evaluation.models import Assignment, Decision, Evaluator, Round
from grants.models import Agreement, Milestone, Payment
from tests.calls import factories as calls
from tests.funding.factories import team

MACHINES = [Call, Application, Round, Assignment, Evaluator, Decision, Agreement, Milestone, Payment]
PAIRS = [
    (model, start, to)
    for model in MACHINES
    for start in dict(model._meta.get_field("state").choices)
    for to in dict(model._meta.get_field("state").choices)
]


@pytest.mark.parametrize("model", MACHINES)
def test_every_state_of_a_machine_has_its_line_in_the_table(model) -> None:
    states = set(dict(model._meta.get_field("state").choices))
    assert set(model.TRANSITIONS) == states
    assert {to for targets in model.TRANSITIONS.values() for to in targets} <= states


@pytest.mark.parametrize(("model", "start", "to"), PAIRS)
def test_a_step_is_allowed_exactly_when_the_table_says_so(model, start: str, to: str) -> None:
    assert is_allowed(model(state=start), to) == (to in model.TRANSITIONS[start])


@pytest.mark.django_db
def test_transition_writes_the_state_and_the_trail(now) -> None:
    crew = team()
    call = calls.call(crew, published=False)
    transition(call, "cancelled", by=crew.mia, note="No money")
    call.refresh_from_db()
    event = history(call).get()
    assert call.state == "cancelled"
    assert (event.verb, event.actor, event.from_state, event.to_state, event.note, event.at) == (
        "call.cancelled",
        crew.mia,
        "draft",
        "cancelled",
        "No money",
        now,
    )


@pytest.mark.django_db
def test_transition_that_the_table_refuses_changes_nothing() -> None:
    crew = team()
    call = calls.call(crew)
    with pytest.raises(InvalidTransition):
        transition(call, "draft", by=crew.mia)
    call.refresh_from_db()
    assert call.state == "published"
    assert history(call).count() == 0
