"""Bank accounts and payments: two persons, once, to the cent."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Membership
from core.errors import BudgetExceeded, DomainError, FourEyesRequired, Incomplete, InvalidTransition
from core.models import AuditEvent, OutgoingMessage, StoredFile
from funding import queries as funding
from funding.models import Account, LedgerMovement
from grants import services
from grants.models import BankAccount, Payment
from grants.tasks import render_payment_order
from tests.accounts import factories as people
from tests.grants import factories as make

pytestmark = pytest.mark.django_db

TODAY = date(2027, 2, 18)


def books(w: make.World) -> dict[str, int]:
    names = [Account.AWARDED, Account.COMMITTED, Account.ACCRUED, Account.PAID]
    return {name.value: funding.line_balance(w.call.budget_line, name) for name in names}


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMessage.objects.filter(kind=kind).values_list("to", flat=True))


# --- bank accounts ----------------------------------------------------------------------------------------
def enter(w: make.World, agreement, **changes) -> BankAccount:
    values = {
        "holder": "Rossi Meccanica S.r.l.",
        "iban": make.IBAN,
        "bic": "BCITITMM",
        "by": w.alice,
        **changes,
    }
    return services.enter_bank_account(agreement, w.application.organisation, **values)


def test_enter_bank_account_keeps_it_clean_and_tells_finance(now) -> None:
    w = make.world()
    account = enter(w, make.sent(w), iban="it60 x054 2811 1010 0000 0123 456", bic=" bcit itmm ")
    assert (account.iban, account.bic, account.verified_at) == (make.IBAN, "BCITITMM", None)
    assert mails("bank_account_entered") == [w.team.fred.email]
    assert mails("bank_account_changed") == []


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"iban": "IT60X0542811101000000123457"}, "iban", "mistyped"),
        ({"iban": "IT60X05428111010000001234"}, "iban", "Compare it again"),
        ({"iban": "hello"}, "iban", "not an IBAN|Compare it again"),
        ({"iban": ""}, "iban", "not an IBAN|Compare it again"),
        ({"iban": "BR1800360305000010009795493C1"}, "iban", "cannot be reached"),
        ({"bic": "XX"}, "bic", "8 or 11"),
        ({"holder": "  "}, "holder", "at most 70"),
        ({"holder": "x" * 71}, "holder", "at most 70"),
    ],
)
def test_enter_bank_account_that_is_wrong_is_refused(now, changes, field: str, sentence: str) -> None:
    w = make.world()
    with pytest.raises(DomainError, match=sentence) as refused:
        enter(w, make.sent(w), **changes)
    assert (refused.value.field, BankAccount.objects.count()) == (field, 0)


def test_enter_bank_account_by_anybody_but_a_signatory_is_refused(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    for person in (w.bob, w.charlie, w.team.fred):
        with pytest.raises(DomainError, match="Only a signatory"):
            enter(w, agreement, by=person)


def test_enter_bank_account_of_an_organisation_without_a_share_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(DomainError, match="receives no money"):
        services.enter_bank_account(
            make.sent(w), people.organisation("Other"), by=w.alice, holder="Other", iban=make.IBAN
        )


@pytest.mark.parametrize("stage", [make.drafted])
def test_enter_bank_account_before_the_agreement_is_sent_is_refused(now, stage) -> None:
    w = make.world()
    with pytest.raises(InvalidTransition):
        enter(w, stage(w))


def test_enter_bank_account_again_replaces_it_and_tells_everybody(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    first = agreement.bank_accounts.get()
    second = enter(w, agreement, iban=make.OTHER_IBAN)
    assert (make.again(first).replaced_at, second.verified_at) == (now, None)
    assert mails("bank_account_changed") == sorted([w.alice.email, w.bob.email])


def test_enter_bank_account_that_is_the_same_changes_nothing(now) -> None:
    w = make.world()
    agreement = make.sent(w)
    assert enter(w, agreement) == enter(w, agreement)
    assert BankAccount.objects.count() == 1


def test_verify_bank_account_records_how(now) -> None:
    w = make.world()
    account = enter(w, make.signed(w))
    services.verify_bank_account(account, by=w.team.fred, how="Called the number of the register.")
    account = make.again(account)
    assert (account.verified_by, account.verified_at) == (w.team.fred, now)
    event = AuditEvent.objects.get(verb="bank_account.verified")
    assert event.note == "Called the number of the register."
    assert make.IBAN not in str(event.data)


def test_verify_bank_account_by_who_entered_it_is_refused(now) -> None:
    w = make.world()
    Membership.objects.create(user=w.team.fred, organisation=w.application.organisation)
    account = enter(w, make.signed(w), by=w.team.fred)
    with pytest.raises(FourEyesRequired):
        services.verify_bank_account(account, by=w.team.fred, how="I know it.")


def test_verify_bank_account_replaced_or_verified_already_is_refused(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    first = agreement.bank_accounts.get()
    with pytest.raises(InvalidTransition, match="verified already"):
        services.verify_bank_account(first, by=w.team.fred, how="Again")
    enter(w, agreement, iban=make.OTHER_IBAN)
    with pytest.raises(InvalidTransition, match="replaced by another"):
        services.verify_bank_account(first, by=w.team.fred, how="Again")


def test_verify_bank_account_without_saying_how_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(DomainError) as refused:
        services.verify_bank_account(enter(w, make.signed(w)), by=w.team.fred, how=" ")
    assert refused.value.field == "how"


# --- the way of the money ---------------------------------------------------------------------------------
def test_ledger_follows_20000_from_award_to_paid(now) -> None:
    w = make.world()
    assert books(w) == {"awarded": 20_000_00, "committed": 0, "accrued": 0, "paid": 0}
    agreement = make.in_force(w)
    assert books(w) == {"awarded": 0, "committed": 12_000_00, "accrued": 8_000_00, "paid": 0}
    payment = make.approved(w, agreement)
    assert books(w) == {"awarded": 0, "committed": 12_000_00, "accrued": 8_000_00, "paid": 0}
    services.mark_payment_paid(payment, by=w.team.fred, paid_on=TODAY)
    assert books(w) == {"awarded": 0, "committed": 12_000_00, "accrued": 0, "paid": 8_000_00}
    final = make.final(agreement)
    services.report_milestone(final, by=w.alice, text="Done.")
    services.accept_milestone(final, by=w.team.mia)
    assert books(w) == {"awarded": 0, "committed": 0, "accrued": 12_000_00, "paid": 8_000_00}
    (last,) = services.propose_payments(final, by=w.team.mia)
    services.approve_payment(last, by=w.team.fred)
    assert make.again(agreement).state == "in_force"
    services.mark_payment_paid(last, by=w.team.fred, paid_on=TODAY)
    assert books(w) == {"awarded": 0, "committed": 0, "accrued": 0, "paid": 20_000_00}
    assert make.again(agreement).state == "completed"
    assert mails("agreement_completed") == sorted([w.alice.email, w.bob.email])
    money = funding.project_money(w.team.project)
    assert (money.paid, money.bound, money.awarded, money.reserved, money.free) == (
        20_000_00,
        0,
        0,
        80_000_00,
        950_000_00,
    )


def test_agreement_is_not_completed_while_an_accepted_share_is_unpaid(now) -> None:
    w = make.world(partners=[5_000_00])
    agreement = make.in_force(w)
    final = make.final(agreement)
    services.report_milestone(final, by=w.alice, text="Done.")
    services.accept_milestone(final, by=w.team.mia)
    payments = [
        p for m in (make.advance(agreement), final) for p in services.propose_payments(m, by=w.team.mia)
    ]
    states = []
    for payment in payments:
        services.approve_payment(payment, by=w.team.fred)
        services.mark_payment_paid(payment, by=w.team.fred, paid_on=TODAY)
        states.append(make.again(agreement).state)
    assert states == ["in_force", "in_force", "in_force", "completed"]


# --- proposing --------------------------------------------------------------------------------------------
def test_propose_payments_makes_one_for_each_organisation(now) -> None:
    w = make.world(partners=[5_000_00])
    agreement = make.in_force(w)
    payments = services.propose_payments(make.advance(agreement), by=w.team.mia)
    assert [(p.ref, p.organisation.legal_name, p.amount_cents, p.state) for p in payments] == [
        (f"{w.application.ref}-P1", "Rossi Meccanica S.r.l.", 8_000_00, "proposed"),
        (f"{w.application.ref}-P2", "Partner 1 SARL", 2_000_00, "proposed"),
    ]
    assert mails("payments_proposed") == [w.team.fred.email]


def test_propose_payments_leaves_out_who_receives_nothing_at_this_milestone(now) -> None:
    w = make.world(cents=3_00, partners=[1], percents=[40, 60])
    agreement = make.in_force(w)
    milestone = make.advance(agreement)
    services.report_milestone(milestone, by=w.alice, text="Done.")
    services.accept_milestone(milestone, by=w.team.mia)
    assert [p.amount_cents for p in services.propose_payments(milestone, by=w.team.mia)] == [1_20]


def test_propose_payments_twice_is_refused(now) -> None:
    w = make.world()
    payment = make.proposed(w)
    with pytest.raises(DomainError, match="proposed already"):
        services.propose_payments(payment.milestone, by=w.team.luc)
    assert Payment.objects.count() == 1


def test_propose_payments_without_a_bank_account_names_who_lacks_one(now) -> None:
    w = make.world(partners=[5_000_00])
    agreement = make.in_force(w, accounts=False)
    make.account(w, agreement, w.application.organisation)
    with pytest.raises(Incomplete, match="no bank account yet of Partner 1 SARL") as refused:
        services.propose_payments(make.advance(agreement), by=w.team.mia)
    assert [gap.message for gap in refused.value.gaps] == ["Bank account of Partner 1 SARL"]
    assert Payment.objects.count() == 0


def test_propose_payments_of_what_is_not_accepted_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(InvalidTransition, match="only what was accepted can be paid"):
        services.propose_payments(make.final(make.in_force(w)), by=w.team.mia)


# --- approving --------------------------------------------------------------------------------------------
def test_approve_payment_by_the_proposer_is_refused(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    (payment,) = services.propose_payments(make.advance(agreement), by=w.team.fred)
    with pytest.raises(FourEyesRequired, match="You proposed this payment yourself"):
        services.approve_payment(payment, by=w.team.fred)
    assert make.again(payment).state == "proposed"


def test_approve_payment_to_an_account_that_is_not_verified_is_refused(now) -> None:
    w = make.world()
    agreement = make.in_force(w, accounts=False)
    make.account(w, agreement, w.application.organisation, verified=False)
    payment = make.proposed(w, agreement)
    with pytest.raises(DomainError, match="not verified yet"):
        services.approve_payment(payment, by=w.team.fred)


def test_approve_payment_to_an_account_replaced_since_is_refused(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    payment = make.proposed(w, agreement)
    make.account(w, agreement, w.application.organisation, iban=make.OTHER_IBAN)
    with pytest.raises(DomainError, match="has changed its bank account since"):
        services.approve_payment(payment, by=w.team.fred)
    services.cancel_payment(payment, by=w.team.mia, reason="New account")
    (second,) = services.propose_payments(payment.milestone, by=w.team.mia)
    services.approve_payment(second, by=w.team.fred)
    assert (second.ref, second.bank_account.iban) == (f"{w.application.ref}-P2", make.OTHER_IBAN)


def test_approve_payment_above_the_balance_is_refused(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    account = agreement.bank_accounts.get()
    payment = Payment.objects.create(
        ref="X-P1",
        milestone=make.advance(agreement),
        organisation=w.application.organisation,
        amount_cents=20_000_01,
        bank_account=account,
        proposed_by=w.team.mia,
    )
    with pytest.raises(BudgetExceeded, match=r"20.000\.01 EUR are more than .* 20.000\.00"):
        services.approve_payment(payment, by=w.team.fred)


def test_approve_payment_twice_is_refused(now) -> None:
    w = make.world()
    payment = make.approved(w)
    with pytest.raises(InvalidTransition):
        services.approve_payment(payment, by=w.team.fred)
    assert AuditEvent.objects.filter(verb="payment.approved").count() == 1


# --- paid, failed, cancelled ------------------------------------------------------------------------------
def test_mark_payment_paid_tells_the_beneficiary_and_the_organisation_paid(now) -> None:
    w = make.world(partners=[5_000_00])
    pia = people.user("Pia Partner")
    Membership.objects.create(user=pia, organisation=people_of(w, 1))
    agreement = make.in_force(w)
    _own, other = services.propose_payments(make.advance(agreement), by=w.team.mia)
    services.approve_payment(other, by=w.team.fred)
    services.mark_payment_paid(other, by=w.team.fred, paid_on=TODAY)
    assert mails("payment_paid") == sorted([w.alice.email, w.bob.email, pia.email])
    other = make.again(other)
    assert (other.state, other.paid_on, other.paid_by) == ("paid", TODAY, w.team.fred)


def people_of(w: make.World, index: int):
    return w.application.valid_version().partners.all()[index].organisation


def test_mark_payment_paid_twice_pays_once(now) -> None:
    w = make.world()
    payment = make.approved(w)
    services.mark_payment_paid(payment, by=w.team.fred, paid_on=TODAY)
    with pytest.raises(InvalidTransition):
        services.mark_payment_paid(payment, by=w.team.fred, paid_on=TODAY)
    assert LedgerMovement.objects.filter(key__startswith="pay:").count() == 1
    assert len(mails("payment_paid")) == 2


@pytest.mark.parametrize("paid_on", [date(2027, 2, 19), date(2027, 2, 17)])
def test_mark_payment_paid_on_a_day_that_cannot_be_is_refused(now, paid_on: date) -> None:
    w = make.world()
    payment = make.approved(w)
    with pytest.raises(DomainError) as refused:
        services.mark_payment_paid(payment, by=w.team.fred, paid_on=paid_on)
    assert (refused.value.field, make.again(payment).state) == ("paid_on", "approved")


def test_mark_payment_paid_that_is_not_approved_is_refused(now) -> None:
    w = make.world()
    with pytest.raises(InvalidTransition):
        services.mark_payment_paid(make.proposed(w), by=w.team.fred, paid_on=TODAY)


def test_mark_payment_failed_then_cancelled_can_be_proposed_again(now) -> None:
    w = make.world()
    payment = make.approved(w)
    services.mark_payment_failed(payment, by=w.team.fred, reason="Account closed")
    assert mails("payment_failed") == sorted([w.alice.email, w.bob.email])
    with pytest.raises(DomainError, match="proposed already"):
        services.propose_payments(payment.milestone, by=w.team.mia)
    with pytest.raises(InvalidTransition):
        services.approve_payment(payment, by=w.team.fred)
    services.cancel_payment(payment, by=w.team.fred, reason="Wrong account")
    (second,) = services.propose_payments(payment.milestone, by=w.team.mia)
    assert (second.amount_cents, second.ref) == (8_000_00, f"{w.application.ref}-P2")


@pytest.mark.parametrize("verb", [services.mark_payment_failed, services.cancel_payment])
def test_failed_and_cancelled_need_a_reason(now, verb) -> None:
    w = make.world()
    payment = make.approved(w)
    with pytest.raises(DomainError) as refused:
        verb(payment, by=w.team.fred, reason="")
    assert (refused.value.field, make.again(payment).state) == ("reason", "approved")


def test_cancel_payment_that_was_paid_is_refused(now) -> None:
    w = make.world()
    payment = make.approved(w)
    services.mark_payment_paid(payment, by=w.team.fred, paid_on=TODAY)
    for verb in (services.cancel_payment, services.mark_payment_failed):
        with pytest.raises(InvalidTransition):
            verb(payment, by=w.team.fred, reason="Oh")


# --- the order --------------------------------------------------------------------------------------------
def test_render_payment_order_of_a_proposal_makes_nothing(now) -> None:
    assert render_payment_order(make.proposed(make.world()).pk) is False


def test_render_payment_order_twice_gives_one_file(now) -> None:
    payment = make.approved(make.world())
    assert [render_payment_order(payment.pk), render_payment_order(payment.pk)] == [True, False]
    assert StoredFile.objects.filter(name=f"{payment.ref}.pdf").count() == 1


# --- what PostgreSQL itself refuses -----------------------------------------------------------------------
def refused_by_postgresql(sql: str, *params: object) -> str:
    """Run SQL as somebody with a database console would; the refusal."""
    with pytest.raises((IntegrityError, DatabaseError)) as refusal, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
    return str(refusal.value)


def test_sql_four_eyes_of_a_payment(now) -> None:
    w = make.world()
    payment = make.proposed(w)
    sql = (
        "UPDATE grants_payment SET state = 'approved', approved_at = now(), approved_by_id = %s WHERE id = %s"
    )
    assert "payment_four_eyes" in refused_by_postgresql(sql, w.team.mia.pk, payment.pk)


def test_sql_approval_without_a_person(now) -> None:
    payment = make.proposed(make.world())
    sql = "UPDATE grants_payment SET state = 'approved' WHERE id = %s"
    assert "payment_approved_whole" in refused_by_postgresql(sql, payment.pk)


def test_sql_paid_without_a_day(now) -> None:
    payment = make.approved(make.world())
    sql = "UPDATE grants_payment SET state = 'paid' WHERE id = %s"
    assert "payment_paid_whole" in refused_by_postgresql(sql, payment.pk)


def test_sql_four_eyes_of_a_bank_account(now) -> None:
    w = make.world()
    account = enter(w, make.signed(w))
    sql = "UPDATE grants_bankaccount SET verified_at = now(), verified_by_id = %s WHERE id = %s"
    assert "bank_account_four_eyes" in refused_by_postgresql(sql, w.alice.pk, account.pk)


def test_sql_two_signatories(now) -> None:
    w = make.world()
    agreement = make.signed(w)
    sql = "UPDATE grants_agreement SET countersigned_by_id = signed_by_id, state = 'in_force' WHERE id = %s"
    assert "agreement_two_signatories" in refused_by_postgresql(sql, agreement.pk)


def test_sql_in_force_without_signatures(now) -> None:
    agreement = make.sent(make.world())
    sql = "UPDATE grants_agreement SET state = 'in_force' WHERE id = %s"
    assert "agreement_in_force_is_signed" in refused_by_postgresql(sql, agreement.pk)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("agreement", "amount_cents = amount_cents + 1"),
        ("agreement", "data = '{}'"),
        ("agreement", "signed_sha256 = 'x'"),
        ("agreement", "document_id = NULL"),
        ("agreementshare", "amount_cents = amount_cents + 1"),
        ("milestone", "amount_cents = amount_cents + 1"),
        ("milestone", "due_on = due_on + 1"),
        ("milestoneshare", "amount_cents = amount_cents + 1"),
        ("bankaccount", "iban = 'BE68539007547034'"),
        ("bankaccount", "verified_by_id = NULL, verified_at = NULL"),
        ("payment", "amount_cents = amount_cents - 1"),
        ("payment", "approved_by_id = NULL, approved_at = NULL"),
    ],
)
def test_sql_what_was_agreed_and_ordered_does_not_change(now, table: str, change: str) -> None:
    make.approved(make.world())
    refusal = refused_by_postgresql(f"UPDATE grants_{table} SET {change}")
    assert "cannot change" in refusal or "is written once" in refusal


@pytest.mark.parametrize("table", ["payment", "milestoneshare", "agreementshare", "bankaccount"])
def test_sql_nothing_is_removed(now, table: str) -> None:
    make.approved(make.world())
    assert "is never removed" in refused_by_postgresql(f"DELETE FROM grants_{table}")


def test_sql_second_payment_of_the_same_milestone(now) -> None:
    w = make.world()
    payment = make.proposed(w)
    with pytest.raises(IntegrityError, match="payment_once_per_milestone"), transaction.atomic():
        Payment.objects.create(
            ref="X-P9",
            milestone=payment.milestone,
            organisation=payment.organisation,
            amount_cents=1,
            bank_account=payment.bank_account,
            proposed_by=w.team.mia,
        )


def test_sql_payments_above_the_share(now) -> None:
    w = make.world()
    agreement = make.in_force(w)
    payment = Payment.objects.create(
        ref="X-P1",
        milestone=make.advance(agreement),
        organisation=w.application.organisation,
        amount_cents=20_000_01,
        bank_account=agreement.bank_accounts.get(),
        proposed_by=w.team.mia,
    )
    sql = (
        "UPDATE grants_payment SET state = 'approved', approved_at = now(), approved_by_id = %s WHERE id = %s"
    )
    assert "more than the share" in refused_by_postgresql(sql, w.team.fred.pk, payment.pk)


def test_sql_second_agreement_of_a_file(now) -> None:
    w = make.world()
    agreement = make.drafted(w)
    with pytest.raises(IntegrityError, match="agreement_one_live"), transaction.atomic():
        agreement.pk, agreement.ref, agreement.document = None, "X-GA", None
        agreement.save(force_insert=True)
