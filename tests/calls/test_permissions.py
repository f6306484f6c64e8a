"""Who reaches which page of a call, and who may act."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from calls import permissions, services
from calls.publication import Part
from funding.models import ProjectMember
from tests.accounts import factories as people
from tests.calls import factories
from tests.funding import factories as funding

PUBLIC = ["call_detail", "call_questions"]
READ = ["call_edit", "form", "form_preview", "call_documents", "call_publication"]
ACT = ["section_add", "call_publish", "call_extend", "call_cancel"]
PARTS = [part.value for part in Part if part not in (Part.FORM, Part.DOCUMENTS)]
POSTS = ["publication_propose", "proposal_withdraw", "form_move", "form_delete"]


def _urls(call: Any, names: list[str]) -> dict[str, str]:
    return {name: reverse(f"calls:{name}", args=[call.slug]) for name in names}


def _browser(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
        session.save()
    return client


@pytest.fixture
def cast(team) -> dict[str, Any]:
    """Everybody who may come by."""
    partner = people.user("Paul Partner")
    ProjectMember.objects.create(project=team.project, user=partner, role="partner")
    former = people.user("Fay Former")
    ProjectMember.objects.create(
        project=team.project,
        user=former,
        role="manager",
        ended_at=team.project.started_on.isoformat() + "T00:00Z",
    )
    other = funding.team()
    return {
        "nobody": None,
        "stranger": people.user("Charlie Stranger"),
        "former manager": former,
        "manager of another project": other.mia,
        "viewer": team.ann,
        "partner": partner,
        "finance": team.fred,
        "manager": team.mia,
    }


OUTSIDE = ["nobody", "stranger", "former manager", "manager of another project"]
READERS = ["viewer", "partner", "finance"]


def _expected(who: str, *, outside: int, reader: int, manager: int, nobody: int = 302) -> int:
    if who == "nobody":
        return nobody
    if who in OUTSIDE:
        return outside
    return reader if who in READERS else manager


PEOPLE = [*OUTSIDE, *READERS, "manager"]


@pytest.mark.parametrize("who", PEOPLE)
def test_pages_of_a_draft(cast, ready, who):
    client = _browser(cast[who])

    statuses = {name: client.get(url).status_code for name, url in _urls(ready, PUBLIC).items()}
    assert set(statuses.values()) == {_expected(who, outside=404, reader=200, manager=200, nobody=404)}
    for url in _urls(ready, READ).values():
        assert client.get(url).status_code == _expected(who, outside=404, reader=200, manager=200)
    for part in PARTS:
        url = reverse("calls:call_part", args=[ready.slug, part])
        assert client.get(url).status_code == _expected(who, outside=404, reader=200, manager=200)
        saved = 302 if part == Part.LETTERS else 422  # a call needs no letters of its own
        assert client.post(url, {}).status_code == _expected(who, outside=404, reader=403, manager=saved)
    for url in _urls(ready, ACT).values():
        assert client.get(url).status_code == _expected(who, outside=404, reader=404, manager=200)
    for url in _urls(ready, POSTS).values():
        status = client.post(url, {}).status_code
        assert (
            (status in (302, 404, 422))
            if who == "manager"
            else status == _expected(who, outside=404, reader=404, manager=0)
        )


@pytest.mark.parametrize("who", PEOPLE)
def test_public_pages_of_a_published_call(cast, team, who):
    call = factories.call(team)
    client = _browser(cast[who])

    for url in [*_urls(call, PUBLIC).values(), "/", "/calls/"]:
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("who", PEOPLE)
def test_list_of_staff_and_new_call(cast, who):
    client = _browser(cast[who])
    staff_elsewhere = who == "manager of another project"

    expected = 200 if staff_elsewhere else _expected(who, outside=404, reader=200, manager=200)
    assert client.get("/our-calls/").status_code == expected
    expected = 200 if staff_elsewhere else _expected(who, outside=404, reader=404, manager=200)
    assert client.get("/our-calls/new/").status_code == expected


@pytest.mark.parametrize("name", ["call_publish", "call_extend", "call_cancel"])
def test_sensitive_pages_ask_for_the_password_again(ready, team, name):
    client = Client()
    client.force_login(team.mia)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 601}]
    session.save()
    url = reverse(f"calls:{name}", args=[ready.slug])

    for response in (client.get(url), client.post(url, {"reason": "x"})):
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_reauthenticate"))
    ready.refresh_from_db()
    assert ready.state == "draft"


def test_available_actions_of_a_draft(cast, ready):
    assert {who: permissions.available_actions(cast[who], ready) for who in [*READERS, "manager"]} == {
        "viewer": set(),
        "partner": set(),
        "finance": set(),
        "manager": {"edit", "propose", "cancel"},
    }


def test_available_actions_of_a_proposed_call(team, ready):
    call = services.propose_publication(ready, by=team.mia)

    assert permissions.available_actions(team.mia, call) == {"edit", "cancel", "withdraw"}
    assert permissions.available_actions(team.luc, call) == {"edit", "cancel", "withdraw", "publish"}
    assert (permissions.can_publish_call(team.mia, call), permissions.can_publish_call(team.luc, call)) == (
        False,
        True,
    )
    assert not permissions.can_publish_call(team.ann, call)


def test_available_actions_of_a_published_call(team, now):
    call = factories.call(team)
    closed = factories.call(team, opens_at=now.replace(month=1), closes_at=now.replace(day=1))
    cancelled = services.cancel_call(factories.call(team), reason="x", by=team.mia)

    assert permissions.available_actions(team.mia, call) == {"edit", "cancel", "extend"}
    assert permissions.available_actions(team.mia, closed) == {"edit", "cancel"}
    assert permissions.available_actions(team.mia, cancelled) == set()
    assert permissions.open_parts(call) == {Part.TEXT, Part.DOCUMENTS, Part.CHANNELS, Part.LETTERS}
    assert permissions.open_parts(cancelled) == frozenset()
