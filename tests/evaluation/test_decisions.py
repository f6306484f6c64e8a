"""From the ranked list to released decisions."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from applicants.models import Application, Recusal
from calls import services as call_services
from core.audit import history
from core.errors import BudgetExceeded, DomainError, FourEyesRequired, InvalidTransition
from core.models import OutgoingMessage
from evaluation import services
from evaluation.models import Decision, DecisionShare, Round
from evaluation.states import Outcome
from funding.models import Account, LedgerMovement
from funding.queries import balance, held_cents, line_balance
from tests.accounts import factories as people
from tests.applicants import factories as applications
from tests.evaluation import factories as make

pytestmark = pytest.mark.django_db

CUT_LINE = [40_000_00, 35_000_00, 30_000_00, 20_000_00]


def cut_line_scene(**fields) -> make.Scene:
    """The files of the cases of the cut line: budget 100 000, P1 40 000, P2 35 000, P3 30 000, P4 20 000."""
    made = make.scene(files=0, budget_cents=100_000_00, **fields)
    made.files = [applications.application(made.call, requested_cents=cents) for cents in CUT_LINE]
    return made


def outcomes(made: make.Scene) -> list[tuple[str, int, int | None]]:
    rows = Decision.objects.filter(round=made.round).order_by("rank", "pk")
    return list(rows.values_list("outcome", "amount_cents", "reserve_position"))


def decision(made: make.Scene, number: int) -> Decision:
    return Decision.objects.get(application=made.files[number])


def sql(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_rank_30_propose_decisions_stops_at_the_first_file_that_does_not_fit() -> None:
    made = make.proposed(cut_line_scene())

    assert outcomes(made) == [
        ("fund", 40_000_00, None),
        ("fund", 35_000_00, None),
        ("reserve", 0, 1),
        ("reserve", 0, 2),
    ]


def test_rank_31_propose_decisions_passes_over_when_the_call_says_so() -> None:
    made = make.proposed(cut_line_scene(cut_rule="skip"))

    assert outcomes(made) == [
        ("fund", 40_000_00, None),
        ("fund", 35_000_00, None),
        ("reserve", 0, 1),
        ("fund", 20_000_00, None),
    ]


def test_rank_33_propose_decisions_funds_at_most_the_number_of_awards() -> None:
    made = make.proposed(make.scene(files=3, max_awards=2))

    assert [row[0] for row in outcomes(made)] == ["fund", "fund", "reserve"]


def test_propose_decisions_gives_each_partner_its_share() -> None:
    made = make.scene(files=0)
    partner = make.party("Lyon SAS", "FR")
    made.files = [applications.application(made.call, shares=[(partner, 7_000_00)])]

    make.proposed(made)

    shares = DecisionShare.objects.values_list("organisation__legal_name", "amount_cents")
    assert list(shares) == [("Rossi Meccanica S.r.l.", 20_000_00), ("Lyon SAS", 7_000_00)]
    assert decision(made, 0).amount_cents == 27_000_00


def test_propose_decisions_writes_letters_with_words_and_without_names() -> None:
    made = make.proposed(make.scene(files=2), [("5", "5"), ("2", "4")])

    funded, rejected = decision(made, 0).letter, decision(made, 1).letter
    assert "selected for funding, with 20\u00a0000.00\u00a0EUR in all" in funded
    assert "Below the threshold on Excellence: 2, at least 3 is needed." in rejected
    for letter in (funded, rejected):
        assert f"Evaluator 1: {make.WORDS}" in letter
        assert not any(person.name in letter or person.email in letter for person in made.evaluators)
    assert made.files[1].ref not in funded


def test_propose_decisions_tells_the_other_managers_only() -> None:
    made = make.proposed(make.scene(files=1))

    mail = OutgoingMessage.objects.get(kind="decisions_proposed")
    assert mail.to == made.team.luc.email


def test_propose_decisions_changes_nothing_for_applicants() -> None:
    made = make.proposed(make.scene(files=2), [("5", "5"), ("2", "2")])

    assert [file.state for file in made.files] == ["eligible", "eligible"]
    assert [(file.outcome_at, file.outcome_text) for file in made.files] == [(None, "")] * 2


def test_propose_decisions_needs_the_ranking() -> None:
    made = make.scored(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        services.propose_decisions(made.round, by=made.team.mia)


def test_rank_57_a_recused_manager_decides_nothing_about_the_list() -> None:
    made = make.ranked(make.scene(files=2))
    Recusal.objects.create(application=made.files[1], user=made.team.mia, reason="Cousin")

    with pytest.raises(DomainError, match="recused"):
        services.propose_decisions(made.round, by=made.team.mia)

    services.propose_decisions(made.round, by=made.team.luc)
    with pytest.raises(DomainError, match="recused"):
        services.confirm_decisions(made.round, by=made.team.mia)
    with pytest.raises(DomainError, match="recused"):
        services.change_decision(
            decision(made, 0), outcome="reject", amounts={}, reason="x", by=made.team.mia
        )


def test_withdraw_proposal_keeps_it_in_the_trail_and_allows_another() -> None:
    made = make.proposed(make.scene(files=1))
    with pytest.raises(DomainError):
        services.withdraw_proposal(made.round, reason=" ", by=made.team.mia)

    services.withdraw_proposal(made.round, reason="A mistake", by=made.team.luc)

    assert not Decision.objects.exists()
    made.reload()
    assert (made.round.state, made.round.proposed_by) == ("ranked", None)
    assert history(made.round).last().data["decisions"][0]["outcome"] == "fund"
    services.propose_decisions(made.round, by=made.team.mia)
    assert Decision.objects.count() == 1


def test_change_decision_lowers_an_amount_with_a_reason() -> None:
    made = make.proposed(make.scene(files=1))
    row = decision(made, 0)
    organisation = made.files[0].organisation

    changed = services.change_decision(
        row,
        outcome="fund",
        amounts={organisation.pk: 15_000_00},
        reason="Costs cut",
        feedback="New",
        by=made.team.luc,
    )

    assert (changed.amount_cents, changed.deviation, changed.changed_by) == (
        15_000_00,
        "Costs cut",
        made.team.luc,
    )
    assert list(changed.shares.values_list("amount_cents", flat=True)) == [15_000_00]
    assert "15\u00a0000.00" in changed.letter
    assert "New" in changed.letter
    assert history(changed).last().data["before"]["amount_cents"] == 20_000_00


def test_change_decision_makes_the_changer_the_proposer() -> None:
    made = make.proposed(make.scene(files=1))
    amounts = {made.files[0].organisation_id: 20_000_00}

    services.change_decision(
        decision(made, 0), outcome="fund", amounts=amounts, reason="Checked", by=made.team.luc
    )

    with pytest.raises(FourEyesRequired):
        services.confirm_decisions(made.round, by=made.team.luc)
    services.confirm_decisions(made.round, by=made.team.mia)


def test_change_decision_renumbers_the_reserve_and_its_letters() -> None:
    made = make.proposed(cut_line_scene())

    services.change_decision(
        decision(made, 2), outcome="reject", amounts={}, reason="Double funding", by=made.team.mia
    )

    assert outcomes(made)[2:] == [("reject", 0, None), ("reserve", 0, 1)]
    assert "at place 1" in decision(made, 3).letter
    assert "Double funding" in decision(made, 2).letter


@pytest.mark.parametrize(
    ("number", "outcome", "cents", "reason", "field"),
    [
        (0, "fund", 20_000_00, "", "reason"),
        (0, "fund", 20_000_01, "More", "amount"),
        (0, "fund", 0, "Nothing", "outcome"),
        (1, "fund", 20_000_00, "Nice people", "outcome"),
        (1, "reserve", 0, "Nice people", "outcome"),
    ],
)
def test_change_decision_refuses(number, outcome, cents, reason, field) -> None:
    made = make.proposed(make.scene(files=2), [("5", "5"), ("2", "2")])
    organisation = made.files[number].organisation_id

    with pytest.raises(DomainError) as refused:
        services.change_decision(
            decision(made, number),
            outcome=outcome,
            amounts={organisation: cents},
            reason=reason,
            by=made.team.mia,
        )

    assert (refused.value.field or "").startswith(field)
    assert [row[:2] for row in outcomes(made)] == [("fund", 20_000_00), ("reject", 0)]


def test_change_decision_refuses_more_money_than_the_call_has() -> None:
    made = make.proposed(cut_line_scene())
    amounts = {made.files[2].organisation_id: 30_000_00}

    with pytest.raises(BudgetExceeded, match=r"105.000\.00 EUR; it has 100.000\.00: 5.000\.00 too much"):
        services.change_decision(
            decision(made, 2), outcome="fund", amounts=amounts, reason="Topic", by=made.team.mia
        )
    amounts = {made.files[2].organisation_id: 25_000_00}
    services.change_decision(
        decision(made, 2), outcome="fund", amounts=amounts, reason="Topic", by=made.team.mia
    )


def test_change_decision_refuses_more_awards_than_the_call_allows() -> None:
    made = make.proposed(make.scene(files=3, max_awards=2))
    amounts = {made.files[2].organisation_id: 20_000_00}

    with pytest.raises(BudgetExceeded, match="at most 2"):
        services.change_decision(
            decision(made, 2), outcome="fund", amounts=amounts, reason="Topic", by=made.team.mia
        )


def test_confirm_decisions_awards_the_money() -> None:
    made = make.confirmed(cut_line_scene())

    assert line_balance(made.call.budget_line, Account.RESERVED) == 25_000_00
    assert line_balance(made.call.budget_line, Account.AWARDED) == 75_000_00
    assert held_cents(made.team.project, made.files[0].organisation) == 40_000_00
    assert (made.round.state, made.round.confirmed_by) == ("confirmed", made.team.luc)
    assert OutgoingMessage.objects.get(kind="decisions_confirmed").to == made.team.mia.email
    assert [file.state for file in made.files] == ["eligible"] * 4


def test_confirm_decisions_needs_a_second_person() -> None:
    made = make.proposed(make.scene(files=1))

    with pytest.raises(FourEyesRequired):
        services.confirm_decisions(made.round, by=made.team.mia)

    assert made.reload().round.state == "decided"
    assert line_balance(made.call.budget_line, Account.AWARDED) == 0


def test_four_eyes_hold_in_sql() -> None:
    made = make.proposed(make.scene(files=1))
    one = f"UPDATE evaluation_round SET state = 'confirmed', confirmed_by_id = proposed_by_id WHERE id = {made.round.pk}"
    nobody = f"UPDATE evaluation_round SET state = 'confirmed' WHERE id = {made.round.pk}"

    for statement, name in [(one, "round_four_eyes"), (nobody, "round_confirmed_by_two")]:
        with pytest.raises(IntegrityError, match=name):
            sql(statement)
    with pytest.raises(DatabaseError, match="by a second person"):
        sql("UPDATE evaluation_decision SET state = 'released'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_decision SET amount_cents = amount_cents + 1",
        "UPDATE evaluation_decision SET outcome = 'reject'",
        "UPDATE evaluation_decision SET letter = 'other'",
        "DELETE FROM evaluation_decisionshare",
        "UPDATE evaluation_decisionshare SET amount_cents = amount_cents - 1",
        "INSERT INTO evaluation_decisionshare (decision_id, organisation_id, amount_cents) "
        "SELECT d.id, p.organisation_id, 100 FROM evaluation_decision d, funding_consortiumpartner p",
    ],
)
def test_confirmed_decisions_cannot_be_changed_in_sql(statement) -> None:
    make.confirmed(make.scene(files=1))

    with pytest.raises(DatabaseError):
        sql(statement)


def test_confirm_decisions_counts_what_was_declared_from_elsewhere(monkeypatch) -> None:
    """cap-14: the ceiling counts it at the decision as it did at the submission."""
    made = make.scene(files=1, outside_question="got")
    file = Application.objects.get(pk=made.files[0].pk)
    told = {file.organisation_id: 40_000_01}
    asked = []
    monkeypatch.setattr(
        "evaluation.services._common.outside_by_organisation",
        lambda call, version: asked.append((call.pk, version)) or told,
    )
    make.proposed(made)
    with pytest.raises(BudgetExceeded, match=r"and 40.000\.01 from elsewhere; at most 19.999\.99 more"):
        services.confirm_decisions(Round.objects.get(pk=made.round.pk), by=made.team.luc)
    told[file.organisation_id] = 40_000_00
    services.confirm_decisions(Round.objects.get(pk=made.round.pk), by=made.team.luc)
    assert line_balance(made.call.budget_line, Account.AWARDED) == 20_000_00
    assert set(asked) == {(made.call.pk, file.last_final_id)}


def test_confirm_decisions_names_the_firm_whose_ceiling_is_passed() -> None:
    """cap-33: two files of one firm are above the line, together above its ceiling."""
    made = make.scene(files=0)
    alice = people.user("Alice Bianchi")
    firm = people.organisation("ACME S.r.l.", members=[alice])
    made.files = [
        applications.application(made.call, by=alice, organisation=firm, requested_cents=40_000_00)
        for _number in range(2)
    ]
    make.proposed(made)

    with pytest.raises(
        BudgetExceeded, match=r"ACME S\.r\.l\. already holds 40.000\.00 EUR; at most 20.000\.00 more"
    ):
        services.confirm_decisions(made.round, by=made.team.luc)

    made.reload()
    assert (made.round.state, made.round.confirmed_by) == ("decided", None)
    assert set(Decision.objects.values_list("state", flat=True)) == {"proposed"}
    assert line_balance(made.call.budget_line, Account.AWARDED) == 0
    services.change_decision(
        decision(made, 1), outcome="fund", amounts={firm.pk: 20_000_00}, reason="Ceiling", by=made.team.mia
    )
    services.confirm_decisions(made.round, by=made.team.luc)
    assert held_cents(made.team.project, firm) == 60_000_00


def test_confirm_decisions_refuses_when_a_file_was_withdrawn_since() -> None:
    made = make.proposed(make.scene(files=2))
    Application.objects.filter(pk=made.files[0].pk).update(state="withdrawn")

    with pytest.raises(DomainError, match=made.files[0].ref):
        services.confirm_decisions(made.round, by=made.team.luc)


def test_reopen_decisions_gives_the_money_back_and_allows_a_new_award() -> None:
    made = make.confirmed(make.scene(files=1))
    with pytest.raises(DomainError):
        services.reopen_decisions(made.round, reason="", by=made.team.mia)

    services.reopen_decisions(made.round, reason="Wrong amount", by=made.team.mia)

    made.reload()
    assert (made.round.state, made.round.confirmed_by, Decision.objects.count()) == ("ranked", None, 0)
    assert line_balance(made.call.budget_line, Account.AWARDED) == 0
    services.propose_decisions(made.round, by=made.team.luc)
    services.confirm_decisions(made.round, by=made.team.mia)
    assert line_balance(made.call.budget_line, Account.AWARDED) == 20_000_00
    assert LedgerMovement.objects.filter(what__startswith="Awarded").count() == 2


def test_release_decisions_tells_everyone_what_was_previewed(now) -> None:
    made = make.confirmed(cut_line_scene(), [("5", "5"), ("4.5", "4.5"), ("4", "4"), ("2", "2")])
    letters = dict(Decision.objects.values_list("application__ref", "letter"))

    services.release_decisions(made.round, by=made.team.mia)

    made.reload()
    assert [file.state for file in made.files] == ["selected", "selected", "reserve", "rejected"]
    assert {file.ref: file.outcome_text for file in made.files} == letters
    assert {file.outcome_at for file in made.files} == {now}
    mails = OutgoingMessage.objects.filter(kind="outcome_released")
    assert mails.count() == 4
    for mail in mails:
        assert letters[mail.about.ref] in mail.text
    assert set(Decision.objects.values_list("state", flat=True)) == {"released"}


def test_release_decisions_needs_the_confirmation() -> None:
    made = make.proposed(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        services.release_decisions(made.round, by=made.team.luc)


def test_release_decisions_does_not_happen_twice() -> None:
    made = make.released(make.scene(files=1))

    with pytest.raises(InvalidTransition):
        services.release_decisions(made.round, by=made.team.luc)
    assert OutgoingMessage.objects.filter(kind="outcome_released").count() == 1


def test_release_decisions_is_all_or_nothing() -> None:
    """One file that can no longer be told stops all: nobody hears anything."""
    made = make.confirmed(make.scene(files=3))
    Application.objects.filter(pk=made.files[2].pk).update(state="withdrawn")

    with pytest.raises(DomainError, match=made.files[2].ref):
        services.release_decisions(made.round, by=made.team.mia)

    made.reload()
    assert [file.state for file in made.files] == ["eligible", "eligible", "withdrawn"]
    assert made.round.state == "confirmed"
    assert not OutgoingMessage.objects.filter(kind="outcome_released").exists()


def test_release_decisions_rolls_everything_back_when_the_last_letter_fails() -> None:
    made = make.confirmed(make.scene(files=3))
    last = Decision.objects.order_by("rank").last()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE applicants_application ADD CONSTRAINT broken CHECK (id <> %s OR outcome_text = '')",
            [last.application_id],
        )

    with pytest.raises(IntegrityError):
        services.release_decisions(made.round, by=made.team.mia)

    made.reload()
    assert [file.state for file in made.files] == ["eligible"] * 3
    assert not OutgoingMessage.objects.filter(kind="outcome_released").exists()
    assert set(Decision.objects.values_list("state", flat=True)) == {"confirmed"}


def test_released_money_adds_up() -> None:
    made = make.released(cut_line_scene())
    project = made.team.project

    assert balance(project, Account.AWARDED) == 75_000_00
    assert balance(project, Account.BUDGET) == 1_050_000_00 - 100_000_00
    awarded = Decision.objects.filter(outcome=Outcome.FUND).values_list("amount_cents", flat=True)
    assert sum(awarded) == line_balance(made.call.budget_line, Account.AWARDED)


def test_round_cannot_be_released_by_raw_insert() -> None:
    made = make.proposed(make.scene(files=1))

    with pytest.raises(DatabaseError, match="second person"):
        sql(
            "INSERT INTO evaluation_decision (round_id, application_id, version_id, state, outcome, amount_cents, why, "
            "feedback, letter, deviation, decided_at) SELECT round_id, application_id + 100000, version_id, 'released', "
            "'fund', 0, '', '', '', '', now() FROM evaluation_decision"
        )
    assert Round.objects.get(pk=made.round.pk).state == "decided"


def test_letters_in_the_words_of_the_call_stand_around_the_facts() -> None:
    made = make.scene(files=2)
    words = "Dear {applicant},\n\n{decision}\n\n{if amount}Well done: {amount}.{end}\n\n"
    words += "{if evaluation}{evaluation}{end}\n\n{questions}"
    call_services.change_letters(made.call, letter_fund={"en": words}, by=made.team.mia)

    make.proposed(made, [("5", "5"), ("2", "4")])

    funded, rejected = decision(made, 0).letter, decision(made, 1).letter
    assert funded.startswith("Dear Rossi Meccanica S.r.l.,\n\nYour application ")
    assert "selected for funding, with 20\u00a0000.00\u00a0EUR in all" in funded
    assert "Well done: 20\u00a0000.00\u00a0EUR." in funded
    assert f"Evaluator 1: {make.WORDS}" in funded and "write to" in funded
    assert rejected.startswith("Your application ")
