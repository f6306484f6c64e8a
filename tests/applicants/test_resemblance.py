"""Texts that stand in several applications are found, in all calls, and told without showing more than one may see (A23)."""

import random

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants import queries, resemblance, services
from applicants.jobs import compare_submissions
from applicants.models import Application, Resemblance, Sketch
from desk.erasure import contents
from evaluation.queries.screening import with_findings
from tests.accounts import factories as people
from tests.applicants import factories, steps
from tests.calls import factories as calls
from tests.evaluation import factories as evaluation
from tests.funding.factories import team

WORDS = [f"word{number}" for number in range(2000)]


def text(seed, words=400):
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _word in range(words))


def share(one, other):
    """The share of runs in both, exactly."""
    runs = []
    for given_ in (one, other):
        words = given_.split()
        runs.append({tuple(words[at : at + 4]) for at in range(len(words) - 3)})
    return 100 * len(runs[0] & runs[1]) / len(runs[0] | runs[1])


@given(seed=st.integers(0, 10**6), copied=st.integers(0, 400))
@settings(max_examples=40)
def test_estimate_is_near_the_true_share(seed, copied):
    one = text(seed)
    other = " ".join(one.split()[:copied] + text(seed + 1).split()[copied:])
    told = resemblance.percent_alike(resemblance.sketch([one]), resemblance.sketch([other]))
    assert abs(told - share(one, other)) < 13
    assert told == resemblance.percent_alike(resemblance.sketch([other]), resemblance.sketch([one]))


def test_same_text_in_other_case_order_and_punctuation_is_the_same():
    one, other = text(1, 60), text(2, 60)
    again = [other.upper().replace(" ", ", "), one.replace(" ", "\n")]
    assert resemblance.percent_alike(resemblance.sketch([one, other]), resemblance.sketch(again)) == 100


def test_little_text_is_compared_with_nothing():
    assert resemblance.sketch([text(1, 32)]) == [] and len(resemblance.sketch([text(1, 33)])) == 30
    assert resemblance.percent_alike([], []) == resemblance.percent_alike([], [1]) == 0


def test_texts_of_a_payload_are_what_people_wrote():
    payload = {
        "title": "A title",
        "sections": {"idea": {"problem": "One", "table": [{"what": "Two"}], "trl": 5}},
        "partners": [{"task": "Three", "cost_cents": 5}],
        "call": "TST-1",
    }
    assert list(resemblance.texts_of(payload)) == ["A title", "One", "Two", "Three"]


def submitted(call, name, words):
    person = people.user(name)
    firm = people.organisation(f"{name} Srl", members=[person])
    file = steps.fill(steps.start(call, person, firm), person)
    services.save_answers(file, section="idea", values={"problem": words}, bases={"problem": 1}, by=person)
    steps.submit(file, person)
    file.refresh_from_db()
    return file


@pytest.fixture
def crew(now):
    return team()


db = pytest.mark.django_db


@db
def test_copied_text_is_found_across_calls_and_told_to_whoever_screens(crew):
    call, earlier_call = calls.call(crew), calls.call(crew)
    earlier = submitted(earlier_call, "Alice", text(1, 45))
    copied = submitted(call, "Bob", text(1, 45))
    other = submitted(call, "Carla", text(2, 45))
    assert (compare_submissions(), compare_submissions()) == (3, 0)
    (found,) = queries.alike(copied, crew.mia)
    assert (found.ref, found.application, found.same_applicant) == (earlier.ref, earlier, False)
    assert found.percent > 90 and found.url.endswith(f"/{earlier.ref}/")
    assert [one.ref for one in queries.alike(earlier, crew.mia)] == [copied.ref]
    assert queries.alike(other, crew.mia) == []
    files = list(Application.objects.filter(call=call).order_by("pk"))
    for file in files:
        file.version_pk = file.last_final_id
    told = [
        [line for line in file.findings if "Much of its text" in line] for file in with_findings(call, files)
    ]
    assert [len(lines) for lines in told] == [1, 0] and earlier.ref in told[0][0]


@db
def test_file_of_a_project_that_one_does_not_see_is_told_by_its_reference_alone(crew, client):
    foreign = team()
    hidden = submitted(calls.call(foreign), "Alice", text(1, 45))
    mine = submitted(calls.call(crew), "Bob", text(1, 45))
    compare_submissions()
    (found,) = queries.alike(mine, crew.mia)
    assert (found.ref, found.project, found.contact) == (
        hidden.ref,
        foreign.project.acronym,
        foreign.project.contact_email,
    )
    assert (found.application, found.url) == (None, "")
    client.force_login(crew.mia)
    page = client.get(f"/calls/{mine.call.slug}/applications/{mine.ref}/").content.decode()
    assert hidden.ref in page and foreign.project.contact_email in page
    assert str(hidden.organisation) not in page and hidden.last_final.sha256 not in page


@db
def test_recused_person_is_told_no_more_than_a_reference(crew):
    other = submitted(calls.call(crew), "Alice", text(1, 45))
    mine = submitted(calls.call(crew), "Bob", text(1, 45))
    compare_submissions()
    services.record_recusal(other, user=crew.mia, reason="A cousin", by=crew.mia)
    assert [one.application for one in queries.alike(mine, crew.mia)] == [None]
    assert [one.application for one in queries.alike(mine, crew.luc)] == [other]


@db
def test_only_versions_that_count_are_compared(crew):
    call = calls.call(crew)
    first, second = submitted(call, "Alice", text(1, 45)), submitted(call, "Bob", text(1, 45))
    compare_submissions()
    bob = second.created_by
    services.change_application(second, by=bob)
    services.save_answers(
        second, section="idea", values={"problem": text(3, 45)}, bases={"problem": 2}, by=bob
    )
    steps.submit(second, bob)
    assert queries.alike(first, crew.mia) == []
    assert compare_submissions() == 1
    assert queries.alike(first, crew.mia) == []
    services.withdraw_application(first, by=first.created_by)
    third = submitted(call, "Carla", text(1, 45))
    compare_submissions()
    assert queries.alike(third, crew.mia) == []


@db
def test_other_applications_of_the_same_applicant_are_listed(crew, client):
    alice = people.user("Alice")
    firm = people.organisation(members=[alice])
    one = factories.application(calls.call(crew), by=alice, organisation=firm)
    two = factories.application(calls.call(crew), by=alice, organisation=firm)
    factories.application(calls.call(team()), by=alice, organisation=firm)
    assert queries.others_of_applicant(one, crew.mia) == [two]
    client.force_login(crew.mia)
    page = client.get(f"/calls/{one.call.slug}/applications/{one.ref}/").content.decode()
    assert "Other applications of this applicant" in page and two.ref in page


@db
def test_comparison_is_deleted_with_the_contents(crew):
    scene = evaluation.scene(files=2, evaluators=0)
    for file in scene.files:
        file.refresh_from_db()
    one, two = scene.files
    Sketch.objects.create(version=one.last_final, numbers=[1])
    Sketch.objects.create(version=two.last_final, numbers=[1])
    Resemblance.objects.create(later=two.last_final, earlier=one.last_final, percent=90)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.retention = 'on'")
    contents.delete(one)
    assert [row.version for row in Sketch.objects.all()] == [two.last_final]
    assert not Resemblance.objects.exists()
