"""Who sees and may do what: every person against every door."""

import pytest

from applicants import permissions, queries, services
from applicants.models import Application
from core import clock
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(now):
    crew = team()
    alice, bob, charlie = people.user("Alice"), people.user("Bob"), people.user("Charlie")
    application = steps.submitted(calls.call(crew), alice)
    application.organisation.membership_set.create(user=bob, role="member")
    gone = people.user("Gone Away")
    application.organisation.membership_set.create(user=gone, ended_at=clock.now())
    root = people.user("Root", is_administrator=True)
    stranger = team()
    return {
        "alice": alice,
        "bob": bob,
        "charlie": charlie,
        "gone": gone,
        "root": root,
        "mia": crew.mia,
        "fred": crew.fred,
        "ann": crew.ann,
        "other manager": stranger.mia,
        "application": application,
    }


PERSONS = ["alice", "bob", "charlie", "gone", "root", "mia", "fred", "ann", "other manager"]


@pytest.mark.parametrize("person", PERSONS)
def test_who_sees_an_application(world, person):
    user, application = world[person], world["application"]
    own = Application.objects.visible_to(user).filter(pk=application.pk).exists()
    staff = Application.objects.visible_to_staff(user).filter(pk=application.pk).exists()
    expected = {"alice": (True, False), "bob": (True, False)} | dict.fromkeys(
        ("mia", "fred", "ann"), (False, True)
    )
    assert (own, staff) == expected.get(person, (False, False))
    assert permissions.can_write_application(user, application) == own


@pytest.mark.parametrize("person", PERSONS)
def test_who_signs_for_an_application(world, person):
    user, application = world[person], world["application"]
    assert permissions.can_submit_application(user, application) == (person == "alice")
    assert permissions.can_withdraw_application(user, application) == (person == "alice")


def test_staff_never_sees_a_draft_or_what_was_withdrawn(world):
    application, alice, mia = world["application"], world["alice"], world["mia"]
    draft = steps.start(application.call, people.user("Dora"))
    assert not Application.objects.visible_to_staff(mia).filter(pk=draft.pk).exists()
    services.withdraw_application(application, by=alice)
    assert Application.objects.visible_to_staff(mia).count() == 0


def test_actions_follow_state_clock_and_signature(world):
    application, alice, bob = world["application"], world["alice"], world["bob"]

    def actions(user):
        fresh = Application.objects.select_related("call", "organisation").get(pk=application.pk)
        return permissions.available_actions(user, queries.standing(fresh))

    assert (actions(alice), actions(bob)) == ({"sign", "change", "withdraw"}, {"change"})
    services.change_application(application, by=alice)
    assert actions(alice) == {"sign", "write", "discard", "submit", "withdraw"}
    assert actions(bob) == {"write", "discard"}
    with clock.stopped_at(application.call.closes_at.replace(year=2030)):
        assert (actions(alice), actions(bob)) == ({"sign", "withdraw"}, set())
    services.withdraw_application(application, by=alice)
    assert actions(alice) == {"sign", "write", "discard", "submit"}
    services.discard_draft(application, by=alice)
    assert actions(alice) == {"sign", "change"}
