"""Who writes under a mandate is reminded of the deadline like the organisation's people: of what the mandate covers alone."""

from datetime import date, timedelta

import pytest

from accounts.models import Membership, User
from applicants import services
from applicants.jobs import remind_of_deadlines
from applicants.models import Application
from core import clock
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
DAYS = {"first_on": date(2027, 2, 18), "last_on": date(2027, 3, 31)}


class Scene:
    """Alice's firm has a draft in each of two calls; Connie is a consultant."""

    def __init__(self, now):
        self.crew = team()
        self.alice, self.connie = people.user("Alice Bianchi"), people.user("Connie Sultan")
        self.firm = people.organisation(members=[self.alice])
        ends = now + timedelta(days=30)
        self.call, self.other_call = (
            calls.call(self.crew, closes_at=ends),
            calls.call(self.crew, closes_at=ends),
        )
        self.file = steps.start(self.call, self.alice, self.firm)
        self.other = steps.start(self.other_call, self.alice, self.firm)

    def mandate(self, to=None, firm=None, **more):
        given = {"email": (to or self.connie).email, "by": self.alice, **DAYS, **more}
        made = services.give_mandate(self.firm, **given)
        return services.accept_mandate(made, by=to or self.connie, **({"firm": firm} if firm else {}))


@pytest.fixture
def scene(now):
    return Scene(now)


def reminded(application):
    """The addresses reminded of an application, one week before its end; each may open what it is reminded of."""
    with clock.stopped_at(application.call.closes_at - timedelta(days=7)):
        while remind_of_deadlines():
            pass
        rows = OutgoingMessage.objects.filter(kind="draft_reminder", text__contains=application.ref)
        found = sorted(rows.values_list("to", flat=True))
        for person in User.objects.filter(email__in=found):
            assert Application.objects.visible_to(person).filter(pk=application.pk).exists()
        return found


def addresses(*persons):
    return sorted(person.email for person in persons)


def test_a_consultant_hears_of_the_call_that_the_mandate_is_for(scene):
    scene.mandate(call=scene.call)
    assert reminded(scene.file) == addresses(scene.alice, scene.connie)
    assert reminded(scene.other) == addresses(scene.alice)
    mail = OutgoingMessage.objects.get(to=scene.connie.email, kind="draft_reminder")
    assert f"You write for {scene.firm} under a mandate: its own people submit." in mail.text
    assert f"You write for {scene.firm} under a mandate" in mail.html
    own = OutgoingMessage.objects.filter(to=scene.alice.email, kind="draft_reminder")
    assert not any("under a mandate" in one.text for one in own)


def test_a_mandate_for_all_calls_reminds_of_each(scene):
    scene.mandate()
    assert reminded(scene.file) == reminded(scene.other) == addresses(scene.alice, scene.connie)


def test_what_does_not_hold_reminds_nobody(scene):
    dora, emil, fay = people.user("Dora Declines"), people.user("Emil Early"), people.user("Fay Finished")
    services.give_mandate(scene.firm, email=dora.email, by=scene.alice, **DAYS)
    scene.mandate(emil, last_on=date(2027, 2, 20))
    services.end_mandate(scene.mandate(fay), by=scene.alice)
    later = scene.call.closes_at.date() - timedelta(days=3)
    scene.mandate(people.user("Leo Later"), first_on=later)
    assert reminded(scene.file) == addresses(scene.alice)


def test_all_people_of_a_consulting_organisation_hear_and_who_left_it_does_not(scene):
    dora, gone = people.user("Dora Junior"), people.user("Gina Gone")
    office = people.organisation("Advice S.p.A.", members=[scene.connie])
    Membership.objects.create(user=dora, organisation=office, role="member")
    Membership.objects.create(user=gone, organisation=office, role="member", ended_at=clock.now())
    scene.mandate(firm=office, to_firm=True)
    Membership.objects.filter(user=scene.connie).update(ended_at=clock.now())
    assert reminded(scene.file) == addresses(scene.alice, dora)


def test_a_person_hears_once_and_who_runs_the_project_never(scene):
    scene.mandate()
    scene.mandate(call=scene.call)
    office = people.organisation("Advice S.p.A.", members=[scene.connie])
    Membership.objects.create(user=scene.alice, organisation=office, role="member")
    Membership.objects.create(user=scene.crew.ann, organisation=office, role="member")
    scene.mandate(firm=office, to_firm=True)
    assert reminded(scene.file) == addresses(scene.alice, scene.connie)


def test_a_consultant_is_told_what_counts_without_being_told_to_submit(scene):
    scene.mandate(call=scene.call)
    steps.fill(scene.file, scene.alice)
    steps.submit(scene.file, scene.alice)
    scene.file.refresh_from_db()
    services.change_application(scene.file, by=scene.alice)
    reminded(scene.file)
    mail = OutgoingMessage.objects.get(to=scene.connie.email, kind="draft_reminder")
    for words in (mail.text, mail.html):
        assert "Version 1, which was submitted before, counts until this one is submitted." in words
        assert "Nothing is missing." in words
        assert "you can submit" not in words
        assert "which you submitted" not in words
