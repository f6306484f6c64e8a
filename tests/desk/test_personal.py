"""A person's own data: all of it, and nothing of others."""

import io
import json
import time
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, User
from applicants.models import Application
from applicants.tasks import render_receipt
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


@pytest.fixture
def made() -> world.World:
    return world.build()


def test_applicant_gets_what_the_firm_wrote_submitted_and_signed(made):
    alice, submitted = made.people["alice"], made.things["submitted"]
    version = submitted.valid_version()
    if version.receipt is None:
        render_receipt(version.pk)
        version.refresh_from_db()
    data = data_of(alice)
    place = f"applications/{submitted.ref}/version-{version.number}"
    assert data[f"{place}/{version.receipt.name}"] == read_verified(version.receipt)
    assert read(data, f"{place}/submitted.json") == version.payload
    upload = made.things["attachment"]
    assert data[
        f"applications/{made.things['draft'].ref}/version-1/{upload.question}-{upload.ref}/{upload.file.name}"
    ]
    person = read(data, "person.json")
    assert (person["email"], person["full_name"]) == (alice.email, "Alice Bianchi")
    assert [one["role"] for one in person["organisations"]] == ["signatory"]
    own = Application.objects.visible_to(alice).values_list("ref", flat=True)
    assert {name.split("/")[1] for name in data if name.startswith("applications/")} == set(own)
    assert {one["to"] for one in read(data, "messages.json")} == {alice.email}
    assert AuditEvent.objects.filter(verb="person.data_handed_out", actor=alice).count() == 1


def test_evaluator_gets_own_scores_and_nothing_of_the_files(made):
    eva = made.people["eva"]
    data = data_of(eva)
    judged = read(data, "evaluation.json")
    assert len(judged["invitations"]) >= 1
    assert not [name for name in data if name.startswith(("applications/", "agreements/"))]
    text = b"\n".join(data.values()).decode()
    assert made.people["alice"].email not in text


def test_who_has_left_a_firm_keeps_only_what_is_about_them(made):
    bob, firm = made.people["bob"], made.things["firm"]
    Membership.objects.filter(user=bob, organisation=firm).update(ended_at="2027-01-01T00:00Z")
    data = data_of(bob)
    assert not [name for name in data if name.startswith(("applications/", "agreements/"))]
    assert read(data, "organisations.json") == []
    assert read(data, "person.json")["organisations"][0]["ended_at"] is not None


def test_staff_gets_no_file_of_applicants(made):
    data = data_of(made.people["mia"])
    assert not [name for name in data if name.startswith(("applications/", "agreements/"))]
    assert read(data, "person.json")["projects"][0]["role"] == "manager"


def test_page_says_what_is_in_it(made):
    page = signed_in(made.people["alice"]).get("/me/data/").content.decode()
    assert "Download my data" in page
