"""A call in which nothing is changed after the submission."""

import pytest

from applicants import services
from calls import services as calls_services
from core.errors import DomainError
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


def test_what_was_submitted_stays_and_its_pages_say_so(client, now):
    call, alice = calls.call(team(), final_at_once=True), people.user("Alice")
    draft = steps.fill(steps.start(call, alice), alice)
    client.force_login(alice)
    assert "After that it stays as it is." in client.get(f"/applications/{draft.ref}/check/").content.decode()
    application = steps.submit(draft, alice).application
    with pytest.raises(DomainError, match="In this call nothing is changed after the submission"):
        services.change_application(application, by=alice)
    page = client.get(f"/applications/{application.ref}/").content.decode()
    assert "change or withdraw it until" not in page
    assert (
        "What was submitted is not changed any more" in client.get(call.get_absolute_url()).content.decode()
    )
    services.withdraw_application(application, by=alice)
    application.refresh_from_db()
    with pytest.raises(DomainError, match="nothing is changed after the submission"):
        services.change_application(application, by=alice)


def test_another_call_is_changed_until_the_deadline(now):
    call, alice = calls.call(team()), people.user("Alice")
    application = steps.submitted(call, alice)
    assert services.change_application(application, by=alice).number == 2


def test_first_come_first_served_needs_no_such_rule(now):
    crew = team()
    call = calls.call(crew, published=False)
    calls_services.change_intake(call, call_model="queue", final_at_once=True, by=crew.mia)
    call.refresh_from_db()
    assert (call.call_model, call.final_at_once) == ("queue", False)
