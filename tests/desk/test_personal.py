"""A person's own data: all of it, and nothing of others."""

import io
import json
import time
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, User
from applicants.models import Application, SurveyAnswer
from core.files import read_verified
from core.models import AuditEvent
from tests import world

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client


def data_of(person: User) -> dict[str, bytes]:
    answer = signed_in(person).post("/me/data/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store, private")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read(data: dict[str, bytes], name: str) -> Any:
    return json.loads(data[name])


def files_in(data: dict[str, bytes]) -> set[str]:
    """Which applications and agreements are in it."""
    return {name.split("/")[1] for name in data if name.startswith(("applications/", "agreements/"))}


def test_everybody_gets_their_own_data_and_nothing_of_others():
    made = world.build()
    alice, bob, firm = made.people["alice"], made.people["bob"], made.things["firm"]
    page = signed_in(alice).get("/me/data/").content.decode()
    assert "Download my data" in page

    submitted = made.things["submitted"]
    SurveyAnswer.objects.create(application=submitted, ease=4, hours=9, words="Shorter, please")
    data = data_of(alice)
    answer = read(data, f"applications/{submitted.ref}/survey.json")
    assert (answer["ease"], answer["hours"], answer["words"]) == (4, 9, "Shorter, please")
    version = submitted.valid_version()
    place = f"applications/{submitted.ref}/version-{version.number}"
    assert read(data, f"{place}/submitted.json") == version.payload
    assert version.receipt is not None
    assert data[f"{place}/{version.receipt.name}"] == read_verified(version.receipt)
    upload = made.things["attachment"]
    draft = f"applications/{made.things['draft'].ref}/version-1"
    assert data[f"{draft}/{upload.question}-{upload.ref}/{upload.file.name}"] == read_verified(upload.file)
    assert files_in(data) >= set(Application.objects.visible_to(alice).values_list("ref", flat=True))
    person = read(data, "person.json")
    assert (person["email"], person["full_name"]) == (alice.email, "Alice Bianchi")
    assert [one["role"] for one in person["organisations"]] == ["signatory"]
    assert {one["to"] for one in read(data, "messages.json")} == {alice.email}
    assert AuditEvent.objects.filter(verb="person.data_handed_out", actor=alice).count() == 1

    judged = data_of(made.people["eva"])
    assert len(read(judged, "evaluation.json")["invitations"]) >= 1
    assert files_in(judged) == set()
    assert alice.email not in b"\n".join(judged.values()).decode()

    staff = data_of(made.people["mia"])
    assert files_in(staff) == set()
    assert read(staff, "person.json")["projects"][0]["role"] == "manager"

    assert files_in(data_of(bob)) == files_in(data)
    Membership.objects.filter(user=bob, organisation=firm).update(ended_at="2027-01-01T00:00Z")
    left = data_of(bob)
    assert (files_in(left), read(left, "organisations.json")) == (set(), [])
    assert read(left, "person.json")["organisations"][0]["ended_at"] is not None
