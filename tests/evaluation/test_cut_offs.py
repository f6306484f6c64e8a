"""Several cut-offs: each has its own files, evaluators from the one before, list, money and decisions."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from applicants.models import Application
from calls.models import Call, CutOff
from core import clock
from core.clock import stopped_at
from core.errors import DomainError, InvalidTransition
from evaluation import queries, services
from evaluation.jobs import open_rounds
from evaluation.models import Evaluator, Round
from reports import queries as reports
from tests.applicants import factories as applications
from tests.calls import factories as calls
from tests.evaluation import factories
from tests.evaluation.factories import Scene
from tests.funding import factories as funding

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def two_cut_offs(team, budgets=(30_000_00, 40_000_00), **fields) -> Call:
    """A call whose first cut-off passed an hour ago, the second in 30 days."""
    now = clock.now()
    dates = {"opens_at": now - timedelta(days=70), "closes_at": now + MONTH}
    with transaction.atomic():
        call = calls.call(team, published=False, call_model="cut-offs", **{**dates, **fields})
        for place, closes_at in enumerate((now - timedelta(hours=1), call.closes_at)):
            CutOff.objects.create(call=call, position=place, closes_at=closes_at, budget_cents=budgets[place])
        return calls.publish(call, team)


def files_of(call: Call, cut_off: CutOff, number: int) -> list[Application]:
    with stopped_at(cut_off.closes_at - timedelta(minutes=1)):
        return [applications.application(call, title=f"Project {n}") for n in range(number)]


def judged(team, call: Call, round: Round, files: list[Application], people: list[Evaluator]) -> Scene:
    return factories.ranked(Scene(team, call, round, files, people))


@pytest.fixture
def crew(now):
    return funding.team()


def test_each_cut_off_is_judged_with_its_own_money(crew, client, now):
    call = two_cut_offs(crew, carry_over=True)
    first, second = CutOff.objects.filter(call=call)
    early, late = files_of(call, first, 2), files_of(call, second, 3)
    assert open_rounds() == 1 and open_rounds() == 0
    one = Round.objects.get(call=call)
    assert (one.cut_off, one.address, str(one)) == (first, f"{call.slug}.1", f"{call.code}, Cut-off 1")
    assert [file.ref for file in queries.round_files(one).order_by("ref")] == [file.ref for file in early]
    assert services.open_round(call, by=crew.mia) == one
    people = [factories.evaluator(one, name) for name in ("Eva Novak", "Ed Horvat")]
    scene = judged(crew, call, one, early, people)
    assert [(row.key, row.place.value) for row in queries.ranking_of(scene.round).rows] == [
        (early[0].ref, "funded"),
        (early[1].ref, "reserve"),
    ]

    with stopped_at(second.closes_at + timedelta(minutes=1)):
        assert open_rounds() == 1
        two = Round.objects.get(call=call, number=2)
        names = Evaluator.objects.filter(round=two).order_by("-name")
        assert [(row.name, row.state) for row in names] == [
            ("Eva Novak", "accepted"),
            ("Ed Horvat", "accepted"),
        ]
        made = factories.scored(Scene(crew, call, two, late, list(names)))
        with pytest.raises(
            DomainError, match="Decide Cut-off 1 first: what it leaves is what this one can give"
        ):
            services.rank_round(two, by=crew.mia)
        services.propose_decisions(scene.round, by=crew.mia)
        services.confirm_decisions(Round.objects.get(pk=one.pk), by=crew.luc)
        assert (queries.room_of(Round.objects.get(pk=one.pk)), queries.room_of(two)) == (10_000_00, 50_000_00)
        services.release_decisions(Round.objects.get(pk=one.pk), by=crew.mia)
        services.rank_round(two, by=crew.mia)
        services.propose_decisions(made.reload().round, by=crew.mia)
        services.confirm_decisions(made.reload().round, by=crew.luc)
        services.release_decisions(made.reload().round, by=crew.mia)
        assert [Application.objects.get(pk=file.pk).state for file in [*early, *late]] == [
            *("selected", "reserve"),
            *("selected", "selected", "reserve"),
        ]
        assert queries.room_of(Round.objects.get(pk=one.pk)) == 10_000_00
        with pytest.raises(DomainError, match="No file can move up"):
            services.propose_promotion(Round.objects.get(pk=one.pk), by=crew.mia)
        _look(call, early, late, crew)


def _look(call: Call, early: list[Application], late: list[Application], crew) -> None:
    mia = Client()
    mia.force_login(crew.mia)
    listed = mia.get(f"/calls/{call.slug}/evaluation/").content.decode()
    assert f"/calls/{call.slug}/evaluation/2/" in listed and "Cut-off 2" in listed
    ranking = mia.get(f"/calls/{call.slug}/evaluation/2/ranking/").content.decode()
    assert late[0].ref in ranking and early[0].ref not in ranking
    assert f"/calls/{call.slug}/evaluation/2/reserve/" in ranking
    assert mia.get(f"/calls/{call.slug}/evaluation/3/ranking/").status_code == 404
    staff = mia.get(f"/calls/{call.slug}/applications/{late[0].ref}/").content.decode()
    assert f'href="/calls/{call.slug}/evaluation/"' in staff and "/screening/" not in staff
    assert mia.get(f"/calls/{call.slug}/evaluation/2/screening/{early[0].ref}/").status_code == 404


def test_without_carry_over_what_one_leaves_stays(crew, now):
    call = two_cut_offs(crew, budgets=(50_000_00, 20_000_00))
    first, second = CutOff.objects.filter(call=call)
    late = files_of(call, second, 2)
    files_of(call, first, 1)
    services.open_round(call, by=None)
    with stopped_at(second.closes_at + timedelta(minutes=1)):
        two = services.open_round(call, by=crew.mia)
        assert services.open_round(call, by=crew.mia) == two
        scene = judged(
            crew,
            call,
            two,
            late,
            [factories.evaluator(two, "Eva Novak"), factories.evaluator(two, "Ed Horvat")],
        )
        services.propose_decisions(scene.round, by=crew.mia)
        assert [row.outcome for row in two.decisions.order_by("rank")] == ["fund", "reserve"]


def test_a_limit_on_awards_counts_all_cut_offs(crew, now):
    call = two_cut_offs(
        crew, max_awards=2, limits=[{"by": "country", "value": "IT", "most": 1, "transfer": False}]
    )
    first, second = CutOff.objects.filter(call=call)
    early, late = files_of(call, first, 1), files_of(call, second, 1)
    one = services.open_round(call, by=None)
    people = [factories.evaluator(one, "Eva Novak"), factories.evaluator(one, "Ed Horvat")]
    scene = judged(crew, call, one, early, people)
    services.propose_decisions(scene.round, by=crew.mia)
    services.confirm_decisions(scene.reload().round, by=crew.luc)
    with stopped_at(second.closes_at + timedelta(minutes=1)):
        two = services.open_round(call, by=None)
        scene = judged(crew, call, two, late, list(Evaluator.objects.filter(round=two)))
        (row,) = queries.ranking_of(scene.round).rows
        assert (row.place.value, row.notes[0].reason.name) == ("reserve", "LIMIT_NUMBER")


def test_each_cut_off_publishes_its_own_results(crew, client, now):
    call = two_cut_offs(crew)
    first, second = CutOff.objects.filter(call=call)
    early, late = files_of(call, first, 1), files_of(call, second, 1)
    open_rounds()
    people = [factories.evaluator(Round.objects.get(call=call), name) for name in ("Eva Novak", "Ed Horvat")]
    one = released(judged(crew, call, Round.objects.get(call=call), early, people))
    services.publish_results(one, by=crew.mia)
    page = f"/calls/{call.slug}/results/"
    with stopped_at(second.closes_at + timedelta(hours=1)):
        open_rounds()
        two = Round.objects.get(call=call, number=2)
        found = [factories.evaluator(two, name) for name in ("Ema Kralj", "Elio Zupan")]
        two = released(judged(crew, call, two, late, found))
        before = client.get(page).content.decode()
        assert reports.results(reports.public_calls())[0].award.ref == early[0].ref
        assert (early[0].organisation.legal_name in before, "Publish the results" in waits(crew.mia)) == (
            True,
            True,
        )
        assert [award.ref for award in queries.awards_in(two)] == [late[0].ref]
        assert len(reports.results(reports.public_calls())) == 1
        assert reports.figures([call])[call.pk] == reports.Figures(1, 1, 1)

        services.publish_results(two, by=crew.mia)

        assert len(reports.results(reports.public_calls())) == 2
        assert reports.figures([call])[call.pk] == reports.Figures(2, 2, 2)
        assert "Publish the results" not in waits(crew.mia)
        with pytest.raises(InvalidTransition):
            services.publish_results(two, by=crew.mia)


def released(scene: Scene) -> Round:
    """Proposed, confirmed and released; the round as it is then."""
    services.propose_decisions(scene.round, by=scene.team.mia)
    services.confirm_decisions(scene.reload().round, by=scene.team.luc)
    services.release_decisions(scene.reload().round, by=scene.team.mia)
    return scene.reload().round


def waits(user) -> list[str]:
    return [action.title for action in queries.next_actions(user)]
