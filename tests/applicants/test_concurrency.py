"""What happens at the same moment, on real PostgreSQL with real threads."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from applicants import services
from applicants.jobs import announce_call_changes
from applicants.models import Application, Version
from applicants.tasks import render_receipt
from calls.models import Call, CallChange
from core.errors import DomainError, InvalidTransition
from core.locks import lock_exclusive
from core.models import OutgoingMessage, StoredFile
from tests.accounts import factories as people
from tests.applicants import factories, steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the acts in threads that start together; their results, or the DomainErrors they ended with."""
    gate = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(index, act):
        try:
            gate.wait(10)
            results[index] = act()
        except DomainError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.fixture
def crew():
    return team()


@pytest.fixture
def call(crew, now):
    with transaction.atomic():
        return calls.call(crew)


def test_double_click_in_two_threads_is_one_submission_with_one_answer(call):
    alice = people.user("Alice")
    application, key = steps.fill(steps.start(call, alice), alice), uuid.uuid4()
    first, second = at_once(*[lambda: steps.submit(application, alice, key=key)] * 2)
    assert (
        (first.number, first.sha256)
        == (second.number, second.sha256)
        == (1, application.valid_version().sha256)
    )
    assert (Version.objects.count(), OutgoingMessage.objects.count()) == (1, 1)


def test_two_windows_submitting_at_once_are_one_submission_and_one_sentence(call):
    alice = people.user("Alice")
    application = steps.fill(steps.start(call, alice), alice)
    results = at_once(*[lambda: steps.submit(application, alice, key=uuid.uuid4()) for _window in range(2)])
    kinds = sorted(type(result).__name__ for result in results)
    assert (kinds, Version.objects.count()) == (["InvalidTransition", "Version"], 1)


def test_eight_starting_at_once_get_eight_numbers(call):
    persons = [people.user(f"Person{n}") for n in range(8)]
    firms = [people.organisation(f"Firm {n}", members=[p]) for n, p in enumerate(persons)]
    at_once(*[lambda p=p, f=f: steps.start(call, p, f) for p, f in zip(persons, firms, strict=True)])
    assert sorted(Application.objects.values_list("number", flat=True)) == list(range(1, 9))


def test_one_organisation_starting_twice_at_once_has_one_application(call):
    alice, bob = people.user("Alice"), people.user("Bob")
    firm = people.organisation(members=[alice, bob])
    first, second = at_once(lambda: steps.start(call, alice, firm), lambda: steps.start(call, bob, firm))
    assert (first, Application.objects.count(), Version.objects.count()) == (second, 1, 1)


def test_a_submission_waits_for_an_extension_and_is_judged_by_the_new_deadline(call):
    alice = people.user("Alice")
    application = steps.fill(steps.start(call, alice), alice)
    late = call.closes_at + timedelta(seconds=1)
    result: list = []

    def submit():
        try:
            result.append(steps.submit(application, alice, arrived=late))
        except DomainError as error:
            result.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=submit)
    with transaction.atomic():
        lock_exclusive("call", call.pk)
        thread.start()
        thread.join(1)
        assert (thread.is_alive(), result) == (True, [])
        Call.objects.filter(pk=call.pk).update(closes_at=late)
    thread.join(20)
    assert [version.arrived_at for version in result] == [late]


def test_an_extension_waits_for_submissions_that_are_being_judged(call):
    """Nobody is judged by half an extension: each of 6 late submissions is refused before it or accepted after it."""
    persons = [people.user(f"Person{n}") for n in range(6)]
    applications = [steps.fill(steps.start(call, person), person) for person in persons]
    late = call.closes_at + timedelta(seconds=1)

    def extend():
        with transaction.atomic():
            lock_exclusive("call", call.pk)
            Call.objects.filter(pk=call.pk).update(closes_at=late)

    acts = [
        lambda a=a, p=p: steps.submit(a, p, arrived=late) for a, p in zip(applications, persons, strict=True)
    ]
    results = at_once(extend, *acts)
    accepted = [r for r in results[1:] if isinstance(r, Version)]
    refused = [r for r in results[1:] if isinstance(r, DomainError)]
    assert len(accepted) + len(refused) == 6
    assert Version.objects.filter(status="final").count() == len(accepted)


def test_the_last_acknowledged_autosave_is_in_the_submitted_version(call):
    alice = people.user("Alice")
    application = steps.fill(steps.start(call, alice), alice)
    acknowledged: list[int] = []
    enough = threading.Event()

    def autosave():
        for number in range(1, 400):
            try:
                services.save_answers(
                    application,
                    section="idea",
                    values={"problem": f"text {number}"},
                    bases={"problem": number},
                    by=alice,
                )
            except InvalidTransition:
                return
            acknowledged.append(number)
            if number == 10:
                enough.set()

    def submit():
        enough.wait(20)
        steps.submit(application, alice)

    at_once(autosave, submit)
    frozen = application.valid_version().payload["sections"]["idea"]["problem"]
    assert (frozen, 10 <= acknowledged[-1] < 399) == (f"text {acknowledged[-1]}", True)


def test_two_beats_announce_a_change_once(call, crew):
    steps.start(call, people.user("Alice"))
    CallChange.objects.create(call=call, by=crew.mia, kind="text", text="A word changed.")
    assert sorted(at_once(announce_call_changes, announce_call_changes)) == [0, 1]
    assert OutgoingMessage.objects.filter(kind="call_changed").count() == 1


def test_two_workers_make_one_receipt(call):
    version = factories.application(call).valid_version()
    before = StoredFile.objects.count()
    results = at_once(lambda: render_receipt(version.pk), lambda: render_receipt(version.pk))
    version.refresh_from_db()
    assert (sorted(results), StoredFile.objects.count(), version.receipt is not None) == (
        [False, True],
        before + 1,
        True,
    )
