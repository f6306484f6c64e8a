"""A sign-in lasts for those who work, and is extended by whoever is asked (QA6)."""

from datetime import timedelta

import pytest

from core import clock, sessions
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db


def test_sign_in_begins_anew_in_its_second_half_and_only_for_who_works(client, now, settings) -> None:
    settings.SESSION_COOKIE_AGE = 7200
    client.force_login(people.user("Alice Bianchi"))
    begun = client.session[sessions.UNTIL]
    with clock.stopped_at(now + timedelta(minutes=50)):
        early = client.post("/session/extend-not-a-page/")
        assert (client.session[sessions.UNTIL], early.headers[sessions.HEADER]) == (begun, "4200")
    with clock.stopped_at(now + timedelta(minutes=70)):
        page = client.get("/home/", follow=True).content.decode()
        assert 'data-session-left="3000"' in page and client.session[sessions.UNTIL] == begun
        assert client.post("/nothing/").headers[sessions.HEADER] == "7200"
        assert client.session[sessions.UNTIL] == begun + 70 * 60


def test_extend_asks_for_a_sign_in_and_a_post(client, now) -> None:
    assert client.post("/session/extend/").status_code == 302
    client.force_login(people.user("Alice Bianchi"))
    with clock.stopped_at(now + timedelta(hours=1)):
        answer = client.post("/session/extend/")
    assert (answer.status_code, answer.headers[sessions.HEADER]) == (204, str(12 * 3600))
    assert client.get("/session/extend/").status_code == 405
