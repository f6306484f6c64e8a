"""QS17: a person who asked is gone from everything that is kept, but for what the law keeps; nobody is erased by surprise."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import services as accounts
from accounts.adapter import record_new_address
from accounts.models import ErasureRequest, Membership, User
from applicants import services as applicants
from applicants.models import Message, Version
from calls import services as call_services
from core import clock
from core.errors import FourEyesRequired, Incomplete, InvalidTransition
from core.files import store_bytes
from core.jobs import delete_doomed_files, deliver_pending
from core.models import AuditEvent, OutgoingMessage, StoredFile
from core.outbox import store_message
from core.traces import traces
from desk import services
from desk.erasure.holds import HOLDS
from desk.erasure.plan import obstacles
from desk.jobs import erase_people
from evaluation import services as judging
from evaluation.models import Assignment
from grants.models import Agreement, Payment
from tests import world
from tests.accounts import factories as people
from tests.applicants import steps
from tests.desk import canaries
from tests.desk.test_personal import signed_in
from tests.evaluation import factories as evaluation

NAME, ADDRESS, OLD = "Zyxwine Canarybird", "zyxwine@canary.example", "older@canary.example"

HELD = {
    # what was submitted, sealed by its hash, and its title in receipts that colleagues got; shared work is the organisation's
    "SUBMITTED": {
        "applicants_version.payload",
        "applicants_version.title",
        "applicants_sectionanswers.answers",
        "core_outgoingmessage.text",
        "core_outgoingmessage.html",
    },
    # the record of a procedure that may be objected to
    "MESSAGE": {"applicants_message.text"},
    "CONFLICT": {"evaluation_conflictdeclaration.details"},
    "SCORING": {"evaluation_score.reason"},
}
"""The legal-hold set, place by place; see `desk/erasure/holds.py` for the reasons. A canary anywhere else fails the test."""

HELD_NAME = {"grants_agreement.signed_name", "grants_agreement.data", "applicants_version.payload"}
"""Signatures, and who is named in what was submitted."""

GONE = [
    *(
        "STREET",
        "NATURAL",
        "REGISTERED",
        "TOWN",
        "WEBSITE",
        "DRAFTTITLE",
        "DRAFTANSWER",
        "DRAFTFILE",
        "INSIDEFILE",
    ),
    *(
        "JOINWORDS",
        "QUESTION",
        "SEARCHWORD",
        "PASSKEY",
        "TASKWORDS",
        "SIGNWORDS",
        "ORPHANFILE",
        "PARTNERWORDS",
    ),
    "WORKPLACE",
]


def canary(what: str) -> str:
    return f"qzx-{what.lower()}-canary"


@pytest.fixture
def cast(now, monkeypatch, tmp_path):
    """A world in which Alice's part is played by the person of the canaries, with private files of its own."""
    monkeypatch.setattr(StoredFile._meta.get_field("content").storage, "location", str(tmp_path))
    played = []
    made = people.user

    def user(name="Charlie Stranger", **fields):
        if name == "Alice Bianchi" and not played:
            played.append(made(NAME, email=ADDRESS, **fields))
            return played[0]
        return made(name, **fields)

    monkeypatch.setattr(people, "user", user)
    return world.build()


def type_everywhere(cast) -> User:
    """The person types something about themselves wherever a form takes it."""
    person, bob, firm = cast.people["alice"], cast.people["bob"], cast.things["firm"]
    _account(person)
    accounts.ask_to_join(people.organisation("Another"), words=canary("JOINWORDS"), by=person)
    accounts.invite_colleague(
        people.organisation("Third", members=[bob]), email=ADDRESS, role="member", by=bob
    )
    accounts.invite_colleague(firm, email="colleague@example.org", role="member", by=person)
    call = cast.things["open_call"]
    call_services.ask_question(call, text=canary("QUESTION"), by=person)
    call_services.subscribe(search={"text": canary("SEARCHWORD")}, by=person)
    call_services.subscribe(call=call, email=ADDRESS)
    _alone(person, call)
    _shared(person, bob, firm, cast)
    _judged(person)
    written = {
        "subject": f"About {NAME}",
        "text": f"{NAME} <{ADDRESS}> wrote. {canary('KEPTWORDS')}",
        "html": f"<p>{NAME}</p>",
    }
    store_message("test", to=bob, email="", **written)
    deliver_pending()
    return person


