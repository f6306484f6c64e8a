"""Applying to a call with cut-offs: late for one is in the next; what was submitted to one that passed stays (time-30)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from applicants import queries
from applicants.jobs import announce_call_changes
from applicants.models import Application
from applicants.services import change_application, save_answers, start_application
from calls.models import Call, CutOff
from core import clock
from core.clock import stopped_at
from core.errors import DeadlinePassed, Incomplete
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
LATE = timedelta(milliseconds=1)


@pytest.fixture
def call(db, now) -> Call:
    """Two cut-offs, in 30 and in 60 days; the first is for France."""
    crew = team()
    with transaction.atomic():
        made = calls.call(crew, published=False, call_model="cut-offs", topic_question="field")
        CutOff.objects.create(
            call=made, position=0, closes_at=made.closes_at - timedelta(days=30), countries=["FR"]
        )
        CutOff.objects.create(call=made, position=1, closes_at=made.closes_at, answers=["iot"])
        return calls.publish(made, crew)


def test_time_30_late_for_one_is_in_the_next_and_told_so(call):
    alice = people.user("Alice Bianchi")
    firm = people.organisation(members=[alice], country="FR")
    first, second = CutOff.objects.filter(call=call)
    application = steps.fill(steps.start(call, alice, firm), alice)
    with stopped_at(first.closes_at + timedelta(minutes=6)):
        assert announce_call_changes() == 1 and announce_call_changes() == 0
        letter = OutgoingMessage.objects.get(kind="draft_not_submitted")
        assert "It is not lost: submitted by" in letter.text
        version = steps.submit(application, alice, arrived=first.closes_at + LATE)
        assert version.cut_off == second
        receipt = OutgoingMessage.objects.get(kind="submission_received")
        assert "It belongs to Cut-off 2. You can change or withdraw it until then" in receipt.text
        client = Client()
        client.force_login(alice)
        assert (
            "It belongs to Cut-off 2."
            in client.get(f"/applications/{application.ref}/versions/1/receipt/").content.decode()
        )


def test_what_was_submitted_to_a_cut_off_stays_when_it_has_passed(call):
    alice = people.user("Alice Bianchi")
    firm = people.organisation(members=[alice], country="FR")
    first, second = CutOff.objects.filter(call=call)
    application = steps.fill(steps.start(call, alice, firm), alice)
    assert steps.submit(application, alice, arrived=first.closes_at).cut_off == first
    change_application(application, by=alice)
    with stopped_at(first.closes_at + LATE):
        with pytest.raises(DeadlinePassed, match="was submitted to Cut-off 1, which closed on"):
            steps.submit(application, alice)
        one = queries.standing(Application.objects.get(pk=application.pk))
        assert (one.is_open, one.application.deadline) == (False, first.closes_at)
        again = start_application(call, firm, by=alice)
        assert again.pk != application.pk and again.deadline == second.closes_at
        assert start_application(call, firm, by=alice) == again


def test_a_cut_off_takes_its_countries_and_answers_only(call):
    alice = people.user("Alice Bianchi")
    firm = people.organisation(members=[alice], country="IT")
    first, second = CutOff.objects.filter(call=call)
    application = steps.fill(steps.start(call, alice, firm), alice)
    with pytest.raises(Incomplete) as refused:
        steps.submit(application, alice)
    assert [gap.message for gap in refused.value.gaps] == [
        "Rossi Meccanica S.r.l. is established in Italy; this call supports organisations in France."
    ]
    save_answers(application, section="idea", values={"field": "ai"}, bases={}, by=alice)
    with stopped_at(second.closes_at):
        with pytest.raises(Incomplete) as refused:
            steps.submit(application, alice)
        assert [gap.message for gap in refused.value.gaps] == ["Cut-off 2 is for Internet of things only."]
        save_answers(application, section="idea", values={"field": "iot"}, bases={"field": 1}, by=alice)
        assert steps.submit(application, alice).cut_off == second
    assert clock.now() < first.closes_at
