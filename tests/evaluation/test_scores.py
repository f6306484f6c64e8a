"""Declaring, scoring, submitting, abstaining, and what a manager may undo."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from applicants.models import Recusal
from core.audit import history
from core.errors import DomainError, Incomplete, InvalidTransition
from core.models import OutgoingMessage
from evaluation import services
from evaluation.models import Assignment, ConflictDeclaration, Score
from evaluation.statements import ABSENCE
from funding.models import ProjectMember
from tests.evaluation import factories as make

pytestmark = pytest.mark.django_db

GOOD = {"excellence": Decimal("4"), "impact": Decimal("3.5")}
WORDS = dict.fromkeys(GOOD, make.WORDS)


def pair_of(made: make.Scene, who: int = 0) -> Assignment:
    return Assignment.objects.get(evaluator=made.evaluators[who], application=made.files[0])


def test_declare_absence_opens_the_file_and_keeps_the_statement() -> None:
    made = make.scoring(make.scene(files=1))
    pair = pair_of(made)

    services.declare_absence(pair, by=pair.evaluator.user)

    declaration = ConflictDeclaration.objects.get()
    assert (declaration.has_conflict, declaration.statement) == (False, str(ABSENCE))
    assert Assignment.objects.get(pk=pair.pk).state == "accepted"
    with pytest.raises(InvalidTransition, match="already"):
        services.declare_absence(pair, by=pair.evaluator.user)


def test_declare_absence_is_for_the_person_only() -> None:
    made = make.scoring(make.scene(files=1))

    with pytest.raises(DomainError, match="somebody else"):
        services.declare_absence(pair_of(made), by=made.evaluators[1].user)


def test_declare_absence_waits_for_the_scoring_to_start() -> None:
    made = make.assigned(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        services.declare_absence(pair_of(made), by=made.evaluators[0].user)


def test_declare_conflict_closes_the_file_and_tells_the_managers() -> None:
    made = make.scoring(make.scene(files=1))
    pair = pair_of(made)

    services.declare_conflict(pair, details="My sister works there", by=pair.evaluator.user)

    assert Assignment.objects.get(pk=pair.pk).state == "declined"
    mails = OutgoingMessage.objects.filter(kind="conflict_declared")
    assert sorted(mails.values_list("to", flat=True)) == sorted([made.team.mia.email, made.team.luc.email])
    assert all("My sister works there" in mail.text for mail in mails)


def test_declare_conflict_needs_words() -> None:
    made = make.scoring(make.scene(files=1))
    pair = pair_of(made)

    with pytest.raises(DomainError) as refused:
        services.declare_conflict(pair, details=" ", by=pair.evaluator.user)

    assert refused.value.field == "details"
    assert not ConflictDeclaration.objects.exists()


def test_declare_conflict_late_removes_the_score_and_logs_it() -> None:
    made = make.scored(make.scene(files=1))
    pair = pair_of(made)

    services.declare_conflict(pair, details="Noticed late", by=pair.evaluator.user)

    pair.refresh_from_db()
    assert (pair.state, pair.total, pair.submitted_at) == ("declined", None, None)
    assert history(pair).last().data == {"score_removed": "100.000"}
    with pytest.raises(Incomplete, match="Not every file"):
        services.rank_round(made.round, by=made.team.mia)


def test_declare_conflict_by_staff_of_the_project_recuses_them_everywhere() -> None:
    made = make.scoring(make.scene(files=1))
    pair = pair_of(made)
    ProjectMember.objects.create(project=made.team.project, user=pair.evaluator.user, role="partner")

    services.declare_conflict(pair, details="Client", by=pair.evaluator.user)

    assert Recusal.objects.filter(application=made.files[0], user=pair.evaluator.user).exists()


def test_declaration_cannot_be_rewritten_in_sql() -> None:
    make.declared(make.scene(files=1))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM evaluation_conflictdeclaration")


def test_save_draft_scores_needs_the_declaration() -> None:
    made = make.scoring(make.scene(files=1))

    with pytest.raises(InvalidTransition, match="Declare first"):
        services.save_draft_scores(pair_of(made), scores=GOOD, reasons={}, by=made.evaluators[0].user)


def test_save_draft_scores_keeps_what_is_not_named() -> None:
    made = make.declared(make.scene(files=1))
    pair, eva = pair_of(made), made.evaluators[0].user
    services.save_draft_scores(pair, scores=GOOD, reasons={"impact": "Fine"}, by=eva)

    services.save_draft_scores(pair, scores={"excellence": None}, reasons={"excellence": "Why"}, by=eva)

    rows = Score.objects.filter(assignment=pair).values_list("criterion__code", "value", "reason")
    assert list(rows) == [("excellence", None, "Why"), ("impact", Decimal("3.50"), "Fine")]
    assert Assignment.objects.get(pk=pair.pk).state == "accepted"


def test_rank_07_save_draft_scores_refuses_a_score_between_two_steps() -> None:
    made = make.declared(make.scene(files=1))

    with pytest.raises(Incomplete) as refused:
        services.save_draft_scores(
            pair_of(made),
            scores={"impact": Decimal("3.25")},
            reasons={"excellence": "Kept?"},
            by=made.evaluators[0].user,
        )

    assert [gap.target for gap in refused.value.gaps] == ["score_impact"]
    assert not Score.objects.exists()


def test_submit_scores_stores_the_weighted_total() -> None:
    made = make.declared(make.scene(files=1))
    pair = pair_of(made)

    services.submit_scores(pair, scores=GOOD, reasons=WORDS, by=pair.evaluator.user)

    pair.refresh_from_db()
    assert (pair.state, pair.total) == ("scored", Decimal("76.000"))  # 60 % of 4/5 and 40 % of 3.5/5
    assert history(pair).last().data["scores"] == {"excellence": "4", "impact": "3.5"}


@pytest.mark.parametrize(
    ("scores", "reasons", "targets"),
    [
        ({}, {}, ["score_excellence", "score_impact", "reason_excellence", "reason_impact"]),
        ({**GOOD, "impact": None}, WORDS, ["score_impact"]),
        ({**GOOD, "impact": Decimal("5.5")}, WORDS, ["score_impact"]),
        ({**GOOD, "impact": Decimal("3.25")}, WORDS, ["score_impact"]),
        ({**GOOD, "impact": Decimal("-1")}, WORDS, ["score_impact"]),
        (GOOD, {**WORDS, "impact": "too short"}, ["reason_impact"]),
        (GOOD, {"impact": make.WORDS}, ["reason_excellence"]),
    ],
)
def test_submit_scores_refuses_an_incomplete_sheet(scores, reasons, targets) -> None:
    made = make.declared(make.scene(files=1))
    pair = pair_of(made)

    with pytest.raises(Incomplete) as refused:
        services.submit_scores(pair, scores=scores, reasons=reasons, by=pair.evaluator.user)

    assert [gap.target for gap in refused.value.gaps] == targets
    assert Assignment.objects.get(pk=pair.pk).state == "accepted"


def test_submit_scores_takes_exactly_the_least_number_of_words() -> None:
    made = make.declared(make.scene(files=1))
    pair = pair_of(made)

    services.submit_scores(
        pair, scores=GOOD, reasons=dict.fromkeys(GOOD, "one  two\nthree"), by=pair.evaluator.user
    )

    assert Assignment.objects.get(pk=pair.pk).state == "scored"


def test_submit_scores_twice_is_refused() -> None:
    made = make.scored(make.scene(files=1))
    pair = pair_of(made)

    with pytest.raises(InvalidTransition, match="You have submitted"):
        services.submit_scores(pair, scores=GOOD, reasons=WORDS, by=pair.evaluator.user)
    with pytest.raises(InvalidTransition):
        services.save_draft_scores(pair, scores=GOOD, reasons=WORDS, by=pair.evaluator.user)


def test_submit_scores_is_refused_once_the_file_was_withdrawn() -> None:
    made = make.declared(make.scene(files=1))
    pair = pair_of(made)
    made.files[0].__class__.objects.filter(pk=made.files[0].pk).update(state="withdrawn")

    with pytest.raises(InvalidTransition, match="no longer yours"):
        services.submit_scores(pair, scores=GOOD, reasons=WORDS, by=pair.evaluator.user)


def test_scores_of_a_submitted_sheet_cannot_be_changed_in_sql() -> None:
    make.scored(make.scene(files=1))

    for statement in [
        "UPDATE evaluation_score SET value = 5",
        "DELETE FROM evaluation_score",
        "INSERT INTO evaluation_score (assignment_id, criterion_id, value, reason, changed_at) "
        "SELECT assignment_id, criterion_id, 1, '', now() FROM evaluation_score LIMIT 1",
    ]:
        with (
            pytest.raises(DatabaseError, match="cannot change now"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_draft_scores_of_a_ranked_round_cannot_be_changed_in_sql() -> None:
    made = make.declared(make.scene(files=1))
    pair, eva = pair_of(made), made.evaluators[0].user
    services.save_draft_scores(pair, scores=GOOD, reasons={}, by=eva)
    made.round.__class__.objects.filter(pk=made.round.pk).update(state="ranked")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_score SET value = 5")


def test_abstain_frees_the_slot_and_tells_why() -> None:
    made = make.declared(make.scene(files=1, evaluators=3))
    pair = pair_of(made)

    services.abstain(pair, reason="Not my field", by=pair.evaluator.user)

    pair.refresh_from_db()
    assert (pair.state, pair.note) == ("abstained", "Not my field")
    assert OutgoingMessage.objects.filter(kind="evaluator_abstained").count() == 2
    with pytest.raises(DomainError) as refused:
        services.abstain(pair_of(made, 1), reason="", by=made.evaluators[1].user)
    assert refused.value.field == "reason"


def test_return_sheet_opens_it_again_with_the_reason() -> None:
    made = make.scored(make.scene(files=1))
    pair = pair_of(made)

    services.return_sheet(pair, reason="Impact has no words", by=made.team.mia)

    pair.refresh_from_db()
    assert (pair.state, pair.total, pair.note) == ("accepted", None, "Impact has no words")
    mail = OutgoingMessage.objects.get(kind="sheet_returned")
    assert (mail.to, "Impact has no words" in mail.text) == (pair.evaluator.email, True)
    make.give(pair, "3", "3")
    assert Assignment.objects.get(pk=pair.pk).total == Decimal("60.000")


def test_return_sheet_needs_a_reason_and_the_scoring_open() -> None:
    made = make.scored(make.scene(files=1))
    with pytest.raises(DomainError) as refused:
        services.return_sheet(pair_of(made), reason="", by=made.team.mia)
    assert refused.value.field == "reason"

    services.rank_round(made.round, by=made.team.mia)
    with pytest.raises(InvalidTransition):
        services.return_sheet(pair_of(made), reason="Late", by=made.team.mia)


def test_rank_round_waits_for_every_score() -> None:
    made = make.declared(make.scene(files=2))
    make.give(pair_of(made), "4", "4")

    with pytest.raises(Incomplete) as refused:
        services.rank_round(made.round, by=made.team.mia)

    refs = [file.ref for file in made.files]
    assert [gap.message for gap in refused.value.gaps] == [
        f"{refs[0]} has 1 of 2 scores; 1 evaluator has not submitted.",
        f"{refs[1]} has 0 of 2 scores; 2 evaluators have not submitted.",
    ]


def test_rank_round_says_when_nobody_is_assigned() -> None:
    made = make.declared(make.scene(files=1))
    for who in (0, 1):
        services.abstain(pair_of(made, who), reason="No", by=made.evaluators[who].user)

    with pytest.raises(Incomplete) as refused:
        services.rank_round(made.round, by=made.team.mia)

    assert refused.value.gaps[0].message.endswith("0 of 2 scores; nobody else is assigned.")


def test_rank_round_waits_for_a_third_evaluator_who_has_the_file() -> None:
    made = make.scene(files=1, evaluators=3)
    make.declared(made)
    for who in (0, 1):
        make.give(pair_of(made, who), "4", "4")

    with pytest.raises(Incomplete):
        services.rank_round(made.round, by=made.team.mia)


def test_rank_round_closes_the_scoring_and_keeps_the_list_in_the_trail() -> None:
    made = make.ranked(make.scene(files=2))

    assert (made.round.state, made.round.ranked_by) == ("ranked", made.team.mia)
    listed = history(made.round).last().data["list"]
    assert listed == [
        [made.files[0].ref, 1, "100.000", "funded"],
        [made.files[1].ref, 2, "90.000", "funded"],
    ]
    with pytest.raises(InvalidTransition):
        services.declare_conflict(pair_of(made), details="Late", by=made.evaluators[0].user)


def test_reopen_scoring_needs_a_reason_and_lets_scores_change() -> None:
    made = make.ranked(make.scene(files=1))
    with pytest.raises(DomainError) as refused:
        services.reopen_scoring(made.round, reason="", by=made.team.mia)
    assert refused.value.field == "reason"

    services.reopen_scoring(made.round, reason="Conflict found", by=made.team.mia)

    made.reload()
    assert (made.round.state, made.round.ranked_at) == ("scoring", None)
    services.declare_conflict(pair_of(made), details="Cousin", by=made.evaluators[0].user)
