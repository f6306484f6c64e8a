"""A writer completes the application, those who sign submit it or send it back (A29)."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from applicants import queries, services
from core import clock
from core.errors import DeadlinePassed, DomainError, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """Bob writes, Alice signs; the draft is complete."""
    alice, bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
    firm = people.organisation(members=[alice])
    Membership.objects.create(user=bob, organisation=firm, role="member")
    return steps.fill(steps.start(calls.call(team()), bob, firm), bob), alice, bob


def sent(kind):
    return [message.recipient for message in OutgoingMessage.objects.filter(kind=kind).order_by("pk")]


def titles(user):
    return [(line.title.split(" “")[0], line.waiting_for_others) for line in queries.next_actions(user)]


def test_writer_sends_and_signatory_submits(scene, client):
    application, alice, bob = scene
    client.force_login(bob)
    url = application.get_absolute_url()
    assert "Send it to be signed" in client.get(f"{url}check/").content.decode()
    page = client.get(f"{url}signature/").content.decode()
    assert "This is not the submission" in page and "Alice Bianchi" in page
    answer = client.post(f"{url}signature/", {"words": "Mind the budget."}, follow=True).content.decode()
    assert "It is not submitted yet" in answer and application.valid_version() is None
    assert sent("signature_requested") == [alice]
    assert [titles(alice), titles(bob)] == [
        [("Sign and submit", False)],
        [("“Vision control for short steel series” waits to be signed", True)],
    ]
    client.force_login(alice)
    assert "Mind the budget." in client.get(url).content.decode()
    with pytest.raises(DomainError, match="already"):
        services.send_for_signature(application, by=bob)
    version = steps.submit(application, alice)
    assert version.signature_requests.get().answer == "submitted"


def test_signatory_sends_back_with_words_and_the_draft_is_sent_again(scene, client):
    application, alice, bob = scene
    services.send_for_signature(application, by=bob)
    client.force_login(alice)
    url = f"{application.get_absolute_url()}signature/back/"
    silent = client.post(url, {"words": " "})
    assert (silent.status_code, "Say what has to be changed." in silent.content.decode()) == (422, True)
    page = client.post(url, {"words": "The budget is last year's."}, follow=True).content.decode()
    assert "The budget is last year&#x27;s." in page and sent("signature_returned") == [bob]
    with pytest.raises(InvalidTransition):
        services.end_signature_request(application, words="again", by=alice)
    assert titles(alice) == [("Finish and submit", False)]
    services.send_for_signature(application, by=bob)
    services.end_signature_request(application, by=bob)
    assert queries.signature_of(application.draft()) is None
    assert len(sent("signature_returned")) == 1


def test_only_a_complete_draft_is_sent_and_only_in_time(scene):
    application, _alice, bob = scene
    late = application.call.closes_at + timedelta(milliseconds=1)
    with pytest.raises(DeadlinePassed):
        services.send_for_signature(application, by=bob, arrived=late)
    services.save_title(application, title="", base=1, by=bob)
    with pytest.raises(Incomplete) as caught:
        services.send_for_signature(application, by=bob)
    assert [gap.message for gap in caught.value.gaps] == ["The project has no title yet."]
    assert (sent("signature_requested"), application.draft().signature_requests.count()) == ([], 0)


def test_nobody_signs_is_told_and_a_draft_thrown_away_waits_no_more(scene):
    application, alice, bob = scene
    request = services.send_for_signature(application, by=bob)
    services.discard_draft(application, by=bob)
    request.refresh_from_db()
    assert request.answer == "taken_back"
    draft = services.change_application(application, by=bob)
    assert draft.signature_requests.count() == 0
    Membership.objects.filter(user=alice).update(ended_at=clock.now())
    services.save_title(application, title="Again", base=0, by=bob)
    steps.fill(application, bob, title="Again")
    with pytest.raises(DomainError, match="Nobody signs for"):
        services.send_for_signature(application, by=bob)
