"""Sign-in without a password: codes by mail, how often, and what a stranger can learn or spoil."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from core.models import OutgoingMessage
from core.policy import has_second_factor
from tests.accounts import factories as people
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
ASK, CONFIRM = "/account/login/code/", "/account/login/code/confirm/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def ask(client, email, **more):
    client.cookies.clear()
    return client.post(ASK, {"email": email}, **more)


def last_code():
    text = OutgoingMessage.objects.filter(kind="account.login_code").latest("pk").text
    return re.search(r"^\s*([A-Z0-9-]{6,})\s*$", text, re.M)[1]


def without_token(response):
    return (
        re.sub(r'value="\w{64}"', "", response.content.decode()).replace("alice", "x").replace("nobody", "x")
    )


def test_a_code_from_the_mail_signs_in(client):
    alice = people.user("Alice Bianchi", language="fr")
    assert ask(client, alice.email).headers["Location"] == CONFIRM
    mail = OutgoingMessage.objects.get(kind="account.login_code")
    assert (mail.to, mail.recipient, last_code() in mail.html) == (alice.email, alice, True)
    answer = client.post(CONFIRM, {"code": last_code()})
    assert (answer.status_code, client.session["_auth_user_id"]) == (302, str(alice.pk))


def test_who_asks_for_a_code_reads_once_where_it_goes_and_only_as_a_maybe(client):
    alice = people.user("Alice Bianchi")
    client.cookies.clear()
    page = client.post(ASK, {"email": alice.email}, follow=True)
    assert (page.redirect_chain, list(page.context["messages"])) == ([(CONFIRM, 302)], [])
    assert page.text.count(alice.email) == 1
    assert f"If {alice.email} has an account here" in page.text


def test_a_code_leads_on_to_the_second_factor(client):
    alice = people.user("Alice Bianchi")
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "x"})
    ask(client, alice.email)
    assert client.post(CONFIRM, {"code": last_code()}).headers["Location"] == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


def test_three_wrong_codes_end_the_code(client):
    alice = people.user("Alice Bianchi")
    ask(client, alice.email)
    code = last_code()
    for _guess in range(3):
        client.post(CONFIRM, {"code": "AAA-AAA"})
    client.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in client.session


def test_known_and_unknown_addresses_get_the_same_answer(client):
    people.user("Alice", email="alice@example.org")
    pages = []
    for name in ("alice", "nobody"):
        client.logout()
        sent = ask(client, f"{name}@example.org")
        page = client.get(CONFIRM)
        wrong = client.post(CONFIRM, {"code": "AAA-AAA"})
        pages.append([sent.status_code, sent.headers["Location"], without_token(page), without_token(wrong)])
    assert pages[0] == pages[1]
    assert OutgoingMessage.objects.count() == 2


def test_strangers_share_three_codes_an_hour_and_never_lock_the_owner_out(client):
    alice = people.user("Alice", email="alice@example.org")
    home = {"REMOTE_ADDR": "192.0.2.1"}
    client.post("/account/login/", {"login": alice.email, "password": people.PASSWORD}, **home)
    client.post("/account/logout/", **home)
    asked = [ask(client, alice.email, REMOTE_ADDR=f"198.51.100.{n}").status_code for n in range(5)]
    assert asked == [302, 302, 302, 200, 200]
    assert ask(client, alice.email, **home).status_code == 302


def test_strangers_share_ten_guesses_an_hour_and_never_lock_the_owner_out(client):
    alice = people.user("Alice", email="alice@example.org")
    home = {"REMOTE_ADDR": "192.0.2.1"}
    right = {"login": alice.email, "password": people.PASSWORD}
    client.post("/account/login/", right, **home)
    client.post("/account/logout/", **home)
    for n in range(10):
        client.post("/account/login/", {**right, "password": "wrong"}, REMOTE_ADDR=f"198.51.100.{n}")
    assert "Too many" in client.post("/account/login/", right, REMOTE_ADDR="198.51.100.99").text
    assert client.post("/account/login/", right, **home).status_code == 302


def guess_password(client, email, **more):
    return client.post("/account/login/", {"login": email, "password": "wrong"}, **more)


def guess_code(client, **more):
    """One wrong guess at the code that this browser waits for."""
    return client.post(CONFIRM, {"code": "AAA-AAA"}, **more)


def test_guesses_at_password_and_code_are_ten_an_hour_together(client):
    alice = people.user("Alice", email="alice@example.org")
    for n in range(8):
        assert "Too many" not in guess_password(client, alice.email, REMOTE_ADDR=f"198.51.100.{n}").text
    ask(client, alice.email, REMOTE_ADDR="198.51.100.50")
    for n in range(2):
        assert "Too many" not in guess_code(client, REMOTE_ADDR=f"203.0.113.{n}").text
    right = client.post(CONFIRM, {"code": last_code()}, REMOTE_ADDR="203.0.113.9", follow=True)
    assert "Too many" in right.text
    assert "_auth_user_id" not in client.session
    assert "Too many" in guess_password(client, alice.email, REMOTE_ADDR="198.51.100.99").text


def test_wrong_codes_leave_fewer_guesses_at_the_password(client):
    alice = people.user("Alice", email="alice@example.org")
    for n in range(3):
        ask(client, alice.email, REMOTE_ADDR=f"198.51.100.{n}")
        for _guess in range(3):
            guess_code(client, REMOTE_ADDR=f"198.51.100.{n}")
    client.cookies.clear()
    assert "Too many" not in guess_password(client, alice.email, REMOTE_ADDR="203.0.113.1").text
    assert "Too many" in guess_password(client, alice.email, REMOTE_ADDR="203.0.113.2").text


def test_a_right_code_costs_no_guess(client):
    alice = people.user("Alice", email="alice@example.org")
    for n in range(9):
        guess_password(client, alice.email, REMOTE_ADDR=f"198.51.100.{n}")
    for n in range(2):  # each from an address that is new to the account
        home = {"REMOTE_ADDR": f"192.0.2.{n}"}
        ask(client, alice.email, **home)
        client.post(CONFIRM, {"code": last_code()}, **home)
        assert client.session["_auth_user_id"] == str(alice.pk)
        client.logout()
    assert "Too many" not in guess_password(client, alice.email, REMOTE_ADDR="203.0.113.1").text
    assert "Too many" in guess_password(client, alice.email, REMOTE_ADDR="203.0.113.2").text


def test_strangers_who_guess_passwords_do_not_keep_the_owner_from_signing_in_by_code(client):
    alice = people.user("Alice", email="alice@example.org")
    home = {"REMOTE_ADDR": "192.0.2.1"}
    client.post("/account/login/", {"login": alice.email, "password": people.PASSWORD}, **home)
    client.post("/account/logout/", **home)
    for n in range(11):
        guess_password(client, alice.email, REMOTE_ADDR=f"198.51.100.{n}")
    ask(client, alice.email, **home)
    client.post(CONFIRM, {"code": last_code()}, **home)
    assert client.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.parametrize(("kind", "counts"), [("totp", True), ("webauthn", True), ("recovery_codes", False)])
def test_a_passkey_or_an_app_is_a_second_factor_and_a_recovery_code_is_none(client, settings, kind, counts):
    settings.REQUIRE_MFA = True
    mia = team().mia
    Authenticator.objects.create(user=mia, type=kind, data={})
    client.force_login(mia)
    assert ("/account/2fa/" not in client.get("/projects/").headers["Location"]) is counts
    assert has_second_factor(mia) is counts


@pytest.mark.parametrize("sent", ['{"id": "x"}', "[1]", '{"response": 5}', '{"rawId": "eA", "id": "eA"}'])
def test_a_passkey_that_does_not_fit_is_refused_in_words(client, sent):
    answer = client.post("/account/2fa/webauthn/login/", {"credential": sent}, follow=True)
    assert "This passkey was not accepted." in answer.text
