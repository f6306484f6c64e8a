"""More time for one applicant: asked for by it, given by two managers, and the evaluation waits (A34)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from applicants import queries, services
from applicants.jobs import announce_call_changes, remind_of_deadlines
from applicants.models import Application, Extension
from calls import intake
from calls.calendar import zone_named
from calls.fairness import latest_extension
from calls.intake import Around, CallModel, Intake
from calls.models import CallChange, CutOff
from calls.queries.subscriptions import changes_to_tell
from calls.services import subscribe
from core import clock
from core.errors import DeadlinePassed, DomainError, InvalidTransition
from core.models import OutgoingMessage
from evaluation import services as evaluation
from evaluation.jobs import open_rounds
from evaluation.models import Round
from evaluation.queries import rounds_of
from tests.accounts import factories as people
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Scene:
    """Alice has a complete draft, Bob submitted; the deadline passed an hour ago. The call gives five days at most."""

    def __init__(self, **call):
        self.crew, self.alice, self.bob = team(), people.user("Alice Bianchi"), people.user("Bob Ferri")
        with transaction.atomic():
            self.call = calls.call(self.crew, **{"extension_days": 5, **call})
        self.file = steps.fill(steps.start(self.call, self.alice), self.alice)
        self.other = steps.submitted(self.call, self.bob)
        self.late = self.call.closes_at + HOUR

    def ask(self, **more):
        given = {"cause": "force", "words": "No power from 15:00.", "by": self.alice, **more}
        return services.ask_extension(self.file, **given)

    def give(self, until=None, asked=None):
        asked = asked or self.ask()
        until = until or self.call.closes_at + 2 * DAY
        services.propose_extension(asked, until=until, because="The grid says so, too.", by=self.crew.mia)
        return services.grant_extension(asked, by=self.crew.luc)

    def fresh(self):
        return Application.objects.select_related("call", "organisation").get(pk=self.file.pk)


@pytest.fixture
def scene(now):
    made = Scene()
    with clock.stopped_at(made.late):
        yield made


def sent(kind):
    return sorted(OutgoingMessage.objects.filter(kind=kind).values_list("to", flat=True))


def test_who_was_given_more_time_submits_and_nobody_else(scene):
    with pytest.raises(DeadlinePassed, match="The deadline has passed"):
        steps.submit(scene.file, scene.alice)
    given_ = scene.give()
    with clock.stopped_at(given_.until):
        version = steps.submit(scene.file, scene.alice)
        with pytest.raises(DeadlinePassed):
            services.change_application(scene.other, by=scene.bob)
    assert (version.number, version.arrived_at) == (1, given_.until)
    with (
        clock.stopped_at(given_.until + timedelta(milliseconds=1)),
        pytest.raises(DeadlinePassed, match="given to you"),
    ):
        services.change_application(scene.fresh(), by=scene.alice)


def test_what_was_submitted_in_the_time_given_can_be_replaced_until_it_ends(scene):
    until = scene.give().until
    steps.submit(scene.file, scene.alice)
    with clock.stopped_at(until - HOUR):
        services.change_application(scene.fresh(), by=scene.alice)
        services.save_title(
            scene.file, title="Better", base=scene.file.draft().field_versions.get("title", 0), by=scene.alice
        )
        assert steps.submit(scene.file, scene.alice).number == 2
    with clock.stopped_at(until + DAY):
        assert scene.fresh().valid_version().title == "Better"


def test_draft_is_written_in_the_time_given_by_autosave_too(scene, client):
    path = f"/applications/{scene.file.ref}/sections/idea/"
    client.force_login(scene.alice)
    with pytest.raises(DeadlinePassed):
        services.save_answers(
            scene.file, section="idea", values={"problem": "Now."}, bases={"problem": 1}, by=scene.alice
        )
    scene.give()
    services.save_answers(
        scene.file, section="idea", values={"problem": "Now."}, bases={"problem": 1}, by=scene.alice
    )
    assert "Now." in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("after", "may"), [(-DAY, True), (timedelta(0), True), (DAY, True), (DAY + timedelta(seconds=1), False)]
)
def test_more_time_is_asked_for_until_a_day_after_the_deadline(scene, after, may):
    with clock.stopped_at(scene.call.closes_at + after):
        assert (queries.asked_about(scene.file, scene.file.draft(), clock.now()) is not None) == may
        if may:
            assert scene.ask().answer == ""
        else:
            with pytest.raises(InvalidTransition):
                scene.ask()


def test_nobody_asks_without_a_draft_twice_or_where_the_call_gives_none(scene):
    with pytest.raises(InvalidTransition):
        services.ask_extension(scene.other, cause="force", words="Power", by=scene.bob)
    scene.ask()
    with pytest.raises(InvalidTransition, match="already"):
        scene.ask()
    other = calls.call(scene.crew, closes_at=scene.late + DAY)
    draft = steps.start(other, scene.alice)
    with pytest.raises(InvalidTransition):
        services.ask_extension(draft, cause="force", words="Power", by=scene.alice)
    assert Extension.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"cause": "weather"}, {"words": "  "}, {"words": "x" * 2001}])
def test_request_without_a_cause_or_words_is_not_taken(scene, wrong):
    with pytest.raises(DomainError) as told:
        scene.ask(**wrong)
    assert told.value.field == next(iter(wrong))


def test_final_submission_is_not_opened_again_by_more_time(now):
    scene = Scene(final_at_once=True)
    with clock.stopped_at(scene.late):
        assert queries.asked_about(scene.other, scene.other.draft(), clock.now()) is None
        scene.give()
        steps.submit(scene.file, scene.alice)
        assert not scene.fresh().is_writable(clock.now())


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (lambda s: s.late - timedelta(minutes=1), "This has passed"),
        (lambda s: s.call.closes_at + 5 * DAY + HOUR + timedelta(seconds=1), "at most until"),
    ],
)
def test_time_given_is_to_come_and_within_what_the_call_gives(scene, until, sentence):
    asked = scene.ask()
    with pytest.raises(DomainError, match=sentence) as told:
        services.propose_extension(asked, until=until(scene), because="So.", by=scene.crew.mia)
    assert told.value.field == "until_day"


def test_more_time_is_later_than_the_deadline_of_all(scene):
    with clock.stopped_at(scene.call.closes_at - 2 * DAY):
        asked = scene.ask()
        with pytest.raises(DomainError, match="later than that"):
            services.propose_extension(asked, until=scene.call.closes_at, because="So.", by=scene.crew.mia)


def test_two_managers_give_it_and_the_database_insists(scene):
    asked = scene.ask()
    with pytest.raises(InvalidTransition, match="proposed until when"):
        services.grant_extension(asked, by=scene.crew.luc)
    services.propose_extension(asked, until=scene.late + DAY, because="So.", by=scene.crew.mia)
    with pytest.raises(InvalidTransition, match="another manager"):
        services.grant_extension(asked, by=scene.crew.mia)
    assert scene.fresh().extended_to is None
    services.grant_extension(asked, by=scene.crew.luc)
    assert scene.fresh().extended_to == scene.late + DAY
    with pytest.raises(IntegrityError, match="extension_four_eyes"), transaction.atomic():
        Extension.objects.filter(pk=asked.pk).update(answered_by=scene.crew.mia)
    with pytest.raises(InvalidTransition, match="answered already"):
        services.refuse_extension(asked, words="No.", by=scene.crew.mia)


def test_refused_with_words_and_taken_back(scene):
    asked = scene.ask()
    with pytest.raises(DomainError):
        services.refuse_extension(asked, words=" ", by=scene.crew.mia)
    services.refuse_extension(asked, words="The grid had no failure.", by=scene.crew.mia)
    mail = OutgoingMessage.objects.get(kind="extension_refused")
    assert (mail.to, "The grid had no failure." in mail.text) == (scene.alice.email, True)
    again = scene.ask()
    services.take_back_extension(scene.file, by=scene.alice)
    again.refresh_from_db()
    assert (again.answer, scene.fresh().extended_to) == ("taken_back", None)
    with pytest.raises(InvalidTransition):
        services.take_back_extension(scene.file, by=scene.alice)


def test_who_is_told_and_what_everybody_reads(scene):
    subscription = subscribe(call=scene.call, by=people.user("Sub Scriber"))
    asked = scene.ask()
    managers = sorted([scene.crew.mia.email, scene.crew.luc.email])
    assert sent("extension_asked") == managers
    assert not OutgoingMessage.objects.filter(text__contains="No power").exists()
    services.propose_extension(asked, until=scene.late + DAY, because="So.", by=scene.crew.mia)
    assert sent("extension_proposed") == [scene.crew.luc.email]
    services.grant_extension(asked, by=scene.crew.luc)
    assert sent("extension_granted") == [scene.alice.email]
    change = CallChange.objects.get(kind="extension")
    assert change.text.startswith("One applicant has more time, until ")
    assert scene.file.ref not in change.text and "Bianchi" not in change.text
    announce_call_changes()
    assert sent("call_changed") == [] and changes_to_tell(subscription) == []
    acts = [act.text for act in queries.acts(scene.fresh())]
    assert acts[-2:] == ["You asked for more time", "More time was given to you"]


def test_evaluation_waits_for_requests_and_for_the_time_given(scene):
    asked = scene.ask()
    late = scene.call.closes_at + 3 * DAY
    with clock.stopped_at(late):
        assert open_rounds() == 0
        with pytest.raises(DomainError, match="1 request for more time waits"):
            evaluation.open_round(scene.call, by=scene.crew.mia)
        given_ = scene.give(late + DAY, asked)
        assert open_rounds() == 0
        with pytest.raises(DomainError, match="has more time"):
            evaluation.open_round(scene.call, by=scene.crew.mia)
    with clock.stopped_at(given_.until):
        assert open_rounds() == 0
        steps.submit(scene.file, scene.alice)
    with clock.stopped_at(given_.until + timedelta(seconds=1)):
        assert open_rounds() == 1
    assert Round.objects.get(call=scene.call)


def test_evaluation_waits_a_day_while_a_draft_could_ask_and_not_without_one(scene):
    assert open_rounds() == 0
    services.discard_draft(scene.file, by=scene.alice)
    assert open_rounds() == 1


def test_evaluation_begins_a_day_after_the_deadline_when_nobody_asked(scene):
    with clock.stopped_at(scene.call.closes_at + DAY):
        assert open_rounds() == 0
    with clock.stopped_at(scene.call.closes_at + DAY + timedelta(seconds=1)):
        assert open_rounds() == 1
        with pytest.raises(InvalidTransition):
            scene.ask()


def test_call_that_gives_nobody_more_time_is_judged_at_once(now):
    scene = Scene(extension_days=None)
    with clock.stopped_at(scene.late):
        assert open_rounds() == 1


def test_writers_are_reminded_and_told_by_their_own_deadline(scene):
    given_ = scene.give(scene.call.closes_at + 4 * DAY)
    with clock.stopped_at(scene.call.closes_at + DAY):
        announce_call_changes()
        assert sent("draft_not_submitted") == []
    with clock.stopped_at(given_.until - 25 * HOUR):
        remind_of_deadlines()
        first = len(sent("draft_reminder"))
    with clock.stopped_at(given_.until - 23 * HOUR):
        assert (remind_of_deadlines(), remind_of_deadlines()) == (1, 0)
    assert (first, sent("draft_reminder")) == (1, [scene.alice.email] * 2)
    with clock.stopped_at(given_.until + HOUR):
        announce_call_changes()
        announce_call_changes()
    assert sent("draft_not_submitted") == [scene.alice.email]


def test_who_was_told_too_late_is_told_again_after_the_time_given(scene):
    announce_call_changes()
    mail = OutgoingMessage.objects.get(kind="draft_not_submitted")
    assert "ask for more time until" in mail.text
    given_ = scene.give()
    with clock.stopped_at(given_.until + HOUR):
        announce_call_changes()
    assert sent("draft_not_submitted") == [scene.alice.email] * 2
    with clock.stopped_at(given_.until + 2 * HOUR):
        assert announce_call_changes() == 0


def test_draft_is_kept_from_the_end_of_the_time_given(scene):
    given_ = scene.give()
    with clock.stopped_at(given_.until - HOUR):
        assert queries.keeping_of(scene.fresh().draft()) is None
    with clock.stopped_at(given_.until + HOUR):
        assert queries.keeping_of(scene.fresh().draft()).begins == given_.until


def test_later_deadline_of_all_is_later_for_who_was_given_more_time(scene):
    with clock.stopped_at(scene.call.closes_at - HOUR):
        scene.give()
        later = scene.call.closes_at + 3 * DAY
        steps.extend(scene.call, later)
        assert scene.fresh().deadline == later


class CutOffs(Scene):
    """As Scene, with a second cut-off a month later; Bob submitted to the first."""

    def __init__(self, second=40):
        now = clock.now()
        self.first_at, self.second_at = now + 10 * DAY, now + second * DAY
        self.crew, self.alice, self.bob = team(), people.user("Alice Bianchi"), people.user("Bob Ferri")
        with transaction.atomic():
            call = calls.call(
                self.crew, published=False, call_model="cut-offs", closes_at=self.second_at, extension_days=5
            )
            for place, closes_at in enumerate((self.first_at, self.second_at)):
                CutOff.objects.create(call=call, position=place, closes_at=closes_at)
            self.call = calls.publish(call, self.crew)
        self.file = steps.fill(steps.start(self.call, self.alice), self.alice)
        self.other = steps.submitted(self.call, self.bob)
        self.late = self.first_at + HOUR
        self.first, self.second = CutOff.objects.filter(call=self.call)


def test_more_time_in_a_cut_off_belongs_to_that_cut_off(now):
    scene = CutOffs()
    with clock.stopped_at(scene.late):
        given_ = scene.give(scene.first_at + 2 * DAY)
        assert given_.cut_off == scene.first
        assert open_rounds() == 0 and rounds_of(scene.call)[0].is_waiting
        assert scene.fresh().deadline == given_.until
        assert services.drafts_left_behind() == []
        assert steps.submit(scene.file, scene.alice).cut_off == scene.first
        assert steps.submitted(scene.call, people.user("Carla")).last_final.cut_off == scene.second
        announce_call_changes()
        assert sent("draft_not_submitted") == []
    with clock.stopped_at(given_.until + timedelta(seconds=1)):
        assert open_rounds() == 1
        assert Round.objects.get(call=scene.call).cut_off == scene.first


def test_draft_that_missed_its_time_in_a_cut_off_is_judged_with_the_next(now):
    scene = CutOffs()
    with clock.stopped_at(scene.late):
        given_ = scene.give(scene.first_at + 2 * DAY)
    with clock.stopped_at(given_.until + HOUR):
        announce_call_changes()
        assert sent("draft_not_submitted") == [scene.alice.email]
        assert announce_call_changes() == 0
        assert scene.fresh().deadline == scene.second_at
        assert steps.submit(scene.file, scene.alice).cut_off == scene.second


def test_time_given_ends_before_the_next_cut_off(now):
    scene = CutOffs(second=12)
    with clock.stopped_at(scene.late):
        asked = scene.ask()
        with pytest.raises(DomainError, match="follows"):
            services.propose_extension(
                asked, until=scene.first_at + 2 * DAY, because="So.", by=scene.crew.mia
            )


def test_pages_of_both_sides_from_the_request_to_the_time_given(scene, client):
    page = f"/applications/{scene.file.ref}/"
    client.force_login(scene.alice)
    assert f"{page}more-time/" in client.get(page).content.decode()
    wrong = client.post(f"{page}more-time/", {"cause": "force", "words": ""})
    assert (wrong.status_code, "Say what happened" in wrong.content.decode()) == (422, True)
    client.post(f"{page}more-time/", {"cause": "health", "words": "Our writer was in hospital."})
    assert "has not answered yet" in client.get(page).content.decode()
    asked = Extension.objects.get()
    staff = f"/calls/{scene.call.slug}/more-time/{asked.pk}/"
    client.force_login(scene.crew.mia)
    assert staff in [one.url for one in queries.next_actions(scene.crew.mia)]
    assert "Our writer was in hospital." in client.get(staff).content.decode()
    assert staff in client.get(f"/calls/{scene.call.slug}/more-time/").content.decode()
    until = (scene.call.closes_at + 2 * DAY).astimezone(zone_named(scene.call.zone))
    typed = {
        "until_day": f"{until:%Y-%m-%d}",
        "until_hour": f"{until:%H:%M}",
        "because": "A letter of the hospital.",
    }
    assert client.post(staff, {**typed, "because": ""}).status_code == 422
    client.post(staff, typed)
    asked.refresh_from_db()
    assert (asked.until, asked.proposed_by) == (until.replace(second=0, microsecond=0), scene.crew.mia)
    assert "give/" not in client.get(staff).content.decode()
    assert staff not in [one.url for one in queries.next_actions(scene.crew.mia)]
    client.force_login(scene.crew.luc)
    assert f"{staff}give/" in client.get(staff).content.decode()
    client.post(f"{staff}give/")
    client.force_login(scene.alice)
    assert "You alone have more time" in client.get(page).content.decode()
    assert "Check and submit" in client.get(page).content.decode()
    assert "Our writer was in hospital." in client.get(f"{page}more-time/").content.decode()


def test_waiting_page_of_the_evaluation_says_why(scene, client):
    scene.ask()
    client.force_login(scene.crew.mia)
    page = client.get(f"/calls/{scene.call.slug}/evaluation/").content.decode()
    assert "1 request for more time waits for a decision." in page and "Begin the evaluation" not in page


def test_recused_manager_and_strangers_see_no_request(scene, client):
    asked = scene.ask()
    services.record_recusal(scene.file, user=scene.crew.mia, reason="A cousin", by=scene.crew.mia)
    client.force_login(scene.crew.mia)
    assert client.get(f"/calls/{scene.call.slug}/more-time/{asked.pk}/").status_code == 404
    client.force_login(team().mia)
    assert client.get(f"/calls/{scene.call.slug}/more-time/{asked.pk}/").status_code == 404


def test_draft_stays_closed_to_the_call_office(scene, client):
    scene.give()
    client.force_login(scene.crew.mia)
    page = client.get(f"/calls/{scene.call.slug}/more-time/{Extension.objects.get().pk}/").content.decode()
    assert "Vision control for short steel series" not in page
    assert client.get(f"/calls/{scene.call.slug}/applications/{scene.file.ref}/").status_code == 404


def test_no_more_time_first_come_first_served():
    around = Around("Europe/Rome", None, 0, [])
    for model in (CallModel.CLAIM, CallModel.QUEUE):
        found = intake.faults(Intake(model, extension_days=3), around)
        assert [fault.setting for fault in found] == ["extension_days"]
    assert intake.faults(Intake(extension_days=3), around) == []
    told = " ".join(intake.sentences(Intake(extension_days=3), "Europe/Rome", {}))
    assert "at the latest 24 hours after the deadline" in told and "3 days at most" in told


@given(
    closes_at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    days=st.integers(1, 60),
    zone=st.sampled_from(["Europe/Rome", "Europe/Bucharest", "Atlantic/Azores", "America/St_Johns"]),
)
def test_last_instant_is_so_many_days_later_on_the_calls_own_clocks(closes_at, days, zone):
    until = latest_extension(closes_at, days, zone)
    before, after = (instant.astimezone(zone_named(zone)) for instant in (closes_at, until))
    assert (after.date() - before.date()).days == days
    assert abs(until - closes_at - days * DAY) <= HOUR


@pytest.mark.django_db(transaction=True)
def test_opening_of_the_round_waits_for_a_request_that_is_being_written(now, monkeypatch):
    scene = Scene()
    writing, go = threading.Event(), threading.Event()
    told = services.extending.notifications.extension_asked
    results = {}

    def slowly(extension):
        told(extension)
        writing.set()
        assert go.wait(10)

    def run(name, act):
        try:
            results[name] = act()
        except DomainError as error:
            results[name] = error
        finally:
            connection.close()

    monkeypatch.setattr(services.extending.notifications, "extension_asked", slowly)
    with clock.stopped_at(scene.call.closes_at + DAY):
        asking = threading.Thread(target=run, args=("ask", scene.ask))
        asking.start()
        assert writing.wait(10)
    with clock.stopped_at(scene.call.closes_at + DAY + HOUR):
        opening = threading.Thread(
            target=run, args=("open", lambda: evaluation.open_round(scene.call, by=None))
        )
        opening.start()
        opening.join(0.5)
        go.set()
        asking.join(10)
        opening.join(10)
    assert isinstance(results["ask"], Extension)
    assert "waits for a decision" in str(results["open"])
    assert not Round.objects.exists()