def _account(person: User) -> None:
    Authenticator.objects.create(
        user=person, type="webauthn", data={"name": canary("PASSKEY"), "credential": {}}
    )
    old, new = (person.emailaddress_set.model(user=person, email=one) for one in (OLD, ADDRESS))
    record_new_address(user=person, from_email_address=old, to_email_address=new)
    Client().post("/account/login/", {"login": ADDRESS, "password": "wrong"})
    Client().force_login(person)
    with transaction.atomic():
        store_bytes(
            canary("ORPHANFILE").encode(), name=canary("ORPHANFILE"), media_type="application/pdf", by=person
        )


def _alone(person: User, call) -> None:
    """A natural person who never submitted."""
    own = people.organisation(
        canary("NATURAL"),
        members=[person],
        size="person",
        street=canary("STREET"),
        registration_number=canary("REGISTERED"),
        town=canary("TOWN"),
        website=f"https://{canary('WEBSITE')}.example",
    )
    draft = steps.start(call, person, own)
    applicants.save_title(draft, title=canary("DRAFTTITLE"), base=0, by=person)
    applicants.save_answers(
        draft, section="idea", values={"problem": canary("DRAFTANSWER")}, bases={}, by=person
    )
    applicants.add_attachment(
        draft,
        question="offer",
        upload=steps.pdf(f"{canary('DRAFTFILE')}.pdf", words=canary("INSIDEFILE")),
        by=person,
    )


def _shared(person: User, bob: User, firm, cast) -> None:
    """Work of a firm in which Bob signs as well."""
    Membership.objects.filter(user=bob, organisation=firm).update(role="signatory")
    draft = steps.start(cast.things["open_call"], person, firm)
    applicants.give_question(
        draft, section="idea", question="problem", assignee=bob, by=person, words=canary("TASKWORDS")
    )
    steps.fill(draft, person, title=canary("SUBMITTED"))
    applicants.save_answers(
        draft, section="idea", values={"problem": canary("SUBMITTED")}, bases={"problem": 1}, by=person
    )
    applicants.send_for_signature(draft, by=person, words=canary("SIGNWORDS"))
    steps.submit(draft, person)
    withdrawn = draft
    applicants.withdraw_application(withdrawn, by=bob)
    applicants.write_to_office(cast.things["submitted"], text=canary("MESSAGE"), by=person)
    asked = cast.things["participation"]
    applicants.answer_participation(asked, confirms=False, by=person, words=canary("PARTNERWORDS"))


def _judged(person: User) -> None:
    """The person evaluates elsewhere, and is done."""
    scene = evaluation.scene(files=2, evaluators=1)
    mine = evaluation.evaluator(scene.round, NAME, user=person, organisation_name=canary("WORKPLACE"))
    type(mine).objects.filter(pk=mine.pk).update(interests=canary("CONFLICTED WITH"))
    scene.evaluators.append(mine)
    evaluation.scoring(scene)
    first, second = Assignment.objects.filter(evaluator=mine).order_by("pk")
    judging.declare_absence(first, by=person)
    judging.declare_conflict(second, details=canary("CONFLICT"), by=person)
    codes = [one.code for one in scene.call.criteria.all()]
    judging.submit_scores(
        Assignment.objects.get(pk=first.pk),
        scores=dict.fromkeys(codes, Decimal(4)),
        reasons=dict.fromkeys(codes, f"{canary('SCORING')} {evaluation.WORDS}"),
        by=person,
    )


@pytest.mark.django_db(transaction=True)
def test_qs_17_nothing_names_a_deleted_person_but_the_legal_hold_set(cast, now, tmp_path, capfd, caplog):
    person = type_everywhere(cast)
    words = [NAME, ADDRESS, OLD, *map(canary, [*GONE, *HELD])]
    before = canaries.places_in(canaries.dump(), words)
    stored = canaries.files_with(tmp_path, words)
    assert [word for word in words if not before[word] | stored[word]] == []  # the test types what it says

    assert obstacles(person) == []
    asked = services.ask_erasure(person, by=person)
    assert erase_people() == 0
    with clock.stopped_at(now + services.GRACE):
        deliver_pending()
        assert (erase_people(), erase_people()) == (1, 0)
        deliver_pending()
        erase_people()
        delete_doomed_files()
    asked.refresh_from_db()
    assert asked.done_at == now + services.GRACE

    after = canaries.places_in(canaries.dump(), words)
    allowed = {canary(key): places for key, places in HELD.items()}
    allowed[NAME] = HELD_NAME
    surplus = {word: places - allowed.get(word, set()) for word, places in after.items()}
    left = sorted((word, place) for word, places in surplus.items() for place in places)
    assert left == []

    held = set(_held_files())
    in_files = canaries.files_with(tmp_path, words)
    assert {word: names - held for word, names in in_files.items() if names - held} == {}
    told = caplog.text + "".join(capfd.readouterr())
    assert [word for word in words if word in told] == []

    listed = {column for hold in HOLDS for column in hold.columns}
    assert set().union(*HELD.values(), HELD_NAME) <= listed  # the page says what the test allows


