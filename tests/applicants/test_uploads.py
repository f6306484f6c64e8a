"""A file comes part by part; a lost connection costs one part, and what is refused is refused before it is sent."""

from datetime import timedelta

import pytest

from applicants import jobs, services
from applicants.models import PartialUpload, UploadPart
from core import clock
from core.errors import DomainError
from core.files import read_verified
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(client, now):
    alice = people.user("Alice Bianchi")
    draft = steps.start(calls.call(team()), alice)
    client.force_login(alice)
    return draft, alice


def content() -> bytes:
    upload = steps.pdf()
    return upload.read()


def begin(client, draft, **more):
    sent = {"question": "offer", "name": "offer.pdf", "size": len(content()), **more}
    return client.post(f"{draft.get_absolute_url()}uploads/", sent)


def send(client, url, part, at):
    answer = client.post(url, part, content_type="application/octet-stream", headers={"X-Offset": str(at)})
    return answer.status_code, answer.json()


def test_parts_make_the_file_and_a_part_that_came_already_tells_where_to_go_on(scene, client) -> None:
    draft, _alice = scene
    whole = content()
    url = begin(client, draft).json()["url"]
    assert send(client, url, whole[:100], 0) == (200, {"offset": 100})
    assert send(client, url, whole[:100], 0) == (
        409,
        {"offset": 100},
    )  # its answer was lost, it is sent again
    assert begin(client, draft).json() == {"url": url, "offset": 100}  # the page was loaded again
    assert send(client, url, whole[100:], 100) == (200, {"offset": len(whole), "done": True})
    (kept,) = draft.draft().attachments.select_related("file")
    assert (kept.file.name, read_verified(kept.file)) == ("offer.pdf", whole)
    assert (PartialUpload.objects.count(), UploadPart.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("announced", "why"),
    [
        ({"name": "offer.exe"}, "not a kind of file"),
        ({"size": 21 * 1024 * 1024}, "at most 20 MB"),
        ({"size": 0}, "is empty"),
        ({"size": "many"}, "is empty"),
        ({"question": "problem"}, "does not ask for this file"),
    ],
)
def test_what_is_not_taken_is_refused_before_a_byte_is_sent(scene, client, announced, why) -> None:
    answer = begin(client, scene[0], **announced)
    assert (answer.status_code, why in answer.json()["message"]) == (422, True)
    assert PartialUpload.objects.count() == 0


def test_a_file_that_is_not_what_its_name_says_is_refused_when_it_is_whole(scene, client) -> None:
    draft, _alice = scene
    url = begin(client, draft, size=4).json()["url"]
    assert send(client, url, b"12345", 0)[0] == 422  # more than was announced
    status, said = send(client, url, b"1234", 0)
    assert (status, "not really a PDF" in said["message"]) == (422, True)
    assert (PartialUpload.objects.count(), draft.draft().attachments.count()) == (0, 0)


def test_an_upload_is_closed_to_others_and_forgotten_after_a_day(scene, client, now) -> None:
    draft, alice = scene
    url = begin(client, draft).json()["url"]
    client.force_login(people.user("Bob Ferri"))
    assert client.post(url).status_code == 404
    with clock.stopped_at(now + timedelta(hours=23)):
        assert jobs.forget_unfinished_uploads() == 0
    with clock.stopped_at(now + timedelta(hours=25)):
        assert jobs.forget_unfinished_uploads() == 1
    for number in range(10):
        services.begin_upload(draft, question="offer", name=f"{number}.pdf", size=1, by=alice)
    with pytest.raises(DomainError, match="Too many files"):
        services.begin_upload(draft, question="offer", name="more.pdf", size=1, by=alice)
