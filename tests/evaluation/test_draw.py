"""A call that nobody scores: from the check of the files to the draw that anybody can do again (rank-45, rank-46)."""

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.errors import DomainError, InvalidTransition
from evaluation import services
from evaluation.models import Decision
from tests.applicants import factories as applications
from tests.calls.factories import SEED
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in

pytestmark = pytest.mark.django_db
DRAWN: dict[str, Any] = {"evaluators_per_file": 0, "tie_break": ["draw"], "budget_cents": 40_000_00}


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_rank_45_a_draw_from_the_check_to_the_page_that_tells_how_to_check_it() -> None:
    made = make.scene(files=3, evaluators=0, **DRAWN)
    twice = applications.application(made.call, organisation=made.files[0].organisation)
    page, anybody, mia = reverse("evaluation:draw", args=[made.call.slug]), Client(), sign_in(made.team.mia)
    url = {name: reverse(f"evaluation:{name}", args=[made.call.slug]) for name in ("round_detail", "ranking")}

    with pytest.raises(DomainError, match="4 files are not screened"):
        services.rank_round(made.round, by=made.team.mia)
    make.screened(made)
    services.screen_application(twice, is_eligible=True, by=made.team.mia)
    with pytest.raises(DomainError, match="a draw decides"):
        services.start_scoring(made.round, due_at=made.due, by=made.team.mia)
    assert "Ready for the draw" in mia.get(url["round_detail"]).text
    assert "Open the seed and draw" in mia.get(url["ranking"]).text
    before = anybody.get(page).text
    assert (sha(SEED) in before, SEED in before) == (True, False)

    services.rank_round(made.round, by=made.team.mia)
    listed = mia.get(url["ranking"]).text
    assert ("Not in the draw" in listed, "Below threshold" in listed, SEED in listed) == (True, False, True)
    services.propose_decisions(made.reload().round, by=made.team.mia)
    services.confirm_decisions(made.reload().round, by=made.team.luc)
    assert SEED not in anybody.get(page).text
    services.release_decisions(made.reload().round, by=made.team.mia)

    order = sorted((file.ref for file in made.files), key=lambda ref: sha(f"{SEED}:{ref}"))
    decisions = Decision.objects.order_by("rank").values_list("application__ref", "outcome", "rank")
    assert list(decisions) == [
        (order[0], "fund", 1), (order[1], "fund", 2), (order[2], "reserve", 3), (twice.ref, "reject", None),
    ]  # fmt: skip
    after = anybody.get(page).text
    assert [after.index(text) for text in (SEED, *order)] == sorted(after.index(t) for t in (SEED, *order))
    assert [sha(f"{SEED}:{ref}") in after for ref in [*order, twice.ref]] == [True, True, True, False]
    letters = dict(Decision.objects.values_list("application__ref", "letter"))
    assert "waiting list, at place 1" in letters[order[2]]
    assert f"Not in the draw: {made.files[0].ref}" in letters[twice.ref]


def test_a_draw_opened_again_leaves_each_file_its_lot() -> None:
    made = make.screened(make.scene(files=3, evaluators=0, **DRAWN))
    order = sorted((file.ref for file in made.files), key=lambda ref: sha(f"{SEED}:{ref}"))
    services.rank_round(made.round, by=made.team.mia)
    services.reopen_scoring(made.round, reason="One file was not complete.", by=made.team.mia)
    first = next(file for file in made.files if file.ref == order[0])
    services.screen_application(first, is_eligible=False, reasons="No offer.", by=made.team.mia)
    services.rank_round(made.reload().round, by=made.team.mia)
    services.propose_decisions(made.reload().round, by=made.team.mia)

    rows = Decision.objects.order_by("rank").values_list("application__ref", flat=True)
    assert list(rows) == order[1:]


def test_rank_round_refuses_to_skip_the_scoring_of_a_scored_call() -> None:
    made = make.screened(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        services.rank_round(made.round, by=made.team.mia)


def test_the_page_of_a_draw_exists_only_where_there_is_one() -> None:
    made = make.scene(files=0, evaluators=0)

    assert Client().get(reverse("evaluation:draw", args=[made.call.slug])).status_code == 404
