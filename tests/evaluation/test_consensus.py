"""A consensus report after a divergence: who writes, who agrees, what counts, what ends it (rank-21, rank-22, rank-28)."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from calls.selection import Selection, faults, sentences
from core.audit import history
from core.errors import DomainError, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from evaluation import queries, services
from evaluation.models import Assignment, Consensus, ConsensusScore, Decision, Score
from tests.evaluation import factories as make
from tests.evaluation.browsing import sign_in

pytestmark = pytest.mark.django_db
RULE: dict[str, Any] = {"divergence_limit": Decimal(20), "divergence_then": "consensus"}
WORDS = dict.fromkeys(("excellence", "impact"), "We all find it sound and well argued.")


def apart(**fields: Any) -> tuple[make.Scene, list[Assignment]]:
    """Two files, two evaluators each: the first one far apart (100 and 60 of 100), the second one not (80 and 60)."""
    made = make.declared(make.scene(files=2, evaluators=2, **{**RULE, **fields}))
    given = {(0, 0): "5", (0, 1): "3", (1, 0): "4", (1, 1): "3"}
    sheets = []
    for number, file in enumerate(made.files):
        pairs = Assignment.objects.filter(application=file).order_by("evaluator__name", "pk")
        sheets += [make.give(pair, *[given[number, place]] * 2) for place, pair in enumerate(pairs)]
    return made.reload(), sheets


def marks(excellence: str, impact: str) -> dict[str, Decimal]:
    return {"excellence": Decimal(excellence), "impact": Decimal(impact)}


def numbers(client: Client, page: str) -> dict[str, str]:
    """The number of each field that the page carries, as a browser sends them back."""
    return {f"v.{name}": str(number) for name, number in client.get(page).context["bases"].items()}


def test_a_divergence_waits_for_the_report_that_all_agree_to_and_its_scores_count() -> None:
    made, (first, second, *_rest) = apart()
    mia, file = made.team.mia, made.files[0]
    gaps = queries.missing_scores(made.round)
    assert [gap.message for gap in gaps] == [
        f"{file.ref}: the totals 100, 60 need a consensus report of its evaluators, or one more evaluator."
    ]
    with pytest.raises(Incomplete):
        services.rank_round(made.round, by=mia)
    client = sign_in(mia)
    assert (
        gaps[0].target.split("#")[0] in client.get(reverse("evaluation:scoring", args=[made.call.slug])).text
    )
    assert "Ask for the report" in client.get(gaps[0].target.split("#")[0]).text
    opened = reverse("evaluation:consensus_open", args=[made.call.slug, file.ref])
    assert client.post(opened, {"rapporteur": first.ref}).status_code == 302

    page = {row: reverse("evaluation:assignment_consensus", args=[row.ref]) for row in (first, second)}
    writer, other = sign_in(first.evaluator.user), sign_in(second.evaluator.user)
    assert [one.url for one in queries.next_actions(first.evaluator.user)] == [page[first]]
    sent = {f"score_{code}": "4" for code in WORDS} | {f"reason_{code}": text for code, text in WORDS.items()}
    short = writer.post(page[first], {**sent, "reason_impact": "No."})
    assert (short.status_code, "reason_impact" in short.context["form"].errors) == (422, True)
    assert writer.post(page[first], sent | numbers(writer, page[first])).status_code == 302
    assert [one.url for one in queries.next_actions(second.evaluator.user)] == [page[second]]
    assert WORDS["impact"] in other.get(page[second]).text
    assert other.post(page[second], {"agrees": "no", "words": " "}).status_code == 422
    assert other.post(page[second], {"agrees": "no", "words": "The market is too small."}).status_code == 302
    assert OutgoingMessage.objects.filter(kind="consensus_dissent").count() == 2

    assert writer.post(page[first], {"rewrite": "1"}).status_code == 302
    again = {**sent, **numbers(writer, page[first]), "score_impact": "3.5"}
    assert writer.post(page[first], again).status_code == 302
    assert other.post(page[second], {"agrees": "yes"}).status_code == 302
    consensus = Consensus.objects.get()
    assert (consensus.state, consensus.total) == ("closed", Decimal("76.000"))
    assert sorted(history(consensus).last().data["totals"]) == ["100.000", "60.000"]
    with pytest.raises(DatabaseError, match="cannot change"), transaction.atomic():
        ConsensusScore.objects.update(value=5)

    services.rank_round(made.round, by=mia)
    services.propose_decisions(made.reload().round, by=mia)
    best = Decision.objects.get(application=file)
    assert best.total == Decimal("76.000")  # the mean of 100 and 60 would be 80
    assert ("Consensus: We all find it sound" in best.feedback, "Evaluator 1" in best.feedback) == (
        True,
        False,
    )
    assert "Evaluator 2" in Decision.objects.get(application=made.files[1]).feedback
    assert Score.objects.filter(assignment__application=file).count() == 4


def test_a_dissent_is_let_count_by_the_managers_with_a_reason() -> None:
    made, (first, second, *_rest) = apart()
    mia, file = made.team.mia, made.files[0]
    with pytest.raises(DomainError, match="as rapporteur"):
        services.open_consensus(made.round, file=file, rapporteur=_rest[0], by=mia)
    consensus = services.open_consensus(made.round, file=file, rapporteur=first, by=mia)
    with pytest.raises(InvalidTransition):
        services.open_consensus(made.round, file=file, rapporteur=second, by=mia)
    given: dict[str, Any] = {"scores": marks("4", "4"), "reasons": WORDS}
    with pytest.raises(DomainError, match="The rapporteur writes"):
        services.put_consensus(consensus, **given, by=second.evaluator.user)
    with pytest.raises(InvalidTransition):
        services.close_consensus(consensus, reason="Too early", by=mia)
    services.put_consensus(consensus, **given, by=first.evaluator.user)
    with pytest.raises(DomainError, match="other evaluators"):
        services.answer_consensus(consensus, assignment=first, agrees=True, by=first.evaluator.user)
    with pytest.raises(DomainError, match="The rapporteur writes"):
        services.rewrite_consensus(consensus, by=second.evaluator.user)
    services.answer_consensus(
        consensus, assignment=second, agrees=False, words="Too small.", by=second.evaluator.user
    )
    close = reverse("evaluation:consensus_close", args=[made.call.slug, file.ref])
    client = sign_in(mia)
    assert "Too small." in client.get(reverse("evaluation:file_detail", args=[made.call.slug, file.ref])).text
    client.post(close, {"reason": ""})
    assert Consensus.objects.get().state == "agreeing"
    client.post(close, {"reason": "The panel follows the rapporteur."})
    assert (Consensus.objects.get().state, queries.missing_scores(made.round)) == ("closed", [])


def test_rank_27_evaluators_who_cannot_agree_get_a_third_and_every_sheet_is_kept() -> None:
    made, (first, second, *_rest) = apart()
    file, third = made.files[0], make.evaluator(made.round, "Elif Demir")
    consensus = services.open_consensus(made.round, file=file, rapporteur=first, by=made.team.mia)
    services.put_consensus(consensus, scores=marks("4", "4"), reasons=WORDS, by=first.evaluator.user)
    services.answer_consensus(
        consensus, assignment=second, agrees=False, words="Never.", by=second.evaluator.user
    )
    keys = [first.evaluator_id, second.evaluator_id, third.pk]
    services.assign_evaluators(made.round, wanted={file.ref: keys}, by=made.team.mia)
    pair = Assignment.objects.get(application=file, evaluator=third)
    services.declare_absence(pair, by=third.user)
    make.give(Assignment.objects.get(pk=pair.pk), "4", "4")

    assert queries.missing_scores(made.round) == []
    totals = {row.key: row.total for row in queries.ranking_of(made.round).rows}
    assert totals[file.ref] == Decimal(
        "80.000"
    )  # of 100, 60 and 80: the report that not all agree to does not count
    assert Assignment.objects.counted().filter(application=file).count() == 3


def test_a_conflict_found_late_takes_the_report_with_it() -> None:
    made, (first, second, *_rest) = apart()
    consensus = services.open_consensus(made.round, file=made.files[0], rapporteur=first, by=made.team.mia)
    services.put_consensus(consensus, scores=marks("4", "4"), reasons=WORDS, by=first.evaluator.user)
    services.declare_conflict(second, details="My sister works there.", by=second.evaluator.user)

    assert not Consensus.objects.exists()
    assert history(made.files[0]).filter(verb="consensus.dropped").count() == 1


def test_without_a_limit_every_file_has_a_report() -> None:
    made, _sheets = apart(divergence_limit=None)

    assert len(queries.missing_scores(made.round)) == 2


def test_a_call_without_the_rule_knows_no_report() -> None:
    made, (first, *_rest) = apart(divergence_then="third")

    with pytest.raises(DomainError, match="know no consensus report"):
        services.open_consensus(made.round, file=made.files[0], rapporteur=first, by=made.team.mia)


def test_the_rule_is_told_and_checked() -> None:
    always = Selection(evaluators=3, divergence_then="consensus")
    assert sentences(always, {})[-1] == (
        "The evaluators of each file write one consensus report, whose scores count."
    )
    alone = faults(Selection(evaluators=1, divergence_then="consensus"), codes=[])
    assert [one.setting for one in alone] == ["divergence_then"]
