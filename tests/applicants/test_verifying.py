"""Anybody checks a receipt: who holds the fingerprint or the file hears the truth, nobody else learns anything."""

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from applicants import payload
from applicants.models import Application
from applicants.tasks import render_receipt
from core.files import read_verified
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
URL = "/verify/"


@pytest.fixture
def submitted(now) -> Application:
    return steps.submitted(calls.call(team()), people.user("Alice"))


def words(client, **given) -> tuple[int, bool, str]:
    """Status, whether it was found genuine, and the page."""
    answer = client.post(URL, given) if given else client.get(URL)
    page = answer.content.decode()
    return answer.status_code, "This was received here" in page, page


def file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("receipt.pdf", content)


def test_number_and_fingerprint_together_prove_it(client, submitted):
    version = submitted.valid_version()
    shown = " ".join(version.sha256.upper()[i : i + 8] for i in range(0, 64, 8))
    status, genuine, page = words(client, number=submitted.ref.lower(), fingerprint=shown)
    assert (status, genuine) == (200, True)
    assert f"{submitted.ref}, version 1" in page
    assert str(submitted.organisation) not in page
    linked = client.get(URL, {"number": submitted.ref, "fingerprint": version.sha256})
    assert "This was received here" in linked.content.decode()


def test_neither_alone_tells_anything(client, submitted):
    version = submitted.valid_version()
    wrong = "0" * 64
    found = words(client, number=submitted.ref, fingerprint=wrong)
    unknown = words(client, number="NONE-1-0001", fingerprint=wrong)
    assert found[:2] == unknown[:2] == (200, False)
    told = [re.sub(r'value="[^"]*"', "", page) for _status, _genuine, page in (found, unknown)]
    assert told[0] == told[1]
    assert words(client, number="NONE-1-0001", fingerprint=version.sha256)[1] is False


def test_a_draft_is_no_receipt(client, submitted):
    draft = submitted.valid_version()
    type(draft).objects.create(application=submitted, number=2, form_revision=draft.form_revision)
    assert words(client, number=submitted.ref, fingerprint="")[0] == 422


def test_receipt_and_data_file_prove_themselves(client, submitted, tmp_path, settings):
    call_command("make_seal", str(tmp_path), verbosity=0)
    settings.SEAL_KEY_FILE = str(tmp_path / "seal.key")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "public" / "seal.pem")
    version = submitted.valid_version()
    version.refresh_from_db()
    if version.receipt is None:
        render_receipt(version.pk)
        version.refresh_from_db()
    receipt = read_verified(version.receipt)
    assert b"/ETSI.CAdES.detached" in receipt
    assert words(client, file=file(receipt))[:2] == (200, True)
    assert words(client, file=file(receipt + b" "))[:2] == (200, False)
    data = payload.canonical(version.payload)
    assert hashlib.sha256(data).hexdigest() == version.sha256
    assert words(client, file=file(data))[:2] == (200, True)
    assert client.get("/verify/seal.pem").content == (tmp_path / "public" / "seal.pem").read_bytes()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"number": "DRM-1"}, "Give number and fingerprint, or choose a file."),
        ({"number": "DRM-1", "fingerprint": "abc"}, "A fingerprint has 64 characters"),
    ],
)
def test_what_is_missing_is_said(client, given, sentence):
    status, _genuine, page = words(client, **given)
    assert (status, sentence in page) == (422, True)


def test_guessing_is_slowed_down(client):
    given = {"number": "DRM-1", "fingerprint": "0" * 64}
    assert [client.post(URL, given).status_code for _ in range(21)] == [200] * 20 + [429]


def test_without_a_seal_there_is_no_certificate(client):
    assert client.get("/verify/seal.pem").status_code == 404
