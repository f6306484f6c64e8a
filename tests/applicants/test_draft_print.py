"""The draft on paper (feature A28): what is written and what is missing, DRAFT on every page, never older than the draft."""

import io

import pytest
from pypdf import PdfReader

from applicants import services
from applicants.jobs import forget_draft_prints
from applicants.models import DraftPrint
from applicants.tasks import print_draft
from core.files import read_verified
from core.models import StoredFile
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client, now):
    person = people.user("Alice Bianchi")
    client.force_login(person)
    return person


@pytest.fixture
def draft(alice):
    return steps.start(calls.call(team()), alice)


def page(application) -> str:
    return f"{application.get_absolute_url()}draft.pdf"


def pages(content: bytes) -> list[str]:
    return [" ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(content)).pages]


@pytest.fixture
def printed(client, django_capture_on_commit_callbacks):
    """Asks, lets the worker run, and gives what stands on the pages that the person gets."""

    def ask(application) -> list[str]:
        with django_capture_on_commit_callbacks(execute=True):
            client.get(page(application))
        return read(client, application)

    return ask


def read(client, application) -> list[str]:
    answer = client.get(page(application))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return pages(b"".join(answer.streaming_content))


def test_it_says_what_is_written_and_what_is_missing(printed, draft, alice):
    services.save_title(draft, title="Vision control", base=0, by=alice)
    said = printed(draft)
    assert all("DRAFT: not submitted" in one for one in said)
    whole = " ".join(said)
    assert "Vision control" in whole and "It was not submitted, and nothing counts before it is." in whole
    assert "is missing" in whole.lower() and "Nothing: it can be submitted." not in whole
    assert "SHA-256" not in whole and "Receipt" not in whole


def test_a_complete_one_says_so_with_all_answers(printed, draft, alice):
    steps.fill(draft, alice)
    whole = " ".join(printed(draft))
    assert "Nothing: it can be submitted." in whole
    assert "Parts are checked by hand." in whole and "20 000.00" in whole.replace("\u00a0", " ")


def test_it_is_never_older_than_the_draft_and_one_is_kept(printed, draft, alice):
    services.save_title(draft, title="First title", base=0, by=alice)
    assert "First title" in printed(draft)[0]
    old = DraftPrint.objects.get().file_id
    assert "First title" in printed(draft)[0]
    assert DraftPrint.objects.get().file_id == old
    services.save_title(draft, title="Second title", base=1, by=alice)
    assert "Second title" in printed(draft)[0]
    assert DraftPrint.objects.count() == 1 and not StoredFile.objects.filter(pk=old).exists()


def test_it_speaks_the_language_of_the_reader(printed, draft, alice):
    alice.language = "de"
    alice.save()
    printed(draft)
    row = DraftPrint.objects.get()
    assert row.language == "de"
    assert PdfReader(io.BytesIO(read_verified(row.file))).trailer["/Root"]["/Lang"] == "de"


def test_while_it_is_made_the_page_says_so_and_looks_again(client, draft, monkeypatch):
    monkeypatch.setattr("applicants.services.printing.enqueue", lambda *_: None)
    answer = client.get(page(draft))
    assert (answer.status_code, answer["Refresh"]) == (202, "3")
    assert "being made" in answer.content.decode()
    assert print_draft(draft.draft().pk, "en") is True
    assert print_draft(draft.draft().pk, "en") is False
    assert client.get(page(draft)).status_code == 200


def test_nobody_else_gets_it(client, draft):
    client.force_login(people.user("Mallory"))
    assert client.get(page(draft)).status_code == 404
    client.logout()
    assert client.get(page(draft)).status_code == 302
    assert not DraftPrint.objects.exists()


def test_it_goes_when_there_is_no_draft_any_more(client, printed, draft, alice):
    steps.fill(draft, alice)
    printed(draft)
    file = DraftPrint.objects.get().file_id
    assert forget_draft_prints() == 0
    steps.submit(draft, alice)
    assert client.get(page(draft)).status_code == 302
    assert forget_draft_prints() == 1
    assert not DraftPrint.objects.exists() and not StoredFile.objects.filter(pk=file).exists()
