"""Corrections of a submitted file: asked for by the office on marked fields, made by the applicant, seen by both."""

from datetime import timedelta

import pytest

from accounts.models import Membership
from applicants import queries, services
from applicants.jobs import announce_call_changes
from applicants.models import Correction
from core import clock
from core.errors import DeadlinePassed, DomainError, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from evaluation.queries import files as round_files
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db

MARK = "idea/problem"


class Scene:
    """Alice submitted; the deadline has passed; Mia of the call office looks at the file."""

    def __init__(self, now, **call):
        self.crew, self.alice = team(), people.user("Alice Bianchi")
        self.call = calls.call(self.crew, **call)
        self.file = steps.submitted(self.call, self.alice)
        self.after = self.call.closes_at + timedelta(days=1)
        self.due = self.after + timedelta(days=5)

    def ask(self, *fields, **more):
        wanted = {"words": "The problem is not told.", "due_at": self.due, "by": self.crew.mia, **more}
        return services.ask_correction(self.file, fields=fields or (MARK,), **wanted)

    def write(self, text="Told now.", **more):
        base = self.file.draft().answers.get(section="idea").field_versions["problem"]
        services.save_answers(
            self.file,
            section="idea",
            values={"problem": text},
            bases={"problem": base},
            by=self.alice,
            **more,
        )


@pytest.fixture
def scene(now):
    made = Scene(now)
    with clock.stopped_at(made.after):
        yield made


def sent(kind):
    return [message.recipient for message in OutgoingMessage.objects.filter(kind=kind).order_by("pk")]


def verbs(file):
    return [act.text for act in queries.acts(file)]


def test_marked_field_is_corrected_and_both_sides_see_the_difference(scene, client):
    first = scene.file.valid_version()
    correction = scene.ask()
    assert sent("correction_asked") == [scene.alice]
    line = next(one for one in queries.next_actions(scene.alice) if "correction" in one.url)
    assert (line.url, line.due) == (f"/applications/{scene.file.ref}/correction/", scene.due)
    assert scene.file.valid_version() == first
    client.force_login(scene.alice)
    page = client.get(f"/applications/{scene.file.ref}/sections/idea/").content.decode()
    assert ('name="problem"' in page, 'name="trl"' in page) == (True, False)
    scene.write()
    page = client.get(line.url).content.decode()
    assert "The problem is not told." in page and "Parts are checked by hand." in page and "Told now." in page
    second = steps.submit(scene.file, scene.alice)
    correction.refresh_from_db()
    assert (second.number, second.arrived_at, correction.answer) == (2, scene.after, "submitted")
    assert second.payload["sections"]["idea"]["problem"] == "Told now."
    first.refresh_from_db()
    assert first.payload["sections"]["idea"]["problem"] == "Parts are checked by hand."
    assert [(one.group, one.label, one.before, one.after) for one in queries.difference(correction)] == [
        (
            "Project idea",
            "What problem do you solve, and for whom?",
            "Parts are checked by hand.",
            "Told now.",
        )
    ]
    assert sent("correction_ended") == [scene.crew.mia, scene.crew.luc]
    client.force_login(scene.crew.mia)
    page = client.get(f"/calls/{scene.call.slug}/applications/{scene.file.ref}/correction/").content.decode()
    assert "Parts are checked by hand." in page and "Told now." in page


def test_only_marked_fields_change(scene):
    scene.ask(MARK)
    refused = [
        lambda: services.save_answers(
            scene.file, section="idea", values={"trl": 6}, bases={"trl": 9}, by=scene.alice
        ),
        lambda: services.save_title(scene.file, title="Another", base=9, by=scene.alice),
        lambda: services.save_partners(
            scene.file,
            values={scene.file.organisation.ref: {"requested_cents": 1}},
            bases={scene.file.organisation.ref: {"requested_cents": 9}},
            by=scene.alice,
        ),
        lambda: services.add_attachment(
            scene.file, question="offer", upload=steps.pdf("offer.pdf"), by=scene.alice
        ),
        lambda: services.begin_upload(scene.file, question="offer", name="a.pdf", size=10, by=scene.alice),
        lambda: services.add_partner(scene.file, by=scene.alice, legal_name="New", country="IT"),
        lambda: services.send_for_signature(scene.file, by=scene.alice),
    ]
    for verb in refused:
        with pytest.raises(DomainError):
            verb()
    with pytest.raises(DomainError, match="marked"):
        refused[0]()
    draft = scene.file.draft()
    assert (draft.title, draft.answers.get(section="idea").answers["trl"]) == (
        "Vision control for short steel series",
        5,
    )


def test_marked_title_and_money_of_a_partner_change(scene):
    ref = scene.file.organisation.ref
    scene.ask("title", f"partner/{ref}")
    draft = scene.file.draft()
    services.save_title(
        scene.file, title="A better title", base=draft.field_versions["title"], by=scene.alice
    )
    bases = draft.partners.get().field_versions
    services.save_partners(
        scene.file, values={ref: {"requested_cents": 19_000_00}}, bases={ref: bases}, by=scene.alice
    )
    steps.submit(scene.file, scene.alice)
    scene.file.refresh_from_db()
    assert (scene.file.last_final.title, scene.file.asked_cents) == ("A better title", 19_000_00)


@pytest.mark.parametrize("late", [False, True])
def test_correction_is_taken_to_the_millisecond(scene, late):
    scene.ask()
    scene.write()
    at = scene.due + timedelta(milliseconds=1 if late else 0)
    if late:
        with pytest.raises(DeadlinePassed, match="correction was due"):
            steps.submit(scene.file, scene.alice, arrived=at)
        with pytest.raises(DeadlinePassed):
            scene.write("Later still.", arrived=at)
    else:
        assert steps.submit(scene.file, scene.alice, arrived=at).number == 2


