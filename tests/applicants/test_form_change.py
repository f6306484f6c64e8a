"""A published form changes: shown before, told after, drafts move on, what was submitted keeps its form."""

import time
from copy import deepcopy

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client

from applicants import queries, services
from applicants.models import SectionAnswers
from applicants.queries import content_of, dossier
from calls import services as calls_services
from calls.models import CallChange, FormRevision
from calls.queries.actions import next_actions
from core import clock
from core.audit import history
from core.errors import Conflict, DomainError, FourEyesRequired, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.calls.factories import DEFINITION
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    return calls.call(crew)


@pytest.fixture
def alice():
    return people.user("Alice Bianchi")


def changed():
    """`field` is gone, `trl` moved to the files, a needed question is new."""
    made = deepcopy(DEFINITION)
    questions = made["sections"][0]["questions"]
    trl = questions.pop(1)
    questions.pop(1)
    questions.append(
        {"key": "novelty", "type": "long_text", "label": {"en": "What is new?"}, "required": True}
    )
    made["sections"][1]["questions"].append(trl)
    return made


def revise(call, crew, definition=None, reason="Evaluators asked for it."):
    calls_services.begin_revision(call, by=crew.mia)
    calls_services.set_form(call, definition=definition or changed(), by=crew.mia)
    calls_services.propose_revision(call, reason=reason, by=crew.mia)
    return calls_services.publish_revision(call, by=crew.luc)


def test_a_revision_is_made_beside_the_form_in_use(call, crew, alice):
    calls_services.begin_revision(call, by=crew.mia)
    calls_services.set_form(call, definition=changed(), by=crew.mia)

    assert call.current_form().number == 1
    application = steps.start(call, alice)
    assert application.draft().form_revision.number == 1
    assert [one.number for one in FormRevision.objects.filter(call=call)] == [1, 2]
    calls_services.begin_revision(call, by=crew.mia)
    assert FormRevision.objects.filter(call=call).count() == 2
    calls_services.discard_revision(call, by=crew.mia)
    assert FormRevision.objects.get(call=call).definition == DEFINITION
    with pytest.raises(InvalidTransition, match="No change of the form"):
        calls_services.discard_revision(call, by=crew.mia)


def test_the_effect_on_open_drafts_is_counted_before(call, crew, alice):
    application = steps.start(call, alice)
    services.save_answers(
        application, section="idea", values={"problem": "Scrap.", "field": "ai"}, bases={}, by=alice
    )
    steps.start(call, people.user("Bob"))
    assert queries.form_change(call) is None
    calls_services.begin_revision(call, by=crew.mia)
    calls_services.set_form(call, definition=changed(), by=crew.mia)

    change = queries.form_change(call)
    assert (change.number, change.drafts, change.drafts_lacking) == (2, 2, 2)
    assert change.lacking == [("“What is new?”: an answer is missing.", 2)]
    assert [(effect.sentence, effect.answered) for effect in change.effects] == [
        ("New and needed: “What is new?” in “Project idea”.", 0),
        ("“TRL now” is now in “Files”.", 0),
        ("“Field” is no longer asked.", 1),
    ]


def test_publishing_a_revision_is_written_down_told_and_freezes_it(call, crew, alice):
    steps.start(call, alice)
    revise(call, crew)

    change = CallChange.objects.filter(call=call).first()
    assert (change.kind, change.text.split("\n")[0]) == ("form", "Evaluators asked for it.")
    assert "“Field” is no longer asked." in change.text
    assert call.current_form().number == 2
    assert history(call).last().verb == "call.form_revision_published"
    services.announce_change(change.pk)
    letter = OutgoingMessage.objects.get(kind="call_changed")
    assert (
        "Your draft lacks by it" in letter.text and "- “What is new?”: an answer is missing." in letter.text
    )
    assert mail.outbox == []


def test_a_draft_moves_on_when_it_is_saved_and_loses_nothing(call, crew, alice):
    application = steps.start(call, alice)
    values = {"problem": "Scrap.", "trl": 5, "field": "ai"}
    services.save_answers(application, section="idea", values=values, bases={}, by=alice)
    revise(call, crew)
    assert application.draft().form_revision.number == 1

    services.save_answers(application, section="idea", values={"novelty": "All."}, bases={}, by=alice)

    assert application.draft().form_revision.number == 2
    assert {row.section: row.answers for row in SectionAnswers.objects.all()} == {
        "idea": {"problem": "Scrap.", "field": "ai", "novelty": "All."},
        "files": {"trl": 5},
    }
    assert SectionAnswers.objects.get(section="files").field_versions == {"trl": 1}
    assert queries.content.form_gaps(content_of(application.draft())) == []


