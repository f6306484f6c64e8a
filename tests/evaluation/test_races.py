"""Two persons at the same instant, on real transactions."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from core.errors import DomainError, InvalidTransition
from core.models import OutgoingMessage
from evaluation import services
from evaluation.models import Assignment, Decision
from funding.models import Account
from funding.queries import line_balance
from tests.evaluation import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that start together; what each ended with, in any order."""
    gate, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            results.append("done")
        except DomainError as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_release_by_two_managers_at_once_sends_each_letter_once() -> None:
    made = make.confirmed(make.scene(files=2))

    results = at_once(
        lambda: services.release_decisions(made.round, by=made.team.mia),
        lambda: services.release_decisions(made.round, by=made.team.luc),
    )

    assert results == ["InvalidTransition", "done"]
    assert OutgoingMessage.objects.filter(kind="outcome_released").count() == 2


def test_confirmation_at_once_with_a_change_never_confirms_what_was_not_seen() -> None:
    """Either the change comes first, and its author is the proposer now, or it is refused."""
    made = make.proposed(make.scene(files=1))
    row = Decision.objects.get()
    amounts = {made.files[0].organisation_id: 10_000_00}

    results = at_once(
        lambda: services.confirm_decisions(made.round, by=made.team.luc),
        lambda: services.change_decision(
            row, outcome="fund", amounts=amounts, reason="Less", by=made.team.luc
        ),
    )

    amount = Decision.objects.get().amount_cents
    expected = {20_000_00: ["InvalidTransition", "done"], 10_000_00: ["FourEyesRequired", "done"]}
    assert results == expected[amount]
    awarded = line_balance(made.call.budget_line, Account.AWARDED)
    assert awarded == (20_000_00 if amount == 20_000_00 else 0)


def test_sheets_submitted_while_the_list_is_made_count_or_are_refused() -> None:
    made = make.declared(make.scene(files=1))
    eva, ed = Assignment.objects.order_by("pk")
    make.give(eva, "4", "4")
    make.give(ed, "3", "3")
    services.return_sheet(ed, reason="Words", by=made.team.mia)
    ed.refresh_from_db()

    results = at_once(
        lambda: make.give(ed, "5", "5"),
        lambda: services.rank_round(made.round, by=made.team.mia),
    )

    made.reload()
    assert results in (["Incomplete", "done"], ["done", "done"])
    assert (made.round.state == "ranked") == (results == ["done", "done"])
    assert str(Assignment.objects.get(pk=ed.pk).total) == "100.000"


def test_open_round_twice_at_once_makes_one() -> None:
    team = make.funding.team()
    call = make.closed_call(team)

    assert at_once(
        lambda: services.open_round(call, by=None), lambda: services.open_round(call, by=team.mia)
    ) == ["done", "done"]
    with pytest.raises(InvalidTransition):
        services.rank_round(call.rounds.get(), by=team.mia)
