"""Every page of evaluation, in every state of a round, for everyone who may open it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from evaluation.models import Assignment, Evaluator
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in

pytestmark = pytest.mark.django_db

STAGES: list[Callable[[make.Scene], make.Scene]] = [
    lambda made: made,
    make.screened,
    make.assigned,
    make.scoring,
    make.declared,
    make.scored,
    make.ranked,
    make.proposed,
    make.confirmed,
    make.released,
]
NAMES = [
    "setup",
    "screened",
    "assigned",
    "scoring",
    "declared",
    "scored",
    "ranked",
    "proposed",
    "confirmed",
    "released",
]
PAGES = ["round_detail", "screening_list", "evaluator_list", "assign", "scoring", "ranking", "letters"]


@pytest.mark.parametrize("stage", STAGES, ids=NAMES)
def test_every_page_opens_in_every_state(stage) -> None:
    made = stage(make.scene(files=3, evaluators=2, budget_cents=50_000_00))
    slug, ref = made.call.slug, made.files[0].ref
    urls = [reverse(f"evaluation:{name}", args=[slug]) for name in PAGES]
    urls += [reverse(f"evaluation:{name}", args=[slug, ref]) for name in ("screen", "file_detail")]
    for user in (made.team.mia, made.team.ann):
        client = sign_in(user)
        for url in urls:
            response = client.get(url)
            assert (url, response.status_code) == (url, 200)
            assert b"UNKNOWN-VARIABLE" not in response.content, url


@pytest.mark.parametrize(
    ("stage", "name"),
    [
        (make.proposed, "decisions_confirm"),
        (make.confirmed, "decisions_confirm"),
        (make.confirmed, "release"),
        (make.released, "release"),
        (make.released, "reserve"),
        (make.screened, "assign_proposal"),
    ],
)
def test_pages_of_the_managers_open(stage, name) -> None:
    made = stage(make.scene(files=3, evaluators=2, budget_cents=50_000_00))
    for user in (made.team.mia, made.team.luc):
        response = sign_in(user).get(reverse(f"evaluation:{name}", args=[made.call.slug]))
        assert response.status_code == 200
        assert b"UNKNOWN-VARIABLE" not in response.content


@pytest.mark.parametrize("stage", STAGES[3:], ids=NAMES[3:])
def test_pages_of_the_evaluator_open_in_every_state(stage) -> None:
    made = stage(make.scene(files=2))
    eva = made.evaluators[0].user
    client = sign_in(eva)
    pair = Assignment.objects.filter(evaluator__user=eva).first()
    urls = [reverse("evaluation:assignment_list"), pair.get_absolute_url()]
    if pair.state == "accepted":
        urls += [
            reverse(f"evaluation:assignment_{name}", args=[pair.ref]) for name in ("abstain", "conflict")
        ]
    for url in urls:
        response = client.get(url)
        assert (url, response.status_code) == (url, 200)
        assert b"UNKNOWN-VARIABLE" not in response.content


@pytest.mark.parametrize("state", ["invited", "accepted", "declined"])
def test_invitation_page_opens_in_every_state(state) -> None:
    made = make.scene(files=1)
    Evaluator.objects.filter(pk=made.evaluators[0].pk).update(state=state)
    response = Client().get(made.evaluators[0].get_absolute_url())
    assert response.status_code == 200
    assert b"UNKNOWN-VARIABLE" not in response.content
