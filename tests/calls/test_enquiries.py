"""Questions about a call: asked by anybody, answered to everybody, never to one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from applicants.jobs import announce_call_changes
from calls import queries, services
from calls.models import CallChange, Enquiry, Wording
from core import clock
from core.errors import Conflict, DeadlinePassed, DomainError, InvalidTransition
from core.models import AuditEvent, OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories
from tests.calls.conftest import ready_call
from tests.calls.pages import page_url, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(team, now) -> Any:
    return factories.call(team)


def asked(call: Any, words: str = "May we buy a laser?", **who: Any) -> Enquiry:
    return services.ask_question(call, text=words, **(who or {"email": "Rosa@Example.org"}))


def answered(call: Any, *enquiries: Enquiry, text: str = "Yes, if it is used in the project.") -> Any:
    refs = [one.ref for one in enquiries]
    by = call.created_by
    return services.publish_answer(call, enquiries=refs, question="Is a laser eligible?", text=text, by=by)


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMessage.objects.filter(kind=kind).values_list("to", flat=True))


@pytest.mark.parametrize(
    ("closes", "days", "until"),
    [
        (
            datetime(2027, 4, 2, 15, tzinfo=UTC),
            7,
            datetime(2027, 3, 26, 16, tzinfo=UTC),
        ),  # over the spring gap
        (datetime(2027, 4, 2, 15, tzinfo=UTC), 0, datetime(2027, 4, 2, 15, tzinfo=UTC)),
    ],
)
def test_questions_end_some_days_before_the_deadline_at_its_hour(closes, days, until):
    call = factories.Call(closes_at=closes, questions_days=days)
    assert call.questions_until == until


def test_a_question_is_taken_until_its_last_instant_and_a_later_deadline_moves_it(call, team):
    with clock.stopped_at(call.questions_until):
        asked(call)
    with clock.stopped_at(call.questions_until + timedelta(milliseconds=1)):
        with pytest.raises(DeadlinePassed, match="taken until Monday 12 April 2027, 11:00"):
            asked(call, "Too late?")
        later = call.closes_at + timedelta(days=7)
        services.extend_deadline(call, closes_at=later, reason="Requests.", by=team.mia)
        call.refresh_from_db()
        asked(call, "In time again?")
    assert Enquiry.objects.count() == 2


def test_a_call_that_is_not_published_takes_no_question(ready, team, call):
    services.cancel_call(call, reason="Merged.", by=team.mia)
    call.refresh_from_db()
    for one in (ready, call):
        with pytest.raises(InvalidTransition):
            asked(one)


def test_the_same_question_of_the_same_asker_is_kept_once(call):
    first = asked(call)
    assert asked(call, email=" rosa@example.org ") == first
    assert asked(call, email="other@example.org") != first


def test_one_answer_to_several_goes_to_everybody_once(call, team):
    """Asker with a draft: one mail. Asker without: one mail. Draft without a question: one mail."""
    alice, bob = people.user("Alice Bianchi"), people.user("Bob Ferri")
    steps.start(call, alice)
    steps.start(call, bob)
    answer = answered(call, asked(call, by=alice), asked(call, "A laser?"), asked(call, "Laser??"))
    assert (answer.number, announce_call_changes(), announce_call_changes()) == (1, 3, 0)
    assert mails("call_changed") == sorted([alice.email, bob.email])
    assert mails("question_answered") == ["rosa@example.org"]
    mail = OutgoingMessage.objects.get(kind="question_answered")
    assert mail.subject == f"Your question is answered: {call}"
    assert "Is a laser eligible?\n\nYes, if it is used in the project." in mail.text
    assert f"http://testserver{call.get_absolute_url()}#answer-1" in mail.text
    told = AuditEvent.objects.get(verb="call.question_answered")
    assert (told.data["number"], len(told.data["enquiries"]), told.actor) == (1, 3, team.mia)


def test_what_was_dealt_with_is_not_dealt_with_again(call, team):
    one = asked(call)
    answered(call, one)
    with pytest.raises(Conflict):
        answered(call, one)
    assert Wording.objects.count() == 1
    with pytest.raises(Conflict):
        services.set_enquiry_aside(call, enquiry=one.ref, reason="Spam.", by=team.mia)
    with pytest.raises(Conflict):
        services.point_to_answer(call, enquiries=[one.ref], number=1, by=team.mia)


def test_a_wording_that_tells_who_asked_is_refused(call, team):
    alice = people.user("Alice Bianchi")
    for who, words in (
        ({"by": alice}, "As alice bianchi says: yes."),
        ({"by": alice}, f"Dear {alice.email}"),
        ({"email": "rosa@example.org"}, "To ROSA@example.org: yes."),
    ):
        with pytest.raises(DomainError, match="tells who asked") as caught:
            answered(call, asked(call, **who), text=words)
        assert caught.value.field == "text"
    assert Wording.objects.count() == 0


def test_what_is_answered_already_is_only_pointed_to(call, team):
    answered(call)
    changes = CallChange.objects.count()
    services.point_to_answer(call, enquiries=[asked(call).ref], number=1, by=team.mia)
    assert (CallChange.objects.count(), mails("question_answered_already")) == (changes, ["rosa@example.org"])
    services.withdraw_answer(call, number=1, reason="Wrong.", by=team.mia)
    with pytest.raises(InvalidTransition, match="withdrawn"):
        services.point_to_answer(call, enquiries=[asked(call, "Again?").ref], number=1, by=team.mia)


def test_corrections_and_withdrawal_stay_to_be_read(call, team, client):
    answered(call, asked(call))
    again = {"question": "Is a laser eligible?", "text": "Only its rent.", "by": team.luc}
    with pytest.raises(DomainError, match="Say why"):
        services.correct_answer(call, number=1, reason=" ", **again)
    services.correct_answer(call, number=1, reason="The list says rent.", **again)
    with pytest.raises(DomainError, match="Nothing has changed"):
        services.correct_answer(call, number=1, reason="Twice.", **again)
    services.withdraw_answer(call, number=1, reason="Superseded by the guide.", by=team.mia)
    (one,) = queries.published_answers(call)
    assert [row.text for row in (one.now, *one.earlier)] == [
        "Only its rent.",
        "Only its rent.",
        "Yes, if it is used in the project.",
    ]
    assert one.now.is_withdrawn
    page = text(client.get(call.get_absolute_url()))
    assert "Superseded by the guide. The answer no longer counts." in page
    assert "Yes, if it is used in the project." in page
    announce_call_changes()
    assert mails("question_answered") == ["rosa@example.org"] * 3


def test_postgresql_keeps_what_an_answer_said(call):
    answered(call)
    for act in (
        lambda: Wording.objects.update(text="Something else."),
        lambda: Wording.objects.all().delete(),
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            act()


def test_what_is_no_question_ends_with_a_reason_to_its_author(call, team):
    one = asked(call, "Buy cheap watches")
    with pytest.raises(DomainError, match="Say why"):
        services.set_enquiry_aside(call, enquiry=one.ref, reason="", by=team.mia)
    services.set_enquiry_aside(call, enquiry=one.ref, reason="This is advertising.", by=team.mia)
    (mail,) = OutgoingMessage.objects.filter(kind="question_set_aside")
    assert (mail.to, "This is advertising." in mail.text) == ("rosa@example.org", True)


def test_home_of_a_manager_says_what_waits_and_until_when(call, team):
    first = asked(call)
    asked(call, "And a robot?")
    answered(call, asked(call, "Answered?"))
    (line,) = [one for one in queries.next_actions(team.luc) if "Answer" in one.title]
    assert (line.title, line.due) == (f"Answer 2 questions about {call}", first.asked_at + timedelta(days=5))
    assert line.url == page_url("enquiry_list", call)


def test_asking_and_answering_on_the_pages(call, team, client, mia):
    sent = client.post(page_url("call_ask", call), {"text": "May we buy a laser?", "email": "nobody"})
    assert sent.status_code == 422 and "May we buy a laser?" in text(sent)
    sent = client.post(
        page_url("call_ask", call), {"text": "May we buy a laser?", "email": "rosa@example.org"}
    )
    assert sent.headers["Location"] == call.get_absolute_url()
    one = Enquiry.objects.get()
    page = text(mia.get(page_url("enquiry_list", call)))
    assert "May we buy a laser?" in page and "rosa" not in page
    none = mia.get(page_url("enquiry_answer", call), {"chosen": "1"}, follow=True)
    assert "Choose at least one question." in text(none)
    form = mia.get(page_url("enquiry_answer", call), {"about": one.ref})
    assert form.context["form"]["question"].value() == one.text
    wording = {"about": [one.ref], "question": "Is a laser eligible?", "text": "**Yes.**"}
    assert mia.post(page_url("enquiry_answer", call), {**wording, "text": ""}).status_code == 422
    assert mia.post(page_url("enquiry_answer", call), wording).status_code == 302
    page = text(client.get(call.get_absolute_url()))
    assert "Is a laser eligible?" in page and "<strong>Yes.</strong>" in page
    assert f'href="{page_url("call_ask", call)}"' in page
    news = text(client.get("/calls.atom"))
    assert f"{call.title}: Question answered" in news


def test_questions_from_one_address_are_limited(call, client):
    for number in range(11):
        sent = client.post(
            page_url("call_ask", call), {"text": f"Question {number}?", "email": "rosa@example.org"}
        )
    assert (sent.status_code, Enquiry.objects.count()) == (429, 10)


def test_days_for_questions_are_set_with_the_dates(team, now):
    call = ready_call(team, now)
    dates = {
        "opens_at": call.opens_at,
        "closes_at": call.opens_at + timedelta(days=70),
        "decision_by": None,
        "agreement_by": None,
        "project_months": 12,
        "by": team.mia,
    }
    assert services.change_dates(call, questions_days=21, **dates).questions_days == 21
    assert services.change_dates(call, **dates).questions_days == 21
    with pytest.raises(DomainError, match="Questions would end before the call opens") as caught:
        services.change_dates(call, questions_days=70, **dates)
    assert caught.value.field == "questions_days"
