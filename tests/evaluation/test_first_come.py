"""First come, first served: claims are decided in batches, and a queue is scored as it comes (rank-47, rank-48)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from applicants import services as applying
from applicants.jobs import announce_call_changes
from applicants.models import Application, Claim, Hold
from applicants.queries import place_of
from calls.models import Call
from core import clock
from core.clock import stopped_at
from core.errors import DomainError
from evaluation import queries, services
from evaluation.jobs import open_rounds
from evaluation.models import Decision, Evaluator, Round
from funding.models import Account
from funding.queries import line_balance
from grants.queries import awaiting_agreement
from tests.applicants import factories as applications
from tests.applicants.test_claims import VOUCHER, claim_call, drafts, send
from tests.calls import factories as calls
from tests.evaluation import factories
from tests.evaluation.factories import Scene
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew(now):
    return funding.team()


def fresh(round: Round) -> Round:
    return Round.objects.get(pk=round.pk)


def decided(round: Round, crew) -> Round:
    """Proposed by Mia, confirmed by Luc, released by Mia."""
    services.propose_decisions(fresh(round), by=crew.mia)
    services.confirm_decisions(fresh(round), by=crew.luc)
    return services.release_decisions(fresh(round), by=crew.mia)


def states(*files: Application) -> list[str]:
    return [Application.objects.get(pk=file.pk).state for file in files]


def test_claims_are_decided_in_batches_and_money_moves_once(crew, now):
    call = claim_call(crew, vouchers=2, waiting_most=5)
    a, b, c = drafts(call, 3)
    send(a), send(b, 1), send(c, 2)
    with pytest.raises(DomainError, match="No file waits for a batch"):
        services.open_round(call, by=crew.mia)
    with stopped_at(now + timedelta(minutes=2)):
        announce_call_changes()
        one = services.open_round(call, by=crew.mia)
        assert (str(one), list(one.batch.order_by("ref"))) == (f"{call.code}, Batch 1", [a, b])
        page = _page(crew, f"/calls/{call.slug}/evaluation/")
        assert "Batch 1" in page and c.ref in page and "Waiting" in page
        services.rank_round(one, by=crew.mia)
        assert [
            (row.key, row.place.value, row.amount_cents) for row in queries.ranking_of(fresh(one)).rows
        ] == [
            (a.ref, "funded", VOUCHER),
            (b.ref, "funded", VOUCHER),
        ]
        assert "is held for it in the order of arrival" in _page(
            crew, f"/calls/{call.slug}/evaluation/1/ranking/"
        )
        decided(one, crew)
        assert states(a, b, c) == ["selected", "selected", "eligible"]
        assert line_balance(call.budget_line, Account.AWARDED) == 2 * VOUCHER
        assert {one.pk for one in awaiting_agreement(call)} == {a.pk, b.pk}

        applying.withdraw_application(b, by=b.created_by)
        assert place_of(Application.objects.get(pk=c.pk)).kind == "waiting"
        services.take_back_award(Decision.objects.get(application=b), by=crew.mia)
        assert place_of(Application.objects.get(pk=c.pk)).kind == "held"
        assert line_balance(call.budget_line, Account.AWARDED) == 2 * VOUCHER
        two = services.open_round(call, by=crew.mia)
        assert list(two.batch.all()) == [c]
        services.screen_application(c, is_eligible=False, reasons="It is no firm.", by=crew.mia)
        assert (line_balance(call.budget_line, Account.RESERVED), Claim.objects.in_order().count()) == (
            VOUCHER,
            0,
        )


def test_a_refused_claim_gives_its_money_to_the_next_once_it_is_told(crew, now):
    call = claim_call(crew, vouchers=1, waiting_most=5)
    a, b = drafts(call, 2)
    send(a), send(b, 1)
    with stopped_at(now + timedelta(minutes=2)):
        announce_call_changes()
        one = services.open_round(call, by=crew.mia)
        services.rank_round(one, by=crew.mia)
        services.propose_decisions(fresh(one), by=crew.mia)
        decision = Decision.objects.get(round=one)
        with pytest.raises(DomainError, match="gets exactly that"):
            services.change_decision(
                decision,
                outcome="fund",
                amounts={a.organisation_id: 1_00},
                reason="Less will do.",
                by=crew.mia,
            )
        services.change_decision(
            decision, outcome="reject", amounts={}, reason="The offer is forged.", by=crew.mia
        )
        services.confirm_decisions(fresh(one), by=crew.luc)
        assert Hold.objects.get(released_at=None).claim.application == a
        services.release_decisions(fresh(one), by=crew.mia)
        assert (states(a, b), place_of(Application.objects.get(pk=b.pk)).kind) == (
            ["rejected", "eligible"],
            "held",
        )
        assert line_balance(call.budget_line, Account.AWARDED) == VOUCHER


def test_when_the_call_has_ended_those_who_wait_are_decided_too(crew, now):
    call = claim_call(crew, vouchers=1, waiting_most=1)
    a, b = drafts(call, 2)
    send(a), send(b, 1)
    with stopped_at(now + timedelta(minutes=2)):
        announce_call_changes()
        assert (open_rounds(), open_rounds()) == (1, 0)
        one = Round.objects.get(call=call)
        services.rank_round(one, by=crew.mia)
        decided(one, crew)
        assert states(a, b) == ["selected", "reserve"]


def queue_call(crew, **fields) -> Call:
    with transaction.atomic():
        return calls.call(crew, call_model="queue", budget_cents=50_000_00, answer_days=14, **fields)


def came(call: Call, number: int) -> list[Application]:
    return [applications.application(call, title=f"Project {place}") for place in range(number)]


def scored(crew, call: Call, round: Round, files: list[Application], sheets) -> Scene:
    people = list(Evaluator.objects.filter(round=round).order_by("-name")) or [
        factories.evaluator(round, name) for name in ("Eva Novak", "Ed Horvat")
    ]
    return factories.ranked(Scene(crew, call, fresh(round), files, people), sheets)


def test_rank_47_those_that_pass_get_money_in_the_order_of_arrival(crew, now):
    call = queue_call(crew)
    with stopped_at(now - timedelta(minutes=5)):
        a, b = came(call, 2)
    with stopped_at(now - timedelta(minutes=4)):
        (c,) = came(call, 1)
    assert [place_of(file).number for file in Application.objects.filter(call=call).order_by("pk")] == [
        1,
        2,
        3,
    ]
    assert services.open_round(call, by=crew.mia).batch.count() == 3
    one = Round.objects.get(call=call)
    scored(crew, call, one, [a, b, c], [("3", "3"), ("1", "1"), ("5", "5")])
    rows = queries.ranking_of(fresh(one)).rows
    assert [(row.key, row.place.value) for row in rows] == [
        (a.ref, "funded"),
        (c.ref, "funded"),
        (b.ref, "below_threshold"),
    ]
    assert rows[0].reason.startswith("All thresholds are reached") and "number 1 of 2" in rows[0].reason
    with stopped_at(now + timedelta(minutes=5)):
        d, e = came(call, 2)
    with stopped_at(now + timedelta(minutes=10)):
        two = services.open_round(call, by=crew.mia)
        assert two.evaluators.count() == 2
        with pytest.raises(DomainError, match="Decide Batch 1 first"):
            scored(crew, call, two, [d, e], [("4", "4"), ("5", "5")])
        decided(one, crew)
        call.refresh_from_db()
        assert (states(a, b, c), call.exhausted_at) == (["selected", "rejected", "selected"], None)
        services.rank_round(fresh(two), by=crew.mia)
        decided(two, crew)
        call.refresh_from_db()
        assert (states(d, e), call.exhausted_at) == (["reserve", "reserve"], clock.now())
        assert [row.reserve_position for row in two.decisions.order_by("rank")] == [1, 2]
        with (
            pytest.raises(DomainError, match="The money of this call is used"),
            stopped_at(now + timedelta(hours=1)),
        ):
            applying.start_application(call, a.organisation, by=a.created_by)


def test_who_waits_since_an_earlier_batch_stands_before_a_later_one(crew, now):
    call = queue_call(crew, project_min_cents=1_00)
    with stopped_at(now - timedelta(minutes=5)):
        a, b, c = came(call, 3)
    one = services.open_round(call, by=crew.mia)
    scored(crew, call, one, [a, b, c], [("4", "4")] * 3)
    with stopped_at(now - timedelta(minutes=3)):
        small = applications.application(call, requested_cents=10_000_00)
    two = services.open_round(call, by=crew.mia)
    decided(one, crew)
    assert states(a, b, c) == ["selected", "selected", "reserve"]
    scored(crew, call, two, [small], [("5", "5")])
    (row,) = queries.ranking_of(fresh(two)).rows
    assert (row.place.value, row.reserve_position) == ("reserve", 2)
    decided(two, crew)
    applying.withdraw_application(Application.objects.get(pk=a.pk), by=a.created_by)
    services.take_back_award(Decision.objects.get(application=a), by=crew.mia)
    with pytest.raises(DomainError, match="No file can move up"):
        services.propose_promotion(fresh(two), by=crew.mia)
    services.propose_promotion(fresh(one), by=crew.mia)
    services.confirm_promotion(fresh(one), by=crew.luc)
    assert states(c) == ["selected"]


def _page(crew, url: str) -> str:
    mia = Client()
    mia.force_login(crew.mia)
    response = mia.get(url)
    assert response.status_code == 200
    return response.content.decode()
