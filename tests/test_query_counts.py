"""How often pages ask the database: the same for one row and for thirty. Pages of applications, evaluations and grants
are counted beside their apps' own tests."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funding.models import Project, ProjectMember
from funding.queries import project_money, projects_money
from tests.calls import factories as calls
from tests.funding.factories import Team, team

ROWS = [1, 30]


@pytest.fixture
def crew(db, now) -> Team:
    return team(envelope_cents=10_000_000_00)


def further_projects(crew: Team, number: int) -> None:
    for _index in range(number):
        other = team().project
        ProjectMember.objects.create(
            project=other, user=crew.mia, role="manager", organisation=crew.coordinator
        )


@pytest.mark.parametrize("rows", ROWS)
def test_list_of_calls_asks_the_same_for_any_number(client, crew, rows, django_assert_num_queries) -> None:
    for _row in range(rows):
        calls.call(crew)
    client.get("/calls/")
    with django_assert_num_queries(2):
        answer = client.get("/calls/")
    assert answer.content.count(b"Call number") >= rows


@pytest.mark.parametrize("rows", ROWS)
def test_page_of_a_call_asks_the_same_for_any_number_of_criteria(
    client, crew, rows, django_assert_num_queries
) -> None:
    call = calls.call(crew, published=False)
    for index in range(rows):
        call.criteria.create(code=f"more-{index}", name={"en": f"More {index}"}, weight=1, position=9)
    calls.publish(call, crew)
    client.get(call.get_absolute_url())
    with django_assert_num_queries(5):
        answer = client.get(call.get_absolute_url())
    assert answer.status_code == 200


@pytest.mark.parametrize("rows", ROWS)
def test_list_of_projects_asks_the_same_for_any_number(client, crew, rows, django_assert_num_queries) -> None:
    further_projects(crew, rows)
    client.force_login(crew.mia)
    client.get("/projects/")
    with django_assert_num_queries(5):
        answer = client.get("/projects/")
    assert len(answer.context["rows"]) == rows + 1


@pytest.mark.parametrize("rows", ROWS)
def test_page_of_a_project_asks_the_same_for_any_number_of_calls(
    client, crew, rows, django_assert_num_queries
) -> None:
    for _row in range(rows):
        calls.call(crew)
    client.force_login(crew.mia)
    client.get(crew.project.get_absolute_url())
    with django_assert_num_queries(12):
        answer = client.get(crew.project.get_absolute_url())
    assert len(answer.context["lines"]) == rows


@pytest.mark.parametrize("rows", ROWS)
def test_entries_of_the_ledger_are_asked_for_at_once(client, crew, rows, django_assert_num_queries) -> None:
    for _row in range(rows):
        calls.call(crew)
    url = f"{crew.project.get_absolute_url()}entries/"
    client.force_login(crew.mia)
    client.get(url)
    with django_assert_num_queries(5):
        answer = client.get(url)
    assert len(answer.context["entries"]) == 2 * (rows + 1)


def test_home_of_a_manager_asks_the_same_for_one_project_and_for_thirty(client, crew) -> None:
    """Every stage adds its lines here, so the number itself is only bounded."""
    client.force_login(crew.mia)
    counts = []
    for more in ROWS:
        further_projects(crew, more)
        client.get("/home/")
        with CaptureQueriesContext(connection) as asked:
            answer = client.get("/home/")
        counts.append(len(asked))
    assert len(answer.context["envelopes"]) == 1 + sum(ROWS)
    assert counts[0] == counts[1]
    assert counts[0] <= 34


@pytest.mark.parametrize("rows", ROWS)
def test_what_stands_in_envelopes_is_one_question(crew, rows, django_assert_num_queries) -> None:
    further_projects(crew, rows)
    projects = list(Project.objects.order_by("pk"))
    with django_assert_num_queries(1):
        found = projects_money(projects)
    assert found == [(project, project_money(project)) for project in projects]