def _held_files():
    """Files of what was submitted, signed, reported or sent to the call office."""
    stored = list(Version.objects.exclude(receipt=None).values_list("receipt__content", flat=True))
    stored += Version.objects.filter(status="final").values_list("attachments__file__content", flat=True)
    stored += Message.objects.values_list("file__content", flat=True)
    stored += Agreement.objects.values_list("document__content", flat=True)
    stored += Payment.objects.values_list("order__content", flat=True)
    return [one for one in stored if one]


@pytest.mark.django_db
def test_the_person_becomes_a_number_and_what_others_need_stays(cast, now):
    person, bob = type_everywhere(cast), cast.people["bob"]
    session = signed_in(person).session.session_key
    events = AuditEvent.objects.filter(actor=person).count()
    services.ask_erasure(person, by=person)
    with clock.stopped_at(now + services.GRACE):
        assert erase_people() == 1
    person.refresh_from_db()
    assert (person.full_name, str(person)) == (f"Former user {person.pk}",) * 2
    assert (person.is_active, person.has_usable_password()) == (False, False)
    assert not Session.objects.filter(session_key=session).exists()
    assert not Membership.objects.filter(user=person, ended_at=None).exists()
    assert AuditEvent.objects.filter(actor=person).count() == events + 1  # all of it, and the wish
    assert Message.objects.get(text=canary("MESSAGE")).by == person
    mail = OutgoingMessage.objects.get(kind="test")
    assert (mail.to, mail.subject) == (bob.email, f"About Former user {person.pk}")
    assert canary("KEPTWORDS") in mail.text
    client = signed_in(bob)
    for path in ("", "messages/"):
        page = client.get(f"{cast.things['submitted'].get_absolute_url()}{path}")
        assert page.status_code == 200 and NAME not in page.content.decode()


@pytest.mark.django_db
def test_the_last_letter_leaves_and_then_its_address_is_forgotten(now):
    person = people.user(NAME, email=ADDRESS, language="fr")
    services.ask_erasure(person, by=person)
    with clock.stopped_at(now + services.GRACE):
        erase_people()
        letter = OutgoingMessage.objects.get(kind="account_erased")
        assert letter.to == ADDRESS
        erase_people()
        letter.refresh_from_db()
        assert letter.to == ADDRESS  # not sent yet
        deliver_pending()
        erase_people()
    letter.refresh_from_db()
    assert letter.sent_at is not None and letter.to != ADDRESS and letter.text == ""


@pytest.mark.django_db
def test_the_only_signatory_of_something_running_is_told_what_to_do_first(cast, now):
    person, firm = cast.people["alice"], cast.things["firm"]
    with pytest.raises(Incomplete) as refused:
        services.ask_erasure(person, by=person)
    assert [gap.target for gap in refused.value.gaps] == [f"/organisations/{firm.ref}/people/"]
    page = signed_in(person).get("/me/erasure/").content.decode()
    assert f"You alone sign for {firm}" in page and "Delete my account" not in page
    assert signed_in(person).post("/me/erasure/", {"sure": "on"}).status_code == 422
    Membership.objects.filter(user=cast.people["bob"], organisation=firm).update(role="signatory")
    assert obstacles(person) == []


@pytest.mark.django_db
def test_what_comes_in_the_way_during_the_grace_postpones_it(cast, now):
    person, bob, firm = cast.people["alice"], cast.people["bob"], cast.things["firm"]
    Membership.objects.filter(user=bob, organisation=firm).update(role="signatory")
    asked = services.ask_erasure(person, by=person)
    Membership.objects.filter(user=bob, organisation=firm).update(role="member")
    with clock.stopped_at(now + services.GRACE):
        assert (erase_people(), erase_people()) == (0, 0)
    asked.refresh_from_db()
    assert asked.due_at == now + services.GRACE + timedelta(days=7)
    mails = OutgoingMessage.objects.filter(kind="erasure_postponed")
    assert mails.count() == 1 and f"You alone sign for {firm}" in mails.get().text
    person.refresh_from_db()
    assert person.is_active and person.full_name == NAME


