"""The thread of an application: both sides write, everybody who should hears of it, nobody else reads it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.models import Membership
from applicants import queries, services
from applicants.models import Message
from core import clock
from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage
from core.outbox import store_message
from tests.accounts import factories as people
from tests.applicants import factories as make
from tests.applicants import steps
from tests.calls import factories as calls
from tests.evaluation import factories as evaluation
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


@pytest.fixture
def file(crew, alice, now):
    return make.application(calls.call(crew), by=alice)


def mails(kind):
    return OutgoingMessage.objects.filter(kind=kind).order_by("pk")


def lines(user):
    return [(line.title, line.url) for line in queries.next_actions(user) if "messages" in line.url]


def test_write_to_office_tells_the_managers_the_first_line_alone(file, crew, alice):
    services.record_recusal(file, user=crew.luc, reason="My brother works there", by=crew.mia)
    services.write_to_office(file, text="May we add a photo?\n\nOur account is IT60 X054.", by=alice)
    (mail,) = mails("applicant_wrote")
    assert mail.recipient == crew.mia
    assert "May we add a photo?" in mail.text
    assert "IT60" not in mail.text + mail.html
    assert f"/calls/{file.call.slug}/applications/{file.ref}/messages/" in mail.text


def test_write_to_applicant_tells_everybody_who_works_there_and_counts_as_unread(file, crew, alice):
    bob = people.user("Bob Ferri")
    Membership.objects.create(user=bob, organisation=file.organisation, role="member")
    services.write_to_applicant(file, text="Please send the offer.", by=crew.mia)
    assert {mail.recipient for mail in mails("office_wrote")} == {alice, bob}
    url = f"/applications/{file.ref}/messages/"
    title = "Read what the call office wrote about “Vision control for short steel series”"
    assert lines(bob) == lines(alice) == [(title, url)]
    services.read_messages(file, by=bob)
    assert (lines(bob), lines(alice), queries.unread(file, alice)) == ([], [(title, url)], 1)


def test_what_waits_is_told_to_managers_until_it_is_answered_or_settled(file, crew, alice, now):
    url = f"/calls/{file.call.slug}/applications/messages/"
    services.write_to_office(file, text="First.", by=alice)
    with clock.stopped_at(now + timedelta(days=2)):
        services.write_to_office(file, text="Second.", by=alice)
        other = make.application(file.call, by=people.user("Carla"))
        services.write_to_office(other, text="Hello.", by=other.created_by)
    assert lines(crew.mia) == [("Answer 2 applicants", url)]
    assert lines(crew.fred) == []
    threads = queries.threads_of(crew.mia, file.call)
    assert [(one.application, one.waiting_since, one.messages) for one in threads] == [
        (file, now, 2),
        (other, now + timedelta(days=2), 1),
    ]
    services.write_to_applicant(file, text="Yes.", by=crew.mia)
    assert lines(crew.mia) == [("Answer 1 applicant", url)]
    services.settle_messages(other, by=crew.luc)
    assert (lines(crew.mia), queries.unread(other, other.created_by)) == ([], 0)
    assert mails("office_wrote").count() == 1
    with pytest.raises(InvalidTransition):
        services.settle_messages(other, by=crew.luc)


def test_write_twice_the_same_is_kept_once_and_without_words_refused(file, alice):
    first = services.write_to_office(file, text=" Hello. ", by=alice)
    assert services.write_to_office(file, text="Hello.", by=alice) == first
    with pytest.raises(DomainError) as caught:
        services.write_to_office(file, text=" \n", by=alice)
    assert (caught.value.field, Message.objects.count(), mails("applicant_wrote").count()) == ("text", 1, 2)


def test_write_about_a_draft_or_something_withdrawn_is_refused(file, alice, crew):
    draft = make.application(file.call, by=people.user("Dora"), submitted=False)
    services.withdraw_application(file, by=alice)
    for one in (draft, file):
        with pytest.raises(InvalidTransition):
            services.write_to_office(one, text="Hello.", by=alice)


def test_what_was_written_is_kept_by_postgresql(file, alice):
    message = services.write_to_office(file, text="Hello.", by=alice)
    for change in (lambda row: row.update(text="Bye."), lambda row: row.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Message.objects.filter(pk=message.pk))


def test_pages_of_the_thread_write_read_and_open_the_file_for_both_sides(client, file, crew, alice):
    client.force_login(alice)
    url = f"{file.get_absolute_url()}messages/"
    damaged = SimpleUploadedFile("offer.pdf", b"no pdf at all")
    refused = client.post(url, {"text": "Here is <b>our</b> offer.", "file": damaged})
    assert refused.status_code == 422
    assert "is not really a PDF file" in refused.content.decode()
    assert "Here is &lt;b&gt;our&lt;/b&gt; offer." in refused.content.decode()
    sent = client.post(url, {"text": "Here is <b>our</b> offer.", "file": steps.pdf()})
    assert (sent.status_code, sent.url) == (302, url)
    message = Message.objects.get()

    client.force_login(crew.mia)
    office = f"/calls/{file.call.slug}/applications/{file.ref}/messages/"
    page = client.get(office).content.decode()
    assert "Here is &lt;b&gt;our&lt;/b&gt; offer." in page
    assert "No answer is needed" in page
    assert client.get(f"{office}{message.ref}/file/").headers["Content-Type"] == "application/pdf"
    assert client.post(office, {"text": "Thank you."}).url == office
    listed = client.get(f"/calls/{file.call.slug}/applications/messages/").content.decode()
    assert "Answered" in listed
    assert file.ref in listed

    client.force_login(crew.ann)
    assert "Thank you." in client.get(office).content.decode()
    assert client.post(office, {"text": "I too."}).status_code == 403

    client.force_login(alice)
    assert "1 new" in client.get(file.get_absolute_url()).content.decode()
    assert "Thank you." in client.get(url).content.decode()
    assert "1 new" not in client.get(file.get_absolute_url()).content.decode()
    assert client.get(f"{url}{message.ref}/file/").status_code == 200
    assert Message.objects.count() == 2


def test_evaluators_never_reach_the_thread(client, now):
    scene = evaluation.declared(evaluation.scene(files=1))
    (file,) = scene.files
    message = services.write_to_office(file, text="Hello.", by=file.created_by)
    client.force_login(scene.evaluators[0].user)
    for url in (
        f"{file.get_absolute_url()}messages/",
        f"/calls/{scene.call.slug}/applications/{file.ref}/messages/",
        f"{file.get_absolute_url()}messages/{message.ref}/file/",
    ):
        assert client.get(url).status_code == 404


def test_the_office_sees_on_the_file_whom_mail_does_not_reach(client, file, crew, alice):
    client.force_login(crew.mia)
    page = f"/calls/{file.call.slug}/applications/{file.ref}/"
    assert "came back" not in client.get(page).text
    mail = store_message("test", to=alice, email="", subject="Your receipt", text="Hello")
    OutgoingMessage.objects.filter(pk=mail.pk).update(refused_at=clock.now())
    assert f"Mail to {alice.full_name} ({alice.email}) came back" in client.get(page).text
