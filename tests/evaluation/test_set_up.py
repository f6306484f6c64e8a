"""The set-up of a call takes effect in its round: country rule, divergence, limits, what is left, panel."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applicants.services import withdraw_application
from core.errors import Incomplete
from evaluation import queries, services
from evaluation.models import Assignment, Decision
from evaluation.sharing import within
from funding.models import Account
from funding.queries import line_balance
from tests.applicants import factories as applications
from tests.evaluation import factories as make


@pytest.fixture(autouse=True)
def _clock(db, now):
    return now


def outcomes(made: make.Scene) -> list[tuple[str, int]]:
    rows = Decision.objects.filter(round=made.round).order_by("application__ref")
    return [(row.outcome, row.amount_cents) for row in rows]


# --- evaluators -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "possible"),
    [("every", {"FR": False, "IT": False}), ("lead", {"FR": True, "IT": False}), ("none", {"FR": True, "IT": True})],
)  # fmt: skip
def test_rank_52_the_country_rule_of_the_call_says_who_may_judge(rule, possible):
    made = make.scene(files=0, evaluators=0, country_rule=rule)
    partner = make.party("Partner", "FR")
    made.files = [applications.application(made.call, shares=[(partner, 1_000_00)])]
    make.screened(made)

    for country, allowed in possible.items():
        person = make.evaluator(made.round, f"Judge of {country}", country=country)
        wanted = {made.files[0].ref: [person.pk]}
        if allowed:
            assert services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia) > 0
        else:
            with pytest.raises(Incomplete):
                services.assign_evaluators(made.round, wanted=wanted, by=made.team.mia)


def too_far_apart() -> make.Scene:
    """Two evaluators give 100 and 60 to the only file."""
    made = make.declared(make.scene(files=1, divergence_limit=Decimal(20), combine="closest"))
    for pair, value in zip(
        Assignment.objects.filter(round=made.round).order_by("pk"), ("5", "3"), strict=True
    ):
        make.give(pair, value, value)
    return made


def test_rank_19_evaluators_too_far_apart_need_one_more_and_then_the_closest_count():
    made = too_far_apart()

    with pytest.raises(Incomplete) as caught:
        services.rank_round(made.round, by=made.team.mia)
    assert [gap.message for gap in caught.value.gaps] == [
        f"{made.files[0].ref}: the totals 60 and 100 differ by 40, more than 20. "
        "One more evaluator has to score it."
    ]

    third = make.evaluator(made.round, "Third Judge", country="SK")
    keys = [*(person.pk for person in made.evaluators), third.pk]
    services.assign_evaluators(made.round, wanted={made.files[0].ref: keys}, by=made.team.mia)
    pair = Assignment.objects.get(evaluator=third)
    services.declare_absence(pair, by=third.user)
    make.give(pair, "4.5", "4.5")
    services.rank_round(made.reload().round, by=made.team.mia)

    (line,) = queries.listed_files(made.reload().round, made.team.mia)
    assert (line.total, line.totals) == (Decimal(95), (Decimal(100), Decimal(60), Decimal(90)))


def test_a_divergence_that_is_only_told_does_not_stop_the_list():
    made = make.declared(make.scene(files=1, divergence_limit=Decimal(20), divergence_then="tell"))
    for pair, value in zip(
        Assignment.objects.filter(round=made.round).order_by("pk"), ("5", "3"), strict=True
    ):
        make.give(pair, value, value)

    services.rank_round(made.round, by=made.team.mia)

    assert made.reload().round.state == "ranked"


# --- choosing ---------------------------------------------------------------------------------------------
def test_rank_39_a_country_maximum_passes_the_next_file_over_with_the_reason():
    made = make.proposed(make.scene(files=3, limits=[{"by": "country", "value": "IT", "most": 2}]))

    assert [outcome for outcome, _cents in outcomes(made)] == ["fund", "fund", "reserve"]
    last = Decision.objects.get(application=made.files[2])
    assert last.why.startswith("Reserve: the maximum for Italy, 2, is reached.")


def test_rank_40_limits_are_counted_by_the_answer_that_was_submitted():
    made = make.scene(files=0, topic_question="field", limits=[{"by": "answer", "most": 1}])
    for field in ("ai", "ai", "iot"):
        file = applications.application(made.call, submitted=False)
        row = file.draft().answers.get(section="idea")
        row.answers["field"] = field
        row.save()
        applications.finish(file.draft(), file.created_by)
        made.files.append(file)
    make.proposed(made)

    assert [outcome for outcome, _cents in outcomes(made)] == ["fund", "reserve", "fund"]


def test_sme_share_of_what_is_asked_parts_equal_totals():
    made = make.scene(files=0, tie_break=["impact", "sme-share"])
    large = make.party("Large", "FR")
    large.size = "large"
    large.save()
    made.files = [
        applications.application(made.call, shares=[(large, 5_000_00)], requested_cents=15_000_00),
        applications.application(made.call, requested_cents=20_000_00),
    ]
    make.ranked(made, [("4", "4"), ("4", "4")])

    lines = queries.listed_files(made.round, made.team.mia)
    assert [line.application.ref for line in lines] == [made.files[1].ref, made.files[0].ref]
    assert "100 % against 75 %" in lines[0].why


def test_the_rest_is_offered_and_shared_among_the_partners():
    made = make.scene(files=0, cut_rule="offer", budget_cents=45_000_00)
    partner = make.party("Partner", "FR")
    made.files = [
        applications.application(made.call, requested_cents=30_000_00),
        applications.application(made.call, requested_cents=20_000_00, shares=[(partner, 10_000_00)]),
        applications.application(made.call, requested_cents=10_000_00),
    ]
    make.confirmed(made)

    assert outcomes(made) == [("fund", 30_000_00), ("fund", 15_000_00), ("reserve", 0)]
    shares = Decision.objects.get(application=made.files[1]).shares.order_by("pk")
    assert [share.amount_cents for share in shares] == [10_000_00, 5_000_00]
    assert line_balance(made.call.budget_line, Account.RESERVED) == 0


def test_a_file_promoted_later_still_meets_the_limit_of_its_country():
    made = make.released(make.scene(files=3, limits=[{"by": "country", "value": "IT", "most": 2}]))

    withdraw_application(made.files[0], by=made.files[0].created_by)
    services.take_back_award(Decision.objects.get(application=made.files[0]), by=made.team.mia)
    (promotion,) = services.propose_promotion(made.reload().round, by=made.team.mia)

    assert promotion.decision.application == made.files[2]


def test_rank_24_the_page_of_the_list_says_who_goes_to_the_panel(client):
    made = make.ranked(
        make.scene(files=3, max_awards=1, panel_percent=150), [("5", "5"), ("4", "4"), ("4", "4")]
    )

    client.force_login(made.team.mia)
    page = client.get(f"/calls/{made.call.slug}/evaluation/ranking/")

    assert queries.panel_of(made.round) == [file.ref for file in made.files]
    assert page.context["panel"] == [file.ref for file in made.files]


# --- shares -----------------------------------------------------------------------------------------------
@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=6), st.integers(0, 10**8))
@settings(max_examples=60, deadline=None)
def test_a_cut_award_is_shared_to_the_cent_and_nobody_gets_more_than_asked(asked, total):
    shares = list(enumerate(asked))
    cut = dict(within(shares, total))

    assert sum(cut.values()) == min(total, sum(asked))
    assert all(0 < cents <= asked[key] for key, cents in cut.items())
