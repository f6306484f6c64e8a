"""A question is given to a colleague (A13); who else is on a page is told without the database (A12)."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Membership
from applicants import queries, services
from core import clock, presence
from core.errors import DomainError
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Alice and Bob write for one firm."""
    alice, bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
    firm = people.organisation(members=[alice])
    Membership.objects.create(user=bob, organisation=firm, role="member")
    return steps.start(calls.call(team()), alice, firm), alice, bob


def lines(user):
    return [line.title for line in queries.next_actions(user) if "question" in line.title]


def given(draft):
    return [
        (one.label, one.task.assignee, one.done)
        for one in queries.given_questions(queries.content_of(draft.draft()))
    ]


def test_question_is_given_told_once_and_done_when_it_is_answered(scene, client):
    draft, alice, bob = scene
    client.force_login(alice)
    url = f"{draft.get_absolute_url()}sections/idea/problem/"
    assert "Give to a colleague" in client.get(f"{draft.get_absolute_url()}sections/idea/").content.decode()
    assert client.post(url, {"words": "You know it best."}).status_code == 422
    client.post(url, {"assignee": bob.pk, "words": "You know it best."})
    assert list(OutgoingMessage.objects.values_list("kind", "to")) == [("question_given", bob.email)]
    label = "What problem do you solve, and for whom?"
    assert given(draft) == [(label, bob, False)]
    assert (len(lines(bob)), lines(alice)) == (1, [])
    assert "with Bob Ferri: “You know it best.”" in client.get(draft.get_absolute_url()).content.decode()
    services.save_answers(draft, section="idea", values={"problem": "Parts."}, bases={}, by=bob)
    assert (given(draft), lines(bob)) == ([(label, bob, True)], [])
    client.post(url, {"do.done": "1"})
    assert given(draft) == []


def test_answered_question_given_again_waits_until_it_is_changed_or_said_to_be_done(scene):
    draft, alice, bob = scene
    services.save_answers(draft, section="idea", values={"problem": "Parts."}, bases={}, by=alice)
    task = {"section": "idea", "question": "problem"}
    services.give_question(draft, **task, assignee=alice, by=bob)
    services.give_question(draft, **task, assignee=bob, by=alice)
    assert [(who, done) for _label, who, done in given(draft)] == [(bob, False)]
    services.finish_question(draft, question="problem", by=bob)
    assert given(draft) == []
    stranger = people.user("Carla Other")
    with pytest.raises(DomainError, match="Carla Other does not write for"):
        services.give_question(draft, **task, assignee=stranger, by=alice)
    with pytest.raises(DomainError, match="no such question"):
        services.give_question(draft, section="idea", question="offer", assignee=bob, by=alice)


@pytest.fixture
def redis(tmp_path, settings) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of its own, in memory, on a socket."""
    path = tmp_path / "redis.sock"
    command = [shutil.which("redis-server") or "", "--port", "0", "--unixsocket", str(path), "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path)
    settings.REDIS_URL = f"unix://{path}"
    for _try in range(200):
        if path.exists():
            break
        time.sleep(0.01)
    yield server
    server.kill()
    server.wait()


def test_who_else_is_on_a_page_is_told_without_session_and_database(
    scene, redis, now, django_assert_num_queries
):
    draft, alice, bob = scene
    passes = [presence.pass_for(f"{draft.pk}:idea", one, language="en") for one in (alice, bob)]
    elsewhere = presence.pass_for(f"{draft.pk}:files", bob, language="en")

    def look(given):
        answer = Client().get("/presence/", {"pass": given})
        return answer.status_code, answer.content.decode()

    with django_assert_num_queries(0):
        assert look(passes[0]) == (200, "")
        assert look(passes[1]) == (200, "Alice Bianchi is on this page too.")
        assert look(passes[0]) == (200, "Bob Ferri is on this page too.")
        assert look(elsewhere) == (200, "")
        assert look(passes[0] + "x")[0] == 404
        with clock.stopped_at(now + timedelta(seconds=61)):
            assert look(passes[0]) == (200, "")
        redis.kill()
        redis.wait()
        assert look(passes[1]) == (200, "")
