"""Claims: the money is held at submission, the list moves when it comes back, and the call ends with its money (QR4)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from applicants import queries, services
from applicants.jobs import announce_call_changes
from applicants.models import Application, Claim, Hold
from calls.models import Call, CallChange
from core import clock
from core.clock import stopped_at
from core.errors import BudgetExceeded, DomainError
from core.models import OutgoingMessage
from funding import services as funding_services
from funding.celery import app
from funding.models import Account
from funding.queries import held_cents, line_balance
from tests.accounts import factories as people
from tests.applicants import factories, steps
from tests.calls import factories as calls
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db
VOUCHER = 30_000_00


@pytest.fixture
def crew(now):
    return funding.team()


def claim_call(crew, *, vouchers: int = 2, **fields) -> Call:
    with transaction.atomic():
        return calls.call(
            crew,
            call_model="claim",
            budget_cents=vouchers * VOUCHER,
            project_min_cents=VOUCHER,
            partners_max=1,
            **fields,
        )


def drafts(call: Call, number: int) -> list[Application]:
    """Complete drafts of as many firms."""
    made = []
    for place in range(number):
        by = people.user(f"Person {place}")
        firm = people.organisation(f"Firm {place} S.r.l.", members=[by])
        made.append(
            factories.application(
                call,
                by=by,
                organisation=firm,
                submitted=False,
                title=f"Project {place}",
                requested_cents=VOUCHER,
            )
        )
    return made


def send(application: Application, after_ms: int = 0) -> Application:
    arrived = clock.now() + timedelta(milliseconds=after_ms)
    steps.submit(application, application.created_by, arrived=arrived)
    application.refresh_from_db()
    return application


def standing(*applications: Application) -> list[tuple[str, int]]:
    found = [queries.place_of(Application.objects.get(pk=one.pk)) for one in applications]
    return [(place.kind, place.number) if place else ("", 0) for place in found]


def tell(minutes: int = 2) -> int:
    with stopped_at(clock.now() + timedelta(minutes=minutes)):
        return announce_call_changes()


def test_money_is_held_in_the_order_of_arrival_and_goes_on_when_it_comes_back(crew, now):
    call = claim_call(crew, waiting_most=2)
    a, b, c, d = drafts(call, 4)
    send(a, 0)
    send(b, 20)
    assert (a.state, standing(a, b)) == ("eligible", [("held", 0), ("held", 0)])
    assert (
        line_balance(call.budget_line, Account.RESERVED),
        line_balance(call.budget_line, Account.AWARDED),
    ) == (
        0,
        2 * VOUCHER,
    )
    send(c, 30)
    assert standing(c) == [("waiting", 1)]
    call.refresh_from_db()
    assert call.exhausted_at is None
    send(d, 40)
    call.refresh_from_db()
    assert (call.exhausted_at, call.phase(now + timedelta(seconds=1))) == (
        now + timedelta(milliseconds=40),
        "closed",
    )

    assert tell() == 4 and tell() == 0
    letters = OutgoingMessage.objects.filter(kind="claim_stands").order_by("pk")
    assert [letter.subject.partition(": ")[2].replace("\u00a0", " ") for letter in letters] == [
        "30 000 EUR are held for you",
        "30 000 EUR are held for you",
        "waiting place 1",
        "waiting place 2",
    ]
    services.withdraw_application(a, by=a.created_by)
    assert standing(a, b, c, d) == [("", 0), ("held", 0), ("held", 0), ("waiting", 1)]
    assert held_cents(call.project, a.organisation) == 0
    assert held_cents(call.project, c.organisation) == VOUCHER
    assert OutgoingMessage.objects.filter(kind="claim_stands").count() == 5
    assert (Hold.objects.filter(released_at=None).count(), Claim.objects.in_order().count()) == (2, 3)


def test_an_earlier_arrival_that_was_handled_later_goes_first_until_places_are_told(crew, now):
    call = claim_call(crew, vouchers=1)
    a, b, c = drafts(call, 3)
    send(b, 10)
    assert standing(b) == [("held", 0)]
    send(a, 5)
    assert standing(a, b) == [("held", 0), ("waiting", 1)]
    assert tell() == 2
    send(c, 1)
    assert standing(a, b, c) == [("held", 0), ("waiting", 1), ("waiting", 2)]


def test_rank_48_after_the_money_is_used_the_call_refuses_and_tells_drafts(crew, now):
    call = claim_call(crew, vouchers=1)
    a, d, e = drafts(call, 3)
    send(a)
    with pytest.raises(
        DomainError, match="The money of this call is used: the last application that was taken arrived on"
    ):
        send(d, 1)
    assert (d.versions.get().status, CallChange.objects.get(kind="exhausted").by) == ("draft", None)
    with stopped_at(now + timedelta(minutes=6)):
        assert announce_call_changes() == 3  # the claim, and two drafts
        letter = OutgoingMessage.objects.filter(kind="draft_not_submitted").first()
        assert letter.text.count("The money of this call is used, so it is closed.") == 1
        page = Client().get(call.get_absolute_url()).content.decode()
        assert "Closed: the money of this call is used." in page
        with pytest.raises(DomainError, match="The money of this call is used"):
            services.start_application(call, people.organisation(members=[e.created_by]), by=e.created_by)


def test_a_claim_that_does_not_fit_is_refused_and_a_smaller_one_is_taken(crew, now):
    with transaction.atomic():
        call = calls.call(crew, call_model="claim", budget_cents=50_000_00, project_min_cents=5_000_00)
    a, b = drafts(call, 2)
    send(a)
    with pytest.raises(BudgetExceeded) as refused:
        send(b, 1)
    assert refused.value.message.replace("\u00a0", " ") == (
        "20 000.00 EUR are left in this call; you ask for 30 000.00. Ask for less, or it cannot be taken."
    )
    assert (b.versions.get().status, Claim.objects.count()) == ("draft", 1)
    services.save_partners(
        b,
        values={b.organisation.ref: {"cost_cents": 60_000_00, "requested_cents": 20_000_00}},
        bases={},
        by=b.created_by,
    )
    send(b, 2)
    call.refresh_from_db()
    assert (standing(b), call.exhausted_at) == ([("held", 0)], now + timedelta(milliseconds=2))


def test_a_ceiling_keeps_a_waiting_claim_from_money_with_its_reason(crew, now):
    call = claim_call(crew, vouchers=1, waiting_most=3)
    a, b, c = drafts(call, 3)
    for place, one in enumerate((a, b, c)):
        send(one, place)
    with transaction.atomic():
        other = calls.call(crew)
        funding_services.record_awarded(
            other.budget_line, [(b.organisation, 50_000_00)], by=crew.mia, source=other
        )
    tell()
    services.withdraw_application(a, by=a.created_by)
    assert standing(b, c) == [("barred", 0), ("held", 0)]
    assert "already holds" in queries.place_of(Application.objects.get(pk=b.pk)).reason


def test_a_submitted_claim_stays_and_its_owner_may_come_again_behind_the_others(crew, now):
    call = claim_call(crew, vouchers=3)
    a, b = drafts(call, 2)
    send(a)
    send(b, 1)
    with pytest.raises(DomainError, match="first come, first served, it stays as it arrived"):
        services.change_application(a, by=a.created_by)
    assert services.start_application(call, a.organisation, by=a.created_by) == a
    alice = Client()
    alice.force_login(a.created_by)
    page = alice.get(a.get_absolute_url()).content.decode().replace("\u00a0", " ")
    assert "30 000 EUR are held for you" in page and "it is sure at" in page
    services.withdraw_application(a, by=a.created_by)
    again = services.start_application(call, a.organisation, by=a.created_by)
    assert again.pk != a.pk


@pytest.fixture
def no_worker():
    """No worker answers: receipts come later."""
    before, app.conf.task_always_eager = app.conf.task_always_eager, False
    yield
    app.conf.task_always_eager = before


@pytest.mark.django_db(transaction=True)
def test_qr4_claims_at_once_get_the_money_in_the_order_of_arrival(now, no_worker):
    call = claim_call(funding.team(), vouchers=2, waiting_most=0)
    applications = drafts(call, 6)
    order = [4, 3, 0, 5, 1, 2]
    gate, ends = threading.Barrier(len(applications)), []

    def run(application: Application, after_ms: int) -> None:
        try:
            gate.wait(60)
            send(application, after_ms)
            ends.append("taken")
        except DomainError:
            ends.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(one, order[place])) for place, one in enumerate(applications)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    first = sorted(range(6), key=lambda place: order[place])[:2]
    held = Hold.objects.filter(released_at=None).values_list("claim__application", flat=True)
    assert len(ends) == 6
    assert sorted(held) == sorted(applications[place].pk for place in first)
    assert (
        line_balance(call.budget_line, Account.AWARDED),
        line_balance(call.budget_line, Account.RESERVED),
    ) == (
        2 * VOUCHER,
        0,
    )