def test_what_is_marked_has_to_be_complete(scene):
    scene.ask()
    scene.write("")
    with pytest.raises(Incomplete) as refused:
        steps.submit(scene.file, scene.alice)
    assert [gap.target for gap in refused.value.gaps] == [
        f"/applications/{scene.file.ref}/sections/idea/#div_id_problem"
    ]


def test_not_answered_in_time_the_earlier_version_stands_and_both_hear_of_it(scene):
    correction = scene.ask()
    scene.write()
    with clock.stopped_at(scene.due + timedelta(minutes=4)):
        announce_call_changes()
        assert sent("correction_ended") == []
    with clock.stopped_at(scene.due + timedelta(minutes=6)):
        announce_call_changes()
        announce_call_changes()
    correction.refresh_from_db()
    assert (correction.answer, scene.file.draft(), scene.file.valid_version().number) == ("lapsed", None, 1)
    assert (sent("correction_ended"), sent("correction_over")) == (
        [scene.crew.mia, scene.crew.luc],
        [scene.alice],
    )
    assert sent("draft_not_submitted") == []
    assert "The correction was not sent in time: what you submitted stands" in verbs(scene.file)


def test_decision_waits_for_an_open_correction(scene):
    scene.ask()
    with pytest.raises(DomainError, match="not answered yet"):
        services.record_eligibility(scene.file, eligible=True, note="", by=scene.crew.mia)
    services.take_back_correction(scene.file, by=scene.crew.mia)
    assert sent("correction_over") == [scene.alice]
    services.record_eligibility(scene.file, eligible=True, note="", by=scene.crew.mia)
    with pytest.raises(InvalidTransition, match="past that"):
        scene.ask()
    with pytest.raises(InvalidTransition, match="No correction"):
        services.take_back_correction(scene.file, by=scene.crew.mia)


def test_applicant_may_leave_it_or_withdraw(scene):
    correction = scene.ask()
    services.discard_draft(scene.file, by=scene.alice)
    correction.refresh_from_db()
    assert (correction.answer, scene.file.valid_version().number) == ("kept", 1)
    assert sent("correction_ended") == [scene.crew.mia, scene.crew.luc]
    scene.ask()
    services.withdraw_application(scene.file, by=scene.alice)
    assert (Correction.objects.last().answer, scene.file.draft()) == ("taken_back", None)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"words": " "}, "words"), ({"due_at": None}, "due_on"), ({"fields": []}, "fields")],
)
def test_ask_needs_marks_words_and_a_day_to_come(scene, more, field):
    if "due_at" in more:
        more = {"due_at": clock.now()}
    wanted = {"fields": [MARK], "words": "Why", "due_at": scene.due, **more}
    with pytest.raises(DomainError) as refused:
        services.ask_correction(scene.file, by=scene.crew.mia, **wanted)
    assert refused.value.field == field
    with pytest.raises(DomainError):
        scene.ask("idea/nothing")


def test_no_correction_while_the_applicant_can_change_it_nor_twice(now):
    made = Scene(now)
    with pytest.raises(InvalidTransition, match="can still change"):
        made.ask()
    with clock.stopped_at(made.after):
        made.ask()
        with pytest.raises(InvalidTransition, match="already"):
            made.ask()


def test_arrival_that_counts_is_that_of_what_came_in_time(scene):
    in_time = scene.file.valid_version().arrived_at
    for text in ("Once.", "Twice."):
        scene.ask()
        scene.write(text)
        steps.submit(scene.file, scene.alice)
    (row,) = round_files.with_version(type(scene.file).objects.filter(pk=scene.file.pk))
    assert (row.arrived, row.last_final.number) == (in_time, 3)


def test_first_come_first_served_counts_the_complete_submission(now):
    """rank-49: the place in the queue is that of the complete submission."""
    made = Scene(now, call_model="queue")
    asked = made.ask(due_at=clock.now() + timedelta(days=3))
    assert asked.counts_from is None
    made.write()
    with clock.stopped_at(clock.now() + timedelta(days=2)):
        steps.submit(made.file, made.alice)
        (row,) = round_files.with_version(type(made.file).objects.filter(pk=made.file.pk))
        assert row.arrived == clock.now()


def test_only_who_signs_sends_it_and_who_writes_is_told_so(scene, client):
    bob = people.user("Bob Ferri")
    Membership.objects.create(user=bob, organisation=scene.file.organisation, role="member")
    scene.ask()
    client.force_login(bob)
    url = f"/applications/{scene.file.ref}/"
    assert "Whoever signs for" in client.get(f"{url}correction/").content.decode()
    assert client.get(f"{url}check/").url == f"{url}correction/"
    assert client.get(f"{url}sections/idea/").status_code == 200
    assert "See what is asked" in client.get(url).content.decode()


def test_office_asks_on_a_page_and_sees_no_draft(scene, client):
    client.force_login(scene.crew.mia)
    url = f"/calls/{scene.call.slug}/applications/{scene.file.ref}/correction/"
    empty = client.post(url, {"words": "x"})
    assert (empty.status_code, scene.file.corrections.count()) == (422, 0)
    day = scene.due.date().isoformat()
    form = {"fields_marked": [MARK], "words": "Tell the problem.", "due_on": day}
    client.post(url, form)
    assert scene.file.corrections.get().fields == [MARK]
    scene.write("Secret until sent.")
    page = client.get(url).content.decode()
    assert "Tell the problem." in page and "Secret until sent." not in page
    client.post(f"{url}take-back/")
    assert scene.file.corrections.get().answer == "taken_back"
