"""The language of the pages: the visitor's choice, the account's, and what a browser asks for."""

import pytest
from django.conf import settings

from accounts.models import User
from tests.accounts import factories as people

pytestmark = pytest.mark.django_db


def language_of(response) -> str:
    return response.content.decode().partition('<html lang="')[2].partition('"')[0]


def choose(client, code, back="/tools/sme-check/"):
    return client.post("/language/", {"language": code, "next": back})


def test_a_visitor_chooses_a_language_and_comes_back_to_the_page(client):
    answer = choose(client, "fr")

    assert (answer.status_code, answer["Location"]) == (302, "/tools/sme-check/")
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"
    assert language_of(client.get("/tools/sme-check/", headers={"Accept-Language": "it"})) == "fr"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/x", ""])
def test_the_way_back_leads_nowhere_else(client, back):
    assert choose(client, "fr", back)["Location"] == "/"


@pytest.mark.parametrize(
    "code, heading",
    [
        ("fr", "Votre entreprise est-elle une PME"),
        ("it", "PMI"),
        ("de", "KMU"),
        ("ro", "IMM"),
    ],
)
def test_a_public_page_stands_in_every_language(client, code, heading):
    page = client.get("/tools/sme-check/", headers={"Accept-Language": code}).content.decode()
    assert heading in page.partition("<h1>")[2].partition("</h1>")[0]


def test_an_unknown_language_changes_nothing(client):
    assert settings.LANGUAGE_COOKIE_NAME not in choose(client, "xx").cookies


def test_who_is_signed_in_reads_the_language_of_the_account_on_any_device(client):
    alice = people.user("Alice Bianchi")
    client.force_login(alice)
    choose(client, "it")
    client.cookies.pop(settings.LANGUAGE_COOKIE_NAME)

    assert User.objects.get(pk=alice.pk).language == "it"
    assert language_of(client.get("/me/", headers={"Accept-Language": "fr"})) == "it"


def test_a_new_account_keeps_the_language_it_was_made_in(client):
    choose(client, "ro")
    words = "four-calm-words-typed"
    data = {"full_name": "Ana Pop", "email": "ana@pop.example", "password1": words, "password2": words}
    client.post("/account/signup/", data)

    assert User.objects.get(email="ana@pop.example").language == "ro"