@pytest.mark.django_db
def test_the_page_says_what_goes_and_it_is_taken_back_within_the_grace(now):
    person = people.user(NAME, email=ADDRESS)
    client = signed_in(person)
    page = client.get("/me/erasure/").content.decode()
    assert "Nothing else of yours has to be kept." in page
    assert client.post("/me/erasure/", {}).status_code == 422
    assert client.post("/me/erasure/", {"sure": "on"}).status_code == 302
    assert OutgoingMessage.objects.get(kind="erasure_asked").to == ADDRESS
    assert client.post("/me/erasure/", {"sure": "on"}).status_code == 422  # asked already
    assert "Keep my account" in client.get("/me/erasure/").content.decode()
    client.post("/me/erasure/back/")
    with clock.stopped_at(now + services.GRACE):
        assert erase_people() == 0
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.django_db
def test_an_old_sign_in_has_to_prove_itself_again(now):
    client = Client()
    client.force_login(people.user(NAME))
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    answer = client.post("/me/erasure/", {"sure": "on"})
    assert answer.status_code == 302 and "reauthenticate" in answer.headers["Location"]
    assert not ErasureRequest.objects.exists()


@pytest.mark.django_db
def test_a_written_request_needs_two_administrators(now):
    ada, ben = (people.user(name, is_administrator=True) for name in ("Ada Admin", "Ben Admin"))
    people.user(NAME, email=ADDRESS)
    client = _second_factor(ada)
    assert client.post("/people/erasures/", {"email": "nobody@example.org", "words": "x"}).status_code == 422
    typed = {"email": ADDRESS.upper(), "words": f"Letter of {NAME}, 3 February"}
    assert client.post("/people/erasures/", typed).status_code == 302
    asked = ErasureRequest.objects.get()
    with pytest.raises(FourEyesRequired):
        services.confirm_erasure(asked, by=ada)
    with clock.stopped_at(now + timedelta(days=100)):
        assert erase_people() == 0
    page = _second_factor(ben).get("/people/erasures/").content.decode()
    assert "Letter of" in page
    _second_factor(ben).post(f"/people/erasures/{asked.pk}/confirm/")
    asked.refresh_from_db()
    assert (asked.confirmed_by, asked.due_at) == (ben, now + services.GRACE)
    assert OutgoingMessage.objects.get(kind="erasure_asked").to == ADDRESS
    with clock.stopped_at(now + services.GRACE):
        assert erase_people() == 1
    asked.refresh_from_db()
    assert asked.words == ""
    with pytest.raises(InvalidTransition):
        services.take_erasure_back(asked, by=ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        ErasureRequest.objects.create(user=ben, asked_by=ada, confirmed_by=ada, due_at=now)
    assert signed_in(people.user()).get("/people/erasures/").status_code == 404


def _second_factor(person: User) -> Client:
    Authenticator.objects.get_or_create(user=person, type="totp", defaults={"data": {}})
    return signed_in(person)


@pytest.mark.django_db
def test_the_trail_lets_go_of_names_only_and_only_inside_an_erasure(now):
    person = people.user(NAME)
    event = AuditEvent.objects.create(
        actor=person, verb="x", target_type_id=1, target_id=1, target_ref="a", note=NAME
    )
    change = {"note": "", "erased_at": now}

    def refused(**fields) -> bool:
        try:
            with transaction.atomic():
                AuditEvent.objects.filter(pk=event.pk).update(**fields)
        except IntegrityError:
            return True
        return False

    assert refused(**change)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.erasing = 'on'")
        assert refused(verb="y", **change)
        assert refused(actor=None, **change)
        assert refused(note="")  # unmarked
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEvent.objects.filter(pk=event.pk).delete()
        assert not refused(**change)


def test_names_are_found_as_words_and_addresses_in_any_case():
    person = traces(["a.b@x.eu"], ["Ann Lee", "Bo"], instead="Former user 7", address="f7@deleted.invalid")
    assert person.without("Ann Lee, Ann Leeds, A.B@X.EU and aa.b@x.eu; Bo") == (
        "Former user 7, Ann Leeds, f7@deleted.invalid and aa.b@x.eu; Bo"
    )
    assert person.in_data({"to": ["a.b@x.eu", 3], "Ann Lee": None}) == {
        "to": ["f7@deleted.invalid", 3],
        "Former user 7": None,
    }
