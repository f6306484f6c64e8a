"""Nobody learns at the doors who has an account: the same status and page for known and unknown addresses (QS10)."""

import base64
import json
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.funding.factories import team
from tests.soak.doors import auc

pytestmark = pytest.mark.django_db
UNKNOWN, NEW_PASSWORD = "nobody@example.org", "a long enough sentence"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def known(kind):
    """The address of an account of this kind."""
    if kind == "staff with a passkey":
        person = team().mia
        Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
        return person.email
    person = people.user("Alice Bianchi", is_active=kind != "closed", language="fr")
    if kind == "unproven":
        person.emailaddress_set.update(verified=False)
    return person.email


def sign_up(client, email):
    typed = {"email": email, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "full_name": "Someone"}
    return [client.post("/account/signup/", typed, follow=True)]


def reset_password(client, email):
    return [client.post("/account/password/reset/", {"email": email}, follow=True)]


def sign_in_by_password(client, email):
    return [client.post("/account/login/", {"login": email, "password": "wrong"}, follow=True)]


def sign_in_by_code(client, email):
    """The code is asked for, and guessed until it ends."""
    asked = client.post("/account/login/code/", {"email": email}, follow=True)
    wrong = {"code": "AAA-AAA"}
    return [asked, *(client.post("/account/login/code/confirm/", wrong, follow=True) for _ in range(3))]


def start_passkey(client, email):
    """An address was tried in this browser before; then the browser is asked for a passkey."""
    sign_in_by_password(client, email)
    return [client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})]


def seen(answer, email):
    """All that a stranger can compare, without what is new on every page and without what was typed."""
    body = answer.content.decode().replace(email, "TYPED")
    body = re.sub(r'value="\w{64}"', "TOKEN", body)
    body = re.sub(r'nonce="[^"]+"', "NONCE", body)
    body = re.sub(r'"challenge": "[^"]+"', "CHALLENGE", body)
    ways = [(where, status) for where, status in getattr(answer, "redirect_chain", [])]
    return answer.status_code, ways, sorted(answer.headers.keys()), sorted(answer.client.cookies), body


def told(door, client, email, times):
    """What the door answers when it is tried several times, each time from a new browser at the same address."""
    cache.clear()
    pages = []
    for _ in range(times):
        client.cookies.clear()
        pages += [seen(answer, email) for answer in door(client, email)]
    return pages


DOORS = {
    # door: how often it is tried, a sentence that shows that it was reached, or its limit, mails to a known active address
    sign_up: (1, "A mail is on its way", 1),
    reset_password: (7, "A mail is on its way", 5),
    sign_in_by_password: (12, "Too many", 0),
    sign_in_by_code: (5, "Too many codes", 3),
    start_passkey: (1, "CHALLENGE", 0),
}


@pytest.mark.parametrize("kind", ["applicant", "closed", "unproven", "staff with a passkey"])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_known_address_gets_the_same_answers_as_an_unknown_one(client, door, kind):
    times, sentence, mails = DOORS[door]
    email = known(kind)
    OutgoingMessage.objects.all().delete()
    answers = told(door, client, email, times)
    assert answers == told(door, client, UNKNOWN, times)
    assert any(sentence in page[-1] for page in answers)
    if kind == "applicant":
        assert OutgoingMessage.objects.filter(to=email).count() == mails


def test_signing_up_under_a_known_address_does_the_same_work_and_leaves_nothing(client, monkeypatch):
    """The times of `make soak` depend on it: the password is hashed (here by a quick hasher) and rows are written, whoever asks."""
    hashed = []
    make = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *given: hashed.append(1) or make(*given), raising=True
    )
    email = known("applicant")
    before = (User.objects.count(), EmailAddress.objects.count())
    hashed.clear()
    with CaptureQueriesContext(connection) as of_known:
        sign_up(client, email)
    assert (User.objects.count(), EmailAddress.objects.count(), len(hashed)) == (*before, 1)
    assert [mail.to for mail in OutgoingMessage.objects.all()] == [email]
    cache.clear()
    with CaptureQueriesContext(connection) as of_unknown:
        sign_up(Client(), UNKNOWN)
    assert (User.objects.count(), len(hashed)) == (before[0] + 1, 2)
    written = [
        sorted(
            table
            for query in asked
            if query["sql"].startswith("INSERT") and (table := query["sql"].split('"')[1]) != "core_cache"
        )
        for asked in (of_known, of_unknown)
    ]
    assert written[0] == written[1]


def test_doors_answer_at_a_random_moment_and_other_pages_at_once(client, monkeypatch):
    slept = []
    monkeypatch.setattr("accounts.middleware.time.sleep", slept.append)
    for _ in range(5):
        reset_password(client, UNKNOWN)
    assert len(set(slept)) == 5 and all(0 <= one < 0.04 for one in slept)
    (
        sign_in_by_password(client, UNKNOWN),
        sign_up(client, UNKNOWN),
        client.post("/account/login/code/", {"email": UNKNOWN}),
    )
    assert len(slept) == 8
    client.get("/account/login/"), client.get("/")
    assert len(slept) == 8


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=9), st.lists(st.integers(0, 9), min_size=1, max_size=9)
)
def test_area_under_the_curve_is_the_share_of_pairs_in_order(ones, others):
    pairs = [1.0 if one > other else 0.5 if one == other else 0.0 for one in ones for other in others]
    assert auc(ones, others) == pytest.approx(sum(pairs) / len(pairs))


def answer_of_passkey(handle):
    """What a browser sends that knows a person's handle but has not their key."""

    def packed(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    said = json.dumps({"type": "webauthn.get", "challenge": "eA", "origin": "https://testserver"})
    response = {
        "clientDataJSON": packed(said.encode()),
        "authenticatorData": packed(bytes(37)),
        "signature": packed(b"no"),
        "userHandle": packed(handle.encode()),
    }
    return {"id": "eA", "rawId": "eA", "type": "public-key", "response": response}


def test_a_made_up_passkey_gets_the_same_answer_for_every_person(client):
    alice = people.user("Alice Bianchi")
    pages = []
    for handle in (user_pk_to_url_str(alice), "2000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"):
        client.cookies.clear()
        client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json"})
        sent = {"credential": json.dumps(answer_of_passkey(handle))}
        answer = client.post("/account/2fa/webauthn/login/", sent, follow=True)
        pages.append(seen(answer, UNKNOWN))
    assert pages[0] == pages[1] == pages[2]
    assert "This passkey was not accepted." in pages[0][-1]