def test_a_draft_moves_on_by_its_owners_consent(client, call, crew, alice):
    client.force_login(alice)
    application = steps.start(call, alice)
    url = f"{application.get_absolute_url()}form-change/"
    assert client.get(url).status_code == 302
    revise(call, crew)

    section = client.get(f"{application.get_absolute_url()}sections/idea/").content.decode()
    assert "Your draft is on the form as it was when you began" in section
    overview = client.get(application.get_absolute_url()).content.decode()
    assert "Your draft is on the form as it was when you began" in overview
    page = client.get(url).content.decode()
    assert "“Field” is no longer asked." in page and "“What is new?”: an answer is missing." in page
    assert client.post(url).status_code == 302
    assert application.draft().form_revision.number == 2


def test_saving_by_the_button_says_that_the_draft_moved_on(client, call, crew, alice):
    client.force_login(alice)
    application = steps.start(call, alice)
    url = f"{application.get_absolute_url()}sections/idea/"
    revise(
        call,
        crew,
        {**DEFINITION, "sections": [*DEFINITION["sections"], *changed()["sections"][:0]]} | _worded(),
    )
    response = client.post(url, {"problem": "Scrap.", "trl": "5", "do.go": "next"}, follow=True)

    assert "Your draft is on the new form." in response.content.decode()
    assert SectionAnswers.objects.get().answers == {"problem": "Scrap.", "trl": 5}


def _worded():
    made = deepcopy(DEFINITION)
    made["sections"][0]["questions"][0]["label"] = {"en": "Other words"}
    return made


def test_only_the_new_form_is_submitted(call, crew, alice):
    application = steps.fill(steps.start(call, alice), alice)
    revise(call, crew, _worded())
    with pytest.raises(Incomplete) as caught:
        steps.submit(application, alice)
    assert [gap.message for gap in caught.value.gaps] == [
        "The form of this call has changed since you began: look at what is new, and move on to it."
    ]
    services.move_to_current_form(application, by=alice)
    assert steps.submit(application, alice).form_revision.number == 2


def test_what_was_submitted_keeps_its_form_and_a_change_of_it_begins_with_the_new_one(call, crew, alice):
    application = steps.submitted(call, alice)
    revise(call, crew)

    valid = application.valid_version()
    assert valid.form_revision.number == 1
    labels = [answer.label for section in dossier(application, valid).sections for answer in section.answers]
    assert "TRL now" in labels and "What is new?" not in labels
    draft = services.change_application(application, by=alice)
    assert draft.form_revision.number == 2
    assert draft.answers.get(section="files").answers == {"trl": 5}


def test_a_revision_without_a_change_a_reason_or_a_question_is_refused(call, crew):
    calls_services.begin_revision(call, by=crew.mia)
    with pytest.raises(DomainError, match="Nothing has changed"):
        calls_services.propose_revision(call, reason="Why", by=crew.mia)
    with pytest.raises(DomainError, match="Say why"):
        calls_services.propose_revision(call, reason=" ", by=crew.mia)
    calls_services.set_form(call, definition=changed(), by=crew.mia)
    with pytest.raises(Conflict, match="changed this"):
        calls_services.propose_revision(call, reason="Why", by=crew.mia, seen="0123456789abcdef")
    calls_services.set_form(call, definition={"sections": []}, by=crew.mia)
    with pytest.raises(Incomplete, match="cannot be published"):
        calls_services.propose_revision(call, reason="Why", by=crew.mia)


@pytest.fixture
def proposed(call, crew):
    """A change of the form that Mia proposes."""
    calls_services.begin_revision(call, by=crew.mia)
    calls_services.set_form(call, definition=changed(), by=crew.mia)
    calls_services.propose_revision(call, reason=" Evaluators asked for it. ", by=crew.mia)
    return call


def _letters():
    found = OutgoingMessage.objects.filter(kind__startswith="form_change_").order_by("pk")
    return [(one.kind, one.to) for one in found]


def test_a_change_of_the_form_takes_two_managers(proposed, crew):
    with pytest.raises(FourEyesRequired, match="another manager has to put it in force"):
        calls_services.publish_revision(proposed, by=crew.mia)
    with pytest.raises(InvalidTransition, match="Mia Laurent has proposed this change"):
        calls_services.propose_revision(proposed, reason="Again", by=crew.luc)
    with pytest.raises(Conflict, match="changed this"):
        calls_services.publish_revision(proposed, by=crew.luc, seen="0123456789abcdef")
    assert proposed.current_form().number == 1
    calls_services.publish_revision(proposed, by=crew.luc)

    revision = proposed.current_form()
    assert (revision.number, revision.proposed_by, revision.published_by, revision.reason) == (
        2,
        crew.mia,
        crew.luc,
        "Evaluators asked for it.",
    )
    assert _letters() == [
        ("form_change_proposed", crew.luc.email),
        ("form_change_published", crew.mia.email),
    ]
    told = history(proposed).last()
    assert (told.verb, told.actor, told.data["proposed_by"]) == (
        "call.form_revision_published",
        crew.luc,
        crew.mia.pk,
    )


