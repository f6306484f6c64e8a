"""What waits for whom, and that no page asks more questions for thirty rows than for one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Membership
from core import clock
from grants import queries, services
from grants.models import Agreement, Payment
from tests.accounts import factories as people
from tests.evaluation.browsing import sign_in
from tests.grants import factories as make

pytestmark = pytest.mark.django_db

LIST, PAYMENTS, STAFF, OWN = 9, 6, 14, 12
MANAGER_LINES, OWN_LINES = 10, 6


def lines(user) -> list[tuple[str, bool]]:
    return [(action.title, action.waiting_for_others) for action in queries.next_actions(user)]


def test_next_actions_follow_the_agreement_from_award_to_paid(now) -> None:
    w = make.world()
    mia, fred, alice, bob = w.team.mia, w.team.fred, w.alice, w.bob
    assert lines(mia) == [("Draft 1 grant agreement", False)]
    assert lines(alice) == []

    agreement = make.drafted(w)
    assert lines(mia) == [("Check and send 1 grant agreement", False)]

    services.send_agreement(agreement, by=mia)
    assert lines(mia) == [("1 agreement waits for the beneficiary's signature", True)]
    account = "Enter the bank account for the payments"
    assert lines(alice) == [("Sign the grant agreement", False), (account, False)]
    assert lines(bob) == [
        ("A signatory of your organisation signs the grant agreement", True),
        (account, True),
    ]

    digest = agreement.document.sha256
    services.sign_agreement(agreement, by=alice, name=alice.full_name, sha256=digest)
    assert lines(mia) == [("Countersign 1 grant agreement", False)]
    assert lines(alice) == [("The coordinator countersigns the grant agreement", True), (account, False)]

    services.countersign_agreement(agreement, by=mia, name=mia.full_name, sha256=digest)
    make.account(w, agreement, w.application.organisation, verified=False)
    assert lines(mia) == [("Propose the payment of 1 milestone", False)]
    assert lines(fred) == [("Check a new bank account: call back first", False)]
    assert lines(alice) == [("Hand in the report", False)]

    services.verify_bank_account(agreement.bank_accounts.get(), by=fred, how="Called.")
    (payment,) = services.propose_payments(make.advance(agreement), by=mia)
    assert lines(mia) == [("A second person approves 1 payment", True)]
    assert lines(fred) == [("Approve 1 payment", False)]

    services.approve_payment(payment, by=fred)
    assert lines(mia) == [("Finance pays 1 approved payment", True)]
    assert lines(fred) == [("Pay 1 approved payment and mark it paid", False)]

    services.mark_payment_failed(payment, by=fred, reason="Closed")
    assert lines(fred) == [("1 payment came back from the bank", False)]
    services.cancel_payment(payment, by=fred, reason="Closed")
    assert lines(mia) == [("Propose the payment of 1 milestone", False)]

    services.report_milestone(make.final(agreement), by=bob, text="Done.")
    assert ("Review 1 report", False) in lines(mia)
    assert lines(alice) == [("The coordinator reads your report", True)]
    services.return_milestone(make.final(agreement), by=mia, note="Photo")
    assert lines(alice) == [("Complete the report that was returned", False)]


def test_next_actions_of_own_proposal_wait_for_others(now) -> None:
    w = make.world()
    services.propose_payments(make.advance(make.in_force(w)), by=w.team.fred)
    assert lines(w.team.fred) == [("A second person approves 1 payment", True)]
    assert lines(w.team.mia) == [("A second person approves 1 payment", True)]


def test_next_actions_when_the_report_is_overdue(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    with clock.stopped_at(now + timedelta(days=400)):
        assert ("1 report is overdue", True) in lines(w.team.mia)
        (line,) = [action for action in queries.next_actions(w.alice) if "overdue" in action.title]
    assert (line.title, line.tone) == ("Hand in the report: it is overdue", "warn")
    assert (line.due, make.final(agreement).due_on) == (
        datetime(2027, 12, 31, 22, 59, 59, tzinfo=UTC),
        date(2027, 12, 31),
    )


def test_next_actions_link_to_the_thing_when_there_is_one(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    (line,) = queries.next_actions(w.team.mia)
    assert line.url == f"/calls/{w.call.slug}/grants/{agreement.ref}/"
    make.award(w.call, w.team, cents=10_000_00)
    assert queries.next_actions(w.team.mia)[0].url == f"/calls/{w.call.slug}/grants/"


def test_next_actions_of_strangers_and_auditors_are_none(now) -> None:
    w = make.world()
    make.in_force(w)
    assert (lines(w.charlie), lines(w.team.ann)) == ([], [])


# --- constant numbers of queries --------------------------------------------------------------------------
def many(w: make.World, stage: Callable[[make.World], Agreement], count: int = 29) -> list[Agreement]:
    """More awards of the same call, of other beneficiaries, each with its agreement at this stage."""
    agreements = []
    for _ in range(count):
        w.alice = people.user("Zoe Other")
        w.application = make.award(w.call, w.team, by=w.alice, cents=1_000_00)
        agreements.append(stage(w))
    return agreements


@pytest.fixture
def counted(django_assert_num_queries):
    def count(user, path: str, expected: int) -> None:
        client = sign_in(user)
        client.get(path)
        with django_assert_num_queries(expected):
            assert client.get(path).status_code == 200

    return count


def test_agreement_list_takes_as_many_queries_for_thirty_as_for_one(now, counted) -> None:
    w = make.world(budget_cents=300_000_00)
    make.in_force(w)
    path = f"/calls/{w.call.slug}/grants/"
    make.award(w.call, w.team, cents=1_000_00)
    counted(w.team.mia, path, LIST)
    many(w, make.drafted)
    for _ in range(29):
        make.award(w.call, w.team, cents=1_000_00)
    counted(w.team.mia, path, LIST)


def test_payments_and_home_take_as_many_queries_for_thirty_as_for_one(
    now, counted, django_assert_num_queries
) -> None:
    w = make.world(budget_cents=300_000_00)
    own = w.alice

    def count() -> None:
        counted(w.team.fred, "/payments/", PAYMENTS)
        with django_assert_num_queries(MANAGER_LINES):
            queries.next_actions(w.team.mia)
        with django_assert_num_queries(OWN_LINES):
            queries.next_actions(own)

    make.proposed(w)
    count()
    for agreement in many(w, make.in_force):
        make.proposed(w, agreement)
        Membership.objects.create(user=own, organisation=agreement.application.organisation)
    assert Payment.objects.count() == 30
    count()


def test_agreement_pages_take_as_many_queries_for_five_organisations_as_for_one(now, counted) -> None:
    for partners in ([], [1_000_00] * 4):
        w = make.world(partners=partners, partners_max=9)
        agreement = make.in_force(w)
        services.propose_payments(make.advance(agreement), by=w.team.mia)
        counted(w.team.mia, agreement.staff_url(), STAFF)
        counted(w.alice, agreement.get_absolute_url(), OWN)
