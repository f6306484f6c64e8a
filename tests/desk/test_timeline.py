"""The timeline of an application: every stage's part of it, and nothing before it is released."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applicants import services as applicants
from core import clock
from desk.timeline import timeline_of
from evaluation import services as evaluation
from evaluation.models import Round
from tests import world
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.evaluation import factories as make
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


def acts(application) -> list[str]:
    application.refresh_from_db()
    return [act.text for act in timeline_of(application).acts]


def coming(application) -> list[tuple[str, bool]]:
    application.refresh_from_db()
    return [(one.text, one.yours) for one in timeline_of(application).coming]


def test_timeline_of_a_draft_asks_for_the_submission_by_the_deadline(now):
    draft = steps.start(calls.call(team()), people.user("Alice Bianchi"))
    (to_do,) = timeline_of(draft).coming
    assert acts(draft) == ["You started a draft"]
    assert (to_do.text, to_do.by, to_do.yours) == ("Finish it and submit it", draft.call.closes_at, True)


def test_timeline_says_the_day_of_the_answer_at_the_end_of_the_day(now):
    call = calls.call(team(), decision_by=datetime(2027, 6, 30, tzinfo=UTC).date())
    application = steps.submitted(call, people.user("Alice Bianchi"))
    *_steps, answer = timeline_of(application).coming
    assert answer.by == datetime(2027, 6, 30, 21, 59, 59, tzinfo=UTC)  # 23:59:59 in Brussels
    assert [act.text for act in timeline_of(application).acts] == [
        "You started a draft",
        "Version 1 was submitted",
    ]


def test_timeline_tells_a_decision_when_it_is_released_and_not_before(now):
    scene = make.proposed(make.scene(files=1))
    (file,) = scene.files
    judged = [
        "You started a draft",
        "Version 1 was submitted",
        "The call office found it eligible",
        "Independent evaluators began to read it",
    ]
    before = (acts(file), coming(file))
    evaluation.confirm_decisions(scene.round, by=scene.team.luc)
    assert before == (judged, coming(file)) == (acts(file), coming(file))
    assert [text for text, _yours in coming(file)] == [
        "Independent evaluators judge it",
        "You get the answer by e-mail and here",
    ]
    with clock.stopped_at(now + timedelta(days=1)):
        evaluation.release_decisions(Round.objects.get(pk=scene.round.pk), by=scene.team.mia)
    assert acts(file) == [*judged, "The decision was sent to you: selected for support"]
    with clock.stopped_at(now + timedelta(days=8)):
        assert coming(file) == [
            ("You may object to the decision, if a rule was not kept", False),
            ("The call office sends you the grant agreement", False),
        ]
    with clock.stopped_at(now + timedelta(days=9)):
        assert coming(file) == [("The call office sends you the grant agreement", False)]


def test_timeline_goes_on_to_agreement_reports_and_payments_on_both_sides(client, now):
    made = world.build()
    file = made.things["submitted"]
    told = acts(file)
    assert told[-4:] == [
        "The grant agreement was sent to you",
        "You signed the grant agreement",
        "The consortium signed: the grant agreement is in force",
        f"You reported on “{made.things['milestone'].label}”",
    ]
    assert coming(file) == [
        ("Your objection is answered, with reasons", False),
        (f"The call office looks at your report on “{made.things['milestone'].label}”", False),
    ]

    page = f"/applications/{file.ref}/timeline/"
    client.force_login(made.people["bob"])
    with CaptureQueriesContext(connection) as asked:
        whole = client.get(page)
    assert whole.status_code == 200
    assert len(asked) <= 22
    part = client.get(page, headers={"HX-Request": "true"}).content.decode()
    rows = [re.sub("<[^>]+>", "", row).strip() for row in re.findall(r"<(?:a href|b).*?</(?:a|b)>", part)]
    assert set(told) <= set(rows)
    assert "<html" not in part
    assert page in client.get(file.get_absolute_url()).content.decode()

    client.force_login(made.people["paola"])
    theirs = client.get(f"/calls/{file.call.slug}/applications/{file.ref}/timeline/").content.decode()
    assert "This is what the applicant reads." in theirs
    assert "evaluators began to read it" in theirs
    for evaluator in made.things["released"].evaluators:
        assert evaluator.name not in theirs + whole.content.decode()
    assert client.get(page).status_code == 404


def test_timeline_of_a_withdrawn_application_has_nothing_to_come(now):
    application = steps.submitted(calls.call(team()), people.user("Alice Bianchi"))
    applicants.withdraw_application(application, by=application.created_by)
    assert (acts(application)[-1], coming(application)) == ("You withdrew the application", [])
