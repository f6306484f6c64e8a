"""Constant numbers of statements, home lines, and what the lists show."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.workflow import transition
from evaluation import queries, services
from evaluation.models import Assignment
from tests.accounts import factories as people
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in

pytestmark = pytest.mark.django_db

LIST, DETAIL = 12, 20


def statements(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "stage", "most"),
    [
        ("round_detail", make.scoring, LIST),
        ("screening_list", make.screened, LIST),
        ("evaluator_list", make.assigned, LIST),
        ("assign", make.assigned, DETAIL),
        ("assign_proposal", make.screened, DETAIL),
        ("scoring", make.scoring, DETAIL),
        ("ranking", make.scored, DETAIL),
        ("ranking", make.proposed, DETAIL),
        ("letters", make.proposed, LIST),
        ("decisions_confirm", make.proposed, DETAIL),
        ("release", make.confirmed, DETAIL),
        ("reserve", make.released, DETAIL),
    ],
)
def test_staff_pages_need_the_same_statements_for_1_and_30_files(name, stage, most) -> None:
    counts = []
    for files in (1, 30):
        made = make.many(files, stage)
        counts.append(
            statements(sign_in(made.team.luc), reverse(f"evaluation:{name}", args=[made.call.slug]))
        )

    assert counts[0] == counts[1]
    assert counts[1] <= most


@pytest.mark.parametrize(("name", "most"), [("screen", DETAIL), ("file_detail", DETAIL)])
def test_staff_detail_pages_stay_within_their_statements(name, most) -> None:
    made = make.many(3, make.ranked)

    url = reverse(f"evaluation:{name}", args=[made.call.slug, made.files[0].ref])

    assert statements(sign_in(made.team.mia), url) <= most


def test_evaluators_pages_need_the_same_statements_for_1_and_30_files() -> None:
    lists, details = [], []
    for files in (1, 30):
        made = make.many(files, make.declared)
        client = sign_in(made.evaluators[0].user)
        pair = Assignment.objects.filter(evaluator=made.evaluators[0]).first()
        lists.append(statements(client, reverse("evaluation:assignment_list")))
        details.append(statements(client, pair.get_absolute_url()))

    assert lists[0] == lists[1] <= LIST
    assert details[0] == details[1] <= DETAIL


def test_next_actions_need_the_same_statements_for_1_and_30_files(django_assert_num_queries) -> None:
    for files in (1, 30):
        made = make.many(files, make.declared)
        for user in (made.team.mia, made.evaluators[0].user):
            with django_assert_num_queries(9):
                queries.next_actions(user)


def lines(user) -> list[tuple[str, bool]]:
    return [(action.title, action.waiting_for_others) for action in queries.next_actions(user)]


def test_next_actions_of_a_manager_follow_the_round() -> None:
    made = make.scene(files=2)
    mia, luc = made.team.mia, made.team.luc

    assert lines(mia) == [("Screen 2 files", False)]
    make.screened(made)
    assert lines(mia) == [("Assign evaluators and start scoring", False)]
    make.scoring(make.scene(files=1, team=made.team))
    assert ("2 score sheets are missing", True) in lines(mia)
    assert lines(made.team.fred) == lines(made.team.ann) == []
    assert lines(luc) == lines(mia)


def test_next_actions_of_managers_from_ranking_to_release() -> None:
    made = make.scored(make.scene(files=1))
    mia, luc = made.team.mia, made.team.luc

    assert lines(mia) == [("Rank the files", False)]
    services.rank_round(made.round, by=mia)
    assert lines(mia) == [("Propose the decisions", False)]
    services.propose_decisions(made.round, by=mia)
    assert lines(mia) == [("Another manager confirms the decisions", True)]
    assert lines(luc) == [("Confirm the decisions", False)]
    services.confirm_decisions(made.round, by=luc)
    assert lines(mia) == lines(luc) == [("Release the decisions", False)]
    services.release_decisions(made.round, by=mia)
    assert lines(mia) == lines(luc) == [("Publish the results", False)]
    services.publish_results(made.round, by=mia)
    assert lines(mia) == lines(luc) == []


def test_next_actions_after_a_withdrawal() -> None:
    made = make.released(make.scene(files=2, budget_cents=30_000_00))
    mia, luc = made.team.mia, made.team.luc
    services.publish_results(made.round, by=mia)
    with transaction.atomic():
        transition(made.files[0], "withdrawn", by=mia)

    assert lines(mia) == [("A funded file was withdrawn: look at the reserve list", False)]
    services.take_back_award(made.round.decisions.get(application=made.files[0]), by=mia)
    services.propose_promotion(made.round, by=mia)
    assert lines(mia) == [("Another manager confirms the promotion", True)]
    assert lines(luc) == [("Confirm the promotion from the reserve", False)]


def test_next_actions_say_that_scores_are_overdue(now) -> None:
    made = make.scoring(make.scene(files=1))

    with clock.stopped_at(now + timedelta(days=15)):
        (line,) = queries.next_actions(made.team.mia)
        judging = queries.next_actions(made.evaluators[0].user)

    assert (line.title, line.tone, line.waiting_for_others) == ("2 score sheets are missing", "warn", False)
    assert [(item.title, item.tone) for item in judging] == [("Declare on conflicts for 1 file", "warn")]


def test_next_actions_of_an_evaluator() -> None:
    made = make.assigned(make.scene(files=3))
    eva = made.evaluators[0].user
    assert lines(eva) == []

    services.start_scoring(made.round, due_at=made.due, by=made.team.mia)
    assert lines(eva) == [("Declare on conflicts for 3 files", False)]
    first, second, _third = Assignment.objects.filter(evaluator__user=eva)
    services.declare_absence(first, by=eva)
    services.declare_absence(second, by=eva)
    make.give(first, "4", "4")
    assert lines(eva) == [("Declare on conflicts for 1 file", False), ("Score 1 file", False)]


def test_next_actions_of_an_invited_person_without_answer() -> None:
    made = make.scene(files=1, evaluators=0)
    jana = people.user("Jana Dvořák", email="jana@example.eu")
    evaluator = services.invite_evaluator(
        made.round,
        name="Jana",
        email="jana@example.eu",
        organisation_name="CVUT",
        country="CZ",
        by=made.team.mia,
    )

    (line,) = queries.next_actions(jana)

    assert (line.title, line.url) == ("Answer the invitation to evaluate", evaluator.get_absolute_url())


def test_screening_list_tells_what_the_rules_find() -> None:
    made = make.scene(files=0)
    made.files = [
        make.applications.application(made.call, requested_cents=30_000_00),
        make.applications.application(
            made.call,
            organisation=people.organisation("Big AG", country="US", size="large"),
            requested_cents=45_000_00,
        ),
    ]

    files = queries.with_findings(made.call, list(queries.round_files(made.round).order_by("ref")))

    assert files[0].findings == []
    text = " ".join(files[1].findings)
    assert "United States" in text
    assert "large enterprise" in text
    assert "45\u00a0000.00" in text


def test_progress_counts_what_is_there() -> None:
    made = make.scene(files=4)
    services.screen_application(made.files[3], is_eligible=False, reasons="No", by=made.team.mia)
    for file in made.files[:2]:
        services.screen_application(file, is_eligible=True, by=made.team.mia)
    keys = [person.pk for person in made.evaluators]
    services.assign_evaluators(made.round, wanted={made.files[0].ref: keys}, by=made.team.mia)

    figures = queries.progress(made.round)

    assert (figures.submitted, figures.unscreened, figures.eligible, figures.ineligible) == (4, 1, 2, 1)
    assert (figures.assigned, figures.short, figures.scored, figures.undeclared) == (2, 1, 0, 2)
    assert (figures.is_assigned, figures.is_scored) == (False, False)
    steps = queries.steps(made.round, figures)
    assert [step["state"] for step in steps] == ["now", "", "", "", "", "", ""]


def test_ranking_shows_the_first_hundred_files_and_all_when_asked() -> None:
    made = make.many(103, make.proposed)
    client, url = sign_in(made.team.mia), reverse("evaluation:ranking", args=[made.call.slug])

    first, whole = client.get(url), client.get(url, {"all": "1"})

    assert first.content.count(b"<details") + 3 == whole.content.count(b"<details")
    assert b"Show all 103 files" in first.content
    assert b"Show all" not in whole.content
    assert b"103 files: 103 above the thresholds" in first.content
