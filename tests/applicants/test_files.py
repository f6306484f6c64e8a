"""Files of a draft: checked, replaced, removed, and never lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applicants import queries, services
from core.errors import DeadlinePassed, DomainError
from core.files import read_verified
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


@pytest.fixture
def application(alice):
    return steps.start(calls.call(team()), alice)


def add(application, alice, upload, **more):
    return services.add_attachment(application, question="offer", upload=upload, by=alice, **more)


def present(application):
    return [a.file.name for a in application.draft().attachments.filter(removed_at=None)]


def test_add_attachment_keeps_the_file_with_its_fingerprint(application, alice):
    upload = steps.pdf()
    content = upload.read()
    upload.seek(0)
    attachment = add(application, alice, upload)
    assert (present(application), read_verified(attachment.file)) == (["offer.pdf"], content)


def test_add_attachment_in_the_place_of_another_keeps_the_old_row(application, alice):
    old = add(application, alice, steps.pdf("old.pdf", words="old"))
    new = add(application, alice, steps.pdf("new.pdf", words="new"), replaces=old.ref)
    old.refresh_from_db()
    assert (present(application), old.removed_at is not None, new.removed_at) == (["new.pdf"], True, None)


@pytest.mark.parametrize(
    "upload, sentence",
    [
        (lambda: SimpleUploadedFile("empty.pdf", b""), "is empty"),
        (lambda: SimpleUploadedFile("fake.pdf", b"GIF89a not a pdf"), "not really a PDF"),
        (lambda: SimpleUploadedFile("broken.pdf", b"%PDF-1.7 broken"), "cannot be opened"),
        (lambda: SimpleUploadedFile("run.exe", b"MZ"), "not a kind of file"),
        (steps.png, "not a kind of file"),
    ],
)
def test_add_attachment_refuses_what_it_cannot_take_and_keeps_the_rest(application, alice, upload, sentence):
    add(application, alice, steps.pdf())
    with pytest.raises(DomainError, match=sentence):
        add(application, alice, upload())
    assert present(application) == ["offer.pdf"]


def test_add_attachment_refuses_what_is_too_large_with_both_figures(application, alice, settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    large = SimpleUploadedFile("large.pdf", b"%PDF-" + b"0" * 2 * 1024 * 1024)
    with pytest.raises(DomainError, match=r"“large.pdf” has 2\.0 MB; at most 1 MB"):
        add(application, alice, large)


def test_add_attachment_refuses_the_same_file_and_too_many(application, alice):
    for number in range(5):
        add(application, alice, steps.pdf(f"{number}.pdf", words=str(number)))
        with pytest.raises(DomainError, match=r"same file|5 files already"):
            add(application, alice, steps.pdf("again.pdf", words=str(number)))
    with pytest.raises(DomainError, match="5 files already"):
        add(application, alice, steps.pdf("six.pdf", words="six"))


def test_add_attachment_to_no_question_of_the_form_is_refused(application, alice):
    with pytest.raises(DomainError, match="does not ask for this file"):
        services.add_attachment(application, question="problem", upload=steps.pdf(), by=alice)


def test_add_attachment_late_is_refused(application, alice, now):
    from datetime import timedelta

    with pytest.raises(DeadlinePassed):
        add(application, alice, steps.pdf(), arrived=application.call.closes_at + timedelta(milliseconds=1))


def test_remove_attachment_marks_it_and_is_refused_twice(application, alice):
    attachment = add(application, alice, steps.pdf())
    services.remove_attachment(application, ref=attachment.ref, by=alice)
    assert present(application) == []
    with pytest.raises(DomainError, match="not in the draft any more"):
        services.remove_attachment(application, ref=attachment.ref, by=alice)


def test_a_file_that_the_virus_scanner_refuses_later_stands_in_the_way_of_the_submission(application, alice):
    draft = steps.fill(application, alice)
    made = services.add_attachment(draft, question="offer", upload=steps.pdf(), by=alice)
    made.file.scan = "refused"
    made.file.save(update_fields=["scan"])
    found = queries.gaps(queries.content_of(draft.draft()))
    assert [(gap.message, gap.target.rpartition("/")[2]) for gap in found] == [
        ("The virus scanner refuses “offer.pdf”: remove it, or replace it.", "#div_id_offer")
    ]
