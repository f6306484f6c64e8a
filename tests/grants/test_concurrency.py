"""Two persons, or one person twice, at the same instant: each act happens once."""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.errors import DomainError
from core.models import AuditEvent, StoredFile
from funding import queries as funding
from funding.celery import app
from funding.models import Account, LedgerMovement, ProjectMember
from grants import services
from grants.models import Agreement, Payment
from grants.tasks import render_agreement
from tests.accounts import factories as people
from tests.conftest import NOW
from tests.grants import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; their results, or the errors they met, in order."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(index: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[index] = act()
        except DomainError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    with clock.stopped_at(NOW):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return results


def done(results: list[Any]) -> int:
    return sum(not isinstance(result, DomainError) for result in results)


@pytest.fixture
def w(now) -> make.World:
    return make.world()


def test_approve_by_two_persons_at_once_happens_once(w) -> None:
    payment = make.proposed(w)
    gus = people.user("Gus Finance")
    ProjectMember.objects.create(project=w.team.project, user=gus, role="finance")
    results = at_once(
        *[lambda by=by: services.approve_payment(make.again(payment), by=by) for by in (w.team.fred, gus)]
    )
    assert done(results) == 1
    assert AuditEvent.objects.filter(verb="payment.approved").count() == 1


def test_approve_by_the_proposer_while_another_approves_never_counts(w) -> None:
    payment = make.proposed(w)
    results = at_once(
        *[
            lambda by=by: services.approve_payment(make.again(payment), by=by)
            for by in (w.team.mia, w.team.fred, w.team.mia)
        ]
    )
    assert done(results) == 1
    assert make.again(payment).approved_by == w.team.fred


def test_mark_paid_at_once_pays_once(w) -> None:
    payment = make.approved(w)
    paid_on = date(2027, 2, 18)
    results = at_once(
        *[lambda: services.mark_payment_paid(make.again(payment), by=w.team.fred, paid_on=paid_on)] * 4
    )
    assert done(results) == 1
    assert LedgerMovement.objects.filter(key__startswith="pay:").count() == 1
    assert funding.line_balance(w.call.budget_line, Account.PAID) == 8_000_00


def test_propose_at_once_makes_one_payment(w) -> None:
    milestone = make.advance(make.in_force(w))
    results = at_once(*[lambda: services.propose_payments(make.again(milestone), by=w.team.mia)] * 4)
    assert (done(results), Payment.objects.count()) == (1, 1)


def test_paid_and_cancelled_at_once_is_one_of_both(w) -> None:
    payment = make.approved(w)
    paid_on = date(2027, 2, 18)
    results = at_once(
        lambda: services.mark_payment_paid(make.again(payment), by=w.team.fred, paid_on=paid_on),
        lambda: services.cancel_payment(make.again(payment), by=w.team.fred, reason="Wrong"),
    )
    paid = funding.line_balance(w.call.budget_line, Account.PAID)
    assert done(results) == 1
    assert (make.again(payment).state, paid) in [("paid", 8_000_00), ("cancelled", 0)]


def test_countersign_at_once_commits_once(w) -> None:
    agreement = make.signed(w)
    digest = agreement.document.sha256
    results = at_once(
        *[
            lambda by=by: services.countersign_agreement(
                make.again(agreement), by=by, name=by.full_name, sha256=digest
            )
            for by in (w.team.mia, w.team.luc)
        ]
    )
    assert done(results) == 1
    assert funding.line_balance(w.call.budget_line, Account.COMMITTED) == 12_000_00


def test_draft_at_once_makes_one_agreement(w) -> None:
    results = at_once(
        *[lambda: services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)] * 3
    )
    assert (done(results), Agreement.objects.count()) == (1, 1)


def test_enter_two_accounts_at_once_leaves_one_in_use(w) -> None:
    agreement = make.sent(w)
    organisation = w.application.organisation
    results = at_once(
        *[
            lambda iban=iban: services.enter_bank_account(
                make.again(agreement), organisation, by=w.alice, holder="Rossi", iban=iban
            )
            for iban in (make.IBAN, make.OTHER_IBAN)
        ]
    )
    assert done(results) == 2
    assert agreement.bank_accounts.filter(replaced_at__isnull=True).count() == 1


@pytest.fixture
def nobody_hears() -> Iterator[None]:
    """Tasks are announced to the broker and not run."""
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True


def test_render_at_once_makes_one_file(w, nobody_hears) -> None:
    agreement = services.draft_agreement(w.application, by=w.team.mia, starts_on=make.STARTS_ON)
    results = at_once(*[lambda: render_agreement(agreement.pk)] * 3)
    assert sorted(results) == [False, False, True]
    assert StoredFile.objects.filter(name=f"{agreement.ref}.pdf").count() == 1
