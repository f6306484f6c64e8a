"""A change of address: proven at the new one, told to the old one, and nothing else changes."""

import re

import pytest
from django.core.cache import cache

from accounts.models import Organisation
from core.audit import history
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.evaluation.browsing import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/account/email/"


@pytest.fixture
def alice():
    cache.clear()
    return people.user("Alice Bianchi", email="alice@old.example")


def test_the_new_address_counts_once_its_link_is_opened_and_the_old_one_is_told(alice):
    firm = people.organisation(members=[alice])
    client = sign_in(alice)
    client.post(PAGE, {"email": "alice@new.example", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@old.example"
    assert "alice@new.example is not confirmed yet" in client.get(PAGE).text

    mail = OutgoingMessage.objects.get(to="alice@new.example")
    client.post(re.search(r"http://testserver(/account/confirm-email/\S+)", mail.text)[1])
    alice.refresh_from_db()
    assert alice.email == "alice@new.example"
    assert list(alice.emailaddress_set.values_list("email", "primary", "verified")) == [
        ("alice@new.example", True, True)
    ]
    assert "to alice@new.example" in OutgoingMessage.objects.get(to="alice@old.example").text
    assert [(event.verb, event.data) for event in history(alice)] == [
        ("user.email_changed", {"email": ["alice@old.example", "alice@new.example"]})
    ]
    assert list(Organisation.objects.visible_to(alice)) == [firm]


def test_an_address_of_somebody_else_is_never_taken_nor_given_away(alice):
    people.user("Bob", email="bob@example.org")
    client = sign_in(alice)
    answer = client.post(PAGE, {"email": "bob@example.org", "action_add": ""}, follow=True)
    other = sign_in(people.user("Carla")).post(
        PAGE, {"email": "free@example.org", "action_add": ""}, follow=True
    )
    assert (answer.status_code, other.status_code) == (200, 200)
    alice.refresh_from_db()
    assert alice.email == "alice@old.example"
    mail = OutgoingMessage.objects.get(to="bob@example.org")
    client.post(re.search(r"http://testserver(/account/confirm-email/\S+)", mail.text)[1])
    assert [one.email for one in alice.emailaddress_set.filter(verified=True)] == ["alice@old.example"]


def test_changing_the_address_asks_who_is_there(alice):
    answer = sign_in(alice, recently=False).post(PAGE, {"email": "x@new.example", "action_add": ""})
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not OutgoingMessage.objects.exists()
