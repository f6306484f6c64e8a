"""A merge beside awards, on real PostgreSQL with real threads: the award is counted before, or sees both as one."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Membership, Organisation
from accounts.services import record_merge_proposal
from core.audit import history
from core.errors import BudgetExceeded
from desk import services
from funding import services as funding
from funding.queries import check_now, held_cents
from tests.accounts import factories as people
from tests.funding.factories import Team, team
from tests.funding.test_ledger import line_of

pytestmark = pytest.mark.django_db(transaction=True)


class Race:
    """A proposal that waits for Luc, and money to award."""

    def __init__(self) -> None:
        self.team: Team = team()
        self.one, self.two = people.organisation("A"), people.organisation("B")
        with transaction.atomic():
            self.line = line_of(self.team, 300_000_00)
            self.merge = record_merge_proposal(self.two, self.one, reason="One.", by=self.team.mia)

    def confirm(self) -> Any:
        return services.confirm_merge(self.merge, self.team.project, by=self.team.luc)

    def award(self, firm: Organisation, cents: int) -> None:
        funding.record_awarded(self.line, [(firm, cents)], by=self.team.mia, source=firm)

    @property
    def recorded(self) -> int:
        return history(self.two).get(verb="organisation.merged").data["held_cents"]


def beside(first: Callable[[threading.Event], Any], second: Callable[[], Any]) -> list[Any]:
    """`first` runs in a transaction and waits in it until `second` is done, or half a second; what each ended with."""
    begun, done, ends = threading.Event(), threading.Event(), [None, None]

    def run_first() -> None:
        try:
            with transaction.atomic():
                ends[0] = first(begun)
                done.wait(0.5)
        except Exception as error:
            ends[0] = error
        finally:
            connection.close()

    def run_second() -> None:
        begun.wait(10)
        try:
            ends[1] = second()
        except Exception as error:
            ends[1] = error
        finally:
            done.set()
            connection.close()

    threads = [threading.Thread(target=run_first), threading.Thread(target=run_second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return ends


def test_a_merge_waits_for_an_award_and_counts_it() -> None:
    race = Race()

    def award(begun: threading.Event) -> None:
        race.award(race.one, 40_000_00)
        begun.set()

    ends = beside(award, race.confirm)
    assert ends == [None, race.two]
    assert race.recorded == 40_000_00
    with pytest.raises(BudgetExceeded), transaction.atomic():
        race.award(race.two, 20_000_01)


def test_an_award_that_began_before_the_merge_sees_both_as_one() -> None:
    """It refers to the organisation already and waits for the money; nobody waits for the other for ever."""
    race = Race()
    with transaction.atomic():
        race.award(race.two, 40_000_00)
    merged = threading.Event()

    def award(begun: threading.Event) -> None:
        Membership.objects.create(user=race.team.fred, organisation=race.one)
        check_now()  # PostgreSQL holds the row that it refers to from here on
        begun.set()
        merged.wait(0.5)
        race.award(race.one, 20_000_01)

    def confirm() -> Any:
        try:
            return race.confirm()
        finally:
            merged.set()

    ends = beside(award, confirm)
    assert isinstance(ends[0], BudgetExceeded)
    assert "already holds 40\u00a0000.00 EUR" in str(ends[0])
    assert ends[1] == race.two
    assert held_cents(race.team.project, race.one) == 40_000_00


def test_two_managers_confirm_at_once_and_one_merge_is_made() -> None:
    race = Race()
    start, ends = threading.Barrier(2), []

    def confirm() -> None:
        start.wait(10)
        try:
            ends.append(race.confirm())
        except Exception as error:
            ends.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(type(end).__name__ for end in ends) == ["InvalidTransition", "Organisation"]
    assert history(race.two).filter(verb="organisation.merged").count() == 1