def test_what_changed_after_it_was_proposed_is_proposed_again(proposed, crew):
    calls_services.set_form(proposed, definition=_worded(), by=crew.luc)

    revision = FormRevision.objects.get(call=proposed, frozen_at=None)
    assert (revision.proposed_by, revision.proposed_at, revision.reason) == (None, None, "")
    assert history(proposed).last().verb == "call.form_proposal_cleared"
    with pytest.raises(InvalidTransition, match="proposes the change first"):
        calls_services.publish_revision(proposed, by=crew.luc)


def test_a_proposed_change_is_sent_back_with_the_reason_or_taken_back(proposed, crew):
    calls_services.withdraw_revision(proposed, by=crew.luc, reason=" Too long. ")
    (letter,) = OutgoingMessage.objects.filter(kind="form_change_declined")
    assert (letter.to, "Too long." in letter.text) == (crew.mia.email, True)
    assert history(proposed).last().verb == "call.form_revision_withdrawn"
    with pytest.raises(InvalidTransition, match="withdrawn already"):
        calls_services.withdraw_revision(proposed, by=crew.mia)
    calls_services.propose_revision(proposed, reason="Shorter.", by=crew.mia)
    calls_services.withdraw_revision(proposed, by=crew.mia)
    calls_services.propose_revision(proposed, reason="Shorter.", by=crew.mia)
    calls_services.discard_revision(proposed, by=crew.luc)
    assert [kind for kind, _to in _letters()].count("form_change_declined") == 2
    with pytest.raises(InvalidTransition, match="No change of the form"):
        calls_services.withdraw_revision(proposed, by=crew.luc)


def test_one_person_cannot_propose_and_put_in_force_even_by_sql(proposed, crew):
    with pytest.raises(DatabaseError, match="form_revision_four_eyes"), transaction.atomic():
        FormRevision.objects.filter(call=proposed, frozen_at=None).update(published_by=crew.mia)


def test_the_home_page_asks_the_second_manager(proposed, crew, now):
    with clock.stopped_at(now):
        (asked,) = [one for one in next_actions(crew.luc) if "changed form" in one.title]
        (waits,) = [one for one in next_actions(crew.mia) if "changed form" in one.title]
    url = f"/calls/{proposed.slug}/form-change/"
    assert (asked.title, asked.url, asked.detail, asked.due, asked.waiting_for_others) == (
        f"Put the changed form of {proposed} in force, or say what is missing",
        url,
        "Mia Laurent proposes the change",
        proposed.closes_at,
        False,
    )
    assert (waits.url, waits.waiting_for_others) == (url, True)
    calls_services.publish_revision(proposed, by=crew.luc)
    assert [one for one in next_actions(crew.luc) if "changed form" in one.title] == []


def test_a_form_does_not_change_after_the_deadline_or_before_publication(call, crew):
    draft = calls.call(crew, published=False)
    with pytest.raises(InvalidTransition, match="only between publication and deadline"):
        calls_services.begin_revision(draft, by=crew.mia)
    calls_services.begin_revision(call, by=crew.mia)
    calls_services.set_form(call, definition=changed(), by=crew.mia)
    calls_services.propose_revision(call, reason="Why", by=crew.mia)
    with (
        clock.stopped_at(call.closes_at.replace(year=call.closes_at.year + 1)),
        pytest.raises(InvalidTransition),
    ):
        calls_services.publish_revision(call, by=crew.luc)


@pytest.mark.parametrize("change", ["definition = '{}'", "superseded_at = NULL", "frozen_at = NULL"])
def test_a_superseded_form_cannot_change_even_by_sql(call, crew, change):
    revise(call, crew)
    with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE calls_formrevision SET {change} WHERE call_id = %s AND number = 1", [call.pk])


def _signed_in(person):
    client = Client()
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client


def test_the_page_shows_the_effect_one_proposes_and_another_puts_in_force(call, crew, alice):
    steps.start(call, alice)
    mia, luc = _signed_in(crew.mia), _signed_in(crew.luc)
    url = f"/calls/{call.slug}/form-change/"
    assert mia.get(url).url == f"/calls/{call.slug}/edit/form/"
    mia.post(f"/calls/{call.slug}/edit/form/revise/")
    calls_services.set_form(call, definition=changed(), by=crew.mia)
    page = mia.get(url)
    assert "1 of 1 open drafts will lack something" in page.content.decode()
    assert mia.post(url, {"reason": ""}).status_code == 422
    seen = page.context["form"]["seen"].value()
    assert mia.post(url, {"reason": "Asked for.", "seen": seen}).status_code == 302
    waiting = mia.get(url).content.decode()
    assert "Waits for a second manager" in waiting and "Put the new form in force" not in waiting
    refused = mia.post(url, {"seen": seen})
    assert refused.status_code == 422 and "You proposed this change yourself" in refused.content.decode()
    assert "Asked for." in luc.get(url).content.decode()
    kept = luc.post(url, {"do": "withdraw", "reason": "x" * 1001})
    assert kept.status_code == 422 and "x" * 1001 in kept.content.decode()
    assert luc.post(url, {"seen": seen}).status_code == 302
    assert call.current_form().number == 2
