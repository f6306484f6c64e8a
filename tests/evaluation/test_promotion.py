"""The reserve list moves up when money came back."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from applicants.services import withdraw_application
from core.errors import BudgetExceeded, DomainError, FourEyesRequired, InvalidTransition
from core.models import OutgoingMessage
from core.workflow import transition
from evaluation import services
from evaluation.models import Decision, Promotion
from funding.models import Account
from funding.queries import line_balance
from funding.services import record_committed, release_reserved
from tests.evaluation import factories as make
from tests.evaluation.test_decisions import cut_line_scene, decision

pytestmark = pytest.mark.django_db


def after_withdrawal(number: int = 1) -> make.Scene:
    """Released by the rule of rank-30; then P2 withdraws."""
    made = make.released(cut_line_scene())
    with transaction.atomic():
        transition(made.files[number], "withdrawn", by=made.files[number].created_by)
    return made.reload()


def taken_back() -> make.Scene:
    made = after_withdrawal()
    services.take_back_award(decision(made, 1), by=made.team.mia)
    return made


def awarded(made: make.Scene) -> int:
    return line_balance(made.call.budget_line, Account.AWARDED)


def test_rank_34_reserve_moves_up_after_a_withdrawal() -> None:
    made = taken_back()
    assert awarded(made) == 40_000_00

    proposed = services.propose_promotion(made.round, by=made.team.mia)
    services.confirm_promotion(made.round, by=made.team.luc)

    made.reload()
    assert [row.amount_cents for row in proposed] == [30_000_00, 20_000_00]
    assert [file.state for file in made.files] == ["selected", "withdrawn", "selected", "selected"]
    assert awarded(made) == 90_000_00
    rows = Decision.objects.order_by("rank").values_list("outcome", "amount_cents")
    assert list(rows)[2:] == [("fund", 30_000_00), ("fund", 20_000_00)]
    assert [share.amount_cents for share in decision(made, 2).shares.all()] == [30_000_00]


def test_rank_34_reserve_moves_up_only_as_far_as_the_money_goes() -> None:
    """60 000 came free at once, but only 20 000 of it is left in the call: P3 does not fit, so the list stops there."""
    made = taken_back()
    with transaction.atomic():
        release_reserved(made.call.budget_line, amount_cents=40_000_00, by=made.team.mia, source=made.call)

    with pytest.raises(DomainError, match="No file can move up"):
        services.propose_promotion(made.round, by=made.team.mia)


def test_take_back_award_returns_the_money_once() -> None:
    made = taken_back()

    assert line_balance(made.call.budget_line, Account.RESERVED) == 60_000_00
    with pytest.raises(InvalidTransition):
        services.take_back_award(decision(made, 1), by=made.team.mia)


def test_take_back_award_refuses_a_file_that_stays() -> None:
    made = after_withdrawal()

    for number in (0, 2):
        with pytest.raises(InvalidTransition):
            services.take_back_award(decision(made, number), by=made.team.mia)


def test_take_back_award_refuses_money_that_an_agreement_binds() -> None:
    made = after_withdrawal()
    with transaction.atomic():
        record_committed(
            made.call.budget_line,
            [(made.files[1].organisation, 35_000_00)],
            by=made.team.mia,
            source=made.files[1],
        )

    with pytest.raises(BudgetExceeded):
        services.take_back_award(decision(made, 1), by=made.team.mia)
    assert decision(made, 1).taken_back_at is None


def test_propose_promotion_sends_nothing_to_applicants() -> None:
    made = taken_back()
    OutgoingMessage.objects.all().delete()

    services.propose_promotion(made.round, by=made.team.mia)

    assert list(OutgoingMessage.objects.values_list("kind", "to")) == [
        ("promotion_proposed", made.team.luc.email)
    ]
    assert made.reload().files[2].state == "reserve"


def test_propose_promotion_again_replaces_the_open_one() -> None:
    made = taken_back()
    services.propose_promotion(made.round, by=made.team.mia)
    services.propose_promotion(made.round, by=made.team.luc)

    assert set(Promotion.objects.values_list("proposed_by", flat=True)) == {made.team.luc.pk}
    assert Promotion.objects.count() == 2


def test_confirm_promotion_needs_a_second_person_and_something_to_confirm() -> None:
    made = taken_back()
    with pytest.raises(DomainError, match="nothing to confirm"):
        services.confirm_promotion(made.round, by=made.team.luc)
    services.propose_promotion(made.round, by=made.team.mia)

    with pytest.raises(FourEyesRequired):
        services.confirm_promotion(made.round, by=made.team.mia)
    assert awarded(made) == 40_000_00


def test_confirm_promotion_refuses_when_the_list_changed_since() -> None:
    made = taken_back()
    services.propose_promotion(made.round, by=made.team.mia)
    with transaction.atomic():
        transition(made.files[2], "withdrawn", by=made.team.mia)

    with pytest.raises(DomainError, match="Propose it again"):
        services.confirm_promotion(made.round, by=made.team.luc)


def test_confirm_promotion_sends_the_letter_that_was_previewed() -> None:
    made = taken_back()
    letters = {
        row.decision_id: row.letter for row in services.propose_promotion(made.round, by=made.team.mia)
    }

    services.confirm_promotion(made.round, by=made.team.luc)

    for file in made.reload().files[2:]:
        row = Decision.objects.get(application=file)
        assert file.outcome_text == letters[row.pk] == row.letter
        assert "moves up from the reserve list" in file.outcome_text


def test_promotion_needs_the_release() -> None:
    made = make.confirmed(cut_line_scene())

    with pytest.raises(InvalidTransition):
        services.propose_promotion(made.round, by=made.team.mia)


def test_promotion_keeps_four_eyes_in_sql() -> None:
    made = taken_back()
    services.propose_promotion(made.round, by=made.team.mia)

    with (
        pytest.raises(IntegrityError, match="promotion_four_eyes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE evaluation_promotion SET confirmed_by_id = proposed_by_id, confirmed_at = now()"
        )
    with (
        pytest.raises(DatabaseError, match="cannot change"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE evaluation_decision SET outcome = 'fund', amount_cents = 3000000 WHERE outcome = 'reserve'"
        )


def test_withdrawal_by_the_applicant_reaches_the_reserve_page() -> None:
    """Through the applicant's own verb, if the call lets a selected file be withdrawn."""
    made = make.released(cut_line_scene())
    file = made.files[1]

    withdraw_application(file, by=file.created_by)

    services.take_back_award(decision(made, 1), by=made.team.mia)
    assert line_balance(made.call.budget_line, Account.RESERVED) == 60_000_00
