"""Forms of strangers that come back faster than people type are asked for once more, and nothing typed is lost (D8)."""

import re

import pytest
from django.core import signing

from accounts.models import User
from calls.models import Enquiry, Subscription
from core.bots import shown_now
from tests.accounts import factories as people
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="shown" value="([^"]+)"')


@pytest.fixture(autouse=True)
def a_pause(settings):
    settings.BOT_PAUSE_SECONDS = 2


@pytest.fixture
def later(monkeypatch):
    """Let the signer's clock run on."""

    def move(seconds):
        now = signing.time.time()
        monkeypatch.setattr(signing.time, "time", lambda: now + seconds)

    return move


DOORS = {
    "sign up": (
        "/account/signup/",
        {"full_name": "Rosa", "password1": "a long enough sentence", "password2": "a long enough sentence"},
        User,
    ),
    "ask": ("/calls/{slug}/ask/", {"text": "Which costs count?"}, Enquiry),
    "subscribe": ("/subscriptions/new/?call={slug}", {}, Subscription),
}


@pytest.fixture(params=DOORS)
def door(request, now):
    path, typed, made = DOORS[request.param]
    call = calls.call(team())
    return path.format(slug=call.slug), {**typed, "email": "rosa@example.org"}, made


def test_form_of_a_stranger_is_taken_once_a_person_could_have_typed_it(client, door, later):
    path, typed, made = door
    before = made.objects.count()
    token = TOKEN.search(client.get(path).content.decode())[1]
    answer = client.post(path, {**typed, "shown": token})
    page = answer.content.decode()
    assert "faster than people type" in page and "rosa@example.org" in page and made.objects.count() == before
    assert TOKEN.search(page)[1] == token
    later(4)
    client.post(path, {**typed, "shown": token})
    assert made.objects.count() == before + 1


@pytest.mark.parametrize("forged", ["", "shown:1tvZ0A:forged", "x" * 500])
def test_form_without_its_moment_gets_one_and_is_taken_the_second_time(client, door, later, forged):
    path, typed, made = door
    before = made.objects.count()
    page = client.post(path, {**typed, "shown": forged}).content.decode()
    token = TOKEN.search(page)[1]
    assert "faster than people type" in page and token != forged
    later(4)
    client.post(path, {**typed, "shown": token})
    assert made.objects.count() == before + 1


def test_page_that_was_open_for_a_day_is_taken(client, door, later):
    path, typed, made = door
    before, token = made.objects.count(), shown_now()
    later(24 * 3600)
    client.post(path, {**typed, "shown": token})
    assert made.objects.count() == before + 1


def test_who_is_signed_in_is_not_asked(client, now):
    call = calls.call(team())
    client.force_login(people.user("Alice"))
    client.post(f"/calls/{call.slug}/ask/", {"text": "Which costs count?"})
    assert Enquiry.objects.count() == 1
